"""Rules of the loop as tables of situations; none of them needs a database."""

from dataclasses import replace
from typing import Any

import pytest

from chengzhi.incidents import rules
from chengzhi.incidents.rules import AfterFacts, IncidentFacts, MergeTarget, TaskFacts
from chengzhi.kernel.rules import RULES, Rule

FACTS = IncidentFacts(far_metres=100)
SAME_PLACE = MergeTarget(open=True, same_class=True, itself=False, metres=12.0, hours=3.0, most_metres=50, most_hours=24)

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
    ("something left and told", rules.leftover_is_told, {"leftover_told": True}, True),
    ("something left and not told", rules.leftover_is_told, {"leftover_told": False}, False),
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
    ("a county's task", rules.task_is_of_a_unit, {"task": TaskFacts(of_county=True)}, False),
    ("a return asked too late", rules.return_is_asked_in_time, {"task": TaskFacts(return_in_time=False)}, False),
    ("a wrong dispatch, not by the chief", rules.wrong_dispatch_is_confirmed, {"task": TaskFacts(wrong_dispatch=True)}, False),
    (
        "a wrong dispatch, by the chief",
        rules.wrong_dispatch_is_confirmed,
        {"task": TaskFacts(wrong_dispatch=True, actor_confirms=True)},
        True,
    ),
    ("a return for another reason is passed up", rules.dispatch_was_wrong, {}, False),
    ("a wrong dispatch is passed up", rules.dispatch_was_wrong, {"task": TaskFacts(wrong_dispatch=True)}, True),
    ("passed up, answered below", rules.request_is_not_passed_up, {"task": TaskFacts(endorsed=True)}, False),
    ("passed up, answered by the leader", rules.request_is_not_passed_up, {"task": TaskFacts(endorsed=True, actor_decides=True)}, True),
    ("passed up twice", rules.request_is_not_endorsed_yet, {"task": TaskFacts(endorsed=True)}, False),
    ("an extension after the deadline", rules.deadline_is_ahead, {"task": TaskFacts(deadline_ahead=False)}, False),
    ("a third extension", rules.an_extension_is_left, {"task": TaskFacts(extensions_left=0)}, False),
    ("the same deadline again", rules.new_deadline_is_later, {"task": TaskFacts(more_minutes=0)}, False),
    ("one minute later", rules.new_deadline_is_later, {"task": TaskFacts(more_minutes=1)}, True),
    ("as much as is left", rules.extension_is_within_the_limit, {"task": TaskFacts(more_minutes=60, minutes_left=60)}, True),
    ("a minute more than is left", rules.extension_is_within_the_limit, {"task": TaskFacts(more_minutes=61, minutes_left=60)}, False),
    ("a second one by the dispatcher", rules.further_extension_is_for_the_leader, {"task": TaskFacts(needs_leader=True)}, False),
    (
        "a second one by the leader",
        rules.further_extension_is_for_the_leader,
        {"task": TaskFacts(needs_leader=True, actor_decides=True)},
        True,
    ),
    ("resumed today", rules.resume_date_is_ahead, {"task": TaskFacts(resume_ahead=False)}, False),
    ("suspended without endorsement", rules.suspension_is_endorsed, {}, False),
    ("suspended when endorsed", rules.suspension_is_endorsed, {"task": TaskFacts(endorsed=True)}, True),
    ("a task still at work", rules.all_open_tasks_hang, {"all_open_hang": False}, False),
    ("every open task hangs", rules.all_open_tasks_hang, {"all_open_hang": True}, True),
    ("a lead at work", rules.no_lead_is_at_work, {"lead_open": True, "lead_done": False}, False),
    ("no lead any more", rules.no_lead_is_at_work, {"lead_open": False, "lead_done": False}, True),
    ("back to filing while a task is open", rules.no_task_is_open, {"open_tasks": 1}, False),
    ("a limit for a stranger", rules.own_limits_are_of_co_units, {"limits_fit": False}, False),
    (
        "a crew has longer than the task",
        rules.inner_limit_is_within_the_task,
        {"task": TaskFacts(inner_minutes=61, minutes_to_deadline=60)},
        False,
    ),
    ("a crew has as long", rules.inner_limit_is_within_the_task, {"task": TaskFacts(inner_minutes=60, minutes_to_deadline=60)}, True),
    (
        "a crew of an overdue task",
        rules.inner_limit_is_within_the_task,
        {"task": TaskFacts(inner_minutes=1, minutes_to_deadline=-30)},
        True,
    ),
    ("a reply owed yesterday", rules.reply_time_is_ahead, {"reply_ahead": False}, False),
    ("one body confers with itself", rules.conference_has_a_question, {"disputed": False}, False),
    ("danger and nobody repairs", rules.danger_has_a_fallback, {"fallback_named": False}, False),
    ("asked to void twice", rules.no_void_request_waits, {"void_requested": True}, False),
    ("a garbage heap answered at once", rules.only_a_consultation_is_answered_at_once, {"after": AfterFacts(consultation=False)}, False),
    ("a sensor answered at once", rules.consultation_comes_from_a_citizen, {"after": AfterFacts(of_citizen=False)}, False),
    ("checked by video without a picture", rules.remote_check_has_evidence, {"after": AfterFacts(files=0)}, False),
    ("checked by video with one", rules.remote_check_has_evidence, {"after": AfterFacts(files=1)}, True),
    ("a class not on the list", rules.self_handling_is_allowed_for_class, {"after": AfterFacts(self_handled_allowed=False)}, False),
    ("only a picture from before", rules.self_handled_has_both_photos, {"after": AfterFacts(before_photos=1, after_photos=0)}, False),
    ("only one from afterwards", rules.self_handled_has_both_photos, {"after": AfterFacts(before_photos=0, after_photos=1)}, False),
    ("both", rules.self_handled_has_both_photos, {"after": AfterFacts(before_photos=1, after_photos=1)}, True),
    ("the same class again", rules.new_class_differs, {"after": AfterFacts(new_class_differs=False)}, False),
    ("filed, by the acceptor", rules.filed_class_is_changed_by_the_chief, {"after": AfterFacts(filed=True)}, False),
    ("filed, by the chief", rules.filed_class_is_changed_by_the_chief, {"after": AfterFacts(filed=True, actor_may_file=True)}, True),
    ("the county works on it", rules.class_is_not_shared_with_another_level, {"after": AfterFacts(county_runs=True)}, False),
    ("it came from the city", rules.class_is_not_shared_with_another_level, {"after": AfterFacts(of_county=True)}, False),
    ("a task is suspended", rules.tasks_can_be_counted_anew, {"after": AfterFacts(tasks_can_be_counted=False)}, False),
    ("filed here", rules.only_an_own_filed_incident_is_reopened, {"after": AfterFacts(filed=True)}, True),
    ("filed by the city", rules.only_an_own_filed_incident_is_reopened, {"after": AfterFacts(filed=True, of_county=True)}, False),
    ("an unsatisfied citizen", rules.citizen_is_unsatisfied, {"after": AfterFacts(satisfaction="unsatisfied")}, True),
    ("basically satisfied", rules.citizen_is_unsatisfied, {"after": AfterFacts(satisfaction="basically")}, False),
    ("no reopening left", rules.a_reopening_is_left, {"after": AfterFacts(reopenings_left=0)}, False),
    ("one try missing", rules.citizen_was_tried_often_enough, {"after": AfterFacts(unreachable=True, tries_left=1)}, False),
    ("tried often enough", rules.citizen_was_tried_often_enough, {"after": AfterFacts(unreachable=True, tries_left=0)}, True),
    ("reached at once", rules.citizen_was_tried_often_enough, {"after": AfterFacts(tries_left=3)}, True),
    ("tried again too soon", rules.tries_lie_apart, {"after": AfterFacts(gap_is_over=False)}, False),
    ("a unit without a task", rules.appellant_worked_on_it, {"after": AfterFacts(unit_worked=False)}, False),
    ("appealed before", rules.appeal_is_new, {"after": AfterFacts(appealed=True)}, False),
    ("the first checker", rules.sampler_is_new_to_the_case, {"after": AfterFacts(seen_by_actor=True)}, False),
]


@pytest.mark.parametrize(("situation", "rule", "change", "allowed"), TABLE, ids=[row[0] for row in TABLE])
def test_a_rule_judges_its_situations(situation: str, rule: Rule[IncidentFacts], change: dict[str, Any], allowed: bool) -> None:
    assert rule(replace(FACTS, **change)) is allowed


def test_every_rule_of_the_loop_stands_in_the_table_and_is_silent_without_input() -> None:
    own = {code for code in RULES if code.startswith("incidents.")}
    assert own == {rule.code for _, rule, _, _ in TABLE}
    silent = {code for code in own if RULES[code](FACTS)}
    assert own - silent == {
        "incidents.only_an_own_filed_incident_is_reopened",
        "incidents.citizen_is_unsatisfied",
        "incidents.all_open_tasks_hang",
        "incidents.check_has_failed",
        "incidents.dispatch_was_wrong",
        "incidents.no_lead_is_at_work",
        "incidents.suspension_is_endorsed",
    }


def test_every_rule_has_a_chinese_sentence_and_a_source() -> None:
    for rule in (RULES[code] for code in RULES if code.startswith("incidents.")):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in rule.zh)
        assert rule.en.endswith(".")
        assert str(rule.source)
