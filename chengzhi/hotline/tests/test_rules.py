"""Judgements about calls, each as a table of situations."""

import pytest

from chengzhi.hotline import rules
from chengzhi.hotline.rules import CallFacts


@pytest.mark.parametrize(
    ("situation", "rule", "facts", "allowed"),
    [
        ("my call", rules.call_is_mine, CallFacts(mine=True), True),
        ("a colleague's call", rules.call_is_mine, CallFacts(mine=False), False),
        ("it goes on", rules.call_is_open, CallFacts(mine=True, hung_up=True), True),
        ("it has ended", rules.call_is_open, CallFacts(mine=True, ended=True), False),
        ("it rings", rules.call_is_not_answered, CallFacts(mine=True), True),
        ("it was answered", rules.call_is_not_answered, CallFacts(mine=True, answered=True), False),
        ("answered", rules.call_is_answered, CallFacts(mine=True, answered=True), True),
        ("not yet answered", rules.call_is_answered, CallFacts(mine=True), False),
        ("still talking", rules.call_is_not_hung_up, CallFacts(mine=True, answered=True), True),
        ("hung up", rules.call_is_not_hung_up, CallFacts(mine=True, answered=True, hung_up=True), False),
        ("a result is chosen", rules.call_has_result, CallFacts(mine=True, result="registered"), True),
        ("no result", rules.call_has_result, CallFacts(mine=True), False),
    ],
)
def test_a_call_is_worked_on_by_its_call_taker_in_its_order(situation, rule, facts, allowed):
    assert rule(facts) is allowed
