"""A list of responsibilities as a file: every collision is found before anything is applied."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chengzhi.kernel import imports
from chengzhi.kernel.access import Act, Actor
from chengzhi.kernel.problems import Conflict, NotAllowed
from chengzhi.powers import queries
from chengzhi.powers.models import Responsibility
from chengzhi.powers.queries import PlaceCodes

HEAD = "事项代码,责任单位代码,责任角色,区域类型,区域代码,依据,起始日期,截止日期,备注\n"
GOOD = HEAD + (
    "SJ0102,U-1,主办,全域,,三定方案,2020-01-01,,\n"
    "SJ0110,M-1,主办,行政区划,990102,养护合同,2020-01-01,2030-12-31,一标段\n"
    "SJ0110,M-2,协办,行政区划,990102,养护合同,2020-01-01,,\n"
)


def stage(city, text: str, **more) -> dict:
    record = imports.stage("responsibilities", text.encode(), "权责.csv", city.act, **more)
    imports.check(record.pk)
    return imports.report(record.pk)


def taken(city, text: str, **more) -> dict:
    told = stage(city, text, **more)
    imports.apply(int(told["id"]), city.act)
    return told


def words(told: dict) -> list[int]:
    return [told[word] for word in ("errors", "new", "changed", "same", "gone")]


def test_a_list_is_taken_over_and_the_second_time_nothing_changes(city) -> None:
    assert words(taken(city, GOOD)) == [0, 3, 0, 0, 0]
    assert words(taken(city, GOOD)) == [0, 0, 0, 3, 0]
    rows = Responsibility.objects.order_by("subject", "role").values_list("subject", "role", "area_code", "body__name_zh")
    assert list(rows) == [
        ("SJ0102", "lead", "", "城管局"),
        ("SJ0110", "co", "990102", "市政二所"),
        ("SJ0110", "lead", "990102", "市政一所"),
    ]
    answer = queries.responsible("incident", "SJ0110", PlaceCodes(county="990102"), timezone.localdate())
    assert answer is not None
    assert (answer.reason_zh, answer.basis) == ("职责分工：市政一所", "养护合同")


def test_a_changed_row_shows_what_was_there(city) -> None:
    taken(city, GOOD)
    told = taken(city, GOOD.replace("一标段", "二标段"))
    assert words(told) == [0, 0, 1, 2, 0]
    [change] = imports.changes(int(told["id"]))
    assert (change["row"], change["difference"]) == (3, "changed")
    assert (change["before"]["note"], change["after"]["note"]) == ("一标段", "二标段")
    assert Responsibility.objects.get(subject="SJ0110", role="lead").note == "二标段"


def test_a_complete_list_ends_what_it_lacks_with_yesterday_and_makes_room_for_the_new_body(city) -> None:
    taken(city, GOOD)
    today = timezone.localdate()
    moved = HEAD + f"SJ0102,M-2,主办,全域,,新三定方案,{today},,\n"
    assert words(taken(city, moved, complete=True)) == [0, 1, 0, 0, 3]
    ended = Responsibility.objects.exclude(valid_to=None).values_list("valid_to", flat=True)
    assert set(ended) == {today - timedelta(days=1)}
    held = [queries.responsible("incident", "SJ0102", PlaceCodes(), day) for day in (today - timedelta(days=1), today)]
    assert [answer.body_zh if answer else None for answer in held] == ["城管局", "市政二所"]


@pytest.mark.parametrize(
    ("situation", "row", "code", "zh"),
    [
        (
            "another body in the register",
            "SJ0102,M-2,主办,全域,,依据,2021-01-01,,",
            "overlap",
            "“SJ0102”在该区域的主办单位自 2020-01-01 起已是“城管局”，请先终止该项，或改期。",
        ),
        (
            "an unknown body",
            "SJ0103,X-9,主办,全域,,依据,2021-01-01,,",
            "unknown_body",
            "责任单位代码“X-9”不在机构表中，请先登记该机构或改正代码。",
        ),
        (
            "an unknown role",
            "SJ0103,M-2,老大,全域,,依据,2021-01-01,,",
            "bad_value",
            "责任角色“老大”不对：应为其中之一：主办、协办、调查、决定。",
        ),
        (
            "a bad subject",
            "垃圾,M-2,主办,全域,,依据,2021-01-01,,",
            "bad_value",
            "事项代码“垃圾”不对：事项“垃圾”不合要求：应为小类（SJ0102）、大类（SJ01）或 *。",
        ),
        (
            "a bad area",
            "SJ0103,M-2,主办,行政区划,99010,依据,2021-01-01,,",
            "bad_area",
            "区域代码“99010”不合要求：应为2、4、6、9 或 12 位行政区划代码，例如 990102001。",
        ),
        (
            "an end before the beginning",
            "SJ0103,M-2,主办,全域,,依据,2021-01-01,2020-01-01,",
            "bad_period",
            "最后一日 2020-01-01 早于起始日 2021-01-01，请改为不早于 2021-01-01 的日期。",
        ),
        ("no basis", "SJ0103,M-2,主办,全域,,,2021-01-01,,", "empty", "依据不能为空，请填写。"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_applied(city, situation: str, row: str, code: str, zh: str) -> None:
    taken(city, GOOD)
    told = stage(city, HEAD + row + "\n")
    assert [(found["code"], found["rows"], found["zh"]) for found in told["by_code"]] == [(code, [2], zh)], situation
    with pytest.raises(Conflict):
        imports.apply(int(told["id"]), city.act)
    assert Responsibility.objects.count() == 3


def test_two_rows_of_a_file_that_collide_name_each_other(city) -> None:
    rows = "SJ0102,U-1,主办,全域,,甲,2020-01-01,,\nSJ0102,M-1,主办,全域,,乙,2021-01-01,,\n"
    told = stage(city, HEAD + rows)
    assert [(found["code"], found["rows"]) for found in told["by_code"]] == [("overlap", [3])]
    assert told["by_code"][0]["zh"].startswith("与第 2 行（单位 U-1）重叠")


def test_a_county_cannot_import_what_holds_for_all_nodes(city) -> None:
    told = stage(city, GOOD)
    county = frozenset({city.node["990102"]})
    actor = Actor(id=5, name="王某", capabilities={imports.MANAGE: county, "powers.responsibility.manage": county})
    with pytest.raises(NotAllowed):
        imports.apply(int(told["id"]), Act(actor=actor, at=city.act.at))
    assert Responsibility.objects.count() == 0
