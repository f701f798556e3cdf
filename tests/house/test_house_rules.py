"""The rules of the house, each checked on every file and, first, on its own good and bad example."""

from pathlib import PurePosixPath

import pytest

from tests.house import code_rules, text_rules
from tests.house.sources import HouseRule, listed, text_of

RULES = [pytest.param(rule, id=rule.name) for rule in [*code_rules.RULES, *text_rules.RULES]]


@pytest.mark.parametrize("rule", RULES)
def test_a_house_rule_accepts_its_good_example(rule: HouseRule) -> None:
    assert list(rule.broken_by(PurePosixPath(rule.example), rule.good)) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_house_rule_finds_every_line_of_its_bad_example(rule: HouseRule) -> None:
    assert list(rule.broken_by(PurePosixPath(rule.example), rule.bad))


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_the_rule(rule: HouseRule) -> None:
    files = [path for path in listed("*.py", "*.js", "*.mjs", "*.css", "*.html", "*.sh") if rule.where(path)]
    broken = [what for path in files for what in rule.broken_by(path, text_of(path))]
    assert not broken, rule.explain(broken)
