"""The statutory calendar: published notices, the city's own days, and the fall back to weekdays."""

from datetime import date, timedelta

import pytest
from chinese_calendar import is_workday
from django.db import transaction

from chengzhi.kernel import clocks, registers
from chengzhi.kernel.clocks import tables
from chengzhi.kernel.models import CalendarDay

DAYS_OF_2026 = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


def test_the_stored_notice_of_2026_agrees_with_the_published_holidays_on_every_day() -> None:
    calendar = clocks.shipped()
    assert [day for day in DAYS_OF_2026 if calendar.is_workday(day) != is_workday(day)] == []
    assert sum(calendar.is_workday(day) for day in DAYS_OF_2026) == 248


def test_the_stored_notice_names_its_source_on_every_row() -> None:
    rows = tables.rows("holidays")
    assert len(rows) == 39
    assert {row["source"] for row in rows} == {clocks.shipped().source(2026)}


@pytest.mark.parametrize(
    ("situation", "day", "workday"),
    [
        ("ordinary Monday", date(2026, 11, 23), True),
        ("ordinary Saturday", date(2026, 11, 28), False),
        ("holiday on a Thursday", date(2026, 10, 1), False),
        ("make-up Sunday", date(2026, 9, 20), True),
        ("make-up Saturday of an earlier year", date(2025, 10, 11), True),
        ("1 October of a year without notice", date(2027, 10, 1), True),
    ],
)
def test_a_day_is_a_working_day_by_the_notice_of_its_year(situation: str, day: date, workday: bool) -> None:
    assert clocks.shipped().is_workday(day) is workday


def test_a_year_is_known_only_when_its_notice_is_there() -> None:
    calendar = clocks.shipped()
    assert [year for year in range(2003, 2029) if not calendar.known_year(year)] == [2003, 2027, 2028]
    assert [notice.zh[:6] for notice in calendar.warnings(date(2026, 12, 1), date(2028, 1, 1))] == ["2027 年", "2028 年"]


@pytest.mark.parametrize("first", [date(2025, 12, 20), date(2026, 2, 14), date(2026, 10, 1)])
@pytest.mark.parametrize("further", [0, 1, 7, 260])
def test_jumping_over_working_days_equals_walking_day_by_day(first: date, further: int) -> None:
    calendar = clocks.shipped()
    walked = [day for number in range(500) if calendar.is_workday(day := first + timedelta(days=number))]
    assert date.fromordinal(calendar.workday_on_or_after(first.toordinal(), further)) == walked[further]
    assert calendar.count(first.toordinal(), walked[further].toordinal()) == further
    back = [day for number in range(1, 500) if calendar.is_workday(day := first - timedelta(days=number))]
    assert date.fromordinal(calendar.workday_before(first.toordinal(), further)) == back[further]


@pytest.mark.django_db
def test_a_day_entered_by_the_city_goes_before_the_notice_once_the_version_is_raised() -> None:
    assert clocks.refresh().is_workday(date(2026, 11, 23))
    try:
        with transaction.atomic():
            CalendarDay.objects.create(date=date(2026, 11, 23), is_workday=False, note="封路", source="市政府通告")
            registers.raise_version("calendar")
        assert not clocks.current().is_workday(date(2026, 11, 23))
        assert clocks.deadline("T_HEAR_REQ", date(2026, 11, 20)).deadline == date(2026, 11, 30)
    finally:
        clocks.refresh()


@pytest.mark.django_db
def test_a_year_becomes_known_with_its_first_of_january_and_not_with_a_single_local_day() -> None:
    try:
        CalendarDay.objects.create(date=date(2027, 5, 5), is_workday=False, source="市政府通告")
        assert not clocks.refresh().known_year(2027)
        CalendarDay.objects.create(date=date(2027, 1, 1), is_workday=False, source="国务院办公厅通知")
        assert (clocks.refresh().known_year(2027), clocks.current().source(2027)) == (True, "国务院办公厅通知")
    finally:
        CalendarDay.objects.all().delete()
        clocks.refresh()
