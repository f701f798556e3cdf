"""A deadline drawn as a small calendar: for a page as weeks of days with their kinds, for the command line as text."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TypedDict

from chengzhi.kernel.clocks.asking import asked
from chengzhi.kernel.clocks.calendar import Calendar, current
from chengzhi.kernel.clocks.legal import Deadline, answer, text_of
from chengzhi.kernel.clocks.legal_limits import MARKS

WEEK = 7
MOST_WEEKS, KEPT_WEEKS = 30, 8
WEEKDAYS = (
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
)
SIGNS = {
    "start": ("[", "]"),
    "deadline": ("<", ">"),
    "excluded": (" ", "x"),
    "rolled": (" ", "~"),
    "counted": (" ", "+"),
    "outside": (" ", " "),
    "holiday": (" ", "·"),
}
PLAIN = (" ", " ")
LEGEND = "[ ] 起点 start   + 计入 counted   x 扣除 excluded   ~ 顺延 rolled   · 休息日 day off   < > 届满 deadline"


class Cell(TypedDict):
    """One day of the drawing: its kinds are among start, deadline, excluded, rolled, counted, outside, holiday."""

    date: str
    day: int
    kinds: list[str]


class Week(TypedDict):
    """One week of the drawing, with the month in which it ends and how many weeks were left out before it."""

    month: str
    gap: int
    days: list[Cell]


def data_for_page(
    identifier: str = "",
    *,
    start: str,
    exclude: tuple[str, ...] = (),
    variant: str = "",
    extended: str = "0",
    limit: str = "",
    scheme_code: str = "",
    calendar: Calendar | None = None,
) -> dict[str, object]:
    """Answer a question as typed, with the weeks of a small calendar, each day with its kinds."""
    found = asked(
        identifier,
        start=start,
        exclude=exclude,
        variant=variant,
        extended=extended,
        limit=limit,
        scheme_code=scheme_code,
        calendar=calendar,
    )
    zh, en = MARKS[found.mark]
    return {**answer(found), "mark_name": {"zh": zh, "en": en}, "weeks": weeks(found, calendar)}


def weeks(found: Deadline, calendar: Calendar | None = None) -> list[Week]:
    """Return the weeks from start to deadline; of a long limit the first and the last ones, with `gap` weeks left out between."""
    calendar = calendar or current()
    first, last = sorted((_day(found.start), max(_day(found.deadline), _day(found.unrolled))))
    monday = first - timedelta(days=first.weekday())
    count = (last - monday).days // WEEK + 1
    drawn = list(range(count)) if count <= MOST_WEEKS else [*range(KEPT_WEEKS), *range(count - KEPT_WEEKS, count)]
    counted, excluded = frozenset(found.counted), frozenset(found.excluded)
    rows: list[Week] = []
    before = -1
    for number in drawn:
        days = [monday + timedelta(days=number * WEEK + place) for place in range(WEEK)]
        cells = [Cell(date=day.isoformat(), day=day.day, kinds=_kinds(day, found, counted, excluded, calendar)) for day in days]
        rows.append(Week(month=days[-1].isoformat()[:7], gap=number - before - 1, days=cells))
        before = number
    return rows


def as_text(found: Deadline, calendar: Calendar | None = None) -> str:
    """Return a deadline with its reasons and a small calendar, in Chinese and English."""
    zh, en = MARKS[found.mark]
    lines = [
        f"{found.id}  {found.name_zh} / {found.name_en}",
        f"起点 start      {with_weekday(found.start)}",
        f"届满 deadline   {with_weekday(found.deadline)}",
    ]
    if found.unrolled != found.deadline:
        aim = "（机关按此日办理 / the agency works to this day）" if found.target == found.unrolled else ""
        lines.append(f"未顺延 unrolled {with_weekday(found.unrolled)}{aim}")
    if found.target not in (found.deadline, found.unrolled):
        lines.append(f"目标 target     {with_weekday(found.target)}")
    if found.article:
        lines.append(f"依据 article    {found.article} / {found.article_en}")
    lines += [f"标记 mark       {found.mark} {zh}/{en}", f"来源 source     {found.source}"]
    lines += [f"注意 warning    {notice.zh} / {notice.en}" for notice in found.warnings]
    return "\n".join([*lines, "", *_drawn(weeks(found, calendar)), LEGEND])


def with_weekday(day: date) -> str:
    """Return a day or moment with its weekday in both languages."""
    zh, en = WEEKDAYS[day.weekday()]
    written = f"{day:%Y-%m-%d %H:%M}" if isinstance(day, datetime) else text_of(day)
    return f"{written} {zh} {en}"


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _kinds(day: date, found: Deadline, counted: frozenset[date], excluded: frozenset[date], calendar: Calendar) -> list[str]:
    start, end, unrolled = _day(found.start), _day(found.deadline), _day(found.unrolled)
    holds = {
        "start": day == start,
        "deadline": day == end,
        "excluded": day in excluded,
        "rolled": unrolled < day <= end,
        "counted": day in counted,
        "outside": not min(start, end) <= day <= max(start, end),
        "holiday": not calendar.is_workday(day),
    }
    return [kind for kind, true in holds.items() if true]


def _drawn(rows: list[Week]) -> Iterator[str]:
    yield " " * 8 + "".join(f"  {zh[1]} " for zh, _ in WEEKDAYS)
    month = ""
    for row in rows:
        if row["gap"]:
            yield f"        … 略去 {row['gap']} 周 / {row['gap']} weeks left out …"
        yield f"{row['month'] if row['month'] != month else '':8}" + "".join(_drawn_day(cell) for cell in row["days"])
        month = row["month"]


def _drawn_day(cell: Cell) -> str:
    left, right = next((sign for kind, sign in SIGNS.items() if kind in cell["kinds"]), PLAIN)
    number = "  " if cell["kinds"][:1] == ["outside"] else f"{cell['day']:2}"
    return f"{left}{number}{right} "
