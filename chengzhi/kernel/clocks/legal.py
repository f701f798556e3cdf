"""Statutory periods (法定期间): which day a limit set by law ends on, and which days were counted to get there.

Civil Procedure Law art 85, extended to this procedure by the platform: the day or hour of the start is not counted; a period that
would end on a day off ends on the next working day. For the agency's own duties the day before that roll is shown as the target.
Working days are those of the statutory calendar with its make-up days; service schemes play no part here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from chengzhi.kernel.clocks.arithmetic import months_later, within_years
from chengzhi.kernel.clocks.calendar import Calendar, Notice, current
from chengzhi.kernel.clocks.legal_limits import AGENCY, BACKWARD, NEVER, RATE, YEARLY, LegalLimit, legal_limit
from chengzhi.kernel.problems import Invalid

Interval = tuple[date, date]
ONE_DAY = timedelta(days=1)
LONGEST_EXCLUSION = timedelta(days=36_600)
MONTHS = {"M": 1, "Y": 12}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends and why. `unrolled` is the last day before any roll off a day off; `target` the day to work towards."""

    id: str
    start: date
    deadline: date
    unrolled: date
    target: date
    counted: tuple[date, ...]
    excluded: tuple[date, ...]
    name_zh: str
    name_en: str
    article: str
    article_en: str
    mark: str
    source: str
    warnings: tuple[Notice, ...]


@within_years
def deadline(
    identifier: str,
    start: date,
    *,
    exclude: Sequence[Interval] = (),
    variant: str | None = None,
    extended: int = 0,
    calendar: Calendar | None = None,
) -> Deadline:
    """Return the deadline of a statutory limit that starts on a day, or at a moment when it is counted in hours.

    Excluded intervals are given by their first and last day; they are united, so that no day is taken out twice. A limit that
    looks backward from a day (a hearing) returns the latest day such that at least the whole limit lies between.
    """
    day = timezone.localtime(start).date() if isinstance(start, datetime) and timezone.is_aware(start) else start
    day = day.date() if isinstance(day, datetime) else day
    limit, notices = legal_limit(identifier, day)
    amount, unit = limit.counted_as(variant or "", extended)
    united = _united(exclude)
    if unit == "H":
        return _in_hours(limit, amount, start, united, notices, variant or "", extended)
    days = calendar or current()
    counting = _counting(limit, amount, unit, day, united)
    counted, skipped = _counted(counting, day, united, days)
    unrolled = counted[-1] - ONE_DAY if limit.direction == BACKWARD else counted[-1]
    rolled = _rolled(unrolled, limit, united, days)
    notices = [*notices, *_exclusion_notice(limit, skipped), *_year_notices(limit, unit, day, unrolled, rolled, days)]
    return Deadline(
        id=limit.id,
        start=day,
        deadline=rolled,
        unrolled=unrolled,
        target=_target(limit, unrolled, rolled, days),
        counted=tuple(counted),
        excluded=tuple(skipped),
        name_zh=limit.name_zh,
        name_en=limit.name_en,
        article=limit.article_zh,
        article_en=limit.article_en,
        mark=limit.marked(extended, bool(skipped)),
        source=limit.source,
        warnings=tuple(notices),
    )


def answer(found: Deadline) -> dict[str, object]:
    """Return a deadline as the plain values of the command line and the API."""
    return {
        "id": found.id,
        "name": {"zh": found.name_zh, "en": found.name_en},
        "start": text_of(found.start),
        "deadline": text_of(found.deadline),
        "unrolled": text_of(found.unrolled),
        "target": text_of(found.target),
        "counted": [day.isoformat() for day in found.counted],
        "excluded": [day.isoformat() for day in found.excluded],
        "article": found.article,
        "article_en": found.article_en,
        "mark": found.mark,
        "source": found.source,
        "warnings": [notice.as_json() for notice in found.warnings],
    }


def text_of(day: date) -> str:
    """Return a day as text, or a moment in the city's zone to the minute."""
    return day.isoformat(timespec="minutes") if isinstance(day, datetime) else day.isoformat()


@dataclass(frozen=True, slots=True)
class _Counting:
    """How many days are counted, in which direction, and whether only working days are."""

    amount: int
    step: timedelta
    workdays_only: bool


