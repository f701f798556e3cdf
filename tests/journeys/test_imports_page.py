"""Importing a register in a browser: template, a file refused, rows to correct, all applied at once, at a desk and on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from chengzhi.incidents.models import Condition, DisposalLimit
from chengzhi.kernel import imports
from chengzhi.kernel.imports import work
from tests.conftest import DESK, PHONE
from tests.journeys.album import keep_picture
from tests.journeys.test_every_screen import reached_by_keys, speak
from tests.world import COUNTY, World

pytestmark = pytest.mark.browser
HEAD = "小类代码,立案条件,区域类别,时限,单位,依据\n"
Filed = Callable[..., str]


@pytest.fixture
def filed(tmp_path: Path, world: World) -> Filed:
    """Write a file of limits for the first conditions of the platform and return its path."""
    known = list(Condition.objects.order_by("case_class_id", "id").values_list("case_class_id", "name_zh"))

    def write(name: str, rows: int, *, faulty: tuple[int, ...] = (), amount: int = 3, encoding: str = "utf-8") -> str:
        lines = [
            f"{code},{condition},全部,{'三' if place in faulty else amount},工作时,东城发〔2026〕1号\n"
            for place, (code, condition) in enumerate(known[:rows])
        ]
        path = tmp_path / name
        path.write_bytes((HEAD + "".join(lines)).encode(encoding))
        return str(path)

    return write


def settled(page: Page, accessible: Callable[[Page], None], picture: str = "") -> None:
    """See that a page fits and that nothing on it bars anybody."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= (page.viewport_size or DESK)["width"], picture
    accessible(page)
    keep_picture(page, f"import-{picture}", "zh")


def give(page: Page, path: str) -> None:
    """Choose a file and send it."""
    page.set_input_files("[name=file]", path)
    page.click("button:has-text('上传并比较')")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_county_imports_its_limits_from_the_template_to_the_list_of_changes(
    open_page, live_server, sign_in, accessible, filed: Filed, tmp_path: Path, viewport: dict[str, int]
) -> None:
    page = sign_in(open_page(viewport), "sys_admin")
    page.goto(f"{live_server.url}/settings/")
    page.click(".tile:has-text('数据导入')")
    settled(page, accessible, "kinds")
    expect(page.locator(".tile-shut")).to_have_count(2)
    page.click(".tile:has-text('处置时限')")
    settled(page, accessible, "kind")
    with page.expect_download() as waited:
        page.click("a:has-text('下载模板')")
    assert waited.value.suggested_filename == "处置时限_模板.xlsx"
    waited.value.save_as(tmp_path / "模板.xlsx")
    assert load_workbook(tmp_path / "模板.xlsx").worksheets[0]["A1"].value == "小类代码*"

    wrong = tmp_path / "时限.csv"
    wrong.write_bytes(b"%PDF-1.7\n")
    page.select_option("[name=county]", COUNTY)
    give(page, str(wrong))
    expect(page.locator("[role=alert]")).to_have_text("文件“时限.csv”其实是 PDF，不是表格，请另存为 .xlsx 或 CSV。")
    settled(page, accessible, "refused-file")

    give(page, filed("时限草稿.csv", 4, faulty=(1, 2)))
    expect(page.locator(".refusals li")).to_have_count(2)
    expect(page.locator(".refusals li").first).to_contain_text("第 3 行")
    expect(page.locator(".refusals li").first).to_contain_text("时限“三”不对：应为整数，例如 4。")
    expect(page.locator("button:has-text('全部生效')")).to_have_count(0)
    settled(page, accessible, "refused-rows")
    assert not DisposalLimit.objects.filter(node_code=COUNTY).exists()

    page.click("a:has-text('上传改正后的文件')")
    page.select_option("[name=county]", COUNTY)
    give(page, filed("东城区处置时限（2026年修订）.csv", 120, encoding="gbk"))
    expect(page.locator(".import-tabs a[aria-current]")).to_have_text("新增 120")
    settled(page, accessible, "differences")
    page.click("a:has-text('下一页')")
    expect(page.locator(".import-rows tbody tr")).to_have_count(50)
    page.click("button:has-text('全部生效（120 行）')")
    expect(page.locator(".notice-good")).to_contain_text("已写入 120 行")
    settled(page, accessible, "applied")
    rows = DisposalLimit.objects.filter(node_code=COUNTY)
    assert (rows.count(), set(rows.values_list("valid_from", flat=True))) == (120, {timezone.localdate()})
    page.click(".notice-good a:has-text('全部变更')")
    expect(page.locator(".changes li").first).to_contain_text("数据导入 · 处置时限")
    page.goto(f"{live_server.url}/settings/imports/")
    expect(page.locator(".past-imports li").first).to_contain_text("新增 120，变更 0，停用 0，错误 0")
    settled(page, accessible, "history")


def test_a_long_file_shows_its_stages_and_the_page_turns_into_the_differences_by_itself(
    open_page, live_server, sign_in, accessible, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "SHORT_BYTES", 0)
    page = sign_in(open_page(), "sys_admin")
    page.goto(f"{live_server.url}/settings/imports/limits")
    page.select_option("[name=county]", COUNTY)
    give(page, filed("时限.csv", 60))
    expect(page.locator(".import-progress")).to_contain_text("排队等候处理")
    accessible(page)
    keep_picture(page, "import-progress", "zh")
    assert imports.run_waiting() == 1
    expect(page.locator(".import-tabs a[aria-current]")).to_have_text("新增 60")
    assert reached_by_keys(page, "button.btn-primary")


def test_the_page_speaks_english(open_page, live_server, sign_in, accessible, filed: Filed) -> None:
    page = sign_in(open_page(), "sys_admin")
    speak(page, live_server.url, "en")
    page.goto(f"{live_server.url}/settings/imports/limits")
    page.select_option("[name=county]", COUNTY)
    page.set_input_files("[name=file]", filed("limits.csv", 3, faulty=(0,)))
    page.click("button:has-text('Upload and compare')")
    expect(page.locator(".refusals li").first).to_contain_text("amount “三” is wrong: it must be a whole number, for example 4.")
    accessible(page)
    keep_picture(page, "import-refused-rows", "en")
