"""Cases of the platform before: numbers stay searchable, history readable, counts agree, a second run adds nothing (S2.6.5b)."""

import csv
import io
import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from chengzhi.incidents import queries
from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests.benches import client_of
from chengzhi.kernel import imports
from chengzhi.kernel.access import SYSTEM, act_now
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.kernel.problems import Conflict
from chengzhi.kernel.verify import verify
from tests.world import COUNTY, OTHER_COUNTY, World, found_small_world

pytestmark = pytest.mark.django_db

ACT = act_now(SYSTEM, door="command")
CASE = {
    "案卷号": "旧2025110300001",
    "问题来源": "监督员上报",
    "小类代码": "SJ0101",
    "问题描述": "人民路垃圾堆积",
    "地址描述": "人民路12号",
    "县区代码": COUNTY,
    "主责部门": "环卫处",
    "处置结果": "已清运",
    "上报时间": "2025-11-03 08:10",
    "立案时间": "2025-11-03 08:20",
    "派遣时间": "2025-11-03 08:31",
    "处置结束时间": "2025-11-03 11:00",
    "核查结束时间": "2025-11-03 14:00",
    "结案时间": "2025-11-03 15:05",
    "作废时间": "",
    "上报人": "李监督",
    "立案人": "王值班",
    "核查人": "赵核查",
    "结案人": "王值班",
}
HEAD, DONE = list(CASE), list(CASE.values())


@pytest.fixture
def world(db) -> World:
    return found_small_world()


def file_of(*rows: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode("gb18030")


def changed(**values: str) -> list[str]:
    return [values.get(head, value) for head, value in zip(HEAD, DONE, strict=True)]


def brought(content: bytes) -> int:
    record = imports.stage("old_cases", content, "旧平台案卷.csv", ACT)
    imports.check(record.pk)
    return int(record.pk)


def test_S2_6_5b_an_old_case_is_found_by_its_old_number_and_its_history_can_be_read(world: World) -> None:
    imports.apply(brought(file_of(DONE)), ACT)
    row = Incident.objects.select_related("matter").get(outside_number=DONE[0])
    assert (row.matter.state, row.matter.open, row.replayed, row.class_code) == ("closed", False, True, "SJ0101")
    assert timezone.localtime(row.closed_at).strftime("%Y-%m-%d %H:%M") == "2025-11-03 15:05"
    leader = world.actor("chief")
    assert read(DONE[0], actor=leader).matter.pk == row.pk
    lines = queries.trail_of(DONE[0], leader)
    assert [line["step"] for line in lines] == ["register_call", "file_case", "dispatch", "tasks_done", "checked", "close"]
    assert "原平台经办：王值班" in json.dumps(lines, ensure_ascii=False)
    assert verify().good


def test_S2_6_5b_a_second_run_adds_nothing_and_the_counts_agree_by_class_and_month(world: World) -> None:
    voided = changed(案卷号="旧3", 结案时间="", 作废时间="2025-11-04 09:00")
    content = file_of(DONE, changed(案卷号="旧2", 上报时间="2025-10-30 09:00"), voided)
    first = brought(content)
    imports.apply(first, ACT)
    assert [(r.month, r.in_file, r.here, r.faulty) for r in queries.reconciliation(first)] == [("2025-10", 1, 1, 0), ("2025-11", 2, 2, 0)]
    before = Matter.objects.count(), TrailEntry.objects.count()
    second = brought(content)
    imports.apply(second, ACT)
    assert (Matter.objects.count(), TrailEntry.objects.count()) == before
    assert imports.report(second)["same"] == 3
    told = io.StringIO()
    call_command("reconcile", str(second), stdout=told)
    assert "合计 total  文件 file 3  已入库 here 3  错误 faulty 0" in told.getvalue()


@pytest.mark.parametrize(
    ("situation", "values", "code"),
    [
        ("still open", {"结案时间": ""}, "still_open"),
        ("a class that nobody knows", {"小类代码": "ZZ9999"}, "unknown_class"),
        ("nowhere", {"县区代码": ""}, "county_unknown"),
        ("closed before it was filed", {"结案时间": "2025-11-03 08:15"}, "moments_out_of_order"),
        ("closed tomorrow", {"结案时间": "2999-01-01 00:00"}, "future_time"),
        ("no moment", {"上报时间": "昨天"}, "bad_value"),
        ("another source", {"问题来源": "飞鸽"}, "bad_value"),
        ("no number", {"案卷号": ""}, "empty"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_taken(world: World, situation: str, values: dict[str, str], code: str) -> None:
    number = brought(file_of(changed(**values)))
    assert imports.report(number)["by_code"][0]["code"] == code
    with pytest.raises(Conflict):
        imports.apply(number, ACT)
    assert Incident.objects.count() == 0


def test_a_number_of_this_platform_is_no_old_number(world: World) -> None:
    imports.apply(brought(file_of(DONE)), ACT)
    own = Matter.objects.get(kind="incident").number
    assert imports.report(brought(file_of(changed(案卷号=own))))["by_code"][0]["code"] == "number_taken"


def test_another_county_does_not_find_an_old_case(world: World) -> None:
    imports.apply(brought(file_of(DONE)), ACT)
    client = client_of(world, "chief", OTHER_COUNTY)
    assert client.get(f"/api/v1/incidents/{DONE[0]}").status_code == 404
