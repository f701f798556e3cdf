"""Who is responsible: the most specific row that holds on the day, with its reason in one line."""

from datetime import date

import pytest

from chengzhi.powers import queries
from chengzhi.powers.queries import ComponentBodies, PlaceCodes

NOW = date(2026, 11, 23)
HERE = PlaceCodes(county="990102", community="990102001003", duty_grid="990102001Z004", cell="990102001003017")
ELSEWHERE = PlaceCodes(county="990103", community="990103001001")


def name(answer: queries.Answer | None) -> str:
    return answer.body_zh if answer else "—"


@pytest.fixture
def divided(city):
    """Responsibilities from the broadest to the narrowest."""
    city.assign("*", "城管局")
    city.assign("*", "东关街道", area_kind="division", area_code="990102001")
    city.assign("SJ01", "东城区城管局", area_kind="division", area_code="990102")
    city.assign("SJ0110", "市政一所")
    city.assign("SJ0110", "市政二所", area_kind="duty_grid", area_code="990102001Z004", ground="upkeep")
    return city


@pytest.mark.parametrize(
    ("situation", "subject", "place", "body", "reason_zh", "confidence"),
    [
        ("exact class and its duty grid", "SJ0110", HERE, "市政二所", "路段养护：市政二所", "high"),
        ("exact class in a larger area", "SJ0110", ELSEWHERE, "市政一所", "职责分工：市政一所", "high"),
        ("major in the county before all classes in the town", "SJ0102", HERE, "东城区城管局", "职责分工：东城区城管局", "medium"),
        ("all classes in the town", "SJ0501", HERE, "东关街道", "责任区：东关街道", "medium"),
        ("all classes everywhere", "SJ0501", ELSEWHERE, "城管局", "职责分工：城管局", "low"),
        ("nothing is known of the place", "SJ0102", PlaceCodes(), "城管局", "职责分工：城管局", "low"),
        ("only the county is known", "SJ0102", PlaceCodes(county="990102"), "东城区城管局", "职责分工：东城区城管局", "medium"),
    ],
)
def test_the_most_specific_row_answers(divided, situation, subject, place, body, reason_zh, confidence) -> None:
    answer = queries.responsible("incident", subject, place, NOW)
    assert answer is not None, situation
    assert (answer.body_zh, answer.reason_zh, answer.confidence) == (body, reason_zh, confidence), situation
    assert answer.body_id == divided.body[body]
    assert answer.basis == "三定方案"


def test_the_reason_is_given_in_english_too(divided) -> None:
    answer = queries.responsible("incident", "SJ0110", HERE, NOW)
    assert answer is not None
    assert answer.reason_en == "Upkeep of the road section: Road Depot 2"


@pytest.mark.parametrize(
    ("area_kind", "area_code"),
    [
        ("cell", "990102001003017"),
        ("duty_grid", "990102001Z004"),
        ("division", "990102001003"),
        ("division", "990102001"),
        ("division", "990102"),
        ("division", "9901"),
        ("any", ""),
    ],
)
def test_each_kind_of_area_holds_the_place(city, area_kind: str, area_code: str) -> None:
    city.assign("SJ0102", "城管局", area_kind=area_kind, area_code=area_code)
    assert name(queries.responsible("incident", "SJ0102", HERE, NOW)) == "城管局"


def test_the_smaller_area_comes_first_at_every_step(city) -> None:
    areas = [
        ("any", "", "城管局"),
        ("division", "990102", "市政一所"),
        ("division", "990102001", "东关街道"),
        ("division", "990102001003", "市政二所"),
        ("duty_grid", "990102001Z004", "供水公司"),
        ("cell", "990102001003017", "自然资源局"),
    ]
    for area_kind, area_code, body in areas:
        city.assign("SJ0102", body, area_kind=area_kind, area_code=area_code)
        assert name(queries.responsible("incident", "SJ0102", HERE, NOW)) == body
    ranked = [answer.body_zh for answer in queries.candidates("incident", "SJ0102", HERE, NOW, n=9)]
    assert ranked == [body for _, _, body in reversed(areas)]


@pytest.mark.parametrize(
    ("day", "body"),
    [
        (date(2026, 6, 30), "市政一所"),
        (date(2026, 7, 1), "市政二所"),
        (date(2026, 12, 31), "市政二所"),
        (date(2027, 1, 1), "—"),
    ],
)
def test_the_date_decides_who_is_responsible(city, day: date, body: str) -> None:
    city.assign("SJ0110", "市政一所", valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    city.assign("SJ0110", "市政二所", valid_from=date(2026, 7, 1), valid_to=date(2026, 12, 31))
    assert name(queries.responsible("incident", "SJ0110", HERE, day)) == body


def test_a_component_names_its_own_bodies_before_the_register(divided) -> None:
    bodies = ComponentBodies(owner=divided.body["供水公司"], upkeep=divided.body["市政一所"])
    answer = queries.responsible("incident", "SJ0110", HERE, NOW, bodies)
    assert answer is not None
    assert (answer.reason_zh, answer.confidence, answer.responsibility_id) == ("部件权属：供水公司", "high", 0)
    ranked = [found.reason_zh for found in queries.candidates("incident", "SJ0110", HERE, NOW, bodies)]
    assert ranked == ["部件权属：供水公司", "部件养护：市政一所", "路段养护：市政二所", "职责分工：东城区城管局", "责任区：东关街道"]


def test_where_power_is_split_one_body_investigates_and_another_decides(city) -> None:
    city.assign("SJ0101", "自然资源局", role="investigate")
    city.assign("SJ0101", "城管局", role="decide")
    found = [queries.responsible("incident", "SJ0101", HERE, NOW, role=role) for role in ("investigate", "decide", "lead")]
    assert [name(answer) for answer in found] == ["自然资源局", "城管局", "—"]
    assert found[0] is not None
    assert found[0].reason_zh == "法定职权：自然资源局"


def test_a_node_sees_its_own_rows_before_those_for_all_and_none_of_another_node(city) -> None:
    city.assign("SJ0102", "城管局")
    city.assign("SJ0102", "东城区城管局", node_id=city.node["990102"])
    asked = [("990102", "东城区城管局"), ("990103", "城管局")]
    for code, body in asked:
        assert name(queries.responsible("incident", "SJ0102", HERE, NOW, node=city.node[code])) == body


def test_the_city_sends_a_county_its_own_matters(city) -> None:
    city.assign("*", "东城区", area_kind="division", area_code="990102", node_id=city.node["990100"])
    city.assign("SJ0102", "东城区城管局", node_id=city.node["990102"])
    assert name(queries.responsible("incident", "SJ0102", HERE, NOW, node=city.node["990100"])) == "东城区"
    assert name(queries.responsible("incident", "SJ0102", HERE, NOW, node=city.node["990102"])) == "东城区城管局"


def test_an_answer_asks_the_database_nothing(divided, django_assert_num_queries) -> None:
    queries.responsible("incident", "SJ0501", HERE, NOW)
    with django_assert_num_queries(0):
        assert queries.responsible("incident", "SJ0501", HERE, NOW) is not None