def _counting(limit: LegalLimit, amount: int, unit: str, start: date, united: list[Interval]) -> _Counting:
    if limit.direction == RATE:
        return _Counting(-(-100 // amount), ONE_DAY, False)
    if limit.direction == YEARLY:
        _refuse_exclusion(limit, united)
        return _Counting((_next_of_year(int(unit.removeprefix("in_month_")), amount, start) - start).days, ONE_DAY, False)
    step = -ONE_DAY if limit.direction == BACKWARD else ONE_DAY
    if unit in MONTHS:
        return _Counting((months_later(start, amount * MONTHS[unit]) - start).days, step, False)
    return _Counting(amount, step, unit == "WD")


def _next_of_year(month: int, day: int, start: date) -> date:
    """Return the next such day of a year after the start, which itself is not counted."""
    this_year = date(start.year, month, day)
    return this_year if this_year > start else date(start.year + 1, month, day)


def _counted(counting: _Counting, start: date, united: list[Interval], days: Calendar) -> tuple[list[date], list[date]]:
    counts: Callable[[date], bool] = days.is_workday if counting.workdays_only else _always
    counted: list[date] = []
    skipped: list[date] = []
    day = start
    while len(counted) < counting.amount:
        day += counting.step
        if _within(day, united):
            skipped.append(day)
        elif counts(day):
            counted.append(day)
    return counted, skipped


def _always(day: date) -> bool:
    return True


def _within(day: date, united: list[Interval]) -> bool:
    return any(first <= day <= last for first, last in united)


def _united(exclude: Sequence[Interval]) -> list[Interval]:
    united: list[Interval] = []
    for first, last in sorted(exclude):
        if not timedelta(0) <= last - first <= LONGEST_EXCLUSION:
            raise Invalid(
                f"扣除期间“{first}..{last}”不可用，请写成“开始日..结束日”，结束日不早于开始日且不超过一百年。",
                f"The exclusion {first}..{last} cannot be used; write FIRST..LAST, not longer than a hundred years.",
                code="clocks.exclude",
            )
        if united and first <= united[-1][1] + ONE_DAY:
            united[-1] = (united[-1][0], max(last, united[-1][1]))
        else:
            united.append((first, last))
    return united


def _rolled(unrolled: date, limit: LegalLimit, united: list[Interval], days: Calendar) -> date:
    day = unrolled
    while limit.roll != NEVER and (not days.is_workday(day) or _within(day, united)):
        day += ONE_DAY
    return day


def _target(limit: LegalLimit, unrolled: date, rolled: date, days: Calendar) -> date:
    """Return the day to work towards: for the agency's own duties before the roll; looking backward the last working day."""
    if limit.direction == BACKWARD:
        return date.fromordinal(days.workday_before(unrolled.toordinal() + 1))
    return unrolled if limit.roll == AGENCY else rolled


def _year_notices(limit: LegalLimit, unit: str, start: date, unrolled: date, rolled: date, days: Calendar) -> list[Notice]:
    if unit == "WD":
        return days.warnings(start, rolled)
    return [] if limit.roll == NEVER else days.warnings(unrolled, rolled)


def _exclusion_notice(limit: LegalLimit, skipped: list[date]) -> list[Notice]:
    if limit.exclusion_mark or not skipped:
        return []
    return [
        Notice(
            f"{limit.id} 的依据没有写明可以扣除的期间，请核对扣除的理由。",
            f"The basis of {limit.id} names no time that may be excluded; check the ground of the exclusion.",
        )
    ]


def _refuse_exclusion(limit: LegalLimit, united: list[Interval]) -> None:
    if united:
        raise Invalid(
            f"{limit.id} 不按日累计，不能扣除期间，请去掉扣除期间。",
            f"{limit.id} is not counted day by day and takes no exclusion; leave the exclusion out.",
            code="clocks.exclude",
        )


def _in_hours(
    limit: LegalLimit, hours: int, start: date, united: list[Interval], notices: list[Notice], variant: str, extended: int
) -> Deadline:
    _refuse_exclusion(limit, united)
    if not isinstance(start, datetime):
        raise Invalid(
            f"{limit.id} 按小时计算，起点“{start}”须写明时刻，例如 {start}T09:00。",
            f"{limit.id} is counted in hours; the start {start} needs a time of day, for example {start}T09:00.",
            code="clocks.start",
        )
    at = (timezone.localtime(start) if timezone.is_aware(start) else timezone.make_aware(start)).replace(second=0, microsecond=0)
    # The hour of the start is not counted: the hours begin with the next full one; the target keeps to the minute.
    first = at if at.minute == 0 else at.replace(minute=0) + timedelta(hours=1)
    end = first + timedelta(hours=hours)
    span = (end.date() - at.date()).days
    return Deadline(
        id=limit.id,
        start=at,
        deadline=end,
        unrolled=end,
        target=at + timedelta(hours=hours),
        counted=tuple(at.date() + timedelta(days=number) for number in range(span + 1)),
        excluded=(),
        name_zh=limit.name_zh,
        name_en=limit.name_en,
        article=limit.article_zh,
        article_en=limit.article_en,
        mark=limit.marked(extended, False),
        source=limit.source,
        warnings=tuple(notices),
    )
