"""Return, extension and suspension of a task: who answers, until when one may ask, and what it does to the clock (D3–D10)."""

from typing import Any

import pytest

from chengzhi.incidents.models import LoopNumber, Task, TaskRequest
from chengzhi.incidents.queries import asking as queries
from chengzhi.incidents.services import timetable
from chengzhi.incidents.tests.asking import (
    all_deadlines_derive,
    at,
    dispose,
    footprint,
    in_hand,
    local,
    state,
    step,
)
from chengzhi.incidents.tests.telling import take
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.kernel.problems import Conflict, NotAllowed, Refused
from chengzhi.kernel.verify import verify
from tests.world import COUNTY, World

DUE = "2026-11-23T18:00"  # seven working hours of the office from Monday 09:00


def task_family(world: World, task: Task) -> Any:
    return read(task.pk, actor=world.actor("dispatcher"))


def test_a_request_brings_the_task_to_who_must_answer_and_the_unit_keeps_seeing_it(world: World) -> None:
    row, task = in_hand(world)
    step(world, row, "ask_return", "road", "2026-11-23T09:30")
    matter = Matter.objects.get(pk=task.pk)
    assert matter.holder_id in world.actor("dispatcher").holders
    assert (matter.state, matter.asker_id) == ("back_req", world.unit("road"))
    assert read(row.pk, actor=world.actor("road")).focus == row.pk
    step(world, row, "deny_return", "dispatcher", "2026-11-23T09:40")
    matter.refresh_from_db()
    assert (matter.state, matter.holder_id, matter.asker_id) == ("signed", world.unit("road"), None)


@pytest.mark.parametrize(
    ("limit", "asked", "allowed"),
    [
        ("9 working_hour", "2026-11-23T12:00", True),  # a third is three hours, to 12:00
        ("9 working_hour", "2026-11-23T14:31", False),
        ("2 working_hour", "2026-11-23T10:00", True),  # a third is forty minutes, but never less than one working hour
        ("2 working_hour", "2026-11-23T10:01", False),
        ("1 working_hour", "2026-11-23T10:00", True),
    ],
)
def test_a_return_is_asked_within_a_third_of_the_limit_but_at_least_one_working_hour(
    limit: str, asked: str, allowed: bool, world: World
) -> None:
    row, task = in_hand(world, limit=limit)
    before = footprint(row)
    if allowed:
        step(world, row, "ask_return", "road", asked)
        assert state(task) == "back_req"
        return
    with pytest.raises(Refused) as refusal:
        step(world, row, "ask_return", "road", asked)
    assert [fault.code for fault in refusal.value.faults] == ["incidents.return_is_asked_in_time"]
    assert footprint(row) == before


def test_a_wrong_dispatch_is_confirmed_by_the_duty_chief_and_counted(world: World) -> None:
    row, task = in_hand(world)
    step(world, row, "ask_return", "road", "2026-11-23T09:30")
    before = footprint(row)
    with pytest.raises(Refused) as refusal:
        step(world, row, "grant_return", "dispatcher", "2026-11-23T09:35")
    assert [fault.code for fault in refusal.value.faults] == ["incidents.wrong_dispatch_is_confirmed"]
    assert footprint(row) == before
    step(world, row, "endorse_return", "dispatcher", "2026-11-23T09:36")
    assert Matter.objects.get(pk=task.pk).holder_id in world.actor("chief").holders
    with pytest.raises(Refused):
        step(world, row, "deny_return", "dispatcher", "2026-11-23T09:37")
    row = step(world, row, "grant_return", "chief", "2026-11-23T09:38")
    assert (row.matter.state, state(task)) == ("to_dispatch", "returned")
    assert Matter.objects.get(pk=task.pk).holder_id == world.unit("road")
    assert TaskRequest.objects.get(task=task).counts == "wrong_dispatch"
    assert verify().good


def test_another_return_is_granted_by_the_dispatcher_alone(world: World) -> None:
    row, task = in_hand(world, sign=False)
    step(world, row, "ask_return", "road", "2026-11-23T09:10", reason="wrong_place")
    row = step(world, row, "grant_return", "dispatcher", "2026-11-23T09:20")
    assert (row.matter.state, state(task), TaskRequest.objects.get(task=task).counts) == ("to_dispatch", "returned", "")


def test_a_return_denied_for_the_second_time_counts_as_shirking(world: World) -> None:
    row, task = in_hand(world)
    for moment in ("09:10", "09:20"):
        step(world, row, "ask_return", "road", f"2026-11-23T{moment}")
        step(world, row, "deny_return", "dispatcher", f"2026-11-23T{moment}")
    assert list(TaskRequest.objects.filter(task=task).order_by("pk").values_list("counts", flat=True)) == ["", "shirking"]


