"""Giving and ending responsibilities: one body for one thing on one day (S1.1)."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from chengzhi.kernel.access import Act, Actor
from chengzhi.kernel.models import RegisterVersion
from chengzhi.kernel.problems import Invalid, NotAllowed, NotFound, Refused
from chengzhi.powers import queries, services
from chengzhi.powers.models import Responsibility
from chengzhi.powers.queries import PlaceCodes

NOW = date(2026, 11, 23)


def versions() -> list[int]:
    return list(RegisterVersion.objects.filter(register="powers").values_list("version", flat=True))


@pytest.mark.parametrize("role", ["lead", "investigate", "decide"])
def test_a_second_body_on_overlapping_days_is_refused_and_nothing_changes(city, role: str) -> None:
    first = city.assign("SJ0102", "城管局", role=role, valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    before = versions()
    with pytest.raises(Refused) as refused:
        city.assign("SJ0102", "市政一所", role=role, valid_from=date(2026, 12, 31))
    assert refused.value.code == "powers.one_body_answers"
    assert "“城管局”" in refused.value.zh
    assert "“Urban Management Bureau” from 2026-01-01 to 2026-12-31" in refused.value.en
    assert list(Responsibility.objects.values_list("id", flat=True)) == [first.pk]
    assert versions() == before


@pytest.mark.parametrize(
    ("situation", "more"),
    [
        ("the day after the first one ends", {"valid_from": date(2027, 1, 1)}),
        ("another area", {"area_kind": "division", "area_code": "990103"}),
        ("another role", {"role": "decide"}),
        ("another kind of matter", {"matter_kind": "case"}),
        ("the own list of another node", {"node_id": "990102"}),
    ],
)
def test_a_second_body_elsewhere_or_later_is_taken(city, situation: str, more: dict) -> None:
    city.assign("SJ0102", "城管局", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    if "node_id" in more:
        more = {"node_id": city.node[more["node_id"]]}
    city.assign("SJ0102", "市政一所", **({"valid_from": date(2026, 6, 1)} | more))
    assert Responsibility.objects.count() == 2, situation


def test_legal_power_is_one_for_the_whole_city_whatever_node_writes_it(city) -> None:
    city.assign("SJ0102", "城管局", role="decide")
    with pytest.raises(Refused):
        city.assign("SJ0102", "东城区城管局", role="decide", node_id=city.node["990102"])


def test_several_bodies_may_support(city) -> None:
    city.assign("SJ0102", "城管局", role="co")
    city.assign("SJ0102", "市政一所", role="co")
    ranked = queries.candidates("incident", "SJ0102", PlaceCodes(), NOW, role="co")
    assert [answer.body_zh for answer in ranked] == ["城管局", "市政一所"]


def test_a_division_code_filled_with_zeros_is_the_same_area(city) -> None:
    row = city.assign("SJ0102", "城管局", area_kind="division", area_code="990102000000")
    assert row.area_code == "990102"
    with pytest.raises(Refused):
        city.assign("SJ0102", "市政一所", area_kind="division", area_code="990102")


@pytest.mark.parametrize(
    ("more", "code", "zh"),
    [
        ({"subject": "垃圾"}, "bad_subject", "事项“垃圾”不合要求：应为小类（SJ0102）、大类（SJ01）或 *。"),
        ({"area_kind": "street"}, "unknown_value", "area_kind“street”未知，可用：division、duty_grid、cell、any。"),
        (
            {"area_kind": "division", "area_code": "99010"},
            "bad_area",
            "区域代码“99010”不合要求：应为2、4、6、9 或 12 位行政区划代码，例如 990102001。",
        ),
        ({"area_kind": "any", "area_code": "990102"}, "bad_area", "区域代码“990102”不合要求：应为空（全域不带代码）。"),
        ({"role": "boss"}, "unknown_value", "role“boss”未知，可用：lead、co、investigate、decide。"),
        ({"ground": "luck"}, "unknown_value", "ground“luck”未知，可用：owner、upkeep、area、duty、power。"),
        ({"basis_zh": " "}, "no_basis", "依据 basis_zh 不能为空，请填写文件或条款。"),
        ({"document": "文" * 121}, "too_long", "document 最多 120 个字，现有 121 个，请缩短。"),
        ({"valid_to": date(2019, 12, 31)}, "bad_period", "最后一日 2019-12-31 早于起始日 2020-01-01，请改为不早于 2020-01-01 的日期。"),
        ({"body_id": 7}, "unknown_body", "编号 7 不是单位或指挥节点，请从机构表中选择。"),
    ],
)
def test_bad_input_is_refused_with_one_sentence(city, more: dict, code: str, zh: str) -> None:
    given = {
        "subject": "SJ0102",
        "body_id": city.body["城管局"],
        "basis_zh": "三定方案",
        "valid_from": date(2020, 1, 1),
        "act": city.act,
    }
    with pytest.raises(Invalid) as refused:
        services.assign(**(given | more))
    assert (refused.value.code, refused.value.zh) == (code, zh)
    assert Responsibility.objects.count() == 0


def test_an_ended_responsibility_holds_to_its_last_day(city) -> None:
    row = city.assign("SJ0102", "城管局")
    services.end_assignment(responsibility_id=row.pk, last_day=date(2026, 6, 30), act=city.act)
    held = [queries.responsible("incident", "SJ0102", PlaceCodes(), day) for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert [answer.body_zh if answer else None for answer in held] == ["城管局", None]
    assert held[0] is not None
    assert held[0].valid_to == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("last_day", "problem"),
    [(date(2019, 12, 31), "bad_period"), (date(2027, 1, 1), "ends_already")],
)
def test_an_end_before_the_beginning_or_after_the_end_is_refused(city, last_day: date, problem: str) -> None:
    row = city.assign("SJ0102", "城管局", valid_to=date(2026, 12, 31))
    with pytest.raises(Invalid) as refused:
        services.end_assignment(responsibility_id=row.pk, last_day=last_day, act=city.act)
    assert refused.value.code == problem
    assert Responsibility.objects.get().valid_to == date(2026, 12, 31)


def test_ending_what_does_not_exist_is_refused(city) -> None:
    with pytest.raises(NotFound):
        services.end_assignment(responsibility_id=1, last_day=NOW, act=city.act)


@pytest.mark.parametrize(
    ("situation", "held_at", "written_for", "allowed"),
    [
        ("nothing held", None, "990102", False),
        ("held at the county for itself", "990102", "990102", True),
        ("held at the county for another", "990102", "990103", False),
        ("held at the county for all nodes", "990102", None, False),
        ("held at the city for all nodes", "990100", None, True),
    ],
)
def test_only_who_manages_a_node_gives_its_responsibilities(city, situation, held_at, written_for, allowed) -> None:
    nodes = frozenset({city.node[held_at]} if held_at else ())
    act = Act(actor=Actor(id=5, name="王某", capabilities={services.MANAGE: nodes}), at=city.act.at)
    node = city.node[written_for] if written_for else None
    if allowed:
        assert city.assign("SJ0102", "城管局", act=act, node_id=node).made_by == 5
    else:
        with pytest.raises(NotAllowed):
            city.assign("SJ0102", "城管局", act=act, node_id=node)
    assert Responsibility.objects.count() == int(allowed), situation


@pytest.mark.parametrize(
    ("situation", "more"),
    [
        ("an unknown role", {"role": "boss"}),
        ("an unknown kind of area", {"area_kind": "street", "area_code": "1"}),
        ("an unknown ground", {"ground": "luck"}),
        ("an area without its code", {"area_kind": "division"}),
        ("a code for everywhere", {"area_code": "990102"}),
        ("no subject", {"subject": ""}),
        ("an end before the beginning", {"valid_to": date(2019, 1, 1)}),
    ],
)
def test_the_database_refuses_by_itself(city, situation: str, more: dict) -> None:
    given = {
        "matter_kind": "incident",
        "subject": "SJ0102",
        "area_kind": "any",
        "role": "lead",
        "ground": "duty",
        "body_id": city.body["城管局"],
        "basis_zh": "三定方案",
        "valid_from": date(2020, 1, 1),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Responsibility.objects.create(**(given | more))
    Responsibility.objects.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Responsibility.objects.create(**given)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_assign_at_the_same_moment_one_is_refused(request) -> None:
    city = request.getfixturevalue("city")
    outcomes, gate = [], Barrier(2)

    def work(body: str) -> None:
        gate.wait(timeout=10)
        try:
            city.assign("SJ0102", body)
            outcomes.append("taken")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(body,)) for body in ("城管局", "市政一所")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["powers.one_body_answers", "taken"]
    assert Responsibility.objects.count() == 1
