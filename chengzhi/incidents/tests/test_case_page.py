"""The case page to the label: reporter behind a purpose, bands, links, the printed sheet, and nothing of another county."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import casepage, linked
from chengzhi.incidents.queries.cards import tags_of
from chengzhi.incidents.tests import telling
from chengzhi.incidents.tests.test_list_exports import client_of
from chengzhi.kernel.models import Matter
from chengzhi.organisation.models import Staff
from chengzhi.parties.models import Reveal
from tests.world import CITY, COUNTY, OTHER_COUNTY, World

pytestmark = pytest.mark.django_db(transaction=True)
CALLER = {"caller_name": "王小明", "caller_phone": "13912345678"}
HOSTILE = "<script>alert(1)</script>=1+1"


def called(world: World, **more: Any) -> Incident:
    """Let a citizen call."""
    return telling.call(world, **{**CALLER, **more})


def test_the_reporter_is_shown_in_clear_for_a_purpose_that_is_asked_once_per_shift_and_kept(world: World) -> None:
    row = called(world)
    address = f"/incidents/{row.matter.number}"
    client = client_of(world, "callback")
    page = client.get(address).content.decode()
    assert "王**" in page
    assert "13912345678" not in page
    refused = client.post(f"{address}/reporter", {"purpose": ""})
    assert (refused.status_code, Reveal.objects.count()) == (422, 0)
    shown = client.post(f"{address}/reporter", {"purpose": "回访核实满意度"})
    assert "13912345678" in shown.content.decode()
    assert shown["Cache-Control"].startswith("max-age=0")
    again = client.post(f"{address}/reporter", {"purpose": ""})
    assert "王小明" in again.content.decode()
    assert list(Reveal.objects.values_list("purpose", flat=True)) == ["回访核实满意度"] * 2
    audit = client_of(world, "auditor").get("/settings/reveals").content.decode()
    assert "回访核实满意度" in audit
    assert row.matter.number in audit
    assert "13912345678" not in audit
    assert "回访核实满意度" not in client_of(world, "auditor", OTHER_COUNTY).get("/settings/reveals").content.decode()


@pytest.mark.parametrize(
    ("role", "county", "status"), [("chief", COUNTY, 403), ("road", COUNTY, 404), ("callback", OTHER_COUNTY, 404), ("callback", CITY, 404)]
)
def test_nobody_else_sees_the_reporter_in_clear(world: World, role: str, county: str, status: int) -> None:
    row = called(world)
    answer = client_of(world, role, county).post(f"/incidents/{row.matter.number}/reporter", {"purpose": "我想知道"})
    assert answer.status_code == status
    assert "13912345678" not in answer.content.decode()
    assert Reveal.objects.count() == 0


def test_without_the_right_the_page_says_why_the_reporter_stays_masked(world: World) -> None:
    page = client_of(world, "chief").get(f"/incidents/{called(world).matter.number}").content.decode()
    assert "仅回访员可查看明文" in page


@pytest.mark.parametrize(("role", "link"), [("chief", True), ("auditor", False)])
def test_only_who_may_call_gets_the_number_of_who_has_the_case(world: World, role: str, link: bool) -> None:
    Staff.objects.filter(name="东城dispatcher").update(phone="13800001234")
    row = telling.tell(world, telling.report(world), ["pass_on", "file_case"])
    page = client_of(world, role).get(f"/incidents/{row.matter.number}").content.decode()
    assert ("tel:13800001234" in page) is link


@pytest.mark.parametrize(
    ("facts", "tags"),
    [
        ({}, []),
        ({"urgent": True, "supervised": True, "urged": 2, "rework": 1}, ["紧急", "督办", "催×2", "返工×1"]),
        ({"extended": True, "recurrences": 2, "self_handled": True}, ["延", "第3次", "自"]),
        ({"rework": 2, "reopened": 1, "replayed": True}, ["返工×2", "重办×1", "回放"]),
    ],
)
def test_tags_stand_in_the_order_of_the_trade(facts: dict[str, Any], tags: list[str]) -> None:
    given = {"urgent": False, "rework": 0, "replayed": False, **facts}
    assert [tag.zh for tag in tags_of(**given)] == tags


def test_earlier_cases_at_the_place_are_linked_when_one_may_read_them(world: World) -> None:
    lon, lat = world.point(2)
    first = telling.report(world, n=2)
    telling.take(world, first, "refuse", reason="private_dispute")
    far = telling.report(world, n=5)
    telling.take(world, far, "refuse", reason="private_dispute")
    Matter.objects.filter(pk__in=[first.pk, far.pk]).update(opened_at=timezone.now() - timedelta(days=40))
    now = telling.report(world, n=2, lon=lon + 0.0001, lat=lat)
    found = linked.earlier_here(now, world.actor("chief"))
    assert [(one.number, one.metres < 50) for one in found] == [(first.matter.number, True)]
    assert linked.earlier_here(now, world.actor("leader", OTHER_COUNTY)) == ()
    Matter.objects.filter(pk=first.pk).update(opened_at=timezone.now() - timedelta(days=400))
    assert linked.earlier_here(now, world.actor("chief")) == ()


def test_merged_reports_are_linked_with_their_reporters_masked_and_lead_to_each_other(world: World) -> None:
    main = called(world)
    double = called(world, caller_name="李四", caller_phone="13712345678")
    telling.take(world, double, "merge", into=main.matter.number)
    page = client_of(world, "chief").get(f"/incidents/{main.matter.number}").content.decode()
    assert "李* 137****5678" in page or "李** 137****5678" in page
    assert main.matter.number in client_of(world, "chief").get(f"/incidents/{double.matter.number}").content.decode()


def test_the_page_asks_the_database_no_more_the_longer_the_case(world: World, django_assert_max_num_queries: Any) -> None:
    row = telling.tell(world, telling.report(world), ["pass_on", "file_case", "dispatch", "sign", "finish", "send_check"])
    actor = world.actor("chief")
    casepage.case_page(row.matter.number, actor)
    with django_assert_max_num_queries(30):
        casepage.case_page(row.matter.number, actor)


def test_the_sheet_has_number_code_facts_limits_and_the_whole_line(world: World) -> None:
    row = telling.tell(world, telling.report(world, description=HOSTILE * 20), ["pass_on", "file_case", "dispatch", "sign", "finish"])
    answer = client_of(world, "chief").get(f"/incidents/{row.matter.number}/print")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert row.matter.number in page
    assert 'src="data:image/svg+xml' in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    for word in ("案件办理单", "处置", "派遣", "签收", "留痕已校验"):
        assert word in page


@pytest.mark.parametrize(("role", "county", "status"), [("chief", OTHER_COUNTY, 404), ("leader", CITY, 200), ("clean", COUNTY, 404)])
def test_the_sheet_is_for_those_who_may_read_the_case(world: World, role: str, county: str, status: int) -> None:
    row = telling.report(world)
    assert client_of(world, role, county).get(f"/incidents/{row.matter.number}/print").status_code == status
