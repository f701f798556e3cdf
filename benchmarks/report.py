"""What was measured, beside its yardstick, floor and goal, as one table per database."""

import unicodedata
from dataclasses import dataclass, field
from typing import Any

HEADS = ("work", "rate/s", "p50 ms", "p95 ms", "p99 ms", "ratio", "floor", "goal", "met")
LEFT = ("work", "floor", "goal", "met")


@dataclass(frozen=True)
class Target:
    """What blocks a release, and what we want: least rates, most milliseconds, least ratio to the yardstick."""

    rate: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    ratio: float = 0.0

    def __str__(self) -> str:
        parts = [f"{self.ratio:g} ×"] if self.ratio else []
        parts += [f"{self.rate:g}/s"] if self.rate else []
        parts += [f"p{n} < {most:g}" for n, most in ((95, self.p95), (99, self.p99)) if most]
        return ", ".join(parts)

    def met(self, row: "Row") -> bool:
        """Tell whether a row reaches this target."""
        fast = row.rate >= self.rate and (row.ratio is None or row.ratio >= self.ratio)
        return fast and not (self.p95 and row.p95 >= self.p95) and not (self.p99 and row.p99 >= self.p99)


NOTHING = Target()


@dataclass
class Row:
    """One line of the table. `shown` stands in place of the rate where something else than a rate was measured."""

    work: str
    rate: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    ratio: float | None = None
    floor: Target = NOTHING
    goal: Target = NOTHING
    shown: str = ""
    limit: str = ""
    within: bool | None = None

    def cells(self) -> list[str]:
        """Return the texts of the line."""
        times = [f"{value:.1f}" if value else "" for value in (self.p50, self.p95, self.p99)]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        floor = self.limit or str(self.floor)
        return [self.work, self.shown or f"{self.rate:,.0f}", *times, ratio, floor, str(self.goal), self._met()]

    def _met(self) -> str:
        if self.within is not None:
            return "yes" if self.within else "NO"
        if self.floor == NOTHING:
            return ""
        if not self.floor.met(self):
            return "NO"
        return "goal" if self.goal != NOTHING and self.goal.met(self) else "yes"


@dataclass
class Table:
    """All lines of one database, and what went wrong on the way."""

    title: str
    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, row: Row) -> Row:
        """Take a line in and return it."""
        self.rows.append(row)
        return row

    def heard(self, work: str, found: dict[str, Any], **more: Any) -> Row:
        """Take in what the client measured of a work."""
        if found["failed"]:
            self.faults.append(f"{work}: {found['failed']} answers were refusals or faults")
            self.faults += [f"  {fault}" for fault in found["faults"]]
        times = {name: found[name] for name in ("rate", "p50", "p95", "p99")}
        return self.add(Row(work, **times, **more))

    def __str__(self) -> str:
        lines = [list(HEADS), *(row.cells() for row in self.rows)]
        widths = [max(_width(line[column]) for line in lines) for column in range(len(HEADS))]
        shown = ["  ".join(_padded(line[n], width, left=HEADS[n] in LEFT) for n, width in enumerate(widths)) for line in lines]
        shown.insert(1, "  ".join("─" * width for width in widths))
        return "\n".join([self.title, *shown, *self.faults])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    gap = " " * (width - _width(text))
    return text + gap if left else gap + text
