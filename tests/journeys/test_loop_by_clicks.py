"""One problem from report to closure, by clicks of the people whose work it is."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from chengzhi.incidents.models import Incident
from chengzhi.kernel import verify
from tests.world import COUNTY, World

pytestmark = pytest.mark.browser
TEXT = "人民路与文化街交叉口垃圾成堆，无人清理"


def take(page: Page, word: str) -> None:
    """Take the open step and wait for what the page says."""
    page.locator("#step-area button.take").filter(has_text=word).click()


def first_row(page: Page, tab: str) -> None:
    """Open a tab of the work list and wait for the preview of its first row."""
    page.goto(page.evaluate("location.origin") + f"/?tab={tab}")
    expect(page.locator("tr.entry").first).to_be_visible()
    expect(page.locator("#preview .preview")).to_be_visible()


def upload(page: Page, path: str) -> None:
    """Take a photo and wait until the server has it."""
    page.set_input_files("#step-area input[type=file]", path)
    expect(page.locator("#step-area .thumb input[name=photos]")).to_have_count(1)


def inspector_of(world: World, post: int) -> str:
    """Return which inspector's account acts in a post: visits are drawn by lot."""
    return next(
        key for county, key in world.accounts if county == COUNTY and key.startswith("inspector") and post in world.actor(key).holders
    )


def locate(page: Page, lon: float, lat: float) -> None:
    """Put a position into the form, as a tap on the map does."""
    page.evaluate(
        """([lon, lat]) => {
            const form = document.getElementById("report");
            form.elements.lon.value = lon; form.elements.lat.value = lat;
            form.dispatchEvent(new CustomEvent("chengzhi:located", { detail: { lon, lat } }));
        }""",
        [lon, lat],
    )


def test_a_call_goes_from_the_desk_to_its_closure_by_clicks(open_page, sign_in, world, picture) -> None:
    acceptor = sign_in(open_page(), "acceptor")
    acceptor.click(".rail .stop:has-text('上报')")
    acceptor.fill("#description", TEXT)
    acceptor.locator(".suggestion").first.click()
    locate(acceptor, *world.point(0))
    expect(acceptor.locator("#outlook")).to_contain_text("东城区")
    acceptor.fill("[name=address]", "人民路1号")
    acceptor.fill("[name=caller_name]", "王先生")
    acceptor.keyboard.press("F2")
    acceptor.wait_for_url(re.compile("/incidents/S"))
    expect(acceptor.locator("h1")).to_contain_text("暴露垃圾")
    expect(acceptor.locator(".facts")).to_contain_text("王**")

    # A citizen's report is verified first: passing on is grey and says why.
    expect(acceptor.locator(".case-tools summary.barred:has-text('批转立案')")).to_be_visible()
    acceptor.click(".case-tools .step:has-text('发核实')")
    take(acceptor, "发核实")
    expect(acceptor.locator(".toast-line")).to_contain_text("已发核实")

    row = Incident.objects.select_related("matter").get()
    name = inspector_of(world, row.matter.parts.get().holder_id)
    inspector = sign_in(open_page(), name)
    expect(inspector.locator("#preview .step.btn-primary")).to_contain_text("回复核实")
    inspector.check("#step-area input[value=true]", force=True)
    take(inspector, "回复核实")
    expect(inspector.locator("#step-area .notice-bad")).to_contain_text("照片")
    expect(inspector.locator("#step-area input[value=true]")).to_be_checked()
    upload(inspector, picture("verify"))
    take(inspector, "回复核实")
    expect(inspector.locator(".nothing-here")).to_contain_text("暂无待办")

    first_row(acceptor, "incident.to_accept")
    take(acceptor, "批转立案")
    expect(acceptor.locator(".toast-line")).to_contain_text("已批转立案")

    chief = sign_in(open_page(), "chief")
    chief.select_option("#step-area select[name=condition]", index=1)
    take(chief, "立案")
    expect(chief.locator(".toast-line").first).to_contain_text("已立案")

    dispatcher = sign_in(open_page(), "dispatcher")
    dispatcher.locator("#step-area .pick", has_text="环卫所").first.click()
    take(dispatcher, "派遣")
    expect(dispatcher.locator(".toast-line").first).to_contain_text("已派遣，现由东城环卫所办理")

    operator = sign_in(open_page(), "clean")
    operator.check("input[name=matter]")
    operator.click(".batch button.btn-primary")
    expect(operator.locator("#inbox")).to_contain_text("处置中")
    first_row(operator, "task.signed")
    upload(operator, picture("done"))
    operator.click("#step-area .phrase")
    take(operator, "处置反馈")
    expect(operator.locator(".toast-line").first).to_contain_text("已处置反馈")

    first_row(acceptor, "incident.to_send_check")
    take(acceptor, "发核查")
    expect(acceptor.locator(".toast-line").first).to_contain_text("已发核查")
    lon, lat = world.point(0)
    standing = {"geolocation": {"longitude": lon, "latitude": lat, "accuracy": 8}, "permissions": ["geolocation"]}
    checker = sign_in(open_page(**standing), inspector_of(world, row.matter.parts.get(kind="check").holder_id))
    expect(checker.locator("#step-area .locate-said")).to_have_text("±8 米")
    upload(checker, picture("check"))
    take(checker, "核查通过")
    expect(checker.locator(".nothing-here")).to_be_visible()

    first_row(chief, "incident.to_close")
    chief.check("#step-area input[name=closing_met]")
    take(chief, "结案")
    expect(chief.locator(".nothing-here")).to_be_visible()
    row.refresh_from_db()
    row.matter.refresh_from_db()
    assert (row.matter.state, row.matter.open, row.closed_at is not None) == ("closed", False, True)
    assert verify.holds(row.pk)

    chief.goto(chief.evaluate("location.origin") + f"/incidents/{row.matter.number}")
    expect(chief.locator(".intact")).to_contain_text("留痕已校验")
    expect(chief.locator(".picture-column img")).to_have_count(3)
    assert timezone.localdate().strftime("%m%d") in chief.locator("h1").inner_text()
