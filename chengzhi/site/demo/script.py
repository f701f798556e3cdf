"""The script of one report of the demo city: what, where, by whom, how it ends, and how long each stage takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chengzhi.incidents.models.incident import URGENT_SOURCES
from chengzhi.incidents.queries.registers import FrozenLimit
from chengzhi.site.demo.texts import Words

CLOSED, REFUSED, NOT_FILED, VOIDED, MERGED = "closed", "refused", "not_filed", "void", "merged"
BEFORE_FILING = frozenset({"accept", "verify", "file"})


@dataclass(frozen=True, slots=True)
class Scene:
    """What is wrong and where."""

    source: str
    class_code: str
    condition: str
    picture: str
    lon: float
    lat: float
    county: str
    grid: str
    place: int
    urgent: bool
    limit: FrozenLimit
    words: Words
    marked: bool = False

    def urgent_in(self, clock: str) -> bool:
        """Tell whether a stage has its urgent limit: until a case is filed it is as urgent as it was reported, then as its condition is."""
        return self.marked or self.source in URGENT_SOURCES if clock in BEFORE_FILING else self.urgent


@dataclass(frozen=True, slots=True)
class Script:
    """One report from its opening to its end, or to the stage in which it still is. `waits` says how long each stage takes.

    A `planned` script has a wait for each of its deeds; it is a story that must be there today.
    """

    number: int
    scene: Scene
    opened_at: datetime
    waits: Mapping[str, timedelta]
    outcome: str = CLOSED
    stays: str = ""
    turns: frozenset[str] = frozenset()
    twin_of: int | None = None
    caller: tuple[str, str] = ("", "")
    planned: bool = False

    @property
    def ends_at(self) -> datetime:
        """Return about when it ends; a report that is still open lasts."""
        return self.opened_at + sum(self.waits.values(), start=timedelta())


@dataclass
class Book:
    """All scripts of a day by number."""

    scripts: dict[int, Script] = field(default_factory=dict)

    def add(self, script: Script) -> None:
        """Take a script in."""
        self.scripts[script.number] = script

    def in_order(self) -> list[Script]:
        """Return the scripts by their opening."""
        return sorted(self.scripts.values(), key=lambda script: script.opened_at)
