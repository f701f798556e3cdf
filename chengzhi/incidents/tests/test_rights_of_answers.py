"""Who answers what (design D4–D12, H1): the posts that the table of the trade names, and nobody in two of them at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chengzhi.incidents import services
from chengzhi.incidents.models import Supervision, TaskRequest
from chengzhi.incidents.queries import outlook
from chengzhi.incidents.tests.asking import footprint, in_hand, state, step
from chengzhi.incidents.tests.telling import report, take, tell
from chengzhi.kernel.models import Matter
from chengzhi.kernel.problems import NotAllowed
from chengzhi.organisation.models import Account
from tests.world import CITY, COUNTY, OTHER_COUNTY, World

SOON = (timezone.now() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize("role", ["chief", "leader"])
def test_only_the_dispatcher_endorses_a_suspension_so_that_two_people_grant_it(role: str, world: World) -> None:
    row, task = in_hand(world)
    step(world, row, "ask_suspension", "road", "2026-11-23T10:00")
    before = footprint(row)
    with pytest.raises(NotAllowed):
        step(world, row, "endorse_suspension", role, "2026-11-23T10:10")
    assert footprint(row) == before
    step(world, row, "endorse_suspension", "dispatcher", "2026-11-23T10:10")
    step(world, row, "grant_suspension", "leader", "2026-11-23T10:20")
    asked = TaskRequest.objects.get()
    assert (state(task), asked.endorsed_by != asked.answered_by) == ("hung", True)


@pytest.mark.parametrize("slug", ["grant_return", "endorse_return", "deny_return"])
def test_a_return_is_answered_by_dispatcher_and_chief_not_by_the_leader(slug: str, world: World) -> None:
    row, task = in_hand(world)
    step(world, row, "ask_return", "road", "2026-11-23T09:10", reason="wrong_place")
    before = footprint(row)
    with pytest.raises(NotAllowed):
        step(world, row, slug, "leader", "2026-11-23T09:20")
    assert (footprint(row), state(task)) == (before, "back_req")


def test_the_chief_does_not_deny_a_suspension(world: World) -> None:
    row, task = in_hand(world)
    step(world, row, "ask_suspension", "road", "2026-11-23T10:00")
    with pytest.raises(NotAllowed):
        step(world, row, "deny_suspension", "chief", "2026-11-23T10:10")
    step(world, row, "deny_suspension", "dispatcher", "2026-11-23T10:20")
    assert state(task) == "signed"


@pytest.mark.parametrize("role", ["acceptor", "chief", "dispatcher", "callback", "supervisor_lead", "leader"])
def test_any_post_of_the_centre_may_ask_to_void_and_the_chief_decides(role: str, world: World) -> None:
    row = take(world, report(world), "ask_void", role)
    assert Matter.objects.get(parent=row.matter, kind="void_request").holder_id in world.actor("chief").holders


def test_a_county_that_has_the_citys_incident_in_hand_can_answer_its_supervision(world: World) -> None:
    row = tell(world, report(world, county=COUNTY), [])
    Matter.objects.filter(pk=row.pk).update(node=world.city)
    row.__class__.objects.filter(pk=row.pk).update(node_id=world.city)
    row = tell(world, row, ["pass_on", "file_case"], county=CITY)
    row = take(world, row, "dispatch", county=CITY, unit=str(world.county))
    take(world, row, "supervise", "leader", county=CITY, opinion="请说明", reply_by=SOON)
    part = Supervision.objects.get()
    services.reply_supervision(matter_id=part.pk, act=world.act("chief"), reply="今日完成")
    assert Matter.objects.get(pk=part.pk).state == "replied"


def test_a_supervision_during_a_conference_is_answered_by_the_leader_who_has_it(world: World) -> None:
    row = tell(world, report(world), ["pass_on", "file_case", "confer"])
    take(world, row, "supervise", "supervisor_lead", opinion="请尽快认定", reply_by=SOON)
    part = Supervision.objects.get()
    services.reply_supervision(matter_id=part.pk, act=world.act("leader"), reply="明日会商")
    assert Matter.objects.get(pk=part.pk).state == "replied"


def near(world: World, role: str, county: str) -> list[tuple[str, str, bool]]:
    """Return what a person is told of open cases of the class at a place of the first county."""
    found = outlook.outlook(world.actor(role, county), "SJ0101", *world.point(0)).near
    return [(one.number, one.address, one.visible) for one in found]


def test_the_call_taker_of_the_city_knows_a_duplicate_in_a_county_but_reads_nothing_of_it(world: World, client) -> None:
    row = report(world, address="密巷七号王某家门口")
    number = row.matter.number
    assert near(world, "acceptor", COUNTY) == [(number, "密巷七号王某家门口", True)]
    assert near(world, "acceptor", CITY) == [(number, "", False)]
    client.force_login(Account.objects.get(pk=world.account("acceptor", CITY).pk), backend="django.contrib.auth.backends.ModelBackend")
    lon, lat = world.point(0)
    page = client.get("/report/outlook", {"class_code": "SJ0101", "lon": lon, "lat": lat}).content.decode()
    assert ("待受理" in page, "密巷" in page, "data-merges" in page, f"/incidents/{number}" in page) == (True, False, False, False)


@pytest.mark.parametrize(
    ("role", "county"), [("acceptor", OTHER_COUNTY), ("chief", CITY), ("dispatcher", CITY), ("sys_admin", CITY), ("callback", CITY)]
)
def test_nobody_else_is_told_of_a_countys_cases(role: str, county: str, world: World) -> None:
    report(world)
    assert near(world, role, county) == []
