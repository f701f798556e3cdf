"""Who may do what: one table of step × role, for the present county and for another one."""

from typing import Any

import pytest

from chengzhi.incidents import workflow
from chengzhi.incidents.tests.telling import report, role_holding, tell
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.kernel.problems import NotAllowed, NotFound, Problem
from chengzhi.kernel.workflow import KINDS, perform
from tests.world import COUNTY, OTHER_COUNTY, World

ROLES = ("acceptor", "chief", "dispatcher", "callback", "supervisor_lead", "leader", "inspector", "road", "clean", "sys_admin", "auditor")
DISPATCHED = ["pass_on", "file_case", "dispatch"]
CHECKING = [*DISPATCHED, "sign", "finish", "send_check"]
TO_CLOSE = [*CHECKING, "fail_check"]
HANGING = [*DISPATCHED, "ask_suspension", "endorse_suspension"]
MATRIX: list[tuple[str, list[str], str]] = [
    ("send_verify", [], "acceptor"),
    ("reply_verify", ["send_verify"], "*verification"),
    ("pass_on", [], "acceptor"),
    ("refuse", [], "acceptor"),
    ("merge", [], "acceptor chief"),
    ("file_case", ["pass_on"], "chief"),
    ("refuse_filing", ["pass_on"], "chief"),
    ("send_back", ["pass_on"], "chief"),
    ("dispatch", ["pass_on", "file_case"], "dispatcher"),
    ("return_to_filing", ["pass_on", "file_case"], "dispatcher"),
    ("redirect", DISPATCHED, "dispatcher"),
    ("sign", DISPATCHED, "road"),
    ("finish", [*DISPATCHED, "sign"], "road"),
    ("send_check", [*DISPATCHED, "sign", "finish"], "acceptor"),
    ("pass_check", CHECKING, "*check"),
    ("fail_check", CHECKING, "*check"),
    ("close", TO_CLOSE, "chief"),
    ("rework", TO_CLOSE, "chief"),
    ("ask_return", DISPATCHED, "road"),
    ("ask_extension", DISPATCHED, "road"),
    ("ask_suspension", DISPATCHED, "road"),
    ("give_to_crew", [*DISPATCHED, "sign"], "road"),
    ("crew_done", [*DISPATCHED, "sign", "give_to_crew"], "road"),
    ("endorse_return", [*DISPATCHED, "ask_return"], "dispatcher chief leader"),
    ("grant_return", [*DISPATCHED, "ask_return"], "dispatcher chief leader"),
    ("deny_return", [*DISPATCHED, "ask_return"], "dispatcher chief leader"),
    ("grant_extension", [*DISPATCHED, "ask_extension"], "dispatcher chief leader"),
    ("deny_extension", [*DISPATCHED, "ask_extension"], "dispatcher chief leader"),
    ("endorse_suspension", [*DISPATCHED, "ask_suspension"], "dispatcher chief leader"),
    ("grant_suspension", HANGING, "leader"),
    ("deny_suspension", HANGING, "dispatcher chief leader"),
    ("resume", [*HANGING, "grant_suspension"], "dispatcher"),
    ("urge", [], "acceptor chief dispatcher callback supervisor_lead leader"),
    ("supervise", [], "supervisor_lead leader"),
    ("reply_supervision", [*DISPATCHED, "supervise"], "road"),
    ("confer", ["pass_on", "file_case"], "dispatcher"),
    ("conclude", ["pass_on", "file_case", "confer"], "leader"),
    ("answer", [], "acceptor"),
    ("reclass", [], "acceptor chief"),
    ("check_remotely", [*DISPATCHED, "sign", "finish"], "acceptor"),
    ("review_check", TO_CLOSE, "chief"),
    ("redispatch", TO_CLOSE, "chief"),
    ("reopen", [*CHECKING, "pass_check", "close"], "chief"),
    ("appeal", [*CHECKING, "pass_check", "close"], ""),
    ("ask_void", [], "acceptor chief dispatcher callback"),
    ("void", [], "chief"),
    ("deny_void", ["ask_void"], "chief"),
]
# What needs a story of its own is judged where that is told: after closing, and what an inspector has settled himself.
TOLD_APART = {
    "approve_self_handled",
    "reject_self_handled",
    "note_try",
    "record_visit",
    "keep_closed",
    "decide_appeal",
    "sample_check",
    "look_again",
}


