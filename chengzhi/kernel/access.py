"""Who acts, with what right, when, and through which door."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

SYSTEM_ID = 0
CAPABILITIES: dict[str, tuple[str, str]] = {}


def capability(code: str, zh: str, en: str) -> str:
    """Declare a capability `<context>.<noun>.<verb>` with its labels and return its code."""
    CAPABILITIES[code] = (zh, en)
    return code


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a system or the platform itself, with everything that access decisions need.

    `capabilities` maps a capability to the command nodes where it is held; `nodes` are the nodes whose matters may be read;
    `holders` are the posts, units and crews for which the actor acts.
    """

    id: int
    name: str
    capabilities: Mapping[str, frozenset[int]] = field(default_factory=dict)
    nodes: frozenset[int] = frozenset()
    holders: frozenset[int] = frozenset()
    post: int | None = None
    unit: int | None = None
    node: int | None = None
    may_backdate: bool = False

    def may(self, capability: str, node: int | None) -> bool:
        """Tell whether the actor holds a capability at a command node."""
        return node in self.capabilities.get(capability, frozenset())

    def may_somewhere(self, capability: str) -> bool:
        """Tell whether the actor holds a capability at any node."""
        return bool(self.capabilities.get(capability))


SYSTEM = Actor(id=SYSTEM_ID, name="系统")


@dataclass(frozen=True, slots=True)
class Act:
    """One act: who, in which post and unit, at which moment, through which door, having seen which version.

    `expects` is the version that the actor saw, of the matter that he addressed or of the part that he meant.
    `late` marks an act that a phone without network could tell only afterwards.
    """

    actor: Actor
    at: datetime
    door: str = "api"
    expects: int | None = None
    recorded_at: datetime = field(default_factory=timezone.now)
    late: bool = False

    @property
    def known_from(self) -> datetime:
        """When others could know of the act: clocks that it starts for them run from here, those that it stops end with the act itself."""
        return self.recorded_at if self.late else self.at

    @property
    def post(self) -> int | None:
        """The post in which the actor acts."""
        return self.actor.post

    @property
    def unit(self) -> int | None:
        """The unit for which the actor acts."""
        return self.actor.unit

    def by_system(self) -> "Act":
        """Return the same moment as an act of the platform itself, for consequences that nobody decides."""
        return replace(self, actor=SYSTEM, expects=None)


def act_now(actor: Actor, *, door: str = "api", expects: int | None = None) -> Act:
    """Return an act of this moment."""
    now = timezone.now()
    return Act(actor=actor, at=now, door=door, expects=expects, recorded_at=now)
