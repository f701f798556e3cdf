"""Timing schemes (计时方案): the daily periods in which service clocks run, as dated data.

What the city has set from a day on goes before what comes with the platform; a clock counts by the scheme of the day it began.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache

from django.utils import timezone

from chengzhi.kernel import registers
from chengzhi.kernel.clocks import tables
from chengzhi.kernel.models import TimingScheme
from chengzhi.kernel.problems import Invalid

FULL_DAY = 1440
NAME = "schemes"


@dataclass(frozen=True)
class Scheme:
    """Daily periods in minutes of the local day, in order and without overlap, on every day or on working days only."""

    code: str
    name_zh: str
    name_en: str
    periods: tuple[tuple[int, int], ...]
    workdays_only: bool
    valid_from: date = date.min
    valid_to: date = date.max
    source: str = ""

    def __post_init__(self) -> None:
        edges = [edge for period in self.periods for edge in period]
        if not edges or edges != sorted(set(edges)) or edges[0] < 0 or edges[-1] > FULL_DAY:
            raise Invalid(
                f"计时方案“{self.code}”的时段须依次排列、互不重叠，并在 00:00 至 24:00 之内。",
                f"The periods of the timing scheme {self.code!r} must follow each other without overlap between 00:00 and 24:00.",
                code="clocks.scheme",
            )

    @cached_property
    def minutes(self) -> int:
        """Working minutes of one full day."""
        return sum(end - begin for begin, end in self.periods)

    @cached_property
    def always(self) -> bool:
        """Whether every minute counts, so that no table is needed."""
        return self.minutes == FULL_DAY and not self.workdays_only

    def passed(self, minute: int) -> int:
        """Return how many working minutes of a day have passed at a minute of that day."""
        return sum(min(minute, end) - begin for begin, end in self.periods if minute > begin)

    def earliest(self, worked: int) -> int:
        """Return the first minute of the day at which so many working minutes (one at least) have passed."""
        for begin, end in self.periods:
            if worked <= end - begin:
                return begin + worked
            worked -= end - begin
        return self.periods[-1][1]

    def latest(self, worked: int) -> int:
        """Return the last minute of the day at which no more than so many working minutes have passed."""
        for begin, end in self.periods:
            if worked < end - begin:
                return begin + worked
            worked -= end - begin
        return FULL_DAY


class Schemes:
    """Every version of every scheme; which one is valid on a day is looked for once. It never changes, so answers are kept."""

    def __init__(self, every: tuple[Scheme, ...]) -> None:
        """Take all versions; of two that are valid on a day the first counts."""
        self.every = every
        self._known: dict[tuple[str, date], Scheme] = {}

    def valid(self, code: str, day: date) -> Scheme:
        """Return the scheme of a code that is valid on a day. Raises Invalid, which names those there are."""
        found = self._known.get((code, day))
        if found is None:
            found = self._known[code, day] = self._find(code, day)
        return found

    def _find(self, code: str, day: date) -> Scheme:
        for known in self.every:
            if known.code == code and known.valid_from <= day <= known.valid_to:
                return known
        codes = sorted({known.code for known in self.every})
        raise Invalid(
            f"{day} 没有名为“{code}”的计时方案，请改为 {' '.join(codes)} 之一。",
            f"There is no timing scheme {code!r} on {day}; use one of {', '.join(codes)}.",
            code="clocks.scheme",
        )


@lru_cache(maxsize=1)
def shipped() -> Schemes:
    """Return the schemes that come with the platform, without what the city has set."""
    return Schemes(tuple(_scheme(row) for row in tables.rows("schemes")))


def current() -> Schemes:
    """Return the schemes of the city, the newest first, and those that come with the platform behind them."""
    return _register.get()


def every_scheme() -> tuple[Scheme, ...]:
    """Return every version of every scheme."""
    return current().every


def schemes_on(day: date) -> tuple[Scheme, ...]:
    """Return the schemes that are valid on a day, each code once."""
    found = current()
    return tuple(found.valid(code, day) for code in dict.fromkeys(known.code for known in shipped().every))


def scheme(code: str, on: date) -> Scheme:
    """Return the scheme of that code that is valid on a day; of a moment, its day in the city's zone counts."""
    if isinstance(on, datetime):
        on = (timezone.localtime(on) if timezone.is_aware(on) else on).date()
    return current().valid(code, on)


def periods_in(text: str) -> tuple[tuple[int, int], ...]:
    """Return the daily periods that stand in a text like `08:00-12:00;14:00-18:00`. Raises ValueError for any other text."""
    return tuple(_period(part) for part in text.split(";"))


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _period(text: str) -> tuple[int, int]:
    begin, end = text.split("-")
    return _minute(begin), _minute(end)


def _scheme(row: dict[str, str]) -> Scheme:
    return Scheme(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        periods=periods_in(row["periods"]),
        workdays_only=row["workdays_only"] == "1",
        valid_from=tables.first_day(row["valid_from"]),
        valid_to=tables.last_day(row["valid_to"]),
        source=row["source"],
    )


def _entered() -> Schemes:
    rows = [
        Scheme(
            code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            periods=periods_in(row.periods),
            workdays_only=row.workdays_only,
            valid_from=row.valid_from,
            source=row.source,
        )
        for row in TimingScheme.objects.order_by("-valid_from")
    ]
    return Schemes((*rows, *shipped().every))


_register: registers.Register[Schemes] = registers.Register(NAME, _entered)
