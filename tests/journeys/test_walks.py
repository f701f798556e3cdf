"""Walks through the screens by hand: impatient fingers, two people at one case, hostile words, no mouse, no network, a large city."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from chengzhi.incidents.tests.telling import report, take, tell
from chengzhi.kernel.models import Matter, TrailEntry
from tests.conftest import DESK
from tests.world import CITY, OTHER_COUNTY, World

pytestmark = pytest.mark.browser
FILED = ("pass_on", "file_case")
GIVEN = (*FILED, "dispatch")
DONE = (*GIVEN, "sign", "finish")
HOSTILE = "<script>window.harm=1</script><img src=x onerror=window.harm=1>{{7*7}}\u202egnp.exe\u200b😀=1+1"
LONG = "长" * 17_000  # 51 kB


def open_step(page: Page, address: str, slug: str) -> None:
    """Open a case and the form of one of its steps, and fill in what the form asks for."""
    page.goto(address)
    page.click(f".case-tools [data-slug={slug}]")
    expect(page.locator(f"form[data-step={slug}]")).to_be_visible()
    fill_in(page, slug)


def fill_in(page: Page, slug: str) -> None:
    """Fill in what cannot be left out."""
    if slug == "file_case":
        page.select_option("#step-area select[name=condition]", index=1)
    if slug == "dispatch":
        page.locator("#step-area input[name=unit]").first.check()
    if slug == "close":
        page.check("#step-area input[name=closing_met]")


@pytest.mark.parametrize(
    ("before", "role", "slug", "state"),
    [
        ((), "acceptor", "pass_on", "to_file"),
        (("pass_on",), "chief", "file_case", "to_dispatch"),
        (FILED, "dispatcher", "dispatch", "disposing"),
        (GIVEN, "road", "sign", "disposing"),
        (DONE, "acceptor", "send_check", "checking"),
        ((*DONE, "send_check", "pass_check"), "chief", "close", "closed"),
    ],
)
def test_a_double_click_takes_a_step_once_and_says_nothing_wrong(
    page: Page, sign_in, live_server, world: World, before: tuple[str, ...], role: str, slug: str, state: str
) -> None:
    row = tell(world, report(world), before)
    sign_in(page, role)
    open_step(page, f"{live_server.url}/incidents/{row.matter.number}", slug)
    with page.expect_navigation():
        page.locator(f"form[data-step={slug}] button.take").dblclick()
    expect(page.locator(".toast-line").first).to_be_visible()
    expect(page.locator(".notice-bad")).to_have_count(0)
    assert Matter.objects.get(pk=row.pk).state == state
    assert TrailEntry.objects.filter(root_id=row.pk, step=slug).count() == 1


def test_the_second_of_two_dispatchers_is_told_by_whom_he_was_overtaken_and_keeps_his_words(
    page: Page, sign_in, live_server, world: World
) -> None:
    row = tell(world, report(world), FILED)
    sign_in(page, "dispatcher")
    open_step(page, f"{live_server.url}/incidents/{row.matter.number}", "dispatch")
    words = page.locator("#step-area textarea[name=instructions]")
    words.fill("请带抽水泵")
    take(world, row, "dispatch")
    page.locator("form[data-step=dispatch] button.take").click()
    expect(page.locator("#step-area .notice-bad")).to_contain_text("东城dispatcher")
    expect(words).to_have_value("请带抽水泵")
    assert TrailEntry.objects.filter(root_id=row.pk, step="dispatch").count() == 1


def test_an_opinion_of_fifty_kilobytes_is_refused_in_its_place_and_kept(page: Page, sign_in, live_server, world: World) -> None:
    row = tell(world, report(world), ("pass_on",))
    sign_in(page, "chief")
    open_step(page, f"{live_server.url}/incidents/{row.matter.number}", "send_back")
    page.eval_on_selector("#step-area textarea", "(field, text) => { field.removeAttribute('maxlength'); field.value = text; }", LONG)
    page.locator("form[data-step=send_back] button.take").click()
    expect(page.locator("#step-area .notice-bad")).to_contain_text("太长，最多500个字")
    expect(page.locator("#step-area textarea")).to_have_value(LONG)
    assert page.evaluate("document.documentElement.scrollWidth") <= DESK["width"]
    assert Matter.objects.get(pk=row.pk).state == "to_file"


def test_hostile_words_are_shown_as_they_are_and_turn_nothing_around(page: Page, sign_in, live_server, world: World) -> None:
    row = tell(world, report(world, description=HOSTILE, address=HOSTILE[:190]), ("pass_on",))
    sign_in(page, "chief")
    number = row.matter.number
    for path in ("/", "/incidents", f"/incidents/{number}/print", f"/search?q={number[-4:]}", f"/incidents/{number}"):
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        expect(page.locator("body")).to_contain_text("<script>window")
        assert page.evaluate("window.harm") is None, path
        assert page.evaluate("document.documentElement.scrollWidth") <= DESK["width"], path
    # The sign that turns the direction of writing ends with the address: what stands behind it stays where it is.
    address, link = page.locator(".facts bdi").first, page.locator(".facts .navigate")
    expect(address).to_contain_text("gnp.exe")
    assert link.evaluate("(link) => getComputedStyle(link.closest('dd')).direction + link.previousElementSibling.tagName") == "ltrBDI"


def test_a_dispatcher_needs_no_mouse_from_the_sign_in_to_another_unit(page: Page, live_server, sign_in, world: World) -> None:
    cases = [tell(world, report(world, n=n, address=f"人民路{n + 1}号"), FILED) for n in range(3)]
    sign_in(page, "dispatcher")
    page.keyboard.press("Tab")  # "to the content" comes first
    expect(page.locator(".skip")).to_be_focused()
    while page.evaluate("document.activeElement.getAttribute('href')") != "/work/dispatch/":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/dispatch/")
    expect(page.locator("#preview form[data-step=dispatch]")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".bench-row").nth(1)).to_have_attribute("aria-current", "true")
    second = page.locator(".bench-row").nth(1).get_attribute("data-id")
    expect(page.locator(f'#preview .preview[data-id="{second}"] form[data-step=dispatch]')).to_be_visible()
    while page.evaluate("document.activeElement.closest('form')?.dataset.step") != "dispatch":
        page.keyboard.press("Tab")
    wanted = page.locator(f"#step-area input[name=unit][value='{world.unit('clean')}']")
    page.keyboard.press("Space")
    while not wanted.is_checked():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+1")
    expect(page.locator(".toast-line").first).to_contain_text("已派遣，现由东城环卫所办理")
    assert second in {str(row.pk) for row in cases}
    assert Matter.objects.get(pk=second).state == "disposing"
    assert Matter.objects.filter(kind="incident", state="to_dispatch").count() == 2


@pytest.mark.parametrize(
    ("role", "path", "entry", "mark"),
    [("chief", "/", "tr.entry", "aria-selected"), ("dispatcher", "/work/dispatch/", ".bench-row", "aria-current")],
)
def test_without_a_network_the_mark_stays_with_the_case_that_is_shown(
    browser: Browser, live_server, sign_in, world: World, role: str, path: str, entry: str, mark: str
) -> None:
    for n in range(2):
        tell(world, report(world, n=n), ("pass_on",) if role == "chief" else FILED)
    page = sign_in(browser.new_page(locale="zh-CN", viewport=DESK), role)  # whose console may tell of the missing network
    page.goto(live_server.url + path)
    expect(page.locator("#preview .preview form")).to_be_visible()
    first = page.locator("#preview .preview").get_attribute("data-id")
    page.context.set_offline(True)
    page.keyboard.press("j")
    expect(page.locator("#toasts")).to_contain_text("网络不通")
    expect(page.locator(f'{entry}[{mark}="true"]')).to_have_attribute("data-id", first)
    page.close()


def test_a_large_city_is_asked_only_for_the_grids_in_view_and_only_when_one_is_close(
    page: Page, live_server, sign_in, world: World
) -> None:
    tell(world, report(world), FILED)
    asked: list[dict[str, list[str]]] = []
    page.on("request", lambda request: asked.append(parse_qs(urlparse(request.url).query)) if "/maps/divisions" in request.url else None)
    sign_in(page, "dispatcher", CITY)
    page.goto(f"{live_server.url}/work/dispatch/")
    expect(page.locator("[data-map][data-ready]")).to_be_visible(timeout=20_000)
    assert asked == [{}]  # counties and towns, once
    grids = page.locator("[data-map-layer*=duty_grid]")
    box = page.locator(".map-canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(12):
        page.mouse.wheel(0, 800)
    page.wait_for_timeout(1200)
    grids.click()
    expect(page.locator(".map-closer")).to_have_text("放大地图后显示。")
    assert [one for one in asked if "level" in one] == []
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(14):
        page.mouse.wheel(0, -800)
    expect(page.locator(".map-closer")).to_be_hidden()
    close = [one for one in asked if "level" in one]
    assert close
    assert all(re.fullmatch(r"[\d.,-]+", one["bbox"][0]) for one in close)


def test_a_case_of_another_county_is_not_reached_by_its_address(page: Page, live_server, sign_in, world: World) -> None:
    row = report(world)
    sign_in(page, "chief", OTHER_COUNTY)
    for path in (f"/incidents/{row.matter.number}", f"/matters/{row.pk}/preview", "/work/board/", "/settings/staff"):
        answer = page.goto(live_server.url + path)
        assert answer and answer.status in {403, 404}, path
        expect(page.locator(".message-page h1")).to_contain_text("。")
        expect(page.locator(".message-actions .btn-primary")).to_have_text("返回待办")
