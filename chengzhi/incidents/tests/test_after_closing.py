"""What follows a closed incident: return visit, taking up again, appeal, sampled check, look again (design R1–R4, E6)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from chengzhi.incidents import services, workflow
from chengzhi.incidents.models import (
    Appeal,
    CaseLink,
    Check,
    Draw,
    Incident,
    LookAgain,
    LoopNumber,
    Oddity,
    ReturnVisit,
    SampleCheck,
)
from chengzhi.incidents.queries import after, numbers
from chengzhi.incidents.services import sampling
from chengzhi.incidents.tests.telling import call, photo, report, tell
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Clock, Event, Matter, TrailEntry
from chengzhi.kernel.problems import Conflict, NotAllowed, NotFound, Problem, Refused
from chengzhi.kernel.verify import verify
from chengzhi.kernel.workflow import perform
from chengzhi.organisation import queries as organisation_queries
from chengzhi.organisation import services as organisation
from chengzhi.organisation.models import Unit
from tests.world import COUNTY, LONG_AGO, OTHER_COUNTY, World

TO_CLOSE = ["pass_on", "file_case", "dispatch", "sign", "finish", "send_check", "pass_check"]
CLOSED = [*TO_CLOSE, "close"]
REBOUND = "SJ0102"


def closed_call(world: World, **more: object) -> Incident:
    row = call(world, **more)
    Incident.objects.filter(pk=row.pk).update(replayed=False)  # told through the door of replays, but meant as real
    return tell(world, row, ["send_verify", "reply_verify", *CLOSED])


def the(row: Incident, kind: str) -> Matter:
    return Matter.objects.get(parent=row.matter, kind=kind)


def act_on(world: World, part: Matter, slug: str, role: str, *, county: str = COUNTY, **data: object) -> None:
    services_of = {kind.name: kind for kind in workflow.PARTS}[part.kind]
    services_of.services[slug](matter_id=part.pk, act=world.act(role, county), **data)


def inspector_of(world: World, part: Matter) -> str:
    names = (name for (code, name) in world.accounts if code == COUNTY and part.holder_id in world.actor(name).holders)
    return next(names)


def state(row: Incident) -> Incident:
    return Incident.objects.select_related("matter").get(pk=row.pk)


def everything() -> tuple[int, ...]:
    return tuple(table.objects.count() for table in (TrailEntry, Event, Matter, Clock, Incident, ReturnVisit, Appeal, CaseLink, Oddity))


def unsatisfied(world: World) -> Incident:
    row = closed_call(world)
    act_on(world, the(row, "return_visit"), "record_visit", "callback", satisfaction="unsatisfied", remark="还在")
    return state(row)


def test_closing_a_citizens_incident_asks_for_a_return_visit_within_a_working_day(world: World) -> None:
    row = closed_call(world)
    visit = the(row, "return_visit")
    clock = Clock.objects.get(matter=visit)
    assert (visit.state, visit.number, clock.kind, clock.amount, clock.unit) == (
        "asked",
        f"{row.matter.number}-R1",
        "return_visit",
        1,
        "working_day",
    )
    assert visit.holder_id in world.actor("callback").holders
    assert row.matter.due_at is None and not row.matter.open


def test_an_inspectors_incident_has_no_return_visit(world: World) -> None:
    row = tell(world, report(world), CLOSED)
    assert not Matter.objects.filter(parent=row.matter, kind="return_visit").exists()


@pytest.mark.parametrize("word", ["very_satisfied", "satisfied", "basically"])
def test_a_satisfied_citizen_ends_the_visit(word: str, world: World) -> None:
    row = closed_call(world)
    act_on(world, the(row, "return_visit"), "record_visit", "callback", satisfaction=word)
    assert (the(row, "return_visit").state, state(row).satisfaction) == ("answered", word)
    assert not Clock.objects.filter(matter__root=row.matter, ended_at=None).exists()
    assert verify().good


def test_a_citizen_counts_as_not_to_be_reached_only_after_tries_that_lie_apart(world: World) -> None:
    row = closed_call(world)
    visit = the(row, "return_visit")
    with pytest.raises(Refused) as refusal:
        act_on(world, visit, "record_visit", "callback", satisfaction="unreachable")
    assert [fault.code for fault in refusal.value.faults] == ["incidents.citizen_was_tried_often_enough"]
    now = timezone.now()
    service = workflow.RETURN_VISIT.services["note_try"]
    service(matter_id=visit.pk, act=world.act("callback", at=now))
    before = everything()
    with pytest.raises(Refused) as refusal:
        service(matter_id=visit.pk, act=world.act("callback", at=now + timedelta(minutes=59)))
    assert [fault.code for fault in refusal.value.faults] == ["incidents.tries_lie_apart"]
    assert (everything(), ReturnVisit.objects.get().tries) == (before, 1)
    for hours in (1, 2):
        service(matter_id=visit.pk, act=world.act("callback", at=now + timedelta(hours=hours)))
    act_on(world, visit, "record_visit", "callback", satisfaction="unreachable")
    assert the(row, "return_visit").state == "answered"


def test_an_unsatisfied_citizen_is_brought_before_the_chief_who_takes_the_case_up_again(world: World) -> None:
    row = unsatisfied(world)
    visit = the(row, "return_visit")
    assert (visit.state, visit.holder_id in world.actor("chief").holders) == ("to_judge", True)
    services.reopen(matter_id=row.pk, act=world.act("chief"), reason="not_solved", opinion="属实")
    row = state(row)
    assert (row.matter.state, row.matter.open, row.reopen_count, row.rework_count, row.closed_at, row.check_result) == (
        "to_dispatch",
        True,
        1,
        1,
        None,
        "",
    )
    assert the(row, "return_visit").state == "answered"
    assert set(Clock.objects.filter(matter=row.matter, ended_at=None).values_list("kind", flat=True)) == {"dispatch", "total"}
    row = tell(world, row, ["dispatch", "sign", "finish", "send_check", "pass_check", "close"])
    assert (row.matter.state, Matter.objects.filter(parent=row.matter, kind="return_visit").count()) == ("closed", 2)
    assert verify().good


def test_the_chief_may_leave_a_case_closed_with_a_reason(world: World) -> None:
    row = unsatisfied(world)
    act_on(world, the(row, "return_visit"), "keep_closed", "chief", opinion="现场已解决")
    assert (the(row, "return_visit").state, state(row).matter.state) == ("answered", "closed")


@pytest.mark.parametrize(
    ("situation", "change", "codes"),
    [
        ("nobody was unsatisfied", {"satisfaction": "satisfied"}, ["incidents.citizen_is_unsatisfied"]),
        ("taken up twice already", {"reopen_count": 2}, ["incidents.a_reopening_is_left"]),
        ("never filed", {"filed_at": None}, ["incidents.only_an_own_filed_incident_is_reopened"]),
    ],
)
def test_a_case_is_not_taken_up_again_without_good_cause(
    situation: str, change: dict[str, object], codes: list[str], world: World
) -> None:
    row = unsatisfied(world)
    Incident.objects.filter(pk=row.pk).update(**change)
    before = everything()
    with pytest.raises(Refused) as refusal:
        services.reopen(matter_id=row.pk, act=world.act("chief"), reason="not_solved", opinion="属实")
    assert [fault.code for fault in refusal.value.faults] == codes
    assert (everything(), state(row).matter.state) == (before, "closed")


def test_taking_up_twice_at_once_is_a_conflict(world: World) -> None:
    row = unsatisfied(world)
    seen = row.matter.version
    services.reopen(matter_id=row.pk, act=world.act("chief", door="api", expects=seen), reason="not_solved", opinion="属实")
    with pytest.raises(Conflict):
        services.reopen(matter_id=row.pk, act=world.act("chief", door="api", expects=seen), reason="not_solved", opinion="属实")
    assert state(row).reopen_count == 1


def person(world: World, name: str, unit: str, role: str, area_code: str = "") -> World:
    system = sampling.by_timetable(timezone.now())
    found = Unit.objects.get(pk=world.units[COUNTY, unit])
    post = organisation.open_post(unit=found, role=role, name_zh=name, area_code=area_code, valid_from=LONG_AGO, act=system)
    staff = organisation.hire(name=name, hired_on=LONG_AGO, act=system)
    organisation.assign(staff=staff, post=post, valid_from=LONG_AGO, act=system)
    world.accounts[COUNTY, name] = organisation.open_account(username=name, staff=staff, act=system)
    return world


@pytest.fixture
def lead(world: World) -> World:
    """The world with a head of the road department."""
    return person(world, "lead", "road", "dept_lead")


@pytest.fixture
def grids(world: World) -> World:
    """The world with an inspector of another duty grid."""
    return person(world, "stranger", "centre", "inspector", "another-grid")


def test_a_department_appeals_and_the_supervisor_decides(lead: World) -> None:
    row = tell(lead, report(lead), CLOSED)
    services.appeal(matter_id=row.pk, act=lead.act("lead"), about="overdue", reason="材料等待三天")
    part = the(row, "appeal")
    assert (part.state, part.holder_id in lead.actor("supervisor_lead").holders) == ("asked", True)
    with pytest.raises(Refused) as refusal:
        services.appeal(matter_id=row.pk, act=lead.act("lead"), about="overdue", reason="再次")
    assert [fault.code for fault in refusal.value.faults] == ["incidents.appeal_is_new"]
    for role in ("chief", "lead", "leader"):
        with pytest.raises((NotAllowed, NotFound)):
            act_on(lead, part, "decide_appeal", role, decision="upheld", opinion="x")
    act_on(lead, part, "decide_appeal", "supervisor_lead", decision="upheld", opinion="情况属实")
    kept = Appeal.objects.get()
    assert (kept.about, kept.decision, kept.unit_id, kept.decided_at is not None) == ("overdue", "upheld", lead.unit("road"), True)
    assert (the(row, "appeal").state, state(row).matter.state) == ("decided", "closed")
    assert verify().good


@pytest.mark.parametrize(("role", "county"), [("chief", COUNTY), ("road", COUNTY), ("clean", COUNTY), ("chief", OTHER_COUNTY)])
def test_nobody_else_appeals(role: str, county: str, world: World) -> None:
    row = tell(world, report(world), CLOSED)
    before = everything()
    with pytest.raises((NotAllowed, NotFound)):
        services.appeal(matter_id=row.pk, act=world.act(role, county), about="overdue", reason="x")
    assert everything() == before


def test_an_open_appeal_keeps_no_reopened_case_from_closing_and_gives_it_no_light(lead: World) -> None:
    row = unsatisfied(lead)
    services.appeal(matter_id=row.pk, act=lead.act("lead"), about="rework", reason="x")
    services.reopen(matter_id=row.pk, act=lead.act("chief"), reason="not_solved", opinion="属实")
    due = the(row, "appeal").due_at
    row = tell(lead, state(row), ["dispatch"])
    assert row.matter.due_at != due
    row = tell(lead, row, ["sign", "finish", "send_check", "pass_check", "close"])
    assert (row.matter.state, the(row, "appeal").state) == ("closed", "asked")


def yesterday(row: Incident, days: int = 1) -> datetime:
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=days)
    Incident.objects.filter(pk=row.pk).update(closed_at=noon)
    return noon


def sampled(world: World) -> Incident:
    row = tell(world, report(world), CLOSED)
    yesterday(row)
    assert services.draw_samples(timezone.now()) == 1
    return state(row)


def test_lots_are_drawn_once_among_what_closed_the_day_before(grids: World) -> None:
    rows = [tell(grids, report(grids, n=n), CLOSED) for n in range(3)]
    for row in rows:
        yesterday(row)
    tell(grids, report(grids, n=4), CLOSED)  # closed today: its turn is tomorrow
    assert [services.draw_samples(timezone.now()) for _ in range(2)] == [1, 0]
    draw = Draw.objects.get()
    assert (draw.population, draw.percent, len(draw.picked)) == (3, 3, 1)
    part = Matter.objects.get(kind="sample_check")
    assert str(part.parent_id) in draw.picked
    clock = Clock.objects.get(matter=part)
    assert (clock.kind, clock.amount, clock.unit, part.state) == ("sample", 1, "working_day", "asked")


def test_the_share_is_a_number_of_the_city(grids: World) -> None:
    LoopNumber.objects.filter(code="sample_share").update(amount=100)
    numbers.REGISTER.clear()
    for n in range(3):
        yesterday(tell(grids, report(grids, n=n), CLOSED))
    assert services.draw_samples(timezone.now()) == 3


def test_a_sampled_check_goes_to_somebody_of_another_grid_who_neither_reported_nor_checked(grids: World) -> None:
    row = sampled(grids)
    role = inspector_of(grids, the(row, "sample_check"))
    first = Check.objects.get(matter__parent=row.matter)
    assert grids.account(role).pk not in {row.reporter_account, first.checked_by}
    areas = {post.area_code for post in organisation_queries.posts_of(grids.account(role).pk)}
    assert row.duty_grid not in areas


@pytest.mark.parametrize(
    ("result", "findings", "links"), [("agrees", 0, 0), ("differs", 1, 1), ("gone", 1, 0)]
)
def test_a_sampled_check_that_differs_is_held_against_the_first_one(result: str, findings: int, links: int, grids: World) -> None:
    row = sampled(grids)
    part = the(row, "sample_check")
    role = inspector_of(grids, part)
    act = grids.act(role)
    services.sample_check(matter_id=part.pk, act=act, result=result, photos=[photo(act)], lon=row.lon, lat=row.lat, remark="看过")
    assert (SampleCheck.objects.get().result, the(row, "sample_check").state, state(row).matter.state) == (result, "answered", "closed")
    assert Oddity.objects.filter(kind="sample_differs", account=Check.objects.get().checked_by).count() == findings
    assert CaseLink.objects.filter(earlier=row, kind="sampled").count() == links
    if links:
        later = CaseLink.objects.get().later
        assert (later.matter.state, later.class_code, later.reporter_account) == ("to_accept", row.class_code, act.actor.id)
    assert verify().good


@pytest.mark.parametrize(
    ("situation", "data", "code"),
    [
        ("without a photo", {"photos": []}, "incidents.visit_has_photo"),
        ("from nowhere", {"lon": None, "lat": None}, "incidents.distance_is_explained"),
    ],
)
def test_a_sampled_check_needs_photo_and_position(situation: str, data: dict[str, object], code: str, grids: World) -> None:
    row = sampled(grids)
    part = the(row, "sample_check")
    act = grids.act(inspector_of(grids, part))
    given = {"result": "agrees", "photos": [photo(act)], "lon": row.lon, "lat": row.lat, **data}
    before = everything()
    with pytest.raises(Refused) as refusal:
        services.sample_check(matter_id=part.pk, act=act, **given)
    assert [fault.code for fault in refusal.value.faults] == [code]
    assert everything() == before


def looked(world: World, days: int = 3) -> Incident:
    row = tell(world, report(world, class_code=REBOUND), CLOSED)
    now = timezone.now()
    Incident.objects.filter(pk=row.pk).update(closed_at=now - timedelta(days=days, hours=1))
    assert [services.ask_to_look_again(now) for _ in range(2)] == [1, 0]
    return state(row)


@pytest.mark.parametrize("days", [3, 7])
def test_what_comes_back_easily_is_looked_at_again_after_three_and_seven_days(days: int, world: World) -> None:
    row = looked(world, days)
    assert (LookAgain.objects.get().days, the(row, "look_again").state) == (days, "asked")


@pytest.mark.parametrize(
    ("situation", "class_code", "hours"),
    [("another class", "SJ0101", 73), ("too early", REBOUND, 71), ("long past", REBOUND, 24 * 3 + 49)],
)
def test_other_cases_are_not_looked_at_again(situation: str, class_code: str, hours: int, world: World) -> None:
    row = tell(world, report(world, class_code=class_code), CLOSED)
    now = timezone.now()
    Incident.objects.filter(pk=row.pk).update(closed_at=now - timedelta(hours=hours))
    assert services.ask_to_look_again(now) == 0


def test_what_is_back_opens_a_linked_case_with_its_count(world: World) -> None:
    row = looked(world)
    for count in (1, 2):
        part = the(row, "look_again")
        act = world.act(inspector_of(world, part))
        services.look_again(matter_id=part.pk, act=act, result="back", photos=[photo(act)], lon=row.lon, lat=row.lat, remark="又堆上了")
        link = CaseLink.objects.get(earlier=row)
        assert (link.kind, link.count, link.later.recurrences) == ("recurred", count, count)
        later = tell(world, state(link.later), CLOSED)
        Incident.objects.filter(pk=later.pk).update(closed_at=timezone.now() - timedelta(days=3, hours=1))
        services.ask_to_look_again(timezone.now())
        row = state(later)
    shown = after.links_of(row.pk, world.actor("chief"))
    assert [(found.is_later, found.count, found.kind[0]) for found in shown] == [(False, 2, "反复")]
    assert after.links_of(row.pk, world.actor("chief", OTHER_COUNTY)) == ()


def test_what_is_still_gone_opens_nothing(world: World) -> None:
    row = looked(world)
    part = the(row, "look_again")
    act = world.act(inspector_of(world, part))
    services.look_again(matter_id=part.pk, act=act, result="gone", photos=[photo(act)], lon=row.lon, lat=row.lat)
    assert (CaseLink.objects.count(), the(row, "look_again").state, Incident.objects.count()) == (0, "answered", 1)


def test_the_steps_after_closing_are_offered_where_the_case_is_closed(world: World) -> None:
    row = unsatisfied(world)
    family = read(row.pk, actor=world.actor("chief"))
    shown = {choice.step.slug: choice.possible for choice in workflow_choices(family, world)}
    assert shown["reopen"] is True and shown["keep_closed"] is True


def workflow_choices(family, world):
    return workflow.INCIDENT.choices(
        family, act=world.act("chief"), facts=workflow.INCIDENT.facts_for(family, world.act("chief"))
    ) + workflow.RETURN_VISIT.choices(
        family.parts("return_visit")[0], act=world.act("chief"), facts=workflow.INCIDENT.facts_for(family, world.act("chief"))
    )


def test_hostile_words_are_kept_as_words(world: World) -> None:
    row = closed_call(world)
    text = "<script>alert(1)</script>'; DROP TABLE x; --"
    act_on(world, the(row, "return_visit"), "record_visit", "callback", satisfaction="satisfied", remark=text)
    assert ReturnVisit.objects.get().remark == text
    with pytest.raises(Problem):
        perform(workflow.INCIDENT, row.pk, "record_visit", {"satisfaction": "great"}, act=world.act("callback"))
