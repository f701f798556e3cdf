"""The main line of the loop, told as plain lists of steps (city-management design §1.6, §1.7)."""

import pytest

from chengzhi.documents.models import Evidence
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Check, Incident, Task
from chengzhi.incidents.tests.telling import call, report, role_holding, take, tell
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Clock, Matter, TrailEntry
from chengzhi.kernel.problems import Refused
from chengzhi.kernel.verify import verify
from tests.world import COUNTY, OTHER_COUNTY, World

TO_CLOSE = ["pass_on", "file_case", "dispatch", "sign", "finish", "send_check", "pass_check"]


@pytest.mark.parametrize(
    ("story", "steps", "state"),
    [
        ("the main line", [*TO_CLOSE, "close"], "closed"),
        ("verified first", ["send_verify", "reply_verify", *TO_CLOSE, "close"], "closed"),
        ("refused", ["refuse"], "refused"),
        ("not filed", ["pass_on", "refuse_filing"], "not_filed"),
        ("sent back and passed again", ["pass_on", "send_back", *TO_CLOSE, "close"], "closed"),
        ("returned to filing", ["pass_on", "file_case", "return_to_filing", "file_case", "dispatch", "sign"], "disposing"),
        ("redirected", ["pass_on", "file_case", "dispatch", "redirect"], "disposing"),
        ("reworked", [*TO_CLOSE[:-1], "fail_check", "rework", "sign", "finish", "send_check", "pass_check", "close"], "closed"),
        ("void at once", ["void"], "void"),
        ("void while departments work", ["pass_on", "file_case", "dispatch", "sign", "void"], "void"),
        ("void was asked and granted", ["ask_void", "void"], "void"),
        ("void was asked and denied", ["ask_void", "deny_void", "pass_on"], "to_file"),
        ("refused while a void request waits", ["ask_void", "refuse"], "refused"),
    ],
)
def test_an_incident_takes_its_path_and_leaves_no_clock_and_no_part_open(
    story: str, steps: list[str], state: str, world: World
) -> None:
    row = tell(world, report(world), steps)
    assert row.matter.state == state
    running = Clock.objects.filter(matter__root=row.matter, ended_at=None)
    if workflow.INCIDENT.states[state].final:
        assert not running.exists()
        assert not Matter.objects.filter(root=row.matter, open=True).exists()
        assert row.matter.due_at is None
    else:
        assert running.exists()
    assert verify().good


def test_filing_draws_gapless_numbers_and_freezes_the_limit(world: World) -> None:
    first, second = (tell(world, report(world, n=n), ["pass_on", "file_case"]) for n in (0, 1))
    other = tell(world, report(world, county=OTHER_COUNTY), ["pass_on", "file_case"], county=OTHER_COUNTY)
    day = f"{first.filed_at:%Y%m%d}"
    assert [row.matter.number[8:] for row in (first, second, other)] == ["990102000001", "990102000002", "990103000001"]
    assert first.matter.earlier_number is not None
    assert first.matter.number.startswith(day[:6])
    assert (first.limit_amount, first.limit_unit) != (None, "")
    assert read(first.matter.earlier_number, actor=world.actor("chief")).focus == first.pk


def test_a_case_that_is_filed_again_keeps_its_number(world: World) -> None:
    row = tell(world, report(world), ["pass_on", "file_case"])
    number = row.matter.number
    assert tell(world, row, ["return_to_filing", "file_case"]).matter.number == number


def test_a_failed_check_gives_the_same_unit_the_rest_of_its_limit_but_at_least_a_quarter(world: World) -> None:
    row = tell(world, report(world), [*TO_CLOSE[:-1], "fail_check", "rework"])
    tasks = list(Task.objects.filter(matter__parent=row.matter).order_by("pk"))
    clock = Clock.objects.get(matter=tasks[1].pk, kind="dispose")
    first = Clock.objects.get(matter=tasks[0].pk, kind="dispose")
    assert [task.unit_id for task in tasks] == [world.unit("road")] * 2
    assert (row.rework_count, row.check_result, clock.scheme) == (1, "", first.scheme)
    assert clock.amount >= 60


def test_joint_dispatch_waits_for_all_units(world: World) -> None:
    row = tell(world, report(world), ["pass_on", "file_case"])
    row = take(world, row, "dispatch", co_units=[str(world.unit("clean"))])
    for role in ("road", "clean"):
        row = take(world, row, "sign", role)
    assert take(world, row, "finish", "road").matter.state == "disposing"
    assert take(world, row, "finish", "clean").matter.state == "to_send_check"
    assert list(Task.objects.filter(matter__parent=row.matter).order_by("pk").values_list("lead", flat=True)) == [True, False]


def test_the_checker_is_another_inspector_than_the_reporter_where_one_is_on_shift(world: World) -> None:
    for n in range(6):
        row = tell(world, report(world, n=0), TO_CLOSE[:-1])
        assert role_holding(world, row, "check") != "inspector", n
    assert not Check.objects.filter(same_person=True).exists()


def test_a_case_may_close_without_a_passed_check_only_with_a_reason(world: World) -> None:
    row = tell(world, report(world), [*TO_CLOSE[:-1], "fail_check"])
    with pytest.raises(Refused) as refusal:
        take(world, row, "close")
    assert [fault.code for fault in refusal.value.faults] == ["incidents.check_is_passed_or_waived"]
    assert take(world, row, "close", waiver="夜间已另行处理").matter.state == "closed"


def test_duplicates_merge_into_the_open_one(world: World) -> None:
    target = report(world, n=0)
    row = take(world, report(world, n=0), "merge", into=target.matter.number)
    assert (row.matter.state, row.merged_into_id) == ("merged", target.pk)


