"""One body for one role, subject, area and day."""

from datetime import date

import pytest

from chengzhi.powers.rules import Claim, ClaimFacts, one_body_answers

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
LAST_OF_MARCH = date(2026, 3, 31)
HERE, THERE = ("incident", "SJ0102", "any", ""), ("incident", "SJ0103", "any", "")


@pytest.mark.parametrize(
    ("situation", "standing", "allowed"),
    [
        ("nobody holds it", [], True),
        ("another body holds it without end", [Claim(2, "lead", HERE, MARCH, None)], False),
        ("another body holds it until the day itself", [Claim(2, "lead", HERE, MARCH, APRIL)], False),
        ("another body held it until the day before", [Claim(2, "lead", HERE, MARCH, LAST_OF_MARCH)], True),
        ("another body will hold it after its end", [Claim(2, "lead", HERE, MAY, None)], True),
        ("another body will hold it before its end", [Claim(2, "lead", HERE, date(2026, 4, 30), None)], False),
        ("another subject", [Claim(2, "lead", THERE, MARCH, None)], True),
        ("another role", [Claim(2, "decide", HERE, MARCH, None)], True),
        ("the same body holds it already", [Claim(1, "lead", HERE, MARCH, None)], False),
    ],
)
def test_a_role_has_one_body_on_a_day(situation: str, standing: list[Claim], allowed: bool) -> None:
    claim = Claim(1, "lead", HERE, APRIL, date(2026, 4, 30))
    assert one_body_answers(ClaimFacts(claim, tuple(standing))) is allowed, situation


@pytest.mark.parametrize(
    ("situation", "body", "allowed"), [("another supporting body", 2, True), ("the same supporting body again", 1, False)]
)
def test_supporting_bodies_may_be_several(situation: str, body: int, allowed: bool) -> None:
    standing = (Claim(body, "co", HERE, MARCH, None),)
    assert one_body_answers(ClaimFacts(Claim(1, "co", HERE, APRIL, None), standing)) is allowed, situation
