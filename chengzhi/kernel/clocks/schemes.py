"""Timing schemes (计时方案): the daily periods in which service clocks run, as dated data."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache

from django.utils import timezone

from chengzhi.kernel.clocks import tables
from chengzhi.kernel.problems import Invalid

FULL_DAY = 1440


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


@lru_cache(maxsize=1)
def every_scheme() -> tuple[Scheme, ...]:
    """Return every version of every scheme."""
    return tuple(_scheme(row) for row in tables.rows("schemes"))


@lru_cache(maxsize=4096)
def _valid(code: str, day: date) -> Scheme:
    for known in every_scheme():
        if known.code == code and known.valid_from <= day <= known.valid_to:
            return known
    codes = sorted({known.code for known in every_scheme()})
    raise Invalid(
        f"{day} 没有名为“{code}”的计时方案，请改为 {' '.join(codes)} 之一。",
        f"There is no timing scheme {code!r} on {day}; use one of {', '.join(codes)}.",
        code="clocks.scheme",
    )


def scheme(code: str, on: date) -> Scheme:
    """Return the scheme of that code that is valid on a day; of a moment, its day in the city's zone counts."""
    if isinstance(on, datetime):
        on = (timezone.localtime(on) if timezone.is_aware(on) else on).date()
    return _valid(code, on)


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
        periods=tuple(_period(text) for text in row["periods"].split(";")),
        workdays_only=row["workdays_only"] == "1",
        valid_from=tables.first_day(row["valid_from"]),
        valid_to=tables.last_day(row["valid_to"]),
        source=row["source"],
    )
