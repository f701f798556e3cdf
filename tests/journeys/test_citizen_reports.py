"""A citizen's journey in a browser: report with a photo, join, follow, rate; both languages, large letters, a weak network."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests import telling
from chengzhi.portal.models import Attempt, Followed
from chengzhi.portal.tests.reporting import incident_of, reported
from chengzhi.portal.tests.test_services import TO_CLOSED
from tests.conftest import DESK, PHONE
from tests.world import World

pytestmark = pytest.mark.browser


def street(open_page: Callable[..., Page], world: World, n: int = 0, **more) -> Page:
    """Return a phone that stands in the n-th cell."""
    lon, lat = world.point(n)
    where = {"longitude": lon, "latitude": lat, "accuracy": 12}
    return open_page(PHONE, is_mobile=True, has_touch=True, geolocation=where, permissions=["geolocation"], **more)


def test_a_citizen_reports_in_five_taps_and_follows_it_to_the_end(open_page, live_server, world, picture, accessible) -> None:
    page = street(open_page, world)
    page.goto(f"{live_server.url}/c/")
    accessible(page)
    page.get_by_role("link", name="我要反映").first.tap()
    expect(page.locator(".locate-said")).to_have_text("已定位，精度 ±12 米")
    page.set_input_files("input[type=file]", picture("waste"))
    expect(page.locator(".thumb input[name=photos]")).to_have_count(1)
    page.locator(".picture", has_text="垃圾").tap()
    page.fill("#words", "垃圾桶旁堆了两天的垃圾袋")
    accessible(page)
    page.locator(".send button").tap()
    expect(page.locator(".receipt .code")).to_have_text(re.compile(r"^[2-9A-Z]{6}$"))
    accessible(page)
    assert page.evaluate("localStorage.getItem('chengzhi-report')") is None
    row = Followed.objects.get(code=page.locator(".receipt .code").inner_text())
    telling.tell(world, incident_of(row), TO_CLOSED)
    page.get_by_role("link", name="查看进度").tap()
    expect(page.locator(".stages .current")).to_contain_text("已办结")
    expect(page.locator(".photos img")).to_have_count(4)
    expect(page.locator("blockquote")).to_have_text("已清理")
    accessible(page)
    page.locator(".score", has_text="很不满意").tap()
    page.select_option("#why", "halfway")
    page.check("[name=redo]")
    page.get_by_role("button", name="提交评价").tap()
    expect(page.locator("main")).to_contain_text("您已申请重办")


def test_a_draft_survives_a_weak_network_and_is_sent_once(open_page, live_server, world, picture) -> None:
    page = street(open_page, world)
    page.goto(f"{live_server.url}/c/report")
    page.set_input_files("input[type=file]", picture("draft"))
    expect(page.locator(".thumb input[name=photos]")).to_have_count(1)
    page.locator(".picture", has_text="道路").tap()
    page.fill("#words", "路面有坑")
    page.context.set_offline(True)
    page.locator(".send button").tap()
    expect(page.locator("#weak")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#words")).to_have_value("路面有坑")
    expect(page.locator(".thumb input[name=photos]")).to_have_count(1)
    page.locator(".send button").tap()
    expect(page.locator(".receipt")).to_be_visible()
    assert Incident.objects.get().matter.evidence.count() == 1


def test_who_meets_with_the_same_joins_it(open_page, live_server, world) -> None:
    reported(world)
    page = street(open_page, world)
    page.goto(f"{live_server.url}/c/report")
    expect(page.locator(".locate-said")).to_contain_text("已定位")
    page.locator(".picture", has_text="垃圾").tap()
    page.fill("#words", "这里有垃圾")
    page.locator(".send button").tap()
    expect(page.locator("h1")).to_contain_text("这里今天已有人反映")
    page.get_by_role("button", name="我也遇到").tap()
    expect(page.locator(".receipt")).to_contain_text("2 人关注")
    assert Incident.objects.count() == 1


def test_the_place_is_tapped_on_the_small_map(open_page, live_server, world) -> None:
    page = open_page(DESK)
    page.goto(f"{live_server.url}/c/report")
    page.locator(".pin summary").click()
    expect(page.locator("[data-pin]")).to_have_attribute("data-ready", "yes", timeout=20_000)
    page.locator(".map-canvas").click()
    expect(page.locator(".map-position")).to_have_text(re.compile(r"^\d+\.\d{5}, \d+\.\d{5}$"))
    assert page.locator("[name=lon]").input_value()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_of_the_citizens_has_a_barrier_or_scrolls_sideways(open_page, live_server, world, accessible, scheme, language) -> None:
    row = reported(world)
    page = open_page(PHONE, color_scheme=scheme)
    page.goto(f"{live_server.url}/c/")
    page.locator(".head form").first.locator("button").click()
    if language == "en":
        page.locator(".head form").last.locator("button").click()
    lon, lat = world.point(0)
    paths = ("", "report", "f/", f"f/{row.code}", f"f/{row.code}/receipt", "f/222222", "public", "near", f"near?lon={lon}&lat={lat}")
    for path in paths:
        page.goto(f"{live_server.url}/c/{path}")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    Attempt.objects.all().delete()


def test_the_staff_sees_answers_and_prints_posters(open_page, live_server, world, sign_in, accessible) -> None:
    page = sign_in(open_page(), "chief")
    for path in ("/work/ratings/", "/c/poster/?cell=99010200100101"):
        page.goto(live_server.url + path)
        accessible(page)
