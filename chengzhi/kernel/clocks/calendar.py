"""The statutory calendar: which days are working days, by the yearly notice of the State Council (国务院办公厅节假日安排).

Four layers, the later goes before the earlier: Monday to Friday; the published holidays of past years; `data/holidays.csv`, which
is the authority for the years in it; the table CalendarDay of the city. A year without a notice is counted by weekdays, and the
result says so.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chinese_calendar.constants import holidays as published_holidays
from chinese_calendar.constants import workdays as published_workdays

from chengzhi.kernel import registers
from chengzhi.kernel.clocks import tables
from chengzhi.kernel.models import CalendarDay

SATURDAY = 5
PUBLISHED = "国务院办公厅历年节假日安排 (chinesecalendar)"
WEEKDAY_RULE = "周一至周五 Monday to Friday"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that goes with a result: the result stands, but somebody should know."""

    zh: str
    en: str

    def as_json(self) -> dict[str, str]:
        """Return the sentence in both languages as plain values."""
        return {"zh": self.zh, "en": self.en}


class Calendar:
    """Which days are working days. A calendar never changes, so the tables made from it are kept."""

    def __init__(self, days: Mapping[date, bool], sources: Mapping[int, str]) -> None:
        """Take the days that differ from the weekday rule, and the source of each year that has a notice."""
        self._days = dict(days)
        self._sources = dict(sources)
        self._years: dict[int, list[int]] = {}

    def is_workday(self, day: date) -> bool:
        """Tell whether a day is a working day."""
        listed = self._days.get(day)
        return day.weekday() < SATURDAY if listed is None else listed

    def known_year(self, year: int) -> bool:
        """Tell whether the notice for a year is there."""
        return year in self._sources

    def source(self, year: int) -> str:
        """Return where the working days of a year come from."""
        return self._sources.get(year, WEEKDAY_RULE)

    def warnings(self, first: date, last: date) -> list[Notice]:
        """Return one sentence for each year between two days that had to be counted by weekdays."""
        return [
            Notice(
                f"{year} 年没有节假日表，已按周一至周五为工作日计算；请录入国务院办公厅的节假日安排。",
                f"There is no holiday table for {year}: Monday to Friday were counted as working days; enter the yearly notice.",
            )
            for year in range(min(first, last).year, max(first, last).year + 1)
            if not self.known_year(year)
        ]

    def workday_on_or_after(self, ordinal: int, further: int = 0) -> int:
        """Return the first working day on or after a day, or the one so many working days further; days as ordinals."""
        year = date.fromordinal(ordinal).year
        place = bisect_left(self._of(year), ordinal) + further
        while place >= len(self._of(year)):
            place -= len(self._of(year))
            year += 1
        return self._of(year)[place]

    def workday_before(self, ordinal: int, further: int = 0) -> int:
        """Return the last working day before a day, or the one so many working days earlier; days as ordinals."""
        year = date.fromordinal(ordinal).year
        place = bisect_left(self._of(year), ordinal) - 1 - further
        while place < 0:
            year -= 1
            place += len(self._of(year))
        return self._of(year)[place]

    def count(self, first: int, end: int) -> int:
        """Return how many working days lie from the first day up to, but not with, the end; days as ordinals."""
        year, last = date.fromordinal(first).year, date.fromordinal(end).year
        days = bisect_left(self._of(last), end) - bisect_left(self._of(year), first)
        return days + sum(len(self._of(between)) for between in range(year, last))

    def _of(self, year: int) -> list[int]:
        known = self._years.get(year)
        if known is None:
            begin, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            known = [day for day in range(begin, end + 1) if self.is_workday(date.fromordinal(day))]
            self._years[year] = known
        return known


@lru_cache(maxsize=1)
def shipped() -> Calendar:
    """Return the calendar that comes with the platform, without what the city has entered."""
    return _with([])


def current() -> Calendar:
    """Return the calendar of the city; it is read again when the version of the register `calendar` has changed."""
    return _register.get()


def refresh() -> Calendar:
    """Return the calendar of the city, read anew from the table."""
    _register.clear()
    return _register.get()


def _with(entered: list[tuple[date, bool, str]]) -> Calendar:
    notice = {date.fromisoformat(row["date"]): row for row in tables.rows("holidays")}
    ours = {day.year: row["source"] for day, row in notice.items()}
    days = {day: False for day in published_holidays if day.year not in ours}
    days |= {day: True for day in published_workdays if day.year not in ours}
    sources = {day.year: PUBLISHED for day in days} | ours
    days |= {day: row["is_workday"] == "1" for day, row in notice.items()}
    for day, is_workday, source in entered:
        days[day] = is_workday
        # Every yearly notice lists 1 January; a single local day does not make a year known.
        if (day.month, day.day) == (1, 1):
            sources[day.year] = source or "CalendarDay"
    return Calendar(days, sources)


_register: registers.Register[Calendar] = registers.Register("calendar", lambda: _with(CalendarDay.entered()))
