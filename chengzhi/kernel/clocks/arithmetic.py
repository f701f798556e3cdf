"""Service time: adding limits in a timing scheme. Local wall time of the city inside, aware UTC outside, seconds cut off.

Working time is a line of minutes: every working day is a stretch of `scheme.minutes` on it. To add is to walk along that line by
whole days and then inside one day; nothing is counted minute by minute. Statutory periods are in `legal`; they are never mixed.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils import timezone

from chengzhi.kernel.clocks.calendar import Calendar, Notice, current
from chengzhi.kernel.clocks.limits import NATURAL_UNITS, SERVICE_UNITS, WORKING_UNITS, YEAR, Limit
from chengzhi.kernel.clocks.schemes import Scheme
from chengzhi.kernel.problems import Invalid

P = ParamSpec("P")
R = TypeVar("R")
MONTHS_OF_YEAR = 12


def within_years(function: Callable[P, R]) -> Callable[P, R]:
    """Turn a result outside the years 1 to 9999 into one sentence."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (OverflowError, ValueError) as fault:
            raise Invalid(
                "计算结果超出公元 1 至 9999 年，请检查起点和时限。",
                "The result lies outside the years 1 to 9999; check the start and the limit.",
                code="clocks.range",
            ) from fault

    return guarded


@within_years
def add(start: datetime, limit: Limit, scheme: Scheme, calendar: Calendar | None = None) -> datetime:
    """Return when a limit ends that begins at `start`; one that ends exactly at the end of a period ends there."""
    at = whole_minute(start)
    if limit.unit in NATURAL_UNITS:
        return at + timedelta(minutes=natural_minutes(limit))
    if limit.working:
        return _shift(at, working_minutes(limit), scheme, calendar)
    return _on_day(at, months_later(timezone.localtime(at).date(), months(limit)))


@within_years
def backward(end: datetime, limit: Limit, scheme: Scheme, calendar: Calendar | None = None) -> datetime:
    """Return the latest moment at which a limit must begin so that it is over at `end`: at least the limit lies between."""
    at = whole_minute(end)
    if limit.unit in NATURAL_UNITS:
        return at - timedelta(minutes=natural_minutes(limit))
    if limit.working:
        return _shift(at, -working_minutes(limit), scheme, calendar)
    day = timezone.localtime(at).date()
    earlier = months_later(day, -months(limit))
    if day.day == _last_day(day):
        # From any later day of that month the limit ends on this same last day, so the last of them is the latest.
        earlier = earlier.replace(day=_last_day(earlier))
    return _on_day(at, earlier)


