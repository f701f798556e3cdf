"""The days of the demo city: the day's curve, the week, the weather, the week before the city inspection."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from chengzhi.incidents.models import Incident
from chengzhi.incidents.models.incident import SOURCES_OF_CITIZENS
from chengzhi.site.demo.days import CITIZENS, DAYS, PATROL, Days, by_hour, curve_of, passed
from tests.demo.conftest import CITY_TIME, NOW, SEED, City

TODAY = NOW.date()


@pytest.mark.parametrize(
    ("clock", "patrol", "citizens"),
    [
        (time(3, 0), 0.1, 0.2),
        (time(8, 29), 0.8, 1.2),
        (time(8, 30), 5.0, 3.0),
        (time(10, 0), 6.2, 4.0),
        (time(12, 30), 1.6, 2.0),
        (time(15, 30), 5.9, 3.6),
        (time(20, 0), 1.2, 4.4),
        (time(23, 30), 0.1, 0.6),
    ],
)
def test_the_curve_rises_at_half_past_eight_dips_at_noon_and_citizens_call_in_the_evening(clock, patrol, citizens):
    at = datetime.combine(TODAY, clock, CITY_TIME)
    assert (by_hour(PATROL, at), by_hour(CITIZENS, at)) == (patrol, citizens)


def test_a_curve_has_passed_by_a_share_of_its_hours():
    assert passed(PATROL, datetime.combine(TODAY, time(0), CITY_TIME)) == 0
    assert round(passed(PATROL, datetime.combine(TODAY, time(12), CITY_TIME)), 2) == 0.44
    assert passed(((0, 1.0), (12, 3.0)), datetime.combine(TODAY, time(16), CITY_TIME)) == 0.5


@pytest.mark.parametrize(("source", "curve"), [("inspector", PATROL), ("video", PATROL), ("12319", CITIZENS), ("public", CITIZENS)])
def test_patrols_have_their_hours_and_citizens_theirs(source, curve):
    assert curve_of(source) is curve


@pytest.mark.parametrize(
    ("now", "weather"),
    [(NOW, ["snow", "wind"]), (NOW.replace(month=7), ["rain", "wind"]), (NOW.replace(month=4, day=28), ["wind"])],
)
def test_the_weather_belongs_to_the_season_and_leaves_mondays_and_the_days_of_preparation_alone(now, weather):
    for seed in range(20):
        days = Days(seed, now)
        assert sorted(days.weather.values()) == weather
        assert all(day.weekday() and not days.prepared(day) and now.date() - day < timedelta(days=DAYS) for day in days.weather)


def test_the_weather_brings_its_own_classes_and_the_season_its_own():
    days = Days(SEED, NOW)
    snow = next(day for day, weather in days.weather.items() if weather == "snow")
    on_snow, today = ({row["class_code"]: weight for row, weight in days.mix(day)} for day in (snow, TODAY))
    assert round(on_snow["SJ0407"] / today["SJ0407"]) == 90 and on_snow["SJ0501"] < today["SJ0501"]
    july = {row["class_code"] for row, _ in Days(SEED, NOW.replace(month=7)).mix(date(2026, 7, 24))}
    assert {"SJ0510", "SJ0406"} <= july and not {"SJ0407", "SJ0405", "SJ0115"} & july
    assert {"SJ0407", "SJ0405", "SJ0402"} <= set(today) and not {"SJ0510", "SJ0406"} & set(today)


@pytest.mark.parametrize(
    ("source", "day", "weight"),
    [
        ("inspector", date(2026, 11, 16), 1.35),
        ("inspector", date(2026, 11, 23), 2.7),
        ("12319", date(2026, 11, 23), 1.35),
        ("inspector", date(2026, 11, 22), 1.4),
        ("inspector", date(2026, 11, 15), 0.7),
    ],
)
def test_mondays_bring_more_and_patrols_twice_as_much_before_the_city_inspection(source, day, weight):
    days = Days(SEED, NOW)
    days.weather = {}
    assert days.weight(source, day) == pytest.approx(weight)


def test_reports_beside_others_fill_the_day_up_to_its_share():
    days = Days(SEED, NOW)
    free = TODAY - timedelta(days=11)
    days.make_room({TODAY: 10_000, free: 0}, 1000)
    assert (days.room[TODAY], days.room[free]) == (0.05, 1.0)


@pytest.fixture(scope="module")
def reports(city: City, django_db_blocker) -> list[tuple[datetime, str, str]]:
    """When each report came in, from whom, of which class."""
    with django_db_blocker.unblock():
        found = Incident.objects.filter(matter__parent__isnull=True).values_list("matter__opened_at", "source", "class_code")
        return [(timezone.localtime(at), source, code) for at, source, code in found]


def per_hour(reports, first: float, last: float, citizens: bool) -> float:
    """Return how many reports an hour came in between two hours, on all days but today."""
    hours = [at.hour + at.minute / 60 for at, source, _ in reports if at.date() < TODAY and (source in SOURCES_OF_CITIZENS) is citizens]
    return sum(first <= hour < last for hour in hours) / (last - first)


@pytest.mark.sqlite_only
def test_the_curve_of_the_patrols_is_that_of_the_trade(reports):
    before, morning, noon, afternoon, evening = (
        per_hour(reports, *hours, citizens=False) for hours in ((7, 8.5), (9, 11), (12, 14), (15, 17), (19, 23))
    )
    assert morning > 5 * before and morning > 2 * noon and afternoon > 2 * noon and noon > evening


@pytest.mark.sqlite_only
def test_citizens_call_in_the_evening_when_patrols_are_over(reports):
    called, patrolled = (
        per_hour(reports, 18.5, 21, citizens=kind) / per_hour(reports, 9, 18.5, citizens=kind) for kind in (True, False)
    )
    assert called > 0.8 and patrolled < 0.4


@pytest.mark.sqlite_only
def test_the_days_of_the_city_stand_out_as_they_should(reports):
    days = Days(SEED, NOW)
    whole, patrols = Counter(at.date() for at, _, _ in reports), Counter(at.date() for at, source, _ in reports if source == "inspector")
    plain = [day for day in whole if day >= days.first.date() and day not in days.weather and not days.prepared(day)]
    workdays = [whole[day] for day in plain if 0 < day.weekday() < 5]
    usual = sum(workdays) / len(workdays)
    monday = next(day for day in plain if day.weekday() == 0)
    assert whole[monday] > 1.15 * usual
    for day in days.weather:
        week = 1.0 if day.weekday() < 5 else 0.75
        assert whole[day] > 1.2 * week * usual, (day, days.weather[day])
    prepared = [day for day in patrols if days.prepared(day) and day < TODAY]
    before = {day.weekday(): day for day in plain}
    pairs = [(patrols[day], patrols[before[day.weekday()]]) for day in prepared if day.weekday() in before]
    assert len(pairs) >= 2 and all(1.6 < now / then < 2.5 for now, then in pairs)


@pytest.mark.sqlite_only
def test_cases_run_up_to_this_minute_and_today_is_not_over(reports):
    newest = max(at for at, _, _ in reports)
    assert timedelta() <= NOW - newest < timedelta(minutes=15)
    assert sum(at.date() == TODAY for at, _, _ in reports) > 100
