"""Sampled checks (抽查) and second looks (回头看) on the inspector's phone: among the checks, with photo and position, without network."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import Page, expect

from chengzhi.incidents import services
from chengzhi.incidents.models import CaseLink, Incident, LookAgain, SampleCheck
from chengzhi.incidents.tests.telling import report, tell
from chengzhi.incidents.tests.test_after_closing import CLOSED, REBOUND, person, yesterday
from chengzhi.organisation.models import Account
from tests.journeys.conftest import PASSWORD
from tests.journeys.street import shots, view, visitor
from tests.world import COUNTY, World

pytestmark = pytest.mark.browser


def looked(world: World) -> Incident:
    """Return a closed case that is looked at again, three days later."""
    row = tell(world, report(world, n=3, class_code=REBOUND), CLOSED)
    now = timezone.now()
    Incident.objects.filter(pk=row.pk).update(closed_at=now - timedelta(days=3, hours=1))
    assert services.ask_to_look_again(now) == 1
    return row


def sampled(world: World) -> Incident:
    """Return a closed case that was drawn by lot, for an inspector of another grid."""
    person(world, "stranger", "centre", "inspector", "another-grid")
    Account.objects.filter(username="stranger").update(username=f"stranger.{COUNTY}", password=make_password(PASSWORD))
    row = tell(world, report(world, n=3), CLOSED)
    yesterday(row)
    assert services.draw_samples(timezone.now()) == 1
    return row


def walk(page: Page, kind: str, answers: tuple[str, ...]) -> None:
    """Open the one task among the checks, and take its photos with the report's photo as a ghost."""
    expect(page.locator("[data-tile=check] .count")).to_have_text("1")
    page.locator("[data-tile=check]").tap()
    entry = view(page, "tasks").locator(".entry")
    expect(entry).to_contain_text(kind)
    entry.tap()
    task = view(page, "task")
    expect(task.locator("h1")).to_have_text(kind)
    expect(task.locator(".closing")).to_be_hidden()
    expect(task.locator("[data-answers]:visible")).to_have_text([re.compile(one) for one in answers])
    task.locator(".shoot").tap()
    expect(page.locator("#camera .ghost")).to_be_visible()
    shots(page, 2)


def test_what_is_back_is_told_without_network_and_opens_a_linked_case(street, world, accessible) -> None:
    row = looked(world)
    part, name = visitor(world, row, "look_again")
    page = street(name, point=3)
    page.context.set_offline(True)
    walk(page, "回头看", ("已反复", "未反复"))
    page.context.set_offline(False)
    accessible(page)
    page.context.set_offline(True)
    view(page, "task").locator("[data-answers=back]").tap()
    expect(page.locator("#bars")).to_contain_text("离线，1 条待上传")
    assert LookAgain.objects.get().result == ""
    page.context.set_offline(False)
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=30_000)
    part.refresh_from_db()
    link = CaseLink.objects.get(earlier=row)
    assert (part.state, LookAgain.objects.get().result, link.kind, link.count) == ("answered", "back", "recurred", 1)


def test_a_sampled_check_from_afar_asks_why_and_is_answered_by_one_of_three(street, world) -> None:
    row = sampled(world)
    part, name = visitor(world, row, "sample_check")
    page = street(name, point=3)
    lon, lat = world.point(3)
    page.context.set_geolocation({"longitude": lon, "latitude": lat + 0.001475, "accuracy": 8})
    walk(page, "抽查", ("不符，问题仍在", "不符，问题不在", "与核查一致"))
    agrees = view(page, "task").locator("[data-answers=agrees]")
    expect(agrees).to_have_attribute("aria-disabled", "true")
    agrees.evaluate("button => button.click()")
    expect(view(page, "task").locator(".refusal")).to_contain_text("请写距离说明")
    assert SampleCheck.objects.get().result == ""
    view(page, "task").locator("[name=far]").fill("隔河拍摄")
    agrees.tap()
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=20_000)
    part.refresh_from_db()
    found = SampleCheck.objects.get()
    assert (part.state, found.result, found.far_reason) == ("answered", "agrees", "隔河拍摄")
    assert 160 <= found.distance_m <= 168
