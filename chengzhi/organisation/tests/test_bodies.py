"""Nodes, units, posts and names."""

import pytest

from chengzhi.kernel.problems import NotFound, Refused
from chengzhi.organisation import queries, services
from chengzhi.organisation.tests.conftest import LONG_AGO

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "short", "level", "is_city", "below"),
    [
        ("990100", "市级", "city", True, "东西南"),
        ("990102", "东城", "county", False, ""),
        ("990104", "南城", "county", False, ""),
    ],
)
def test_a_node_is_found_by_its_division_code(city, code, short, level, is_city, below):
    view = queries.node_by_code(code)
    assert (view.code, view.short, view.level, view.is_city) == (code, short, level, is_city)
    assert queries.nodes_below(view.id) == city.ids(*below)
    assert queries.node(view.id) == view
    assert view.parent == (None if is_city else city.id_of("市"))


def test_an_unknown_code_is_refused_with_the_known_ones(city):
    with pytest.raises(NotFound) as refusal:
        queries.node_by_code("990199")
    assert refusal.value.zh == "没有行政区划代码为“990199”的指挥节点，现有：990100、990102、990103、990104。"


def test_the_nodes_are_listed_with_the_city_first(city):
    assert [view.code for view in queries.nodes()] == ["990100", "990102", "990103", "990104"]


@pytest.mark.parametrize(("node", "commands"), [("市", "市"), ("东", "东"), ("南", "市")])
def test_the_queue_of_a_node_is_the_oldest_post_of_the_role_where_it_is_commanded(city, node, commands):
    posts = {short: city.post(f"{short}中心", "acceptor").holder_id for short in "市东南"}
    city.post(f"{node}中心", "acceptor")
    assert queries.post_of(city.id_of(node), "acceptor") == posts[commands]
    assert queries.commanding(city.id_of(node)).id == city.id_of(commands)


def test_a_node_without_the_post_says_which_one_is_missing(city):
    with pytest.raises(Refused) as refusal:
        queries.post_of(city.id_of("东"), "chief")
    assert refusal.value.zh == "东城区今天没有“值班长”岗位，请先设立该岗位。"
    assert refusal.value.code == "no_post"


def test_a_squad_stands_under_both_of_its_parents_and_once_in_its_node(city):
    squad = city.unit["中队"].holder_id
    for parent in ("局", "街道"):
        assert [view.id for view in queries.units_under(city.unit[parent].holder_id)] == [squad]
    assert [view.code for view in queries.units_of(city.id_of("东"))] == ["990102-C", "E-1", "E-1-2", "E-2"]
    view = queries.unit(squad)
    assert (view.parent, view.daily_parent) == (city.unit["局"].holder_id, city.unit["街道"].holder_id)
    assert [view.code for view in queries.units_of(city.id_of("东"), kinds=["township"])] == ["E-2"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("养护", ["养护一班"]),
        ("e-1-2", ["文化中队"]),
        ("城管局", ["东城区城管局"]),
        ("二班", ["外包二班"]),
        ("局chief", ["局chief"]),
        ("没有的", []),
    ],
)
def test_holders_are_found_by_a_part_of_their_name_or_code(city, text, names):
    city.post("局", "chief")
    assert [view.name for view in queries.holders_named(text, city.id_of("东"))] == names
    assert queries.holders_named(text, city.id_of("西")) == []


def test_names_are_given_for_every_kind_of_holder_and_unknown_ids_are_left_out(city):
    post = city.post("局", "chief").holder_id
    bureau, crew, east = city.unit["局"].holder_id, city.crew["一班"].holder_id, city.id_of("东")
    assert queries.holder_names([east, bureau, crew, post, 5]) == {
        east: ("东城区", "990102"),
        bureau: ("东城区城管局", "东城区城管局"),
        crew: ("养护一班", "养护一班"),
        post: ("局chief", "局chief"),
    }


def test_work_is_given_to_nodes_and_units_that_exist_today(city):
    bureau, east = city.unit["局"].holder_id, city.id_of("东")
    old = services.open_unit(
        node=city.node["东"], code="OLD", kind="department", name_zh="旧局", act=city.act, valid_from=LONG_AGO, valid_to=LONG_AGO
    )
    assert queries.body(bureau) == queries.BodyView(bureau, "unit", east, "东城区城管局", "东城区城管局")
    assert queries.body(east) == queries.BodyView(east, "node", east, "东城区", "990102")
    for other in (old.holder_id, city.crew["一班"].holder_id, city.post("局", "chief").holder_id, 5):
        assert queries.body(other) is None
    assert queries.name_of(old.holder_id) == "旧局"
    assert queries.name_of(5) == "—"


def test_now_with_names_the_people_behind_post_unit_and_crew(city):
    operator, inspector = city.post("局", "dept_operator"), city.post("局", "inspector")
    staff = city.person("张某", operator, phone="13912340000")
    city.person("李某", inspector)
    opened = services.open_account(username="zhang", staff=staff, act=city.act)
    expected = queries.Person("张某", "139****0000", "局dept_operator", "东城区城管局", "局dept_operator", "东城区城管局")
    assert queries.person_of(opened.id) == expected
    for holder in (operator.holder_id, city.unit["局"].holder_id, city.crew["一班"].holder_id):
        assert queries.people_at(holder) == [expected]
    assert [person.name for person in queries.people_at(inspector.holder_id)] == ["李某"]
    assert queries.people_at(city.unit["街道"].holder_id) == []


def test_names_of_accounts_for_the_history(city):
    account = city.account("wu", city.post("局", "dept_operator"))
    interface = services.open_account(username="open311", act=city.act, is_system=True)
    services.close_account(account=account, act=city.act)
    assert queries.staff_name(account.id) == "wu"
    assert queries.staff_name(interface.id) == "open311"
    assert queries.staff_name(0) == "系统"
    assert queries.staff_name(12345) == "未知账号"
    assert queries.person_of(interface.id) == queries.Person("open311", "", "", "")
    with pytest.raises(NotFound):
        queries.person_of(12345)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13912340000", "139****0000"), ("0933-8212345", "093****2345"), ("12345", "****45"), ("", "")],
)
def test_phones_are_masked(phone, shown):
    assert queries.masked(phone) == shown
