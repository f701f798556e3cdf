"""The judgements of the citizens' pages: tables without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from chengzhi.portal import rules
from chengzhi.portal.rules import FollowFacts, PictureRow, Warned

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ROWS = (
    PictureRow("waste", "垃圾", "Waste", "trash", "SJ0102", (), True),
    PictureRow("waste", "垃圾", "Waste", "trash", "SJ0186", ("满溢", "bin"), True),
    PictureRow("road", "道路", "Road", "road", "SJ0110", (), True),
)
DANGER = (Warned(("着火", "on fire"), "拨打 119", "call 119", ("119",)),)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7M4QD", "K7M4QD"),
        (" k7m4qd ", "K7M4QD"),
        ("K7M-4QD", "K7M4QD"),
        ("K7M 4QD", "K7M4QD"),
        ("Ｋ７Ｍ４ＱＤ", "K7M4QD"),
        ("K7M4Q", ""),
        ("K7M4QDD", ""),
        ("K7M4Q0", ""),
        ("K7M4QO", ""),
        ("", ""),
        ("' OR 1", ""),
    ],
)
def test_a_code_is_read_as_it_was_meant(typed, code):
    assert rules.code_of(typed) == code


@pytest.mark.parametrize(
    ("picture", "text", "code"),
    [
        ("waste", "路边一袋垃圾", "SJ0102"),
        ("waste", "垃圾桶满溢", "SJ0186"),
        ("waste", "The BIN is full", "SJ0186"),
        ("road", "垃圾桶满溢", "SJ0110"),
        ("nothing", "垃圾桶满溢", ""),
        ("", "", ""),
    ],
)
def test_a_picture_and_its_words_choose_a_class(picture, text, code):
    assert rules.class_for(picture, text, ROWS) == code


@pytest.mark.parametrize(("text", "count"), [("这里着火了", 1), ("It is ON FIRE", 1), ("路灯不亮", 0), ("", 0)])
def test_words_that_call_for_somebody_else_are_found(text, count):
    assert len(rules.warned_by(text, DANGER)) == count


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13912345678找我", "请打***找我"),
        ("请打139 1234 5678找我", "请打***找我"),
        ("请打139-1234-5678。", "请打***。"),
        ("１３９１２３４５６７８", "***"),
        ("1391234\u200b5678", "***"),
        ("一三九一二三四五六七八", "***"),
        ("幺三九 一二三四 五六七八", "***"),
        ("0933-8212345", "***"),
        ("8212345", "***"),
        ("身份证620102199001011234", "身份证***"),
        ("身份证62010219900101123X", "身份证***"),
        ("6222 0212 3456 7890 123", "***"),
        ("写信到 wang.wu@example.org", "写信到 ***"),
        ("人民路123号3栋", "人民路123号3栋"),
        ("2026-11-23 起", "2026-11-23 起"),
        ("三天了", "三天了"),
    ],
)
def test_numbers_of_people_cannot_be_read(text, shown):
    assert rules.masked(text) == shown


@pytest.mark.parametrize(
    ("situation", "age", "open", "lives"),
    [
        ("fresh", timedelta(0), False, True),
        ("a year old, ended", timedelta(days=365), False, True),
        ("older, ended", timedelta(days=366), False, False),
        ("older, still open", timedelta(days=366), True, True),
    ],
)
def test_a_code_ends_a_year_after_the_report_unless_the_work_goes_on(situation, age, open, lives):
    assert rules.code_lives(NOW - age, NOW, open=open) is lives, situation


@pytest.mark.parametrize(
    ("rule", "facts", "holds"),
    [
        (rules.work_is_done, FollowFacts(outcome="done"), True),
        (rules.work_is_done, FollowFacts(outcome="refused"), False),
        (rules.work_is_done, FollowFacts(), False),
        (rules.not_rated_before, FollowFacts(rated=False), True),
        (rules.not_rated_before, FollowFacts(rated=True), False),
        (rules.redo_follows_dissatisfaction, FollowFacts(score=2, wants_redo=True), True),
        (rules.redo_follows_dissatisfaction, FollowFacts(score=3, wants_redo=True), False),
        (rules.redo_follows_dissatisfaction, FollowFacts(score=5, wants_redo=False), True),
        (rules.redo_follows_dissatisfaction, FollowFacts(score=None, wants_redo=True), True),
        (rules.work_goes_on, FollowFacts(open=True), True),
        (rules.work_goes_on, FollowFacts(open=False), False),
        (rules.not_asked_today, FollowFacts(asked_today=False), True),
        (rules.not_asked_today, FollowFacts(asked_today=True), False),
        (rules.phone_is_kept, FollowFacts(has_phone=True), True),
        (rules.phone_is_kept, FollowFacts(has_phone=False), False),
    ],
)
def test_what_a_code_allows(rule, facts, holds):
    assert rule(facts) is holds