def test_an_extension_moves_the_deadline_by_working_time_and_the_trail_tells_it_again(world: World) -> None:
    row, task = in_hand(world)
    assert local(dispose(task).due_at) == DUE
    step(world, row, "ask_extension", "road", "2026-11-23T15:00")
    assert local(dispose(task).due_at) == DUE
    step(world, row, "grant_extension", "dispatcher", "2026-11-23T16:00")
    assert (local(dispose(task).due_at), dispose(task).extended, state(task)) == ("2026-11-24T12:00", 1, "signed")
    assert all_deadlines_derive(row)


def test_the_second_extension_and_engineering_are_for_the_leader(world: World) -> None:
    row, task = in_hand(world)
    step(world, row, "ask_extension", "road", "2026-11-23T15:00", until="2026-11-24T10:00:00+08:00")
    step(world, row, "grant_extension", "chief", "2026-11-23T15:10")
    step(world, row, "ask_extension", "road", "2026-11-23T15:20", until="2026-11-24T11:00:00+08:00")
    assert Matter.objects.get(pk=task.pk).holder_id in world.actor("leader").holders
    for slug in ("grant_extension", "deny_extension"):
        with pytest.raises(Refused) as refusal:
            step(world, row, slug, "dispatcher", "2026-11-23T15:30")
        assert [fault.code for fault in refusal.value.faults] == ["incidents.further_extension_is_for_the_leader"]
    step(world, row, "grant_extension", "leader", "2026-11-23T15:40")
    assert local(dispose(task).due_at) == "2026-11-24T11:00"
    with pytest.raises(Refused) as refusal:
        step(world, row, "ask_extension", "road", "2026-11-23T15:50", until="2026-11-24T12:00:00+08:00")
    assert "incidents.an_extension_is_left" in [fault.code for fault in refusal.value.faults]
    engineering, _ = in_hand(world)
    step(world, engineering, "ask_extension", "road", "2026-11-23T15:00", engineering=True)
    with pytest.raises(Refused):
        step(world, engineering, "grant_extension", "dispatcher", "2026-11-23T15:30")


@pytest.mark.parametrize(
    ("situation", "asked", "until", "code"),
    [
        ("after the deadline", "2026-11-23T18:00", "2026-11-24T12:00:00+08:00", "incidents.deadline_is_ahead"),
        ("no later than now", "2026-11-23T15:00", "2026-11-23T18:00:00+08:00", "incidents.new_deadline_is_later"),
        ("more than the first limit", "2026-11-23T15:00", "2026-11-24T17:01:00+08:00", "incidents.extension_is_within_the_limit"),
    ],
)
def test_an_extension_that_the_rules_do_not_grant_changes_nothing(
    situation: str, asked: str, until: str, code: str, world: World
) -> None:
    row, _ = in_hand(world)
    before = footprint(row)
    with pytest.raises(Refused) as refusal:
        step(world, row, "ask_extension", "road", asked, until=until)
    assert [fault.code for fault in refusal.value.faults] == [code]
    assert footprint(row) == before


def test_a_city_may_set_its_own_numbers_from_a_day_on(world: World) -> None:
    _, task = in_hand(world)
    granted = queries.allowances(task_family(world, task), at("2026-11-23T10:00"))
    said = (granted.extensions_left, local(granted.extend_until), local(granted.return_until))
    assert said == (2, "2026-11-24T17:00", "2026-11-23T11:20")
    common = {"valid_from": "2026-11-23", "source": "市级文件", "mark": "S", "node_code": COUNTY, "name_zh": "", "name_en": ""}
    LoopNumber.objects.create(code="extensions_most", amount=1, unit="times", **common)
    LoopNumber.objects.create(code="extension_share", amount=50, unit="percent", **common)
    LoopNumber.objects.create(code="return_divisor", amount=2, unit="times", **common)
    queries.numbers.REGISTER.clear()
    granted = queries.allowances(task_family(world, task), at("2026-11-23T10:00"))
    said = (granted.extensions_left, local(granted.extend_until), local(granted.return_until))
    assert said == (1, "2026-11-24T11:30", "2026-11-23T14:30")


def test_the_board_says_beforehand_what_the_rules_grant(world: World) -> None:
    _, task = in_hand(world)
    granted = queries.allowances(task_family(world, task), at("2026-11-23T10:00"))
    assert granted.words[0][0] == "本案还可延期 2 次，最长至 11-24 17:00"
    assert granted.words[1][0].startswith("退单须在 ")


