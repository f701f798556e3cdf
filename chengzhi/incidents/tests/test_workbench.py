"""The dispatch workbench: what it proposes and why, batches, and who may see and do what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import maps, workbench
from chengzhi.incidents.tests.benches import ask, client_of, give_power, waiting, world_community
from chengzhi.incidents.tests.telling import take, tell
from chengzhi.kernel.models import Event, Matter, TrailEntry
from chengzhi.kernel.problems import NotFound
from chengzhi.kernel.workflow import perform
from tests.world import COUNTY, OTHER_COUNTY, World, found_small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return found_small_world()


def test_the_bench_proposes_a_unit_with_its_reason_and_the_limit_that_will_result(world):
    give_power(world)
    row = waiting(world)
    shown = workbench.bench(world.actor("dispatcher"))
    (one,) = shown.rows
    assert (shown.total, shown.red, shown.more) == (1, 0, False)
    assert (one.matter.pk, one.address, one.outside) == (row.pk, row.address, False)
    assert (one.proposal.unit, one.proposal.name[0]) == (world.unit("clean"), "东城环卫所")
    assert one.proposal.reason == ("职责分工：东城环卫所", "Division of duties: 东城环卫所")
    assert (one.proposal.confidence, one.proposal.firm, one.proposal.notes) == ("medium", ("中", "medium"), ())
    assert one.limit[0] == workbench.amount_words(row.limit_amount, row.limit_unit)[0]
    assert one.due_at > timezone.now()
    assert one.photo is not None


@pytest.mark.parametrize(
    ("situation", "more", "note"),
    [
        ("new", {"valid_from": "recent"}, "起由该单位负责"),
        ("ending", {"valid_to": "soon"}, "该单位负责至"),
        ("long valid", {}, ""),
    ],
)
def test_a_change_of_power_is_told_beside_the_proposal(world, situation, more, note):
    days = {"recent": timezone.localdate() - timedelta(days=5), "soon": timezone.localdate() + timedelta(days=5)}
    give_power(world, **{name: days[when] for name, when in more.items()})
    waiting(world)
    notes = workbench.bench(world.actor("dispatcher")).rows[0].proposal.notes
    assert (note in "".join(zh for zh, _ in notes), bool(notes)) == (True, bool(note)), situation


def test_two_units_with_equally_good_grounds_are_both_named(world):
    give_power(world, "road", subject="SJ0101", ground="upkeep", area_code=COUNTY)
    give_power(world, "clean", subject="SJ0101", ground="area", area_code=world_community(world))
    waiting(world)
    proposal = workbench.bench(world.actor("dispatcher")).rows[0].proposal
    assert proposal.name[0] == "东城环卫所"
    zh, en = "两家均有依据，另有路段养护：东城市政养护中心", "two units claim it; also Upkeep of the road section: 东城市政养护中心"
    assert proposal.notes == ((zh, en),)


def test_a_case_that_nobody_answers_for_has_no_proposal_and_stays_out_of_a_batch(world):
    row = waiting(world)
    found = workbench.plan(world.actor("dispatcher"), [row.pk])
    assert (found.count, found.groups, [one.matter.pk for one in found.without], found.gone) == (0, (), [row.pk], 0)


def test_a_case_outside_every_grid_says_so(world):
    row = waiting(world)
    Incident.objects.filter(pk=row.pk).update(cell_code="")
    assert workbench.bench(world.actor("dispatcher")).rows[0].outside is True


def test_a_unit_that_gave_the_case_back_is_not_proposed_again_and_is_named(world):
    give_power(world, "road", subject="SJ0101")
    give_power(world, "clean", subject="SJ01")
    row = tell(world, waiting(world), ("dispatch", "sign"))
    task = ask(world, row, "ask_return", reason="cannot_find", remark="没找到")
    perform(workflow.TASK, task.pk, "grant_return", {"opinion": "同意"}, act=world.act("dispatcher"))
    proposal = workbench.bench(world.actor("dispatcher")).rows[0].proposal
    assert (proposal.unit, proposal.notes[0][0]) == (world.unit("clean"), "曾被退回：东城市政养护中心")


def test_a_plan_groups_by_unit_and_counts_what_has_gone(world):
    give_power(world)
    rows = [waiting(world, n) for n in range(3)]
    take(world, rows[2], "dispatch")
    found = workbench.plan(world.actor("dispatcher"), [row.pk for row in rows])
    assert [(name[0], len(group)) for name, group in found.groups] == [("东城环卫所", 2)]
    assert (found.count, found.without, found.gone) == (2, (), 1)


def test_a_county_sees_nothing_of_another_county(world):
    give_power(world)
    row = waiting(world)
    other = world.actor("dispatcher", OTHER_COUNTY)
    assert workbench.bench(other).rows == ()
    assert workbench.chosen(other, [row.pk]) == ()
    assert workbench.plan(other, [row.pk]).gone == 1
    assert workbench.moved_by(other, [row.pk]) == {}
    assert maps.incident_points(other)["features"] == []
    with pytest.raises(NotFound):
        workbench.load(other, world.unit("road"))
    with pytest.raises(NotFound):
        maps.areas(other, world.unit("road"))
    assert client_of(world, "dispatcher", OTHER_COUNTY).get(f"/work/dispatch/?part=rows&ids={row.pk}").content.strip() == b""


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("dispatcher", "/work/dispatch/", 200),
        ("dispatcher", "/work/dispatch/?list=requests", 200),
        ("dispatcher", "/work/dispatch/plan", 200),
        ("leader", "/work/dispatch/?list=requests", 200),
        ("road", "/work/dispatch/", 403),
        ("inspector", "/work/dispatch/", 403),
        ("inspector", "/work/dispatch/plan", 403),
        ("road", "/work/board/", 200),
        ("road", "/work/board/?only=soon", 200),
        ("dispatcher", "/work/board/", 403),
        ("road", "/maps/incidents", 200),
        ("dispatcher", "/maps/divisions?level=duty_grid", 200),
        ("dispatcher", "/maps/divisions?level=stars", 422),
        ("dispatcher", "/maps/incidents?bbox=1,2,3", 422),
        ("dispatcher", "/maps/incidents?bbox=nan,nan,nan,nan", 422),
        ("dispatcher", "/maps/incidents?state=nowhere", 422),
        ("dispatcher", "/work/dispatch/?part=rows&ids=x,99999999999999999999,-1,%00", 200),
        ("dispatcher", "/work/dispatch/?rows=99999999", 200),
        ("dispatcher", "/work/dispatch/units/1", 404),
        ("dispatcher", "/work/taken?ids=1,x", 200),
    ],
)
def test_each_address_answers_whom_it_should(world, role, path, status):
    assert client_of(world, role).get(path, HTTP_ACCEPT="text/html").status_code == status


def test_nobody_sees_a_bench_without_signing_in(world):
    assert Client().get("/work/dispatch/").status_code == 302
    assert Client().get("/maps/incidents", HTTP_ACCEPT="application/json").status_code == 401


def batch(client: Client, rows: list[str], once: str = "key-1") -> str:
    return client.post("/work/dispatch/batch", {"once": once, "matter": rows}).content.decode()


def standing(row: Incident) -> tuple[str, int, int]:
    matter = Matter.objects.get(pk=row.pk)
    return matter.state, matter.version, TrailEntry.objects.filter(root_id=row.pk).count()


def confirmed(world: World, row: Incident) -> str:
    row.matter.refresh_from_db()
    return f"{row.pk}:{row.matter.version}:{world.unit('clean')}:{row.matter.number}"


def test_a_batch_with_one_stale_row_says_what_was_done_and_what_not(world):
    rows = [waiting(world, n) for n in range(6)]
    given = [confirmed(world, row) for row in rows]
    take(world, rows[3], "return_to_filing", opinion="条件不符")
    before = standing(rows[3])
    said = batch(client_of(world, "dispatcher"), given)
    assert "已派遣 5 件" in said
    assert "1 件未派遣，未作任何改动" in said
    assert said.count("环卫所办理") == 5
    states = [Matter.objects.get(pk=row.pk).state for row in rows]
    assert states == ["disposing"] * 3 + ["to_file"] + ["disposing"] * 2
    assert standing(rows[3]) == before
    assert [Matter.objects.get(parent_id=row.pk, kind="task").holder_id for row in rows if row is not rows[3]] == [world.unit("clean")] * 5


def test_a_batch_sent_twice_is_done_once(world):
    given = [confirmed(world, waiting(world))]
    client = client_of(world, "dispatcher")
    first, events = batch(client, given), Event.objects.count()
    assert batch(client, given) == first
    assert (Matter.objects.filter(kind="task").count(), Event.objects.count()) == (1, events)


@pytest.mark.parametrize(
    ("situation", "row"),
    [
        ("no number", "x:1:2:3"),
        ("nothing", ""),
        ("unknown matter", "5:1:2:N"),
        ("hostile", "<script>:1:2:<b>"),
        ("too large", "9" * 30 + ":1:1:N"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_by_name(world, situation, row):
    waiting(world)
    before = Event.objects.count(), TrailEntry.objects.count()
    said = batch(client_of(world, "dispatcher"), [row])
    assert "1 件未派遣" in said, situation
    assert "<script>" not in said
    assert (Event.objects.count(), TrailEntry.objects.count()) == before


@pytest.mark.parametrize(("role", "county"), [("dispatcher", OTHER_COUNTY), ("leader", COUNTY)])
def test_a_batch_by_somebody_else_changes_nothing(world, role, county):
    row = waiting(world)
    before = Event.objects.count(), TrailEntry.objects.count()
    said = batch(client_of(world, role, county), [confirmed(world, row)])
    assert "1 件未派遣" in said
    assert (Matter.objects.get(pk=row.pk).state, Event.objects.count(), TrailEntry.objects.count()) == ("to_dispatch", *before)
