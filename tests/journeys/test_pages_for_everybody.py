"""What must hold on every page: no serious barrier, both languages, both appearances, keys alone, a phone in the street."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chengzhi.incidents import services
from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests.telling import call
from chengzhi.kernel.models import Matter
from tests.conftest import PHONE
from tests.world import World

pytestmark = pytest.mark.browser
CLASS = "SJ0102"


@pytest.fixture
def cases(world: World) -> list[Incident]:
    """Three reports that wait for filing."""
    found = []
    for n in range(3):
        lon, lat = world.point(n)
        row = services.register_call(
            act=world.act("acceptor"),
            source="110",
            class_code=CLASS,
            description=f"第{n + 1}处垃圾",
            lon=lon,
            lat=lat,
            address=f"人民路{n + 1}号",
        )
        services.pass_on(matter_id=row.pk, act=world.act("acceptor"), opinion="属实，建议立案。")
        found.append(row)
    return found


def enough(page: Page, origin: str, path: str) -> None:
    """Open a page and wait until it stands still."""
    page.goto(origin + path)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_no_page_has_a_serious_barrier(open_page, live_server, sign_in, cases, accessible: Callable[[Page], None], appearance: str) -> None:
    page = open_page(color_scheme=appearance)
    enough(page, live_server.url, "/sign-in")
    accessible(page)
    enough(page, live_server.url, "/tools/deadlines?id=T_DECIDE&start=2026-09-18")
    accessible(page)
    sign_in(page, "chief")
    expect(page.locator("#preview .preview")).to_be_visible()
    accessible(page)
    for path in ("/incidents", f"/incidents/{cases[0].matter.number}", "/search?q=0", "/nowhere"):
        enough(page, live_server.url, path)
        accessible(page)
    desk = sign_in(open_page(color_scheme=appearance), "acceptor")
    enough(desk, live_server.url, "/report")
    accessible(desk)


@pytest.mark.parametrize("path", ["/", "/incidents", "/report", "/tools/deadlines"])
def test_a_page_fits_a_phone_without_sideways_scrolling(open_page, live_server, sign_in, cases, accessible, path: str) -> None:
    page = sign_in(
        open_page(PHONE, is_mobile=True, has_touch=True, permissions=["geolocation"], geolocation={"longitude": 105.1, "latitude": 36.0}),
        "inspector",
    )
    enough(page, live_server.url, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    accessible(page)


def test_english_is_one_click_away_and_stays(page: Page, live_server, sign_in, cases) -> None:
    sign_in(page, "chief")
    page.click("summary.person")
    page.click(".menu-body button:has-text('English')")
    expect(page.locator(".rail")).to_contain_text("Work")
    expect(page.locator("#preview .step.btn-primary")).to_contain_text("File")
    page.goto(f"{live_server.url}/incidents")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert not re.search(r"[\u4e00-\u9fff]", page.locator(".rows-list thead").inner_text())


def test_the_work_list_is_worked_through_with_keys_alone(page: Page, live_server, sign_in, cases) -> None:
    sign_in(page, "chief")
    expect(page.locator("#preview")).to_contain_text("第1处垃圾")
    page.keyboard.press("j")
    expect(page.locator("#preview")).to_contain_text("第2处垃圾")
    page.keyboard.press("k")
    expect(page.locator("#preview")).to_contain_text("第1处垃圾")
    page.keyboard.press("Alt+5")  # 退回受理
    expect(page.locator("#step-area form")).to_have_attribute("data-step", "send_back")
    expect(page.locator("#step-area textarea")).to_be_focused()
    page.keyboard.type("位置不清，请补充定位。")
    page.keyboard.press("Alt+5")
    expect(page.locator(".toast-line")).to_contain_text("已退回受理")
    expect(page.locator("tr.entry:not(.gone)")).to_have_count(2)
    expect(page.locator("#preview")).to_contain_text("第2处垃圾")
    assert Matter.objects.get(pk=cases[0].pk).state == "to_accept"
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_new_work_arrives_by_itself_and_an_open_case_says_that_it_has_changed(
    page: Page, open_page, live_server, sign_in, cases, world
) -> None:
    sign_in(page, "chief")
    expect(page.locator("tr.entry")).to_have_count(3)
    other = sign_in(open_page(), "chief")
    enough(other, live_server.url, f"/incidents/{cases[1].matter.number}")
    other.click(".case-tools .step:has-text('不予立案')")
    other.fill("#step-area textarea", "我正在写的意见")
    page.wait_for_timeout(500)
    lon, lat = world.point(5)
    row = services.register_call(
        act=world.act("acceptor"), source="110", class_code=CLASS, description="新的垃圾", lon=lon, lat=lat, address="文化街1号"
    )
    services.pass_on(matter_id=row.pk, act=world.act("acceptor"))
    services.send_back(matter_id=cases[1].pk, act=world.act("chief"), opinion="位置不清")
    expect(page.locator(f'tr.entry.fresh[data-id="{row.pk}"]')).to_be_visible(timeout=12_000)
    expect(page.locator(f'tr.entry[data-id="{cases[1].pk}"]')).to_contain_text("退回受理")
    expect(other.locator(".changed")).to_be_visible(timeout=12_000)
    expect(other.locator("#step-area textarea")).to_have_value("我正在写的意见")
    other.click("#step-area button.take")
    expect(other.locator("#step-area .notice-bad")).to_contain_text("东城chief")
    expect(other.locator("#step-area textarea")).to_have_value("我正在写的意见")


def test_a_photo_that_is_no_picture_is_refused_in_its_place(open_page, sign_in, live_server, world, tmp_path) -> None:
    row = call(world)
    services.send_verify(matter_id=row.pk, act=world.act("acceptor"))
    holder = row.matter.parts.get().holder_id
    name = next(key for (county, key) in world.accounts if county == "990102" and holder in world.actor(key).holders)
    page = sign_in(open_page(), name)
    (tmp_path / "fake.jpg").write_text("<script>alert(1)</script>")
    page.set_input_files("#step-area input[type=file]", str(tmp_path / "fake.jpg"))
    expect(page.locator(".photo-fault")).to_contain_text("fake.jpg")
    expect(page.locator(".thumb.failed .retry")).to_be_visible()


def test_without_a_right_nobody_reports_and_the_page_says_why(page: Page, sign_in, live_server, world) -> None:
    sign_in(page, "dispatcher")
    expect(page.locator(".rail")).not_to_contain_text("上报")
    page.goto(f"{live_server.url}/report")
    expect(page.locator("h1")).to_contain_text("您的岗位没有上报或登记受理的权限")