@within_years
def amber(start: datetime, limit: Limit, scheme: Scheme, calendar: Calendar | None = None) -> datetime:
    """Return the moment at which 80 % of a limit is used; of working units, 80 % of the working minutes."""
    at = whole_minute(start)
    if limit.working:
        return _shift(at, four_fifths(working_minutes(limit)), scheme, calendar)
    whole = add(at, limit, scheme, calendar) - at
    return at + timedelta(minutes=four_fifths(int(whole.total_seconds()) // 60))


@within_years
def shift(at: datetime, minutes: int, scheme: Scheme, calendar: Calendar | None = None) -> datetime:
    """Return the first moment so many working minutes later; for a negative number the last moment so many earlier."""
    return _shift(whole_minute(at), minutes, scheme, calendar)


@within_years
def elapsed_minutes(start: datetime, end: datetime, scheme: Scheme, calendar: Calendar | None = None) -> int:
    """Return how many working minutes lie between two moments; negative when the end comes first."""
    start, end = whole_minute(start), whole_minute(end)
    if end < start:
        return -elapsed_minutes(end, start, scheme, calendar)
    if scheme.always:
        return int((end - start).total_seconds()) // 60
    days = _days_of(scheme, calendar)
    (first, first_minute), (last, last_minute) = _place(start), _place(end)
    full = last - first if days is None else days.count(first, last)
    return full * scheme.minutes + _passed(last, last_minute, scheme, days) - _passed(first, first_minute, scheme, days)


def warnings(start: datetime, end: datetime, scheme: Scheme, calendar: Calendar | None = None) -> list[Notice]:
    """Return a sentence for each year between two moments whose holidays were needed and are not there."""
    days = _days_of(scheme, calendar)
    return [] if days is None else days.warnings(timezone.localtime(start).date(), timezone.localtime(end).date())


def whole_minute(at: datetime) -> datetime:
    """Return a moment in UTC without its seconds."""
    if at.tzinfo is None:
        raise Invalid(
            f"时刻“{at}”没有时区，请给出带时区的时刻。",
            f"The moment {at} has no time zone; give it with its zone.",
            code="clocks.zone",
        )
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def natural_minutes(limit: Limit) -> int:
    """Return the minutes of a limit in natural time."""
    return limit.amount * NATURAL_UNITS[limit.unit]


def working_minutes(limit: Limit) -> int:
    """Return the working minutes of a limit; one working day is 480 of them in every scheme."""
    return limit.amount * WORKING_UNITS[limit.unit]


def minutes_of(limit: Limit) -> int:
    """Return the minutes of a limit, working ones when it is counted in working time; a month has no fixed number of them."""
    if limit.working:
        return working_minutes(limit)
    if limit.unit not in NATURAL_UNITS:
        raise Invalid(
            f"时限“{limit}”不能折算为分钟，请改用 minute hour day 或工作时间的单位。",
            f"The limit '{limit}' has no fixed number of minutes; use minute, hour, day or a unit of working time.",
            code="clocks.unit",
        )
    return natural_minutes(limit)


def months(limit: Limit) -> int:
    """Return the months of a limit in months or years; a unit of law has no place in service time."""
    if limit.legal:
        raise Invalid(
            f"“{limit}”是法定期间的单位，服务时限请用 {' '.join(SERVICE_UNITS)} 之一。",
            f"'{limit}' is in a unit of law; service limits use one of {', '.join(SERVICE_UNITS)}.",
            code="clocks.unit",
        )
    return limit.amount * (MONTHS_OF_YEAR if limit.unit == YEAR else 1)


def months_later(day: date, count: int) -> date:
    """Return the same day number so many months later, or the last day of that month when it is shorter."""
    year, month = divmod(day.year * MONTHS_OF_YEAR + day.month - 1 + count, MONTHS_OF_YEAR)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, _last_day(first)))


def four_fifths(minutes: int) -> int:
    """Return 80 % of a number of minutes, a part of a minute counted as a whole one."""
    return -(-minutes * 4 // 5)


def _last_day(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _on_day(at: datetime, day: date) -> datetime:
    local = timezone.localtime(at)
    return local.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC)


def _days_of(scheme: Scheme, calendar: Calendar | None) -> Calendar | None:
    """Return the calendar a scheme needs: none when it runs every day, so that no table is asked."""
    return (calendar or current()) if scheme.workdays_only else None


def _place(at: datetime) -> tuple[int, int]:
    local = timezone.localtime(at)
    return local.toordinal(), local.hour * 60 + local.minute


def _moment(ordinal: int, minute: int) -> datetime:
    local = datetime.fromordinal(ordinal) + timedelta(minutes=minute)
    return local.replace(tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def _passed(ordinal: int, minute: int, scheme: Scheme, days: Calendar | None) -> int:
    if days is not None and not days.is_workday(date.fromordinal(ordinal)):
        return 0
    return scheme.passed(minute)


def _shift(at: datetime, minutes: int, scheme: Scheme, calendar: Calendar | None) -> datetime:
    if scheme.always or minutes == 0:
        return at + timedelta(minutes=minutes)
    days = _days_of(scheme, calendar)
    day, minute = _place(at)
    passed = _passed(day, minute, scheme, days)
    if minutes > 0:
        return _later(day, passed + minutes, scheme, days)
    return _earlier(day, passed + minutes, scheme, days)


def _later(day: int, target: int, scheme: Scheme, days: Calendar | None) -> datetime:
    """Return the first moment at which `target` (one at least) working minutes have passed since the begin of a day."""
    whole, rest = divmod(target - 1, scheme.minutes)
    found = day + whole if days is None else days.workday_on_or_after(day, whole)
    return _moment(found, scheme.earliest(rest + 1))


def _earlier(day: int, target: int, scheme: Scheme, days: Calendar | None) -> datetime:
    """Return the last moment at which `target` working minutes have passed since a day began; below zero: before it."""
    if target >= 0:
        return _moment(day, scheme.latest(target))
    whole, rest = divmod(-target - 1, scheme.minutes)
    found = day - 1 - whole if days is None else days.workday_before(day, whole)
    return _moment(found, scheme.latest(scheme.minutes - rest - 1))
