"""Service limits in timing schemes: exact vectors, and properties that hold for every limit and moment."""

import timeit
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzhi.kernel import clocks
from chengzhi.kernel.clocks import Limit, schemes
from chengzhi.kernel.problems import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = clocks.shipped()
WEEK = date(2026, 11, 23)
SCHEMES = {code: schemes.shipped().valid(code, WEEK) for code in ("day", "night", "office", "natural")}
WORKING = ("day", "night", "office", "natural")


@pytest.fixture(autouse=True, scope="module")
def no_city() -> Iterator[None]:
    """Count by the schemes that come with the platform, so that no database is asked."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(schemes, "current", schemes.shipped)
        yield


def at(text: str) -> datetime:
    """Return the local moment that a text names."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# The week of Monday 2026-11-23 has no holidays.
FORWARD = [
    ("before noon and over the break", "office", "2026-11-23T09:00", "4 working_hour", "2026-11-23T15:00"),
    ("begins in the break, ends with the day", "office", "2026-11-23T12:30", "4 working_hour", "2026-11-23T18:00"),
    ("runs over the evening", "office", "2026-11-23T17:00", "2 working_hour", "2026-11-24T09:00"),
    ("one working day over the weekend", "office", "2026-11-27T16:00", "1 working_day", "2026-11-30T16:00"),
    ("hours are natural on Saturday", "office", "2026-11-28T10:00", "2 hour", "2026-11-28T12:00"),
    ("days are natural at night", "office", "2026-11-29T23:00", "1 day", "2026-11-30T23:00"),
    ("eight working hours", "office", "2026-11-23T09:00", "8 working_hour", "2026-11-24T09:00"),
    ("a full day from its begin ends at its end", "office", "2026-11-23T08:00", "1 working_day", "2026-11-23T18:00"),
    ("from the very end of a day", "office", "2026-11-23T18:00", "1 working_day", "2026-11-24T18:00"),
    ("from before the first period", "office", "2026-11-23T05:00", "30 working_minute", "2026-11-23T08:30"),
    ("from a weekend", "office", "2026-11-28T10:00", "1 working_hour", "2026-11-30T09:00"),
    ("a make-up Saturday is a working day", "office", "2026-10-09T17:00", "2 working_hour", "2026-10-10T09:00"),
    ("over the National Day holidays", "office", "2026-09-30T17:00", "2 working_hour", "2026-10-08T09:00"),
    ("ten working days", "office", "2026-11-23T09:00", "10 working_day", "2026-12-07T09:00"),
    ("a stall seen on Saturday", "day", "2026-11-28T09:00", "2 working_hour", "2026-11-28T11:00"),
    ("480 minutes are a working day in the day scheme", "day", "2026-11-23T09:00", "1 working_day", "2026-11-23T17:00"),
    ("the day scheme rests at night", "day", "2026-11-23T19:00", "2 working_hour", "2026-11-24T09:00"),
    ("the night scheme runs till 23", "night", "2026-11-23T22:00", "1 working_hour", "2026-11-23T23:00"),
    ("480 minutes in natural time", "natural", "2026-11-23T22:00", "1 working_day", "2026-11-24T06:00"),
    ("minutes are natural", "office", "2026-11-23T23:50", "15 minute", "2026-11-24T00:05"),
    ("a month keeps the day number", "natural", "2026-11-23T09:00", "1 month", "2026-12-23T09:00"),
    ("a month ends on a shorter last day", "natural", "2027-01-31T09:00", "1 month", "2027-02-28T09:00"),
    ("a year from a leap day", "natural", "2028-02-29T09:00", "1 year", "2029-02-28T09:00"),
    ("seconds are cut off", "office", "2026-11-23T09:00:59", "1 working_hour", "2026-11-23T10:00"),
]


@pytest.mark.parametrize(("situation", "scheme", "start", "limit", "due"), FORWARD, ids=[row[0] for row in FORWARD])
def test_a_service_limit_ends_at_the_exact_minute(situation: str, scheme: str, start: str, limit: str, due: str) -> None:
    found = clocks.add(at(start), Limit.parse(limit), SCHEMES[scheme], CALENDAR)
    assert found == at(due)
    assert found.tzinfo is UTC


