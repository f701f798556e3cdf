"""The page of imports: which post may import what, what a file would change, and that all of it is applied or nothing."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from chengzhi.incidents.models import Condition, DisposalLimit, Incident
from chengzhi.incidents.tests.test_list_exports import client_of
from chengzhi.kernel import imports
from chengzhi.kernel.models import Import, ImportRow, RegisterChange
from chengzhi.organisation import queries as organisation
from chengzhi.organisation.models import Unit
from chengzhi.powers.models import Responsibility
from tests.world import CITY, COUNTY, OTHER_COUNTY, World

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = "sys_admin"
LIMITS = "/settings/imports/limits"
HEAD = "小类代码,立案条件,区域类别,时限,单位,依据\n"


def upload(client: Client, kind: str, content: bytes | str, name: str = "时限.csv", **options: str) -> Any:
    """Send a file to an importer."""
    raw = content.encode() if isinstance(content, str) else content
    return client.post(f"/settings/imports/{kind}", {"file": SimpleUploadedFile(name, raw), **options})


def limits(amount: int = 3, unit: str = "工作时") -> str:
    """Return a file of one limit."""
    condition = Condition.objects.filter(case_class_id="SJ0101").first()
    assert condition is not None
    return f"{HEAD}SJ0101,{condition.name_zh},全部,{amount},{unit},东城发〔2026〕1号\n"


def page_of(client: Client, answer: Any) -> tuple[str, str]:
    """Return the address to which an upload leads, and what stands there."""
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"], client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("role", "county", "open_kinds", "shut"),
    [
        (ADMIN, CITY, {"divisions", "limits", "old_cases", "responsibilities"}, set()),
        (ADMIN, COUNTY, {"limits", "responsibilities"}, {"divisions", "old_cases"}),
        ("chief", COUNTY, None, None),
        ("security_admin", CITY, None, None),
        ("auditor", CITY, None, None),
    ],
)
def test_the_post_decides_what_can_be_imported(world: World, role: str, county: str, open_kinds: Any, shut: Any) -> None:
    client = client_of(world, role, county)
    answer = client.get("/settings/imports/")
    assert answer.status_code == (403 if open_kinds is None else 200)
    for kind in sorted(imports.IMPORTERS):
        asked = [client.get(f"/settings/imports/{kind}{end}").status_code for end in ("", "/template.xlsx")]
        assert set(asked) == {200 if open_kinds and kind in open_kinds else 403}, kind
    if open_kinds is not None:
        said = answer.content.decode()
        assert {kind for kind in imports.IMPORTERS if f'href="/settings/imports/{kind}"' in said} == open_kinds
        assert said.count("仅市级可导入") == len(shut)
    linked = 'href="/settings/imports/"' in client.get("/settings/").content.decode()
    assert linked is (open_kinds is not None)


def test_a_template_has_the_header_row_and_explains_the_columns(world: World) -> None:
    answer = client_of(world, ADMIN).get(f"{LIMITS}/template.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    heads = ["小类代码*", "立案条件*", "区域类别*", "时限*", "单位*", "立案条件英文", "依据"]
    assert [cell.value for cell in book.worksheets[0][1]] == heads
    assert [cell.value for cell in book.worksheets[1][2]] == ["小类代码", "是", "应为 BJ 或 SJ 加四位数字，例如 SJ0102"]


def test_a_file_is_compared_applied_once_and_stands_in_the_changes_and_the_history(world: World) -> None:
    client = client_of(world, ADMIN)
    where, said = page_of(client, upload(client, "limits", limits().encode("gbk"), county=COUNTY))
    assert ("全部生效（1 行）" in said, "GBK" in said, "新增 <span" in said, "待确认" in said) == (True, True, True, True)
    assert not DisposalLimit.objects.filter(node_code=COUNTY).exists()
    for _ in range(2):
        client.post(f"{where}/apply")
    row = DisposalLimit.objects.get(node_code=COUNTY)
    assert (row.amount, row.unit, row.valid_from, row.made_by) == (3, "working_hour", timezone.localdate(), world.account(ADMIN).pk)
    kept = RegisterChange.objects.get()
    assert (kept.page, kept.verb, kept.register, kept.account) == ("imports", "limits", "incident_registers", world.account(ADMIN).pk)
    changes = client.get("/settings/changes").content.decode()
    assert "数据导入 · 处置时限" in changes and "时限.csv" in changes
    history = client.get("/settings/imports/").content.decode()
    assert "时限.csv" in history and "已生效" in history and "新增 1，变更 0，停用 0，错误 0" in history
    report = b"".join(client.get(f"{where}/report.csv").streaming_content).decode()
    assert report.splitlines()[1].startswith("2,新增 new,,,,SJ0101,")
    other = client_of(world, ADMIN, OTHER_COUNTY)
    assert "时限.csv" not in other.get("/settings/imports/").content.decode()
    assert [other.get(f"{where}{end}").status_code for end in ("", "/report.csv")] == [404, 404]
    assert [other.post(f"{where}/{verb}").status_code for verb in ("apply", "cancel")] == [404, 404]


def test_a_changed_row_shows_what_is_there_now_and_what_would_be(world: World) -> None:
    client = client_of(world, ADMIN)
    where, _ = page_of(client, upload(client, "limits", limits(), county=COUNTY))
    client.post(f"{where}/apply")
    tomorrow = f"{timezone.localdate() + timezone.timedelta(days=1)}"
    _, said = page_of(client, upload(client, "limits", limits(2, "工作日"), county=COUNTY, **{"from": tomorrow}))
    assert "<del>3</del> <ins>2</ins>" in said
    assert "<del>工作时</del> <ins>工作日</ins>" in said
    assert f"<span>适用节点：东城区</span><span>生效日期：{tomorrow}</span>" in said


def test_refused_rows_are_named_with_row_field_value_and_fix_and_nothing_is_written(world: World) -> None:
    client = client_of(world, ADMIN)
    text = f"{limits()}SJ9999,一般,全部,0,小时,x\n"
    where, said = page_of(client, upload(client, "limits", text, county=COUNTY))
    assert "有 1 行错误，一行也不会写入" in said and "第 3 行" in said
    assert '<span class="refusal-field">时限</span><span class="refusal-value">0</span>' in said
    assert "时限“0”不对：应为 1 至 9999 的整数。" in said
    assert "全部生效" not in said
    assert client.post(f"{where}/apply").status_code == 409
    assert not DisposalLimit.objects.filter(node_code=COUNTY).exists()
    rows = b"".join(client.get(f"{where}/report.csv?faulty=1").streaming_content).decode().splitlines()
    assert rows[1].startswith("3,amount,bad_value,时限“0”不对")
    assert client.post(f"{where}/cancel").status_code == 302
    assert (Import.objects.get().state, ImportRow.objects.count(), RegisterChange.objects.count()) == ("cancelled", 0, 0)


@pytest.mark.parametrize(
    ("situation", "name", "content", "status", "said"),
    [
        ("a PDF", "时限.csv", b"%PDF-1.7 \n%\xe2\xe3", 422, "文件“时限.csv”其实是 PDF，不是表格，请另存为 .xlsx 或 CSV。"),
        ("a picture", "时限.xlsx", b"\x89PNG\r\n\x1a\n\0", 422, "其实是图片"),
        ("a web page named xls", "时限.xls", b"<html><table><tr><td>1</td></tr></table></html>", 422, "其实是网页（HTML 或 XML）"),
        ("an old workbook", "时限.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", 422, "是旧版 Excel（.xls）文件"),
        ("an archive", "时限.xlsx", b"PK\x03\x04", 422, "已损坏，不是可读的 .xlsx 工作簿"),
        ("an empty file", "时限.csv", b"", 422, "文件是空的，第 1 行应为表头。"),
        ("no known encoding", "时限.csv", b"\xff\xfa,\xff\xff\n1,2\n", 422, "编码既不是 UTF-8 也不是 GBK"),
        ("other columns", "时限.csv", "名称,册数\nA,1\n".encode(), 422, "缺少列：小类代码（class_code）"),
        ("oversized", "时限.csv", b"x" * (64 * 1024 * 1024 + 1), 413, "文件有 64 MB，最多 64 MB，请分成几份导入。"),
    ],
)
def test_a_wrong_kind_of_file_is_refused_with_one_sentence(
    world: World, situation: str, name: str, content: bytes, status: int, said: str
) -> None:
    answer = upload(client_of(world, ADMIN), "limits", content, name, county=COUNTY)
    assert (answer.status_code, said in answer.content.decode()) == (status, True), situation
    assert f'<option value="{COUNTY}" selected>' in answer.content.decode()
    assert Import.objects.count() == 0


@pytest.mark.parametrize(
    ("situation", "kind", "options", "status", "said"),
    [
        ("no file", "limits", {}, 422, "请先选择要导入的文件。"),
        ("no county", "limits", {"county": ""}, 422, "请选择“适用节点”。"),
        ("another county", "limits", {"county": OTHER_COUNTY}, 403, "您没有维护“西城区”时限的权限"),
        ("a day in the past", "limits", {"county": COUNTY, "from": "2020-01-01"}, 422, "生效日期 2020-01-01 已过"),
        ("a day that is none", "limits", {"county": COUNTY, "from": "x"}, 422, "选项 from“x”不是日期"),
        ("a register of the city", "divisions", {}, 403, "仅可由市级"),
        ("an unknown kind", "shoes", {}, 404, "没有“shoes”这种导入。"),
    ],
)
def test_a_file_with_unusable_options_is_refused(
    world: World, situation: str, kind: str, options: dict[str, str], status: int, said: str
) -> None:
    client = client_of(world, ADMIN)
    answer = upload(client, kind, limits(), **options) if situation != "no file" else client.post(LIMITS, {"county": COUNTY})
    assert (answer.status_code, said in answer.content.decode()) == (status, True), answer.content.decode()[-3000:]
    assert (Import.objects.count(), DisposalLimit.objects.filter(node_code=OTHER_COUNTY).count()) == (0, 0)


def test_the_whole_register_ends_what_the_file_lacks_and_says_so_before(world: World) -> None:
    client = client_of(world, ADMIN)
    names = ("成堆成片", "零星散落")
    two = HEAD + "".join(f"SJ0102,{name},全部,3,工作时,\n" for name in names)
    where, _ = page_of(client, upload(client, "limits", two, county=COUNTY))
    client.post(f"{where}/apply")
    tomorrow = f"{timezone.localdate() + timezone.timedelta(days=1)}"
    one = HEAD + f"SJ0102,{names[0]},全部,3,工作时,\n"
    where, said = page_of(client, upload(client, "limits", one, county=COUNTY, complete="true", **{"from": tomorrow}))
    assert "整份登记簿" in said and "停用 <span" in said and names[1] in said
    client.post(f"{where}/apply")
    rows = DisposalLimit.objects.filter(node_code=COUNTY).order_by("pk").values_list("valid_to", flat=True)
    assert sorted(rows, key=str) == [timezone.localdate(), None]


def responsibility(world: World, node: str) -> str:
    """Return a file of one responsibility of the roads' body of a node."""
    body = Unit.objects.get(pk=world.unit("road", node)).code
    start = timezone.localdate()
    head = "事项代码,责任单位代码,依据,起始日期,责任角色,区域类型,区域代码,指挥节点代码"
    return f"{head}\nSJ0681,{body},三定方案,{start},协办,行政区划,{node},{node}\n"