@pytest.mark.parametrize(
    ("situation", "make", "code"),
    [
        ("too far", {"n": 3}, "incidents.target_is_near"),
        ("another class", {"class_code": "SJ0102"}, "incidents.target_has_same_class"),
    ],
)
def test_what_is_not_the_same_problem_does_not_merge(situation: str, make: dict[str, object], code: str, world: World) -> None:
    target = report(world, **make)
    row = report(world, n=0)
    with pytest.raises(Refused) as refusal:
        take(world, row, "merge", into=target.matter.number)
    assert [fault.code for fault in refusal.value.faults] == [code]
    assert Incident.objects.get(pk=row.pk).merged_into_id is None


def test_the_city_gives_work_to_a_county_which_runs_its_own_loop(world: World) -> None:
    row = call(world, county=COUNTY, source="leader")
    row = tell(world, row, ["pass_on", "file_case"])
    city_case = _city_case(world)
    take(world, city_case, "dispatch", county="990100", unit=str(world.county))
    task = Task.objects.get(matter__parent=city_case.matter)
    own = Incident.objects.select_related("matter").get(matter__parent=task.matter)
    assert (own.matter.state, own.node_id, own.matter.number[8:14]) == ("to_dispatch", world.county, "990102")
    own = tell(world, own, ["dispatch", "sign", "finish", "send_check", "pass_check", "close"])
    city_case = Incident.objects.select_related("matter").get(pk=city_case.pk)
    assert (own.matter.state, city_case.matter.state) == ("closed", "to_send_check")
    assert Matter.objects.get(pk=task.pk).state == "done"
    assert TrailEntry.objects.filter(root=city_case.matter, step="county_closed", actor=0).count() == 1
    assert verify().good


def test_a_county_that_voids_its_run_returns_the_citys_task(world: World) -> None:
    city_case = _city_case(world)
    take(world, city_case, "dispatch", county="990100", unit=str(world.county))
    own = Incident.objects.select_related("matter").get(matter__parent__parent=city_case.matter)
    tell(world, own, ["void"])
    assert Matter.objects.get(pk=city_case.pk).state == "to_dispatch"


def _city_case(world: World) -> Incident:
    """A case of the city's own node: called in without a position, located later by its words."""
    lon, lat = world.point(2)
    row = call(world, county="990100", source="leader", lon=None, lat=None, address="市政府门前")
    Incident.objects.filter(pk=row.pk).update(lon=lon, lat=lat, county_code=COUNTY)
    row.refresh_from_db()
    return tell(world, row, ["pass_on", "file_case"], county="990100")


def test_two_incidents_never_merge_into_each_other(world: World) -> None:
    first, second = report(world, n=0), report(world, n=0)
    take(world, first, "merge", into=second.matter.number)
    with pytest.raises(Refused) as refusal:
        take(world, second, "merge", into=first.matter.number)
    assert [fault.code for fault in refusal.value.faults] == ["incidents.target_is_another_open_one"]
    absorbed = TrailEntry.objects.get(root=second.matter, step="absorb")
    assert f'"from":"{first.matter.number}"' in absorbed.payload.body


def test_a_failed_check_of_a_countys_work_opens_the_countys_run_again(world: World) -> None:
    city_case = _city_case(world)
    take(world, city_case, "dispatch", county="990100", unit=str(world.county))
    own = Incident.objects.select_related("matter").get(matter__parent__parent=city_case.matter)
    tell(world, own, ["dispatch", "sign", "finish", "send_check", "pass_check", "close"])
    # The city has no inspectors of its own here: what they would have answered is written down.
    Matter.objects.filter(pk=city_case.pk).update(state="to_close")
    Incident.objects.filter(pk=city_case.pk).update(check_result="failed")
    city_case = take(world, city_case, "rework", county="990100")
    again = Incident.objects.select_related("matter").filter(matter__parent__parent=city_case.matter).order_by("pk").last()
    assert again is not None
    assert (again.matter.state, again.node_id, again.pk != own.pk) == ("to_dispatch", world.county, True)


def test_a_case_may_close_without_any_check_only_with_a_reason(world: World) -> None:
    row = tell(world, report(world), TO_CLOSE[:-2])
    with pytest.raises(Refused):
        take(world, row, "close")
    assert take(world, row, "close", waiver="无监督员在岗，视频已核").matter.state == "closed"


def test_the_reporters_own_picture_is_no_proof_of_the_work(world: World) -> None:
    row = tell(world, report(world), ["pass_on", "file_case", "dispatch", "sign"])
    shown = Evidence.objects.get(matter=row.matter).attachment_id
    with pytest.raises(Refused) as refusal:
        take(world, row, "finish", photos=[str(shown)])
    assert [fault.code for fault in refusal.value.faults] == ["incidents.visible_result_has_photo"]


def test_a_check_without_a_position_needs_a_reason(world: World) -> None:
    row = tell(world, report(world), TO_CLOSE[:-1])
    with pytest.raises(Refused) as refusal:
        take(world, row, "pass_check", lon=None, lat=None)
    assert [fault.code for fault in refusal.value.faults] == ["incidents.distance_is_explained"]
    assert take(world, row, "pass_check", lon=None, lat=None, far_reason="桥下无信号").matter.state == "to_close"


def test_the_trail_says_which_limit_was_frozen_and_what_the_unit_was_told(world: World) -> None:
    row = tell(world, report(world), ["pass_on", "file_case"])
    row = take(world, row, "dispatch", instructions="先围挡")
    filed = TrailEntry.objects.get(root=row.matter, step="file_case").payload.body
    told = TrailEntry.objects.get(root=row.matter, step="dispatch").payload.body
    assert f'"amount":{row.limit_amount}' in filed and f'"unit":"{row.limit_unit}"' in filed
    assert '"instructions":"先围挡"' in told
