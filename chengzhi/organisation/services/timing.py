"""Verbs of the city's time: working hours of a scheme from a day on, and the holidays of a year with its make-up days."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

from django.utils import timezone
from pydantic import Field

from chengzhi.kernel import clocks, registers, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.models import CalendarDay, TimingScheme
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.workflow.forms import Ask
from chengzhi.organisation.queries import desk
from chengzhi.organisation.services.authority import authorise
from chengzhi.organisation.services.desk import CALENDAR, MANAGE_CALENDAR

SCHEMES = "schemes"
NATURAL = "natural"
SATURDAY = 5
LONGEST_RANGE = 31
PERIOD = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~～至]\s*(\d{1,2}):(\d{2})")
RANGE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:\s*[~～至]\s*(\d{4}-\d{1,2}-\d{1,2}))?")
From = Annotated[date | None, Ask("生效日期", "From", widget="date", help_zh="不填即明天", help_en="Tomorrow when left empty")]
Source = Annotated[
    str, Ask("依据", "Source", help_zh="文件名称和文号", help_en="Title and number of the document"), Field(min_length=2, max_length=200)
]


@writes.service
def set_scheme(
    *,
    scheme: Annotated[str, Ask("计时方案", "Timing scheme", widget="select", choices="timing_schemes")],
    periods: Annotated[
        str,
        Ask("每天时段", "Periods of a day", help_zh="例如 08:00-12:00 14:00-18:00", help_en="For example 08:00-12:00 14:00-18:00"),
        Field(max_length=80),
    ],
    workdays_only: Annotated[bool, Ask("仅工作日", "Working days only", widget="checkbox")] = False,
    valid_from: From = None,
    source: Source,
    act: Act,
) -> TimingScheme:
    """Set the working hours of a scheme from a day on, tomorrow or later; a clock counts by the scheme of the day on which it began."""
    authorise(act, MANAGE_CALENDAR, desk.city())
    today = timezone.localdate(act.at)
    if scheme == NATURAL or scheme not in {known.code for known in clocks.every_scheme()}:
        raise Invalid(f"计时方案“{scheme[:16]}”不可修改，请从列表中选择。", f"The scheme “{scheme[:16]}” cannot be changed; choose one.")
    first = valid_from or today + timedelta(days=1)
    if first <= today:
        raise Invalid(
            f"生效日期 {first} 须在今天之后：今天的时限已按原方案计算。",
            f"The day {first} must be after today: the limits of today have been counted already.",
            code="scheme_reaches_back",
        )
    text = _periods(periods)
    days = ("工作日", "working days") if workdays_only else ("每天", "every day")
    shown = " ".join(text.split(";")).replace("-", "–")
    values = {
        "name_zh": f"{days[0]} {shown}",
        "name_en": f"{days[1]} {shown}",
        "periods": text,
        "workdays_only": workdays_only,
        "source": source,
    }
    made, _ = TimingScheme.objects.update_or_create(code=scheme, valid_from=first, defaults=values)
    registers.raise_version(SCHEMES)
    return made


def _periods(typed: str) -> str:
    """Return periods as they are stored, `08:00-12:00;14:00-18:00`. Raises Invalid."""
    found = PERIOD.findall(typed)
    rest = PERIOD.sub("", typed)
    text = ";".join(f"{int(a):02d}:{b}-{int(c):02d}:{d}" for a, b, c, d in found)
    if not found or re.sub(r"[\s,;，；、和]", "", rest) or any(int(minute) > 59 for hit in found for minute in hit[1::2]):
        raise Invalid(
            f"每天时段“{typed[:80]}”读不懂，请写成 08:00-12:00 14:00-18:00。",
            f"The periods “{typed[:80]}” cannot be read; write them like 08:00-12:00 14:00-18:00.",
            code="bad_periods",
        )
    clocks.Scheme("", "", "", clocks.periods_in(text), workdays_only=False)  # refuses periods out of order or beyond the day
    return text


@writes.service
def enter_year(
    *,
    year: Annotated[int, Ask("年份", "Year", widget="number"), Field(ge=2000, le=2100)],
    off: Annotated[
        str,
        Ask(
            "放假日期",
            "Days off",
            widget="textarea",
            help_zh="例如 2027-01-01 2027-02-05至2027-02-11",
            help_en="For example 2027-01-01 2027-02-05~2027-02-11",
        ),
        Field(max_length=2000),
    ],
    work: Annotated[
        str,
        Ask("调休上班日期", "Make-up working days", widget="textarea", help_zh="周六或周日", help_en="Saturdays or Sundays"),
        Field(max_length=2000),
    ] = "",
    source: Source,
    act: Act,
) -> list[CalendarDay]:
    """Enter the yearly notice at once: days off and make-up working days; limits that begin from now on count by it.

    Raises Invalid for a day that cannot be read, is of another year, stands on both lists, or is a make-up day within the week.
    """
    authorise(act, MANAGE_CALENDAR, desk.city())
    free, made_up = set(_days(off, "放假日期", year)), set(_days(work, "调休上班日期", year))
    _check_year(year, free, made_up)
    rows = [CalendarDay(date=day, is_workday=day in made_up, note=f"{year} 年节假日安排", source=source) for day in sorted(free | made_up)]
    CalendarDay.objects.bulk_create(rows, update_conflicts=True, unique_fields=["date"], update_fields=["is_workday", "note", "source"])
    registers.raise_version(CALENDAR)
    return rows


def _check_year(year: int, free: set[date], made_up: set[date]) -> None:
    if date(year, 1, 1) not in free:
        raise Invalid(
            f"放假日期里没有 {year}-01-01，请录入全年安排。",
            f"{year}-01-01 is not among the days off; enter the whole year.",
            code="no_new_year",
        )
    both = sorted(free & made_up)
    if both:
        raise Invalid(f"{both[0]} 既是放假又是上班，请只留一处。", f"{both[0]} stands on both lists; keep it on one.", code="on_both_lists")
    within = next((day for day in sorted(made_up) if day.weekday() < SATURDAY), None)
    if within is not None:
        raise Invalid(f"调休上班日期 {within} 本来就是工作日，请核对。", f"{within} is a weekday; check it.", code="weekday_already")


def _days(typed: str, label: str, year: int) -> Iterator[date]:
    if re.sub(r"[\s,;，；、]", "", RANGE.sub("", typed)):
        raise Invalid(
            f"{label}“{RANGE.sub('', typed).strip()[:40]}”读不懂，请写成 {year}-02-05 或 {year}-02-05至{year}-02-11。",
            f"“{RANGE.sub('', typed).strip()[:40]}” cannot be read; write {year}-02-05 or {year}-02-05~{year}-02-11.",
            code="bad_days",
        )
    for first_text, last_text in RANGE.findall(typed):
        first, last = _day(first_text, label), _day(last_text or first_text, label)
        if not 0 <= (last - first).days < LONGEST_RANGE or first.year != year or last.year != year:
            raise Invalid(
                f"{label} {first} 至 {last} 不对：应在 {year} 年内，先后有序，最多 {LONGEST_RANGE} 天。",
                f"{first} to {last} is wrong: within {year}, in order, at most {LONGEST_RANGE} days.",
                code="bad_days",
            )
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def _day(text: str, label: str) -> date:
    try:
        year, month, day = map(int, text.split("-"))
        return date(year, month, day)
    except ValueError:
        raise Invalid(f"{label}“{text}”不是日期，请核对。", f"“{text}” is no date; check it.", code="bad_days") from None
