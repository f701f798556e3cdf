"""Duty: shifts, plans, and who is sent."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from chengzhi.kernel.problems import Invalid, Refused
from chengzhi.organisation import queries, services
from chengzhi.organisation.models import Duty

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 23)
EARLY, LATE = (time(8), time(16)), (time(22), time(6))


@pytest.mark.parametrize(
    ("situation", "shift", "moment", "covered"),
    [
        ("first minute", EARLY, (23, 8, 0), True),
        ("minute before", EARLY, (23, 7, 59), False),
        ("last minute", EARLY, (23, 15, 59), True),
        ("its end", EARLY, (23, 16, 0), False),
        ("same hour of the next day", EARLY, (24, 9, 0), False),
        ("night shift before midnight", LATE, (23, 23, 0), True),
        ("night shift after midnight", LATE, (24, 5, 59), True),
        ("end of the night shift", LATE, (24, 6, 0), False),
        ("morning of the day it starts", LATE, (23, 5, 0), False),
    ],
)
def test_a_shift_covers_its_hours(situation, shift, moment, covered):
    assert queries.covers(DAY, *shift, datetime(2026, 11, *moment, tzinfo=ZONE)) is covered


@pytest.fixture
def posts(city):
    """Inspectors: two in the first duty grid, one in the second, one without grid, one post with nobody in it."""
    made = {}
    for name, area in (("a1", "D01"), ("a2", "D01"), ("b", "D02"), ("c", ""), ("empty", "D01")):
        made[name] = city.post("东中心", "inspector", area_code=area)
        if name != "empty":
            city.person(name, made[name])
    return made


@pytest.fixture
def shifts(city):
    make = services.open_shift
    return {
        "early": make(node=city.node["东"], name_zh="早班", starts=EARLY[0], ends=EARLY[1], act=city.act),
        "late": make(node=city.node["东"], name_zh="夜班", starts=LATE[0], ends=LATE[1], act=city.act),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("situation", "plan", "area", "moment", "sent"),
    [
        ("no plan, grid", [], "D01", (23, 9), ["a1", "a2"]),
        ("no plan, other grid", [], "D02", (23, 9), ["b"]),
        ("no plan, unknown grid", [], "D99", (23, 9), ["a1", "a2", "b", "c"]),
        ("no plan, no grid", [], "", (23, 9), ["a1", "a2", "b", "c"]),
        ("second one is on duty", [("early", "a2")], "D01", (23, 9), ["a2"]),
        ("both are on duty", [("early", "a2"), ("early", "a1")], "D01", (23, 9), ["a1", "a2"]),
        ("only somebody of another grid is on duty", [("early", "b")], "D01", (23, 9), ["b"]),
        ("nobody is on duty any more", [("early", "a2")], "D01", (23, 17), ["a1", "a2"]),
        ("plan of another day", [("early", "a2")], "D01", (24, 9), ["a1", "a2"]),
        ("night shift after midnight", [("late", "a2")], "D01", (24, 3), ["a2"]),
        ("on duty in the whole node", [("early", "c")], "", (23, 9), ["c"]),
    ],
)
def test_who_is_on_duty_is_sent(city, posts, shifts, situation, plan, area, moment, sent):
    for shift, name in plan:
        services.plan_duty(day=DAY, shift=shifts[shift], post=posts[name], staff=city.person(f"x{name}"), act=city.act)
    at = datetime(2026, 11, *moment, tzinfo=ZONE)
    assert queries.inspectors_on_duty(city.id_of("东"), area, at) == [posts[name].holder_id for name in sent]


@pytest.mark.django_db
def test_the_inspectors_of_the_city_are_sent_where_it_does_the_command(city):
    post = city.post("市中心", "inspector", area_code="S01")
    city.person("s", post)
    at = datetime(2026, 11, 23, 9, tzinfo=ZONE)
    assert queries.inspectors_on_duty(city.id_of("南"), "S01", at) == [post.holder_id]
    assert queries.inspectors_on_duty(city.id_of("西"), "S01", at) == []


@pytest.mark.django_db
def test_the_plan_is_answered_from_memory_until_it_changes(city, posts, shifts, django_assert_num_queries):
    at = datetime(2026, 11, 23, 9, tzinfo=ZONE)
    queries.inspectors_on_duty(city.id_of("东"), "D01", at)
    with django_assert_num_queries(0):
        queries.inspectors_on_duty(city.id_of("东"), "D01", at)
    services.plan_duty(day=DAY, shift=shifts["early"], post=posts["a2"], staff=city.person("x"), act=city.act)
    assert queries.inspectors_on_duty(city.id_of("东"), "D01", at)[0] == posts["a2"].holder_id


@pytest.mark.django_db
def test_nobody_is_planned_twice_in_a_shift_elsewhere_or_after_leaving(city, posts, shifts):
    staff = city.person("张某", posts["a1"])
    line = {"day": DAY, "shift": shifts["early"], "post": posts["a1"], "staff": staff, "act": city.act}
    services.plan_duty(**line)
    with pytest.raises(Refused) as twice:
        services.plan_duty(**{**line, "post": posts["b"]})
    assert twice.value.zh == "张某在2026-11-23“早班”已有值班，请先取消原安排。"
    with pytest.raises(Invalid) as elsewhere:
        services.plan_duty(**{**line, "shift": shifts["late"], "post": city.post("西中心", "inspector")})
    assert elsewhere.value.zh == "post“西中心inspector”与班次“夜班”不属于同一指挥节点，请选择本节点的岗位。"
    services.record_leaving(staff=staff, last_day=date(2026, 11, 23), act=city.act)
    with pytest.raises(Refused) as left:
        services.plan_duty(**{**line, "day": date(2026, 11, 24)})
    assert left.value.zh == "张某已于2026-11-23离职，不能安排2026-11-24值班。"
    assert Duty.objects.count() == 1


@pytest.mark.django_db
def test_a_shift_has_a_length_and_a_name_of_its_own(city, shifts):
    for more, zh in (
        (
            {"name_zh": "中班", "starts": time(9), "ends": time(9)},
            "ends 09:00 与 starts 相同，请填写不同的下班时间。",
        ),
        ({"name_zh": "早班", "starts": time(9), "ends": time(10)}, "name_zh“早班”已被使用，请换一个班次名称。"),
    ):
        with pytest.raises(Invalid) as refusal:
            services.open_shift(node=city.node["东"], act=city.act, **more)
        assert refusal.value.zh == zh
