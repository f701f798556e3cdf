"""The album of generated pictures: few are drawn, each person uploads his own, and a case never shows one picture twice."""

from collections.abc import Callable
from datetime import datetime

from chengzhi.documents import services as documents
from chengzhi.documents.placeholder import street_picture
from chengzhi.kernel.access import Act, Actor

SEEDS = 5


class Album:
    """Pictures by place, scene and stage (before, after, check), drawn once; uploaded once for each person who uses them."""

    def __init__(self, mark: str, caption: str, act: Callable[[Actor, datetime], Act]) -> None:
        self._mark, self._caption, self._act = mark, caption, act
        self._drawn: dict[tuple[int, str, str], bytes] = {}
        self._stored: dict[tuple[int, int, str, str], int] = {}

    def take(self, actor: Actor, at: datetime, place: int, scene: str, stage: str) -> int:
        """Return the attachment of a picture that this person may use as evidence."""
        key = (actor.id, place % SEEDS, scene, stage)
        if key not in self._stored:
            picture = self._picture(*key[1:])
            row = documents.store(picture, f"{scene}-{stage}.jpg", self._act(actor, at), from_camera=True)
            self._stored[key] = row.id
        return self._stored[key]

    @property
    def drawn(self) -> int:
        """How many different pictures there are."""
        return len(self._drawn)

    def _picture(self, place: int, scene: str, stage: str) -> bytes:
        key = (place, scene, stage)
        if key not in self._drawn:
            self._drawn[key] = street_picture(place, scene, stage, [self._caption], mark=self._mark)
        return self._drawn[key]
