"""Statutory periods: the vectors of the law, backward limits, exclusions, extensions, and one property for all of them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzhi.kernel import clocks
from chengzhi.kernel.problems import Invalid, NotFound, Problem

CALENDAR = clocks.shipped()
SHANGHAI = ZoneInfo("Asia/Shanghai")
IDS = [limit.id for limit in clocks.every_legal_limit()]
# fmt: off
MASTER = [
    "T_FILE", "T_DECIDE", "T_PRESERVE", "T_SPOT_APPROVAL", "T_SEIZE", "T_HEAR_REQ", "T_HEAR_NOTICE", "T_SERVE", "T_PAY",
    "T_CASH_OFFICER", "T_CASH_AGENCY", "T_SURCHARGE", "T_URGE_EXEC", "T_URGE_COURT", "T_COURT_APPLY", "T_RECON", "T_SUIT",
    "T_PRESCRIPTION", "T_PUBLISH", "T_WITHDRAW", "T_CRIM_DECIDE", "T_CRIM_SEND", "T_POLICE_FWD", "T_POLICE_DECIDE",
    "T_CRIM_RECON", "T_CRIM_HANDOVER", "T_SUBST_URGE", "T_ANNOUNCE", "T_RECON_REPLY", "T_SUIT_ANSWER", "T_VIDEO_REVIEW",
    "T_VIDEO_TELL", "T_COMPLAINT_REPLY", "T_COMPLAINT_FWD", "T_ANNUAL",
]
# fmt: on
TEST_OF_GOODS = [("2026-05-20", "2026-05-27")]
TWICE = [("2026-05-20", "2026-05-25"), ("2026-05-22", "2026-05-27")]

# V1 … V14 are the vectors of the domain reference, by its numbers.
VECTORS: list[tuple[str, str, str, dict[str, Any], str, str]] = [
    ("V1 make-up Saturday counts", "T_PRESERVE", "2026-09-23", {}, "2026-10-10", "2026-10-10"),
    ("V2 rolls over the National Day", "T_PAY", "2026-09-18", {}, "2026-10-08", "2026-10-03"),
    ("V3 cap of the surcharge on day 34", "T_SURCHARGE", "2026-10-08", {}, "2026-11-11", "2026-11-11"),
    ("V5 seizure", "T_SEIZE", "2026-05-10", {}, "2026-06-09", "2026-06-09"),
    ("V5 with a test", "T_SEIZE", "2026-05-10", {"exclude": TEST_OF_GOODS}, "2026-06-17", "2026-06-17"),
    ("V5 with a test, extended", "T_SEIZE", "2026-05-10", {"exclude": TEST_OF_GOODS, "extended": 1}, "2026-07-17", "2026-07-17"),
    ("V5 overlapping exclusions are united", "T_SEIZE", "2026-05-10", {"exclude": TWICE}, "2026-06-17", "2026-06-17"),
    ("V7 cash before Qingming", "T_CASH_OFFICER", "2026-04-03", {}, "2026-04-08", "2026-04-08"),
    ("V10 service by announcement", "T_ANNOUNCE", "2026-02-10", {}, "2026-03-12", "2026-03-12"),
    ("V10 payment after it", "T_PAY", "2026-03-12", {}, "2026-03-27", "2026-03-27"),
    ("V11 hearing over the Spring Festival", "T_HEAR_REQ", "2026-02-12", {}, "2026-02-26", "2026-02-26"),
    ("V13 service over Labour Day", "T_SERVE", "2026-04-29", {}, "2026-05-12", "2026-05-12"),
    ("V14 withdrawal over the National Day", "T_WITHDRAW", "2026-09-30", {}, "2026-10-10", "2026-10-10"),
    ("ninety days", "T_DECIDE", "2026-03-02", {}, "2026-06-01", "2026-05-31"),
    ("ninety and thirty days", "T_DECIDE", "2026-03-02", {"extended": 1}, "2026-06-30", "2026-06-30"),
    ("ninety, thirty and sixty days", "T_DECIDE", "2026-03-02", {"extended": 2}, "2026-08-31", "2026-08-29"),
    ("a make-up Saturday is no day off to roll from", "T_PAY", "2026-04-24", {}, "2026-05-09", "2026-05-09"),
    ("three calendar days never roll", "T_CRIM_DECIDE", "2026-09-30", {}, "2026-10-03", "2026-10-03"),
    ("six months", "T_SUIT", "2026-03-31", {}, "2026-09-30", "2026-09-30"),
    ("six months into February", "T_SUIT", "2025-08-31", {}, "2026-02-28", "2026-02-28"),
    (
        "fifteen days after reconsideration",
        "T_SUIT",
        "2026-03-02",
        {"variant": "after_reconsideration"},
        "2026-03-17",
        "2026-03-17",
    ),
    ("sixty days for reconsideration", "T_RECON", "2026-03-02", {}, "2026-05-06", "2026-05-01"),
    ("a year when not told", "T_RECON", "2025-03-03", {"variant": "not_told"}, "2026-03-03", "2026-03-03"),
    ("three months to apply to the court", "T_COURT_APPLY", "2026-03-31", {}, "2026-06-30", "2026-06-30"),
    (
        "months with ten days taken out",
        "T_COURT_APPLY",
        "2026-03-31",
        {"exclude": [("2026-04-01", "2026-04-10")]},
        "2026-07-10",
        "2026-07-10",
    ),
    ("ten working days for the answer", "T_RECON_REPLY", "2026-11-23", {}, "2026-12-07", "2026-12-07"),
    ("five in the simplified procedure", "T_RECON_REPLY", "2026-11-23", {"variant": "simplified"}, "2026-11-30", "2026-11-30"),
    ("two years", "T_PRESCRIPTION", "2024-05-01", {"variant": "2y"}, "2026-05-01", "2026-05-01"),
    ("five years", "T_PRESCRIPTION", "2021-10-01", {"variant": "5y"}, "2026-10-01", "2026-10-01"),
    ("statistics by 31 January", "T_ANNUAL", "2025-12-31", {}, "2026-02-02", "2026-01-31"),
    ("hearing: seven working days lie between", "T_HEAR_NOTICE", "2026-11-26", {}, "2026-11-16", "2026-11-16"),
    ("hearing after the National Day", "T_HEAR_NOTICE", "2026-10-15", {}, "2026-09-29", "2026-09-29"),
    ("hearing: the latest day may be a Sunday", "T_HEAR_NOTICE", "2026-12-02", {}, "2026-11-22", "2026-11-22"),
    ("substitute performance: three lie between", "T_SUBST_URGE", "2026-11-27", {}, "2026-11-23", "2026-11-23"),
    ("ten working days after urging", "T_URGE_COURT", "2026-09-18", {}, "2026-10-09", "2026-10-09"),
]


def ask(identifier: str, start: str, said: dict[str, Any]) -> clocks.Deadline:
    """Return the deadline with days given as texts."""
    pairs = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in said.get("exclude", [])]
    return clocks.deadline(identifier, date.fromisoformat(start), calendar=CALENDAR, **{**said, "exclude": pairs})


@pytest.mark.parametrize(
    ("situation", "identifier", "start", "said", "deadline", "unrolled"), VECTORS, ids=[row[0] for row in VECTORS]
)
def test_a_statutory_limit_ends_on_the_exact_day(
    situation: str, identifier: str, start: str, said: dict[str, Any], deadline: str, unrolled: str
) -> None:
    found = ask(identifier, start, said)
    assert (found.deadline.isoformat(), found.unrolled.isoformat()) == (deadline, unrolled)


def test_the_surcharge_runs_twelve_days_from_due_to_payment() -> None:
    counted = ask("T_SURCHARGE", "2026-10-08", {}).counted
    assert (counted[0], len(counted)) == (date(2026, 10, 9), 34)
    # V3: paid on 2026-10-20, twelve days at 3 % of 2000 yuan are 720.
    assert len([day for day in counted if day <= date(2026, 10, 20)]) == 12


def test_the_counted_and_excluded_days_are_told() -> None:
    found = ask("T_PRESERVE", "2026-09-23", {"exclude": [("2026-09-28", "2026-09-29")]})
    assert [day.isoformat()[5:] for day in found.counted] == ["09-24", "09-30", "10-08", "10-09", "10-10", "10-12", "10-13"]
    assert [day.isoformat()[5:] for day in found.excluded] == ["09-28", "09-29"]


@pytest.mark.parametrize(
    ("start", "deadline", "target"),
    [
        ("2026-11-23T10:20", "2026-11-24T11:00+08:00", "2026-11-24T10:20+08:00"),
        ("2026-11-23T10:00", "2026-11-24T10:00+08:00", "2026-11-24T10:00+08:00"),
        ("2026-09-30T23:59", "2026-10-02T00:00+08:00", "2026-10-01T23:59+08:00"),
    ],
)
def test_hours_begin_with_the_next_full_one_and_never_roll(start: str, deadline: str, target: str) -> None:
    found = clocks.deadline("T_SPOT_APPROVAL", datetime.fromisoformat(start).replace(tzinfo=SHANGHAI))
    shown = clocks.answer(found)
    assert (shown["deadline"], shown["target"]) == (deadline, target)


@pytest.mark.parametrize(
    ("identifier", "start", "target"),
    [
        ("T_DECIDE", "2026-03-02", "2026-05-31"),
        ("T_PAY", "2026-09-18", "2026-10-08"),
        ("T_HEAR_NOTICE", "2026-12-02", "2026-11-20"),
    ],
)
def test_the_agency_works_to_the_unrolled_day_and_the_party_has_the_rolled_one(identifier: str, start: str, target: str) -> None:
    assert ask(identifier, start, {}).target.isoformat() == target


@pytest.mark.parametrize(
    ("situation", "identifier", "said", "mark"),
    [
        ("text of the law", "T_DECIDE", {}, "S"),
        ("extension from an unverified order", "T_DECIDE", {"extended": 1}, "K~"),
        ("exclusion from an unverified order", "T_DECIDE", {"exclude": TEST_OF_GOODS}, "K~"),
        ("exclusion outside the period", "T_DECIDE", {"exclude": [("2027-05-01", "2027-05-02")]}, "S"),
        ("extension from the law", "T_SEIZE", {"extended": 1}, "S"),
        ("unverified", "T_FILE", {}, "K~"),
        ("platform default", "T_VIDEO_REVIEW", {}, "D"),
    ],
)
def test_a_result_carries_the_weakest_mark_of_what_it_rests_on(
    situation: str, identifier: str, said: dict[str, Any], mark: str
) -> None:
    assert ask(identifier, "2026-05-10", said).mark == mark


def test_the_table_holds_every_limit_of_the_master_list_once() -> None:
    assert sorted(IDS) == sorted(MASTER)


@pytest.mark.parametrize("identifier", MASTER)
def test_every_limit_answers_with_article_mark_and_days(identifier: str) -> None:
    found = clocks.deadline(identifier, datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI), calendar=CALENDAR)
    shown = clocks.answer(found)
    assert {"id", "start", "deadline", "unrolled", "counted", "excluded", "article", "mark", "warnings"} <= shown.keys()
    assert shown["id"] == identifier
    assert shown["mark"] in clocks.MARKS
    assert shown["article"]
    assert shown["counted"]
    assert found.source


def test_a_year_without_holiday_table_is_counted_by_weekdays_and_says_so() -> None:
    found = ask("T_PRESERVE", "2026-12-30", {})
    assert found.deadline == date(2027, 1, 8)
    assert [notice.zh[:13] for notice in found.warnings] == ["2027 年没有节假日表，"]
    assert [notice.en[:35] for notice in found.warnings] == ["There is no holiday table for 2027:"]
    assert not ask("T_PRESERVE", "2026-09-23", {}).warnings
    assert not ask("T_CRIM_DECIDE", "2027-09-30", {}).warnings


def test_a_start_before_the_stored_law_is_answered_with_a_warning() -> None:
    found = ask("T_RECON", "2023-12-01", {})
    assert found.deadline == date(2024, 1, 30)
    assert found.warnings[0].en == "The text stored for T_RECON is in force from 2024-01-01; check what applied on 2023-12-01."


def test_an_exclusion_that_the_law_does_not_name_is_pointed_out() -> None:
    found = ask("T_PAY", "2026-03-02", {"exclude": [("2026-03-05", "2026-03-06")]})
    assert found.deadline == date(2026, 3, 19)
    assert found.warnings[0].en == "The basis of T_PAY names no time that may be excluded; check the ground of the exclusion."


REFUSED = [
    ("unknown id", "T_NOTHING", {}, NotFound, "clocks.id"),
    ("unknown variant", "T_PAY", {"variant": "5y"}, Invalid, "clocks.variant"),
    ("too many extensions", "T_SEIZE", {"extended": 2}, Invalid, "clocks.extended"),
    ("end before begin", "T_SEIZE", {"exclude": [("2026-05-27", "2026-05-20")]}, Invalid, "clocks.exclude"),
    ("exclusion without end", "T_SEIZE", {"exclude": [("2026-05-27", "9999-12-31")]}, Invalid, "clocks.exclude"),
    ("hours without time of day", "T_CRIM_SEND", {}, Invalid, "clocks.start"),
    ("exclusion from a yearly date", "T_ANNUAL", {"exclude": TEST_OF_GOODS}, Invalid, "clocks.exclude"),
]


@pytest.mark.parametrize(("situation", "identifier", "said", "problem", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_wrong_question_is_refused_in_one_sentence(
    situation: str, identifier: str, said: dict[str, Any], problem: type[Problem], code: str
) -> None:
    with pytest.raises(problem) as refused:
        ask(identifier, "2026-05-10", said)
    assert refused.value.code == code
    assert refused.value.zh.endswith("。")
    assert refused.value.en.endswith(".")


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
INTERVALS = st.lists(
    st.tuples(DAYS, st.integers(0, 40)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))), max_size=4
)
BY_DAYS = [limit.id for limit in clocks.every_legal_limit() if limit.unit in {"WD", "CD", "M"}]


@given(start=DAYS, exclude=INTERVALS, identifier=st.sampled_from(BY_DAYS))
def test_counted_days_are_exact_in_number_never_excluded_and_never_the_start(
    start: date, exclude: list[tuple[date, date]], identifier: str
) -> None:
    found = clocks.deadline(identifier, start, exclude=exclude, calendar=CALENDAR)
    plain = clocks.deadline(identifier, start, calendar=CALENDAR)
    limit, _ = clocks.legal_limit(identifier, start)
    assert len(found.counted) == len(plain.counted)
    assert not set(found.counted) & ({start} | set(found.excluded))
    assert all(any(first <= day <= last for first, last in exclude) for day in found.excluded)
    if limit.unit == "WD":
        assert all(CALENDAR.is_workday(day) for day in found.counted)
    if limit.direction == "forward":
        assert found.deadline >= found.unrolled >= plain.unrolled
        assert limit.roll == "never" or CALENDAR.is_workday(found.deadline)
    else:
        assert found.deadline <= plain.deadline < start
