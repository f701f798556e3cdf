"""Rules of the loop as tables of situations; none of them needs a database."""

from dataclasses import replace
from typing import Any

import pytest

from chengzhi.incidents import rules
from chengzhi.incidents.rules import IncidentFacts, MergeTarget
from chengzhi.kernel.rules import RULES, Rule

FACTS = IncidentFacts()
SAME_PLACE = MergeTarget(open=True, same_class=True, itself=False, metres=12.0, hours=3.0)

TABLE: list[tuple[str, Rule[IncidentFacts], dict[str, Any], bool]] = [
    ("no photo asked yet", rules.report_has_photo, {}, True),
    ("a report without a photo", rules.report_has_photo, {"photos": 0}, False),
    ("a report with one", rules.report_has_photo, {"photos": 1}, True),
    ("a class nobody knows", rules.class_is_known, {"class_known": False}, False),
    ("only words of an address", rules.position_is_known, {"position_known": False}, False),
    ("a citizen's report not yet verified", rules.truth_is_verified, {"needs_verification": True}, False),
    ("verified untrue", rules.truth_is_verified, {"needs_verification": True, "verified": "false"}, False),
    ("verified true", rules.truth_is_verified, {"needs_verification": True, "verified": "true"}, True),
    ("an inspector's own report", rules.truth_is_verified, {"needs_verification": False}, True),
    ("nobody on duty", rules.inspector_is_available, {"inspector_available": False}, False),
    ("refused without a word to the citizen", rules.reply_is_made, {"reply_made": False}, False),
    ("merge into itself", rules.target_is_another_open_one, {"target": replace(SAME_PLACE, itself=True)}, False),
    ("merge into a closed one", rules.target_is_another_open_one, {"target": replace(SAME_PLACE, open=False)}, False),
    ("another class", rules.target_has_same_class, {"target": replace(SAME_PLACE, same_class=False)}, False),
    ("50 metres", rules.target_is_near, {"target": replace(SAME_PLACE, metres=50.0)}, True),
    ("50.1 metres", rules.target_is_near, {"target": replace(SAME_PLACE, metres=50.1)}, False),
    ("no position to measure", rules.target_is_near, {"target": replace(SAME_PLACE, metres=None)}, False),
    ("24 hours", rules.target_is_recent, {"target": replace(SAME_PLACE, hours=24.0)}, True),
    ("24.1 hours", rules.target_is_recent, {"target": replace(SAME_PLACE, hours=24.1)}, False),
    ("24.1 hours the other way round", rules.target_is_recent, {"target": replace(SAME_PLACE, hours=-24.1)}, False),
    ("a condition of another class", rules.condition_fits_class, {"condition_fits": False}, False),
    ("one unit twice", rules.each_unit_has_one_task, {"units_repeat": True}, False),
    ("a task still open", rules.all_tasks_are_done, {"open_tasks": 1}, False),
    ("visible work without a photo", rules.visible_result_has_photo, {"photos": 0}, False),
    ("invisible work without a photo", rules.visible_result_has_photo, {"photos": 0, "visible_on_site": False}, True),
    ("the one who worked checks", rules.checker_did_not_handle, {"handled_by_actor": True}, False),
    ("a visit without a photo", rules.visit_has_photo, {"photos": 0}, False),
    ("100 metres away", rules.distance_is_explained, {"metres": 100.0}, True),
    ("no position sent", rules.distance_is_explained, {"metres": float("inf")}, False),
    ("101 metres away without a reason", rules.distance_is_explained, {"metres": 101.0}, False),
    ("101 metres away with a reason", rules.distance_is_explained, {"metres": 101.0, "far_reason": "桥下无信号"}, True),
    ("failed and not waived", rules.check_is_passed_or_waived, {"check_result": "failed", "waiver": ""}, False),
    ("failed but waived", rules.check_is_passed_or_waived, {"check_result": "failed", "waiver": "已另行处理"}, True),
    ("passed", rules.check_is_passed_or_waived, {"check_result": "passed", "waiver": ""}, True),
    ("condition not ticked", rules.closing_condition_is_met, {"closing_condition_met": False}, False),
    ("filed by himself, four eyes off", rules.closer_did_not_file, {"filed_by_actor": True}, True),
    ("filed by himself, four eyes on", rules.closer_did_not_file, {"filed_by_actor": True, "four_eyes": True}, False),
    ("rework of what passed", rules.check_has_failed, {"check_result": "passed"}, False),
    ("rework of what failed", rules.check_has_failed, {"check_result": "failed"}, True),
    ("asked to void twice", rules.no_void_request_waits, {"void_requested": True}, False),
]


@pytest.mark.parametrize(("situation", "rule", "change", "allowed"), TABLE, ids=[row[0] for row in TABLE])
def test_a_rule_judges_its_situations(situation: str, rule: Rule[IncidentFacts], change: dict[str, Any], allowed: bool) -> None:
    assert rule(replace(FACTS, **change)) is allowed


def test_every_rule_of_the_loop_stands_in_the_table_and_is_silent_without_input() -> None:
    own = {code for code in RULES if code.startswith("incidents.")}
    assert own == {rule.code for _, rule, _, _ in TABLE}
    silent = {code for code in own if RULES[code](FACTS)}
    assert own - silent == {"incidents.check_has_failed"}


def test_every_rule_has_a_chinese_sentence_and_a_source() -> None:
    for rule in (RULES[code] for code in RULES if code.startswith("incidents.")):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in rule.zh)
        assert rule.en.endswith(".")
        assert str(rule.source)
