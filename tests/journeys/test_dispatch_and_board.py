"""The dispatcher's map and batches, and the department's board, by hand in a browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests.telling import report, take, tell
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.kernel.models import Matter
from chengzhi.powers import services as powers
from tests.conftest import ARGUMENTS, CHROMIUM, PHONE
from tests.world import COUNTY, LONG_AGO, World

pytestmark = pytest.mark.browser


@pytest.fixture
def cases(world: World) -> list[Incident]:
    """Six cases that wait for dispatch, all for the same unit."""
    act = Act(actor=SYSTEM, at=timezone.now(), door="system")
    place = {"area_kind": "division", "area_code": COUNTY, "node_id": world.county}
    given = {"basis_zh": "分工", "source": "测试", "valid_from": LONG_AGO, **place}
    powers.assign(subject="SJ01", body_id=world.unit("clean"), act=act, **given)
    return [tell(world, report(world, n=n, address=f"人民路{n + 1}号"), ("pass_on", "file_case")) for n in range(6)]


def on_map(page: Page) -> None:
    """Wait until the map has drawn its points."""
    expect(page.locator("[data-map][data-ready]")).to_be_visible(timeout=20_000)


def test_a_batch_of_six_by_lasso_says_which_one_was_not_dispatched(open_page, sign_in, live_server, world, cases, accessible) -> None:
    page = sign_in(open_page(), "dispatcher")
    page.goto(f"{live_server.url}/work/dispatch/")
    on_map(page)
    expect(page.locator(".bench-row")).to_have_count(6)
    expect(page.locator(".bench-row").first).to_contain_text("职责分工：东城环卫所")
    accessible(page)
    page.click("[data-map-lasso]")
    box = page.locator(".map-canvas").bounding_box()
    west, north = box["x"] + 3, box["y"] + 3
    east, south = box["x"] + box["width"] - 3, box["y"] + box["height"] - 3
    page.mouse.move(west, north)
    page.mouse.down()
    for x, y in ((east, north), (east, south), (west, south), (west, north)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    expect(page.locator("input[name=matter]:checked")).to_have_count(6)
    page.click(".batch .btn-primary")
    expect(page.locator("#plan .plan-unit")).to_contain_text("东城环卫所")
    expect(page.locator("#plan .take")).to_have_text("派遣 6 件（按建议）")
    accessible(page)
    take(world, cases[2], "return_to_filing", opinion="条件不符")
    page.click("#plan .take")
    expect(page.locator("#plan-body")).to_contain_text("已派遣 5 件")
    expect(page.locator("#plan-body .notice-bad")).to_contain_text("1 件未派遣")
    page.click("#plan [data-closes=plan] >> nth=-1")
    expect(page.locator(".bench-row:not(.gone)")).to_have_count(0)
    assert sorted(Matter.objects.filter(kind="incident").values_list("state", flat=True)) == ["disposing"] * 5 + ["to_file"]


def test_the_keyboard_does_what_the_lasso_does_and_takes_the_proposal(open_page, sign_in, live_server, world, cases) -> None:
    page = sign_in(open_page(), "dispatcher")
    page.goto(f"{live_server.url}/work/dispatch/")
    on_map(page)
    page.focus("[data-map-seen]")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=matter]:checked")).to_have_count(6)
    page.click("[data-unselect]")
    expect(page.locator("#preview .step-form")).to_be_visible()
    first = page.locator(".bench-row").first.get_attribute("data-id")
    page.locator(".bench-row").first.focus()
    page.keyboard.press("x")
    expect(page.locator("input[name=matter]:checked")).to_have_count(1)
    page.keyboard.press("x")
    page.keyboard.press("Alt+1")
    expect(page.locator(".toast-line").first).to_contain_text("已派遣，现由东城环卫所办理")
    expect(page.locator(".bench-row:not(.gone)")).to_have_count(5)
    assert Matter.objects.get(pk=first).state == "disposing"


def test_a_row_that_somebody_else_takes_turns_grey_with_his_name(open_page, sign_in, live_server, world, cases) -> None:
    page = sign_in(open_page(), "dispatcher")
    page.goto(f"{live_server.url}/work/dispatch/")
    on_map(page)
    take(world, cases[1], "dispatch")
    gone = page.locator(f'.bench-row.gone[data-id="{cases[1].pk}"]')
    expect(gone).to_contain_text("东城dispatcher", timeout=12_000)
    expect(gone).to_contain_text("派遣")


def test_what_a_unit_has_open_is_one_tap_away(open_page, sign_in, live_server, world, cases) -> None:
    take(world, cases[0], "dispatch", unit=str(world.unit("clean")))
    page = sign_in(open_page(), "dispatcher")
    page.goto(f"{live_server.url}/work/dispatch/")
    on_map(page)
    page.locator(".unit-name").first.click()
    expect(page.locator("#unit-load")).to_contain_text("在办任务 1 件")
    page.click("[data-closes-unit]")
    expect(page.locator("#unit-load")).to_be_hidden()


def test_without_webgl_the_list_takes_over_and_says_so(browser, sign_in, live_server, world, cases) -> None:
    flat = [one for one in ARGUMENTS if "swiftshader" not in one and "angle" not in one]
    plain = browser.browser_type.launch(executable_path=CHROMIUM, args=[*flat, "--disable-3d-apis"])
    try:
        page = sign_in(plain.new_page(locale="zh-CN"), "dispatcher")
        page.goto(f"{live_server.url}/work/dispatch/")
        expect(page.locator(".map-fallback")).to_contain_text("列表中可查看全部案件")
        expect(page.locator(".map-tools")).to_be_hidden()
        expect(page.locator(".bench-row")).to_have_count(6)
    finally:
        plain.close()


def test_a_department_signs_for_many_and_reports_with_the_photo_beside(
    open_page, sign_in, live_server, world, cases, picture, accessible
) -> None:
    for row in cases[:3]:
        take(world, row, "dispatch", unit=str(world.unit("clean")))
    page = sign_in(open_page(), "clean")
    page.goto(f"{live_server.url}/work/board/")
    expect(page.locator("[data-column=sign] .task-card")).to_have_count(3)
    accessible(page)
    page.check("[data-all]")
    page.click(".sign-batch .btn-primary")
    expect(page.locator("[data-column=hand] .task-card")).to_have_count(3)
    expect(page.locator("#batch-answer")).to_contain_text("3")
    page.locator("[data-column=hand] .task-card").first.click()
    drawer = page.locator("#preview")
    expect(drawer.locator(".grants")).to_contain_text("本案还可延期 2 次")
    expect(drawer.locator(".step.btn-primary")).to_contain_text("处置反馈")
    expect(drawer.locator(".preview-photo img")).to_be_visible()
    page.set_input_files("#step-area input[type=file] >> nth=0", picture("done"))
    expect(page.locator("#step-area .thumb input[type=hidden]")).to_have_count(1)
    accessible(page)
    page.locator("#step-area textarea").first.fill("已清理")
    page.click("#step-area button.take")
    expect(page.locator(".toast-line").first).to_contain_text("已处置反馈")
    expect(page.locator("[data-column=check] .task-card")).to_have_count(1)


def test_the_bench_and_the_board_fit_a_phone(open_page, sign_in, live_server, world, cases, accessible) -> None:
    take(world, cases[0], "dispatch", unit=str(world.unit("clean")))
    for role, path, seen in (("dispatcher", "/work/dispatch/", ".bench-row"), ("clean", "/work/board/", ".task-card")):
        page = sign_in(open_page(PHONE, is_mobile=True, has_touch=True), role)
        page.goto(f"{live_server.url}{path}")
        expect(page.locator(seen).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        accessible(page)
        page.locator(seen).first.tap(position={"x": 150, "y": 60})
        expect(page.locator("#preview.open .step").first).to_be_visible()
        page.click("[data-closes-preview]")
        expect(page.locator("#preview.open")).to_have_count(0)
