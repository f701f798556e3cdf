"""`chengzhi deadline` and the data of the deadlines page: the same question, the same answer."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from chengzhi.kernel import clocks
from chengzhi.kernel.problems import Problem

pytestmark = pytest.mark.django_db
CALENDAR = clocks.shipped()


def run(*words: str) -> str:
    """Return what the command prints."""
    out = io.StringIO()
    call_command("deadline", *words, stdout=out)
    return out.getvalue()


def test_json_gives_the_plain_values_of_the_interface() -> None:
    shown: dict[str, Any] = json.loads(run("T_PAY", "--start", "2026-09-18", "--json"))
    assert (shown["id"], shown["start"], shown["deadline"], shown["unrolled"]) == (
        "T_PAY",
        "2026-09-18",
        "2026-10-08",
        "2026-10-03",
    )
    assert (len(shown["counted"]), shown["counted"][0], shown["counted"][-1]) == (15, "2026-09-19", "2026-10-03")
    assert (shown["excluded"], shown["article"], shown["mark"], shown["warnings"]) == ([], "行政处罚法第67条", "S", [])


def test_exclusions_and_extensions_may_be_given() -> None:
    words = ("T_SEIZE", "--start", "2026-05-10", "--exclude", "2026-05-20..2026-05-25", "--exclude", "2026-05-22..2026-05-27")
    shown = json.loads(run(*words, "--extended", "1", "--json"))
    assert (shown["deadline"], len(shown["excluded"])) == ("2026-07-17", 8)


def test_a_service_limit_may_stand_in_place_of_an_id() -> None:
    shown = json.loads(run("--limit", "4 working_hour", "--scheme", "office", "--start", "2026-11-23T09:00", "--json"))
    assert (shown["id"], shown["start"], shown["deadline"]) == (
        "4 working_hour",
        "2026-11-23T09:00+08:00",
        "2026-11-23T15:00+08:00",
    )
    assert (shown["counted"], shown["mark"], shown["article"]) == (["2026-11-23"], "D", "")


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        (
            ("T_PAY", "--start", "2026-09-18"),
            ["2026-10-08 周四 Thu", "2026-10-03 周六 Sat", "行政处罚法第67条", "[18]", " 4~", "< 8>"],
        ),
        (("T_FILE", "--start", "2026-03-02"), ["未核实/unverified", "<17>"]),
        (("T_VIDEO_TELL", "--start", "2026-03-02"), ["本平台默认/platform default"]),
        (("T_SEIZE", "--start", "2026-05-10", "--exclude", "2026-05-20..2026-05-27"), ["20x", "28+"]),
        (("T_PRESERVE", "--start", "2026-09-23"), ["25·", "10>"]),
        (("T_PRESERVE", "--start", "2026-12-30"), ["2027 年没有节假日表", "There is no holiday table for 2027"]),
        (("T_PRESCRIPTION", "--start", "2026-05-01", "--variant", "5y"), ["略去 246 周"]),
    ],
)
def test_the_text_shows_deadline_article_mark_and_calendar(words: tuple[str, ...], pieces: list[str]) -> None:
    text = run(*words)
    assert [piece for piece in pieces if piece not in text] == []


REFUSED = [
    ("no id and no limit", ("--start", "2026-09-18"), "clocks.id"),
    ("both", ("T_PAY", "--limit", "1 hour", "--start", "2026-09-18"), "clocks.id"),
    ("unknown id", ("T_X", "--start", "2026-09-18"), "clocks.id"),
    ("no start", ("T_PAY",), "clocks.start"),
    ("no such day", ("T_PAY", "--start", "2026-02-30"), "clocks.start"),
    ("half an interval", ("T_PAY", "--start", "2026-02-03", "--exclude", "2026-02-04"), "clocks.exclude"),
    ("no such day in an interval", ("T_PAY", "--start", "2026-02-03", "--exclude", "2026-02-04..2026-02-30"), "clocks.exclude"),
    ("words for a number", ("T_PAY", "--start", "2026-02-03", "--extended", "twice"), "clocks.extended"),
    ("scheme for a statutory limit", ("T_PAY", "--start", "2026-02-03", "--scheme", "office"), "clocks.scheme"),
    ("unknown scheme", ("--limit", "1 hour", "--scheme", "siesta", "--start", "2026-02-03"), "clocks.scheme"),
    ("unreadable limit", ("--limit", "soon", "--start", "2026-02-03"), "clocks.limit"),
    ("variant of a service limit", ("--limit", "1 hour", "--variant", "5y", "--start", "2026-02-03"), "clocks.limit"),
    ("longer than a hundred years", ("--limit", "200 year", "--start", "2026-02-03"), "clocks.limit"),
    ("past the last year", ("T_PAY", "--start", "9999-12-30"), "clocks.range"),
]


@pytest.mark.parametrize(("situation", "words", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_bad_question_is_refused_with_a_sentence_in_both_languages(situation: str, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(Problem) as refused:
        run(*words)
    assert refused.value.code == code
    assert refused.value.zh.endswith("。")
    assert refused.value.en.endswith(".")


def test_the_page_gets_weeks_of_days_with_their_kinds() -> None:
    shown: Any = clocks.data_for_page("T_PAY", start="2026-09-18", calendar=CALENDAR)
    kinds = {cell["date"]: cell["kinds"] for week in shown["weeks"] for cell in week["days"]}
    assert [week["month"] for week in shown["weeks"]] == ["2026-09", "2026-09", "2026-10", "2026-10"]
    assert kinds["2026-09-17"] == ["outside"]
    assert kinds["2026-09-18"] == ["start"]
    assert kinds["2026-09-20"] == ["counted"]
    assert kinds["2026-10-03"] == ["counted", "holiday"]
    assert kinds["2026-10-04"] == ["rolled", "holiday"]
    assert kinds["2026-10-08"] == ["deadline", "rolled"]
    assert shown["mark_name"] == {"zh": "有来源", "en": "sourced"}


def test_a_backward_limit_is_drawn_from_its_deadline_to_its_start() -> None:
    shown: Any = clocks.data_for_page("T_HEAR_NOTICE", start="2026-12-02", calendar=CALENDAR)
    kinds = {cell["date"]: cell["kinds"] for week in shown["weeks"] for cell in week["days"]}
    assert (kinds["2026-11-22"], kinds["2026-11-23"], kinds["2026-12-02"]) == (["deadline", "holiday"], ["counted"], ["start"])
    assert (kinds["2026-11-28"], kinds["2026-12-03"]) == (["holiday"], ["outside"])
