"""Acting for people of the organisation: finding who would take a step, and taking it as he would, at its business time.

The demo city and the replay of real input go through this; both call the same services as the pages and the API do.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from chengzhi.incidents import queries
from chengzhi.incidents.models import Incident
from chengzhi.kernel import writes
from chengzhi.kernel.access import SYSTEM, Act, Actor
from chengzhi.kernel.matter import Family
from chengzhi.kernel.problems import Refused
from chengzhi.organisation import queries as organisation

Life = Iterator[datetime]


class Cast:
    """Who takes a step: the people in the queue posts of each node, the operators of each unit, the inspectors in their posts."""

    def __init__(self) -> None:
        self._at: dict[int, list[Actor]] = {}

    def of(self, holder: int, turn: int = 0) -> Actor:
        """Return one of those who act for a post or unit; `turn` chooses between them. Raises Refused when nobody does."""
        known = self._at.get(holder)
        if known is None:
            known = self._at[holder] = [organisation.actor(account) for account in organisation.accounts_at(holder)]
        if not known:
            name = organisation.name_of(holder)
            raise Refused(
                f"“{name}”没有人员，请先安排人员。",
                f"Nobody works in “{name}”; give the post to somebody first.",
                code="nobody_there",
            )
        return known[turn % len(known)]

    def queue(self, node: int, role: str, turn: int = 0) -> Actor:
        """Return one of those who take what a role has to do at a node."""
        return self.of(organisation.post_of(node, role), turn)


class InHand:
    """One incident whose family is locked in the running unit of work, so that each step sees what the one before has left."""

    def __init__(self, cast: Cast, matter_id: int, node: int, door: str, recorded_at: datetime) -> None:
        self.cast, self.id, self.node, self.door, self.recorded_at = cast, matter_id, node, door, recorded_at
        self.steps = 1

    @property
    def family(self) -> Family:
        """The family as it stands in the running unit of work."""
        found: Family = writes.current().locked[self.id]
        return found.at(self.id)

    @property
    def row(self) -> Incident:
        """The row of the incident as the services of this unit of work see it."""
        return queries.incident_row(self.family, Act(actor=SYSTEM, at=self.recorded_at, door=self.door))

    @property
    def state(self) -> str:
        """The present state of the incident."""
        return self.family.matter.state

    def act(self, actor: Actor, at: datetime) -> Act:
        """Return an act of somebody at a business time."""
        return Act(actor=actor, at=at, door=self.door, recorded_at=self.recorded_at)

    def take(self, service: Callable[..., Any], role: str, at: datetime, turn: int = 0, **inputs: Any) -> None:
        """Take a step of the incident as one of those in a role."""
        self._call(service, self.id, self.cast.queue(self.node, role, turn), at, inputs)

    def queue(self, role: str, turn: int = 0) -> Actor:
        """Return one of those in a role at the incident's node."""
        return self.cast.queue(self.node, role, turn)

    def take_as(self, actor: Actor, service: Callable[..., Any], at: datetime, **inputs: Any) -> None:
        """Take a step of the incident as somebody."""
        self._call(service, self.id, actor, at, inputs)

    def take_part_as(self, actor: Actor, service: Callable[..., Any], part: Family, at: datetime, **inputs: Any) -> None:
        """Take a step of a part as somebody who acts for its holder."""
        self._call(service, part.focus, actor, at, inputs)

    def take_part(self, service: Callable[..., Any], part: Family, at: datetime, **inputs: Any) -> Actor:
        """Take a step of a part as one of those who hold it, and return who it was."""
        actor = self.holder_of(part)
        self._call(service, part.focus, actor, at, inputs)
        return actor

    def holder_of(self, part: Family) -> Actor:
        """Return who acts for the holder of a part."""
        if part.matter.holder_id is None:
            raise TypeError(f"{part.matter.number} is held by nobody.")
        return self.cast.of(part.matter.holder_id)

    def open_parts(self, kind: str) -> list[Family]:
        """Return the open parts of a kind, oldest first."""
        return self.family.parts(kind, only_open=True)

    def _call(self, service: Callable[..., Any], matter_id: int, actor: Actor, at: datetime, inputs: dict[str, Any]) -> None:
        service(matter_id=matter_id, act=self.act(actor, at), **inputs)
        writes.current().flush()  # the next step of this unit of work reads from the database what this one wrote
        nouns = self.family.nouns
        for kept in [key for key in nouns if key < 0]:  # lists that were read for the last step; the next one reads them anew
            del nouns[kept]
        self.steps += 1


def opened(row: Incident, cast: Cast, act: Act) -> InHand:
    """Return an incident that was just opened in the running unit of work."""
    writes.current().flush()
    return InHand(cast, row.pk, row.node_id, act.door, act.recorded_at)


def let_go(case: InHand) -> None:
    """Forget an incident that has ended, so that a long unit of work does not keep thousands of them."""
    locked = writes.current().locked
    for identifier in list(case.family.members):
        locked.pop(identifier, None)


def live(lives: Iterable[Life], until: datetime, progress: Callable[[datetime], None] = lambda at: None) -> int:
    """Let many lives go on side by side in the order of time, up to a moment; return how many steps were taken.

    A life yields when it goes on next. What lies behind the moment never happens: its incident stays as it is.
    """
    taken = 0
    waiting: list[tuple[datetime, int, Life]] = []
    for number, life in enumerate(lives):
        _wait(waiting, number, life)
    while waiting and waiting[0][0] <= until:
        at, number, life = heapq.heappop(waiting)
        taken += 1
        progress(at)
        _wait(waiting, number, life)
    return taken


def _wait(waiting: list[tuple[datetime, int, Life]], number: int, life: Life) -> None:
    following = next(life, None)
    if following is not None:
        heapq.heappush(waiting, (following, number, life))