BACKWARD = [
    ("within the day", "office", "2026-11-23T15:00", "4 working_hour", "2026-11-23T09:00"),
    ("over the evening", "office", "2026-11-24T09:00", "2 working_hour", "2026-11-23T17:00"),
    ("over the weekend", "office", "2026-11-30T16:00", "1 working_day", "2026-11-27T16:00"),
    (
        "to the begin of a period rather than the end before it",
        "office",
        "2026-11-24T12:00",
        "4 working_hour",
        "2026-11-24T08:00",
    ),
    ("from a day off", "office", "2026-11-29T10:00", "1 working_hour", "2026-11-27T17:00"),
    ("natural hours", "office", "2026-11-29T10:00", "12 hour", "2026-11-28T22:00"),
    ("a month back from a last day", "natural", "2026-11-30T10:00", "1 month", "2026-10-31T10:00"),
    ("a month back", "natural", "2026-11-12T10:00", "1 month", "2026-10-12T10:00"),
]


@pytest.mark.parametrize(("situation", "scheme", "end", "limit", "latest"), BACKWARD, ids=[row[0] for row in BACKWARD])
def test_a_backward_limit_gives_the_latest_start(situation: str, scheme: str, end: str, limit: str, latest: str) -> None:
    assert clocks.backward(at(end), Limit.parse(limit), SCHEMES[scheme], CALENDAR) == at(latest)


AMBER = [
    ("80 % of ten working hours", "office", "2026-11-23T08:00", "10 working_hour", "2026-11-23T18:00"),
    ("80 % of one working day", "office", "2026-11-23T08:00", "1 working_day", "2026-11-23T16:24"),
    ("80 % of an hour", "natural", "2026-11-23T08:00", "1 hour", "2026-11-23T08:48"),
    ("a part of a minute counts as a whole one", "natural", "2026-11-23T08:00", "1 minute", "2026-11-23T08:01"),
    ("80 % of a month of thirty days", "natural", "2026-11-01T00:00", "1 month", "2026-11-25T00:00"),
]


@pytest.mark.parametrize(("situation", "scheme", "start", "limit", "amber"), AMBER, ids=[row[0] for row in AMBER])
def test_amber_begins_when_four_fifths_are_used(situation: str, scheme: str, start: str, limit: str, amber: str) -> None:
    assert clocks.amber(at(start), Limit.parse(limit), SCHEMES[scheme], CALENDAR) == at(amber)


@pytest.mark.parametrize(
    ("scheme", "start", "end", "minutes"),
    [
        ("office", "2026-11-23T09:00", "2026-11-23T15:00", 240),
        ("office", "2026-11-27T16:00", "2026-11-30T16:00", 480),
        ("office", "2026-11-28T00:00", "2026-11-29T23:59", 0),
        ("office", "2026-11-23T15:00", "2026-11-23T09:00", -240),
        ("office", "2026-01-01T00:00", "2027-01-01T00:00", 248 * 480),
        ("day", "2026-11-28T07:00", "2026-11-29T21:00", 1440),
        ("natural", "2026-11-28T07:00", "2026-11-29T07:00", 1440),
    ],
)
def test_elapsed_time_counts_working_minutes_only(scheme: str, start: str, end: str, minutes: int) -> None:
    assert clocks.elapsed_minutes(at(start), at(end), SCHEMES[scheme], CALENDAR) == minutes


