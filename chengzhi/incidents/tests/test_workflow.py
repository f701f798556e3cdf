"""The step tables themselves: nothing unreachable, no dead end, no capability without a role, no step without a service."""

from collections import deque
from typing import Any

import pytest

from chengzhi.incidents import workflow
from chengzhi.kernel.access import CAPABILITIES
from chengzhi.kernel.workflow import KINDS, Kind
from chengzhi.kernel.workflow.forms import fields_of
from chengzhi.kernel.workflow.table import SAME
from tests.world import all_grants

KINDS_OF_THE_LOOP = [workflow.INCIDENT, *workflow.PARTS]
ANY_KIND = pytest.mark.parametrize("kind", KINDS_OF_THE_LOOP, ids=lambda kind: kind.name)


@ANY_KIND
def test_each_state_can_be_reached(kind: Kind[Any]) -> None:
    reached = {step.to for step in kind.steps.values() if not step.frm}
    waiting = deque(reached)
    while waiting:
        state = waiting.popleft()
        following = {step.to for step in kind.steps.values() if state in step.frm and step.to != SAME}
        waiting.extend(following - reached)
        reached |= following
    assert reached == set(kind.states)


@ANY_KIND
def test_each_open_state_has_an_exit_and_no_final_one_has(kind: Kind[Any]) -> None:
    exits = {state for step in kind.steps.values() for state in step.frm if step.to not in {SAME, state}}
    taken_up_again = {"closed"} & set(kind.states)  # a closed incident may be reopened
    assert exits == {state.slug for state in kind.states.values() if not state.final} | taken_up_again


@ANY_KIND
def test_each_clock_that_starts_is_also_stopped(kind: Kind[Any]) -> None:
    started = {clock for step in kind.steps.values() for clock in (*step.starts, *step.may_start)}
    stopped = {clock for step in kind.steps.values() for clock in step.stops} - {"*"}
    assert started == set(kind.clocks)
    assert started - stopped <= {"total"}, "a clock that only the end of the matter stops"


@ANY_KIND
def test_each_step_that_a_person_takes_has_a_service_whose_signature_is_its_form(kind: Kind[Any]) -> None:
    for step in kind.steps.values():
        if step.by:
            assert step.slug in kind.services, step.slug
            for field in fields_of(kind.forms[step.slug]):
                assert field.ask.zh and field.ask.en, (step.slug, field.name)


@ANY_KIND
def test_each_consequence_named_in_a_row_is_an_automatic_step_of_a_possible_parent(kind: Kind[Any]) -> None:
    for step in kind.steps.values():
        for slug in step.follows:
            owners = [other for other in KINDS_OF_THE_LOOP if slug in other.steps]
            assert owners, slug
            assert all(other.steps[slug].by == "" and slug in other.services for other in owners), slug


def test_each_capability_of_the_loop_is_held_by_some_role() -> None:
    granted = {row["capability"] for row in all_grants()}
    wanted = {step.by for kind in KINDS_OF_THE_LOOP for step in kind.steps.values() if step.by}
    assert wanted <= granted
    assert granted <= set(CAPABILITIES)


def test_states_and_steps_have_words_in_both_languages_and_no_word_twice_in_one_kind() -> None:
    for kind in KINDS_OF_THE_LOOP:
        words = [state.zh for state in kind.states.values()]
        assert len(words) == len(set(words)), kind.name
        assert all(state.zh and state.en for state in kind.states.values())
        assert all(step.zh and step.en and step.ref for step in kind.steps.values())


def test_a_waiting_state_is_left_only_by_its_parts_or_by_ending_or_redirecting() -> None:
    waiting = {state.slug for state in workflow.INCIDENT.states.values() if state.waits}
    leaving = {step.slug for step in workflow.INCIDENT.steps.values() if set(step.frm) & waiting and step.by}
    assert leaving == {"redirect", "confer", "reclass", "urge", "supervise", "ask_void", "void"}
    assert set(KINDS) >= {"incident", "task", "verification", "check", "void_request"}