def test_the_matrix_names_every_step_that_a_person_takes_on_something_that_exists() -> None:
    steps = {step.slug for kind in (workflow.INCIDENT, *workflow.PARTS) for step in kind.steps.values() if step.by and step.frm}
    assert {slug for slug, _, _ in MATRIX} | TOLD_APART == steps


@pytest.mark.parametrize(("slug", "before", "allowed"), MATRIX, ids=[row[0] for row in MATRIX])
def test_only_the_named_posts_of_this_county_have_the_right(slug: str, before: list[str], allowed: str, world: World) -> None:
    row = tell(world, report(world), before)
    names = {role_holding(world, row, allowed[1:])} if allowed.startswith("*") else set(allowed.split())
    for role in (*ROLES, *(name for name in names if name not in ROLES)):
        assert has_right(world.act(role), row.pk, slug) == (role in names), (slug, role)


@pytest.mark.parametrize(("slug", "before", "allowed"), MATRIX, ids=[row[0] for row in MATRIX])
def test_no_post_of_another_county_comes_near(slug: str, before: list[str], allowed: str, world: World) -> None:
    row = tell(world, report(world), before)
    counts = (TrailEntry.objects.count(), Matter.objects.count())
    for role in ROLES:
        with pytest.raises(NotFound):
            perform(workflow.INCIDENT, row.pk, slug, inputs(slug), act=world.act(role, OTHER_COUNTY))
    assert (TrailEntry.objects.count(), Matter.objects.count()) == counts


def has_right(act: Act, matter_id: int, slug: str) -> bool:
    """Tell whether a post is let through to the rules: judged by the kernel's own answer to this very step."""
    try:
        family = read(matter_id, actor=act.actor)
    except NotFound:
        return False
    kinds = [member for member in map(family.at, [m.id for m in family.descendants()]) if slug in KINDS[member.matter.kind].steps]
    for member in kinds:
        kind = KINDS[member.matter.kind]
        try:
            kind._refuse(kind.steps[slug], member, act, kind.facts_for(member, act))
        except NotAllowed:
            continue
        except Problem:
            return True
        return True
    return False


def inputs(slug: str) -> dict[str, Any]:
    """Return inputs that pass the form, so that only right and scope are judged."""
    given: dict[str, dict[str, Any]] = {
        "reply_verify": {"result": "true"},
        "refuse": {"reason": "not_ours"},
        "merge": {"into": "S1"},
        "file_case": {"condition": "x"},
        "refuse_filing": {"reason": "not_ours"},
        "dispatch": {"unit": "1"},
        "redirect": {"unit": "1", "opinion": "x"},
        "finish": {"result": "x"},
        "close": {"closing_met": True},
        "ask_void": {"reason": "test"},
        "void": {"reason": "test"},
    }
    return given.get(slug, {"opinion": "x"} if slug in {"send_back", "return_to_filing", "rework", "deny_void"} else {})


def test_the_city_reads_its_counties_as_far_as_its_roles_say(world: World) -> None:
    row = report(world, county=COUNTY)
    readers = {role for role in ROLES if can_read(world, role, "990100", row.pk)}
    assert readers == {"supervisor_lead", "leader", "auditor"}


def can_read(world: World, role: str, county: str, matter_id: int) -> bool:
    """Tell whether a post may read a matter."""
    if (county, role) not in world.accounts:
        return False
    try:
        read(matter_id, actor=world.actor(role, county))
    except NotFound:
        return False
    return True
