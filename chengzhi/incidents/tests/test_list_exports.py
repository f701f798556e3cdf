"""The Excel file of a list: what the person may see, whole, harmless, masked, and as long as it must be."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from benchmarks.history import History, Kinds
from chengzhi.incidents.queries import lists
from chengzhi.incidents.tests import telling
from chengzhi.kernel import exports
from chengzhi.organisation.models import Account
from tests.test_history_rows import FINISHED, UNFINISHED, as_city
from tests.world import CITY, COUNTY, OTHER_COUNTY, World

pytestmark = pytest.mark.django_db(transaction=True)


def sheet(answer: Any) -> list[tuple[Any, ...]]:
    """Read the rows of a file that was sent."""
    content = b"".join(answer.streaming_content)
    return [tuple(cell.value for cell in row) for row in load_workbook(io.BytesIO(content))["1"].iter_rows()]


def client_of(world: World, role: str, county: str = COUNTY) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client()
    account = Account.objects.get(pk=world.account(role, county).pk)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_list_without_rows_is_a_file_that_says_so(world: World) -> None:
    answer = client_of(world, "chief").get("/incidents/export.xlsx")
    rows = sheet(answer)
    assert (answer.status_code, answer["Content-Type"], len(rows)) == (200, exports.XLSX, 3)
    assert rows[0][0].startswith("案件；筛选：全部；导出时间：")
    assert rows[0][0].endswith("；导出人：东城chief；个人信息已脱敏")
    assert rows[1][:4] == ("案件编号", "县区", "状态", "时限灯")
    assert rows[2][0] == "没有符合筛选条件的记录"


def test_the_name_of_the_file_and_its_first_row_say_the_filter(world: World) -> None:
    row = telling.report(world)
    month = f"{row.matter.opened_at.astimezone():%Y-%m}"
    answer = client_of(world, "chief").get("/incidents/export.xlsx", {"due": "open", "month": month})
    assert "filename*=UTF-8''%E6%A1%88%E4%BB%B6_%E4%B8%9C%E5%9F%8E_%E6%9C%AA%E5%8A%9E%E7%BB%93_" + month in answer["Content-Disposition"]
    rows = sheet(answer)
    assert f"筛选：未办结、{month}；" in rows[0][0]
    assert [row[0] for row in rows[2:]] == [row.matter.number]


@pytest.mark.parametrize(
    ("situation", "text", "shown"),
    [
        ("a formula", "=HYPERLINK(\"http://x\",\"点我\")", "'=HYPERLINK(\"http://x\",\"点我\")"),
        ("a sum", "+1+1", "'+1+1"),
        ("a difference", "-2+3", "'-2+3"),
        ("a function", "@SUM(A1)", "'@SUM(A1)"),
        ("a formula behind a space", " =1+1", "' =1+1"),
        ("a formula in full width", "＝1+1", "'＝1+1"),
        ("mark-up", "<b>&amp;</b>]]>", "<b>&amp;</b>]]>"),
        ("forbidden characters", "a\x01b\x0bc", "abc"),
        ("a mobile phone", "张某13912345678来电", "张某139****5678来电"),
        ("a mobile phone with its country", "电+8613912345678、86 139-1234-5678", "电+86139****5678、86 139****5678"),
        ("a mobile phone with signs between", "139.1234.5678，１３９ １２３４ ５６７８", "139****5678，１３９****５６７８"),
        ("a mobile phone in pairs", "13 91 23 45 67 8", "13 9****5 67 8"),
        ("a bank card", "卡6222021234567890123", "卡6222****0123"),
        ("an identity number", "号620802199001011234", "号620802****1234"),
        ("a landline", "电0933-8212345", "电0933****2345"),
        ("a very long text", "长" * 2000, "长" * 2000),
        ("an ordinary text", "门口有垃圾 3-5 处", "门口有垃圾 3-5 处"),
    ],
)
def test_what_a_cell_holds_is_plain_harmless_text(situation: str, text: str, shown: str) -> None:
    file = b"".join(exports.workbook("t", [("c", 9)], [[exports.masked(text)]], end=lambda count: ""))
    cell = load_workbook(io.BytesIO(file))["1"]["A3"]
    assert (cell.value, cell.data_type) == (shown, "s"), situation


def test_nobody_exports_a_case_of_another_county(world: World) -> None:
    telling.report(world)
    other = telling.report(world, county=OTHER_COUNTY)
    numbers = {row[0] for row in sheet(client_of(world, "leader", OTHER_COUNTY).get("/incidents/export.xlsx"))[2:]}
    assert numbers == {other.matter.number}
    everywhere = sheet(client_of(world, "leader", CITY).get("/incidents/export.xlsx"))[2:]
    assert {row[1] for row in everywhere} == {"东城", "西城"}


def test_a_filter_that_there_is_not_is_refused_before_anything_is_sent(world: World) -> None:
    answer = client_of(world, "chief").get("/incidents/export.xlsx", {"state": "=1+1"})
    assert answer.status_code == 422
    assert "没有“=1+1”这一项" in answer.content.decode()


def test_without_signing_in_there_is_no_file(world: World) -> None:
    answer = Client().get("/incidents/export.xlsx")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Fincidents%2Fexport.xlsx")


def test_my_work_is_exported_tab_by_tab_and_only_mine(world: World) -> None:
    telling.report(world)
    filed = telling.tell(world, telling.report(world, n=1), ["pass_on"])
    telling.report(world, county=OTHER_COUNTY)
    chief = sheet(client_of(world, "chief").get("/work/export.xlsx", {"tab": "incident.to_file"}))
    assert "待办；筛选：待立案；" in chief[0][0]
    assert [(row[0], row[2]) for row in chief[2:]] == [(filed.matter.number, "待立案")]
    nothing = sheet(client_of(world, "dispatcher").get("/work/export.xlsx"))
    assert nothing[2][0] == "没有符合筛选条件的记录"


def test_a_long_list_is_exported_whole_and_says_where_it_was_cut(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    History(as_city(world), Kinds(FINISHED, UNFINISHED, ("SJ0101",))).load(1500)
    wanted = [row["number"] for page in lists.walk(world.actor("leader", CITY), lists.Filter(), exports.MOST_ROWS) for row in page]
    assert len(wanted) == len(set(wanted)) >= 1500
    rows = sheet(client_of(world, "leader", CITY).get("/incidents/export.xlsx"))
    assert [row[0] for row in rows[2:]] == wanted
    monkeypatch.setattr(exports, "MOST_ROWS", 1200)
    cut = sheet(client_of(world, "leader", CITY).get("/incidents/export.xlsx"))
    assert len(cut) == 2 + 1200 + 1
    assert cut[-1][0] == "仅导出前 1,200 行，请缩小筛选范围后分次导出"


def test_a_hundred_thousand_rows_are_sent_in_pieces_of_bounded_size() -> None:
    rows = ([f"2026112362080200{n:04d}", "东城", n] for n in range(100_000))
    sizes, last = [], b""
    for piece in exports.workbook("案件", [("a", 9), ("b", 9), ("c", 9)], rows, end=lambda count: str(count)):
        sizes.append(len(piece))
        last = (last + piece)[-4096:]
    assert max(sizes) < 4 * exports.CHUNK
    assert len(sizes) > 5
    assert b"xl/worksheets/sheet1.xml" in last
    assert zipfile.is_zipfile(io.BytesIO(last)) is True


@pytest.mark.parametrize("county", [COUNTY, CITY])
@pytest.mark.parametrize("examined", [7, 40, 10_000])
def test_a_narrowed_list_walked_to_its_end_leaves_nothing_out(
    county: str, examined: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    History(as_city(world), Kinds(FINISHED, UNFINISHED, ("SJ0101", "SJ0102"))).load(200)
    actor = world.actor("leader", county)
    monkeypatch.setattr(lists, "EXAMINED", examined)
    for asked in (
        lists.Filter(class_code="SJ0102", source="110"),
        lists.Filter(state="to_dispatch", class_code="SJ0102"),
        lists.Filter(due="open", class_code="SJ0101"),
    ):
        everyone = [row for page in lists.walk(actor, lists.Filter(), 10**6) for row in page]
        wanted = {
            row["id"]
            for row in everyone
            if (not asked.class_code or row["class_code"] == asked.class_code)
            and (not asked.source or row["source"] == asked.source)
            and (not asked.state or row["state"] == asked.state)
            and (not asked.due or (row["open"] and row["due_at"] is not None))
        }
        found, cursor, pages = [], "", 0
        while True:
            page = lists.page(actor, asked, cursor=cursor, limit=9)
            found += [row["id"] for row in page["rows"]]
            pages, cursor = pages + 1, page["cursor"]
            if not cursor:
                break
            assert pages < 400
        assert len(found) == len(set(found))
        assert set(found) == wanted
        if not asked.due:
            assert found == sorted(found, reverse=True)