MOMENTS = st.integers(0, 8 * 366 * 1440).map(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
AMOUNTS = st.integers(1, 60_000)


@given(start=MOMENTS, minutes=AMOUNTS, code=st.sampled_from(WORKING))
def test_exactly_the_limit_lies_between_start_and_deadline(start: datetime, minutes: int, code: str) -> None:
    limit = Limit(minutes, "working_minute")
    due = clocks.add(start, limit, SCHEMES[code], CALENDAR)
    assert clocks.elapsed_minutes(start, due, SCHEMES[code], CALENDAR) == minutes
    assert clocks.elapsed_minutes(start, due - timedelta(minutes=1), SCHEMES[code], CALENDAR) == minutes - 1


@given(end=MOMENTS, minutes=AMOUNTS, code=st.sampled_from(WORKING))
def test_the_latest_start_leaves_exactly_the_limit_and_no_later_one_does(end: datetime, minutes: int, code: str) -> None:
    limit = Limit(minutes, "working_minute")
    latest = clocks.backward(end, limit, SCHEMES[code], CALENDAR)
    assert clocks.elapsed_minutes(latest, end, SCHEMES[code], CALENDAR) == minutes
    assert clocks.elapsed_minutes(latest + timedelta(minutes=1), end, SCHEMES[code], CALENDAR) == minutes - 1


@given(
    start=MOMENTS, amount=st.integers(1, 400), unit=st.sampled_from(sorted(clocks.SERVICE_UNITS)), code=st.sampled_from(WORKING)
)
def test_amber_lies_between_start_and_deadline(start: datetime, amount: int, unit: str, code: str) -> None:
    limit = Limit(amount, unit)
    due = clocks.add(start, limit, SCHEMES[code], CALENDAR)
    assert start < clocks.amber(start, limit, SCHEMES[code], CALENDAR) <= due
    assert clocks.add(start + timedelta(days=1), limit, SCHEMES[code], CALENDAR) >= due


@given(amount=st.integers(1, 1_000_000), unit=st.sampled_from([*clocks.SERVICE_UNITS, *clocks.LEGAL_UNITS]))
def test_a_limit_is_read_back_from_its_text(amount: int, unit: str) -> None:
    assert Limit.parse(str(Limit(amount, unit))) == Limit(amount, unit)


@pytest.mark.parametrize(
    "text", ["", "4", "working_hour", "4working_hour", "-1 hour", "1.5 hour", "0 hour", "2000000 hour", "4 weeks"]
)
def test_an_unreadable_limit_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        Limit.parse(text)
    assert refused.value.zh.endswith("。")
    assert refused.value.en.endswith(".")


@pytest.mark.parametrize(
    ("situation", "work", "code"),
    [
        ("unit of law", lambda: clocks.add(at("2026-11-23T09:00"), Limit(7, "WD"), SCHEMES["office"], CALENDAR), "clocks.unit"),
        (
            "no zone",
            lambda: clocks.add(datetime.fromisoformat("2026-11-23"), Limit(7, "hour"), SCHEMES["office"], CALENDAR),
            "clocks.zone",
        ),
        (
            "past year 9999",
            lambda: clocks.add(at("2026-11-23T09:00"), Limit(9000, "year"), SCHEMES["day"], CALENDAR),
            "clocks.range",
        ),
        ("unknown scheme", lambda: clocks.scheme("siesta", on=WEEK), "clocks.scheme"),
        ("periods overlap", lambda: clocks.Scheme("x", "", "", ((60, 120), (90, 150)), False), "clocks.scheme"),
        ("minutes of a month", lambda: clocks.minutes_of(Limit(1, "month")), "clocks.unit"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_reason(situation: str, work: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        work()
    assert refused.value.code == code


def test_the_shipped_schemes_are_those_of_the_design() -> None:
    assert {scheme.code: (scheme.periods, scheme.workdays_only) for scheme in clocks.every_scheme()} == {
        "day": (((480, 1200),), False),
        "night": (((480, 1380),), False),
        "office": (((480, 720), (840, 1080)), True),
        "natural": (((0, 1440),), False),
    }


@pytest.mark.parametrize(("limit", "scheme", "most"), [("4 hour", "natural", 20e-6), ("10 working_day", "office", 100e-6)])
def test_adding_is_quick(limit: str, scheme: str, most: float) -> None:
    start, parsed = at("2026-11-23T09:17"), Limit.parse(limit)
    rounds = timeit.repeat(lambda: clocks.add(start, parsed, SCHEMES[scheme], CALENDAR), number=500, repeat=7)
    assert min(rounds) / 500 < most
