"""Where two side paths of disposal meet: a conference after a repair, a new class after a suspension, a late timetable, a late phone."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from chengzhi.incidents import services, workflow
from chengzhi.incidents.models import Incident, Task
from chengzhi.incidents.queries import registers
from chengzhi.incidents.queries import timetable as due
from chengzhi.incidents.services import timetable
from chengzhi.incidents.tests.asking import MONDAY, all_deadlines_derive, at, dispose, footprint, in_hand, local, state, step
from chengzhi.incidents.tests.telling import photo, report, take
from chengzhi.kernel.access import Act
from chengzhi.kernel.models import Clock, Matter
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, Refused
from chengzhi.kernel.workflow import perform
from chengzhi.organisation import services as organisation
from tests.world import World

OTHER_CLASS = "SJ0102"
NEW_CLASS = {"class_code": OTHER_CLASS, "opinion": "小类不对"}


def where(row: Incident) -> str:
    return Matter.objects.get(pk=row.pk).state


def filed(world: World) -> Incident:
    row = report(world, at=at(MONDAY))
    for slug in ("pass_on", "file_case"):
        row = take(world, row, slug, at=at(MONDAY))
    return row


def suspended(world: World, resume_on: str = "2026-11-25") -> tuple[Incident, Task]:
    row, task = in_hand(world)
    step(world, row, "ask_suspension", "road", "2026-11-23T10:00", resume_on=resume_on)
    step(world, row, "endorse_suspension", "dispatcher", "2026-11-23T10:10")
    return step(world, row, "grant_suspension", "leader", "2026-11-23T10:20"), task


def reclass(world: World, row: Incident, when: str) -> Incident:
    condition = registers.conditions_of(OTHER_CLASS)[0].code
    return take(world, row, "reclass", "chief", at=at(when), condition=condition, **NEW_CLASS)


def on_part(world: World, row: Incident, slug: str, role: str, when: str, part: str, **data: Any) -> None:
    perform(workflow.INCIDENT, row.pk, slug, data, act=world.act(role, at=at(when)), part=part)


def test_an_incident_with_an_optional_task_at_work_does_not_go_back_to_filing(world: World) -> None:
    row, clean = filed(world), str(world.unit("clean"))
    row = take(world, row, "dispatch", at=at(MONDAY), co_units=[clean], co_optional=[clean])
    lead = Task.objects.get(matter__parent=row.matter, lead=True).matter.number
    on_part(world, row, "ask_return", "road", "2026-11-23T09:10", lead, reason="wrong_place")
    on_part(world, row, "grant_return", "dispatcher", "2026-11-23T09:20", lead)
    before = footprint(row)
    with pytest.raises(Refused) as refusal:
        take(world, row, "return_to_filing", at=at("2026-11-23T09:30"))
    assert [fault.code for fault in refusal.value.faults] == ["incidents.no_task_is_open"]
    assert footprint(row) == before


@pytest.mark.parametrize("noticed", ["2026-11-25T00:00", "2026-11-27T10:00"])
def test_the_total_clock_goes_on_from_the_day_of_resumption_however_late_that_is_noticed(noticed: str, world: World) -> None:
    row, task = suspended(world)
    assert timetable.resume_due(at(noticed)) == 1
    total = Clock.objects.get(matter_id=row.pk, kind="total")
    assert (local(dispose(task).due_at), local(total.due_at)) == ("2026-11-25T15:40", "2026-11-25T16:25")
    assert all_deadlines_derive(row)


def test_a_total_clock_that_was_paused_later_goes_on_from_its_pause(world: World) -> None:
    row, _ = in_hand(world, co=True)
    parts = [task.matter.number for task in Task.objects.filter(matter__parent=row.matter).order_by("pk")]
    asked = {"reason": "season", "plan": "开春后修复"}
    perform(workflow.INCIDENT, row.pk, "sign", {}, act=world.act("clean", at=at(MONDAY)), part=parts[1])
    for part, role, day, until in ((parts[0], "road", "23", "2026-11-25"), (parts[1], "clean", "26", "2026-12-01")):
        on_part(world, row, "ask_suspension", role, f"2026-11-{day}T10:00", part, resume_on=until, **asked)
        on_part(world, row, "endorse_suspension", "dispatcher", f"2026-11-{day}T10:10", part)
        on_part(world, row, "grant_suspension", "leader", f"2026-11-{day}T10:20", part)
    assert where(row) == "suspended"
    on_part(world, row, "resume", "dispatcher", "2026-11-27T10:00", parts[0])
    assert where(row) == "disposing"
    assert all_deadlines_derive(row)


def test_a_repair_of_an_earlier_round_does_not_answer_a_later_conference(world: World) -> None:
    row, green = filed(world), str(world.unit("green"))
    row = take(world, row, "confer", at=at(MONDAY), danger=True, fallback=str(world.unit("road")))
    row = take(world, row, "sign", at=at("2026-11-23T09:10"))
    row = take(world, row, "finish", at=at("2026-11-23T09:20"))
    row = take(world, row, "conclude", at=at("2026-11-23T09:30"), body=green, opinion="属园林")
    assert where(row) == "to_send_check"
    row = take(world, row, "send_check", at=at("2026-11-23T09:40"))
    row = take(world, row, "fail_check", at=at("2026-11-23T09:50"))
    row = take(world, row, "redispatch", "chief", at=at("2026-11-23T10:00"), opinion="换单位")
    row = take(world, row, "confer", at=at("2026-11-23T10:10"))
    row = take(world, row, "conclude", at=at("2026-11-23T10:20"), body=green, opinion="属园林")
    assert where(row) == "to_dispatch"


def test_a_conference_that_ends_while_the_repair_hangs_leaves_the_incident_suspended(world: World) -> None:
    row = filed(world)
    row = take(world, row, "confer", at=at(MONDAY), danger=True, fallback=str(world.unit("road")))
    row = take(world, row, "sign", at=at("2026-11-23T09:10"))
    step(world, row, "ask_suspension", "road", "2026-11-23T10:00", resume_on="2026-11-25")
    step(world, row, "endorse_suspension", "dispatcher", "2026-11-23T10:10")
    step(world, row, "grant_suspension", "leader", "2026-11-23T10:20")
    row = take(world, row, "conclude", at=at("2026-11-23T11:30"), body=str(world.unit("green")), opinion="属园林")
    assert where(row) == "suspended"
    assert timetable.resume_due(at("2026-11-25T00:00")) == 1
    assert where(row) == "disposing"
    assert all_deadlines_derive(row)


def test_a_new_class_is_refused_when_it_would_count_a_suspension_as_time_used(world: World) -> None:
    row, task = suspended(world)
    timetable.resume_due(at("2026-11-25T00:00"))
    before = footprint(row)
    with pytest.raises(Refused) as refusal:
        reclass(world, row, "2026-11-25T09:00")
    assert [fault.code for fault in refusal.value.faults] == ["incidents.tasks_can_be_counted_anew"]
    assert (footprint(row), local(dispose(task).due_at)) == (before, "2026-11-25T15:40")


def test_a_new_class_is_refused_when_it_would_take_a_granted_extension_away(world: World) -> None:
    row, _ = in_hand(world)
    step(world, row, "ask_extension", "road", "2026-11-23T10:00")
    step(world, row, "grant_extension", "dispatcher", "2026-11-23T10:10")
    with pytest.raises(Refused):
        reclass(world, row, "2026-11-23T11:00")


def test_a_task_given_by_redirecting_has_the_whole_limit_of_a_new_class_from_its_own_beginning(world: World) -> None:
    row, _ = in_hand(world)
    row = take(world, row, "redirect", at=at("2026-11-25T09:00"))
    reclass(world, row, "2026-11-25T09:10")
    new = Task.objects.filter(matter__parent=row.matter, lead=True).latest("pk")
    assert (local(dispose(new).started_at), local(dispose(new).due_at)) == ("2026-11-25T09:00", "2026-11-25T17:00")
    assert all_deadlines_derive(row)


def test_many_tasks_that_are_not_ripe_never_hide_one_that_is_to_be_urged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ripe = in_hand(world, limit="40 working_hour")
    in_hand(world, when="2026-11-27T09:00", limit="7 working_hour")  # due sooner, but hardly begun
    monkeypatch.setattr(due, "MOST_AT_ONCE", 1)
    assert due.tasks_to_urge(at("2026-11-27T10:00")) == [ripe.pk]


def test_a_step_that_fits_two_parts_alike_asks_which_one_is_meant(world: World) -> None:
    row, _ = in_hand(world, co=True)
    parts = [task.matter.number for task in Task.objects.filter(matter__parent=row.matter).order_by("pk")]
    for part, role in zip(parts, ("road", "clean"), strict=True):
        on_part(world, row, "ask_return", role, "2026-11-23T09:10", part, reason="wrong_place")
    with pytest.raises(Conflict) as refusal:
        on_part(world, row, "grant_return", "chief", "2026-11-23T09:20", "")
    assert refusal.value.code == "part_needed"
    assert [state(task) for task in Task.objects.filter(matter__parent=row.matter)] == ["back_req", "back_req"]


@pytest.mark.parametrize("until", ["9999-12-31T23:59:00+08:00", "0001-01-01T00:00:00", "2101-01-01T00:00:00+08:00"])
@pytest.mark.parametrize(
    ("slug", "role", "field"),
    [("ask_extension", "road", "until"), ("give_to_crew", "road", "until"), ("supervise", "leader", "reply_by")],
)
def test_a_moment_out_of_sight_is_refused_before_any_day_is_counted(slug: str, role: str, field: str, until: str, world: World) -> None:
    row, _ = in_hand(world)
    before, began = footprint(row), time.process_time()
    with pytest.raises(Invalid):
        step(world, row, slug, role, "2026-11-23T09:30", **{field: until})
    assert time.process_time() - began < 2
    assert footprint(row) == before


def on_shift(world: World, begin: datetime, hours: int) -> None:
    actor, end = world.actor("inspector"), begin + timedelta(hours=hours)
    organisation.sign_in_to_shift(act=Act(actor=actor, at=begin, recorded_at=begin), seen=organisation.Seen())
    organisation.sign_out_of_shift(act=Act(actor=actor, at=end, recorded_at=end), seen=organisation.Seen())


@pytest.mark.parametrize(("ago", "taken"), [(timedelta(days=21), False), (timedelta(hours=10), True)])
def test_a_phone_tells_the_past_of_the_running_shift_only_never_of_one_long_ago(ago: timedelta, taken: bool, world: World) -> None:
    begin = timezone.now() - ago
    on_shift(world, begin, 8)
    act, (lon, lat) = world.act("inspector"), world.point(0)
    given: dict[str, Any] = {"class_code": "SJ0101", "description": "路边有垃圾", "lon": lon, "lat": lat, "photos": [photo(act)]}
    if taken:
        assert services.report(act=act, at=begin + timedelta(hours=2), **given).matter.opened_at == begin + timedelta(hours=2)
        return
    with pytest.raises(NotAllowed):
        services.report(act=act, at=begin + timedelta(hours=2), **given)


def test_two_stays_on_shift_of_one_person_do_not_overlap(world: World) -> None:
    now = timezone.now()
    on_shift(world, now - timedelta(hours=5), 4)
    with pytest.raises(Invalid):
        organisation.sign_in_to_shift(act=world.act("inspector"), seen=organisation.Seen(), at=now - timedelta(hours=3))
    organisation.sign_in_to_shift(act=world.act("inspector"), seen=organisation.Seen(), at=now - timedelta(minutes=59))


def test_a_new_class_after_a_reopening_counts_from_the_reopening(world: World) -> None:
    row, _ = in_hand(world)
    row = take(world, row, "finish", at=at("2026-11-23T10:00"))
    row = take(world, row, "send_check", at=at("2026-11-23T10:10"))
    row = take(world, row, "pass_check", at=at("2026-11-23T10:20"))
    row = take(world, row, "close", at=at("2026-11-23T10:30"))
    Incident.objects.filter(pk=row.pk).update(satisfaction="unsatisfied")
    row = take(world, row, "reopen", "chief", at=at("2026-11-26T09:00"), reason="not_solved", opinion="仍有垃圾")
    row = take(world, row, "dispatch", at=at("2026-11-26T09:10"))
    reclass(world, row, "2026-11-26T09:20")
    task = Task.objects.filter(matter__parent=row.matter, lead=True).latest("pk")
    total = Clock.objects.get(matter_id=row.pk, kind="total")
    assert (local(dispose(task).started_at), local(total.started_at)) == ("2026-11-26T09:00", "2026-11-26T09:00")
    assert all_deadlines_derive(row)
