"""The desks in a browser: a case to the label, its sheet, registers and one's own settings, at a desk and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests import telling
from chengzhi.organisation import queries as organisation
from tests.conftest import DESK, PHONE
from tests.world import World

pytestmark = pytest.mark.browser
WIDE = {"width": 1920, "height": 1080}


@pytest.fixture
def done(world: World) -> Incident:
    """A case of a citizen that was handled and checked."""
    row = telling.call(world, caller_name="王小明", caller_phone="13912345678", address="育才路8号", photos=[])
    return telling.tell(world, row, ["pass_on", "file_case", "dispatch", "sign", "finish", "send_check", "pass_check"])


def still(page: Page, address: str) -> None:
    """Open a page, wait until it stands still, and see that it needs no sideways scrolling."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= (page.viewport_size or DESK)["width"]


@pytest.mark.parametrize("viewport", [DESK, PHONE, WIDE])
def test_case_sheet_and_settings_fit_and_have_no_barrier(
    open_page: Callable[..., Page], live_server, sign_in, done, accessible, viewport: dict[str, int]
) -> None:
    page = sign_in(open_page(viewport), "chief")
    for path in (f"incidents/{done.matter.number}", f"incidents/{done.matter.number}/print", "settings/", "settings/me", "settings/duty"):
        still(page, f"{live_server.url}/{path}")
        accessible(page)


def test_the_reporter_is_shown_after_a_purpose_and_the_second_time_at_once(page: Page, live_server, sign_in, done) -> None:
    sign_in(page, "callback")
    still(page, f"{live_server.url}/incidents/{done.matter.number}")
    page.click(".reporter summary")
    page.fill(".reveal input[name=purpose]", "回访核实")
    page.click(".reveal button")
    expect(page.locator("#reporter")).to_contain_text("13912345678")
    page.reload()
    expect(page.locator("#reporter")).not_to_contain_text("13912345678")
    page.click(".reveal button")
    expect(page.locator("#reporter")).to_contain_text("王小明")


def test_before_and_after_are_compared_with_the_arrow_keys(page: Page, live_server, sign_in, world) -> None:
    row = telling.tell(world, telling.report(world), ["pass_on", "file_case", "dispatch", "sign", "finish"])
    sign_in(page, "chief")
    still(page, f"{live_server.url}/incidents/{row.matter.number}")
    page.click(".compare-part summary")
    page.focus(".compare-slide input")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('.compare-before').style.clipPath") == "inset(0px 40% 0px 0px)"


def test_somebody_is_taken_on_by_clicks_and_a_refusal_keeps_the_words(page: Page, live_server, sign_in, world, accessible) -> None:
    sign_in(page, "sys_admin")
    still(page, f"{live_server.url}/settings/staff")
    page.click(".settings-verbs a:has-text('录用')")
    page.fill("[name=name]", "新来的人")
    page.fill("[name=phone]", "不是号码")
    page.select_option("[name=post]", str(organisation.post_of(world.county, "acceptor")))
    page.click("button.take")
    expect(page.locator(".notice-bad")).to_contain_text("不是号码")
    expect(page.locator("[name=name]")).to_have_value("新来的人")
    accessible(page)
    page.fill("[name=phone]", "13912345678")
    page.click("button.take")
    expect(page.locator(".register")).to_contain_text("新来的人")
    expect(page.locator(".changes li").first).to_contain_text("录用")


def test_own_settings_stay_and_english_has_no_chinese(page: Page, live_server, sign_in, world) -> None:
    sign_in(page, "sys_admin")
    still(page, f"{live_server.url}/settings/me")
    page.click("button:has-text('大字')")
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    page.click(".preference-rows button:has-text('English')")
    still(page, f"{live_server.url}/settings/")
    assert not re.search(r"[\u4e00-\u9fff]", page.locator("main").inner_text())