def hang(world: World, row: Any, resume_on: str = "2026-12-01") -> Any:
    step(world, row, "ask_suspension", "road", "2026-11-23T15:00", resume_on=resume_on)
    step(world, row, "endorse_suspension", "dispatcher", "2026-11-23T15:30")
    return step(world, row, "grant_suspension", "leader", "2026-11-23T16:00")


def test_a_suspension_is_endorsed_granted_and_suspends_the_incident(world: World) -> None:
    row, task = in_hand(world)
    step(world, row, "ask_suspension", "road", "2026-11-23T15:00")
    with pytest.raises(Refused) as refusal:
        step(world, row, "grant_suspension", "leader", "2026-11-23T15:10")
    assert [fault.code for fault in refusal.value.faults] == ["incidents.suspension_is_endorsed"]
    with pytest.raises(NotAllowed):
        step(world, row, "grant_suspension", "dispatcher", "2026-11-23T15:10")
    step(world, row, "endorse_suspension", "dispatcher", "2026-11-23T15:30")
    row = step(world, row, "grant_suspension", "leader", "2026-11-23T16:00")
    clock = dispose(task)
    assert (row.matter.state, state(task), clock.due_at, clock.minutes_left) == ("suspended", "hung", None, 120)
    assert all_deadlines_derive(row)


@pytest.mark.parametrize(
    ("situation", "resumed", "due"),
    [
        ("earlier, by hand", "2026-11-25T10:00", "2026-11-25T12:00"),
        ("on its day", "2026-12-01T10:00", "2026-12-01T10:00"),
        ("three days late", "2026-12-04T10:00", "2026-12-01T10:00"),
    ],
)
def test_a_suspended_task_goes_on_with_the_rest_and_never_later_than_from_its_day(
    situation: str, resumed: str, due: str, world: World
) -> None:
    row, task = in_hand(world)
    hang(world, row)
    row = step(world, row, "resume", "dispatcher", resumed)
    assert (row.matter.state, state(task), local(dispose(task).due_at)) == ("disposing", "signed", due)
    assert Matter.objects.get(pk=task.pk).holder_id == world.unit("road")
    assert all_deadlines_derive(row) and verify().good


def test_the_timetable_lets_a_task_go_on_at_its_date_and_only_once(world: World) -> None:
    row, task = in_hand(world)
    hang(world, row)
    assert timetable.resume_due(at("2026-11-30T23:59")) == 0
    assert timetable.resume_due(at("2026-12-01T00:01")) == 1
    assert timetable.resume_due(at("2026-12-01T00:03")) == 0
    entry = TrailEntry.objects.get(matter_id=task.pk, step="resume")
    assert (entry.actor, state(task), local(dispose(task).due_at)) == (0, "signed", "2026-12-01T10:00")


def test_an_incident_is_suspended_only_with_its_last_open_task(world: World) -> None:
    row, task = in_hand(world, co=True)
    row = hang(world, row)
    assert row.matter.state == "disposing"
    co = Task.objects.get(matter__parent=row.matter, lead=False)
    row = take(world, row, "sign", "clean", at=at("2026-11-23T16:10"))
    row = take(world, row, "finish", "clean", at=at("2026-11-23T16:20"))
    assert (row.matter.state, state(co), state(task)) == ("suspended", "done", "hung")


def test_a_suspended_incident_can_be_voided_and_leaves_nothing_open(world: World) -> None:
    row, task = in_hand(world)
    hang(world, row)
    row = step(world, row, "void", "chief", "2026-11-24T09:00")
    assert (row.matter.state, state(task)) == ("void", "withdrawn")
    assert not Matter.objects.filter(root=row.matter, open=True).exists()
    assert Matter.objects.get(pk=task.pk).asker_id is None


def test_a_request_is_answered_once(world: World) -> None:
    row, _ = in_hand(world)
    step(world, row, "ask_extension", "road", "2026-11-23T15:00")
    with pytest.raises(Conflict):
        step(world, row, "ask_return", "road", "2026-11-23T15:01")
    step(world, row, "deny_extension", "dispatcher", "2026-11-23T15:10")
    before = footprint(row)
    with pytest.raises(Conflict):
        step(world, row, "grant_extension", "dispatcher", "2026-11-23T15:11")
    assert footprint(row) == before
    assert local(dispose(Task.objects.latest("pk")).due_at) == DUE