def test_a_county_imports_its_own_responsibilities_and_nobody_elses(world: World) -> None:
    client = client_of(world, ADMIN)
    before = Responsibility.objects.count()
    _, said = page_of(client, upload(client, "responsibilities", responsibility(world, OTHER_COUNTY), "权责.csv"))
    assert "仅有本节点“维护权责清单”权限的岗位可办理" in said and "全部生效" not in said
    whole = upload(client, "responsibilities", responsibility(world, COUNTY), "权责.csv", complete="true")
    assert whole.status_code == 403
    where, said = page_of(client, upload(client, "responsibilities", responsibility(world, COUNTY), "权责.csv"))
    assert "全部生效（1 行）" in said
    client.post(f"{where}/apply")
    assert Responsibility.objects.count() == before + 1


def test_old_cases_are_read_again_only_by_who_imported_them(world: World) -> None:
    text = "案卷号,来源,小类,问题描述,县区代码,上报时间,结案时间\n"
    text += "旧1,12319热线,SJ0102,张三13912345678来电,990102,2025-01-01 08:00,2025-01-02 08:00\n"
    client = client_of(world, ADMIN, CITY)
    where, said = page_of(client, upload(client, "old_cases", text, "旧案.csv"))
    assert "13912345678" in said
    Import.objects.update(made_by=world.account(ADMIN).pk)
    hidden = client.get(where).content.decode()
    assert ("13912345678" in hidden, "仅导入人可在此查看" in hidden) == (False, True)
    assert client.get(f"{where}/report.csv").status_code == 403
    client.post(f"{where}/apply")
    assert Incident.objects.get().outside_number == "旧1"


def test_a_position_outside_the_world_is_the_fault_of_its_row(world: World) -> None:
    text = "案卷号,来源,小类,问题描述,县区代码,经度,纬度,上报时间,结案时间\n"
    text += "旧1,12319热线,SJ0102,垃圾,990102,500,36,2025-01-01,2025-01-02\n"
    client = client_of(world, ADMIN, CITY)
    _, said = page_of(client, upload(client, "old_cases", text, "旧案.csv"))
    assert "第 2 行" in said and "有 1 行错误" in said


def test_a_long_file_shows_how_far_it_is_until_the_worker_has_done_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chengzhi.kernel.imports.work.SHORT_BYTES", 0)
    client = client_of(world, ADMIN)
    where, said = page_of(client, upload(client, "limits", limits(), county=COUNTY))
    assert ('hx-trigger="every 1s"' in said, "排队等候处理" in said) == (True, True)
    imports.run_waiting()
    part = client.get(where, headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in part, "hx-trigger" in part, "全部生效（1 行）" in part) == (False, False, True)
    assert organisation.city() == world.city
