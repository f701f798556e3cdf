"""The cameras of the demo city: each picture is drawn for one case and one visit, and none looks like any other."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from chengzhi.documents import pictures
from chengzhi.documents import services as documents
from chengzhi.documents.placeholder import street_picture
from chengzhi.kernel.access import Act, Actor
from chengzhi.site.demo.script import Scene

SHOTS = 40


class Camera:
    """Takes a picture of a scene at a stage; who takes it again gets another one, also by its fingerprint."""

    def __init__(self, city: str, act: Callable[[Actor, datetime], Act]) -> None:
        self._city, self._act = city, act
        self._seen: set[str] = set()

    @property
    def drawn(self) -> int:
        """How many pictures were taken."""
        return len(self._seen)

    def take(self, actor: Actor, at: datetime, number: int, scene: Scene, stage: str) -> int:
        """Return the attachment of a new picture of a case that this person may use as evidence."""
        # The last line stays empty: the large copy has time, position and number of the case burnt in there by the platform itself.
        lines = [f"{timezone.localtime(at):%Y-%m-%d %H:%M}", f"{self._city} {scene.words.address}", ""]
        for shot in range(SHOTS):
            content = street_picture(f"{self._city}/{number}", scene.picture, stage, lines, shot=shot)
            print_ = pictures.inspect(content, "demo.jpg").phash
            if print_ not in self._seen:
                break
        self._seen.add(print_)
        row = documents.store(
            content, f"{scene.picture}-{stage}.jpg", self._act(actor, at), taken_at=at, lon=scene.lon, lat=scene.lat, from_camera=True
        )
        return row.id
