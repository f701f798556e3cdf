"""Bad input is refused by one sentence that names field, value and fix; nobody manages what is not his."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from chengzhi.kernel.access import act_now
from chengzhi.kernel.models import Holder, RegisterVersion
from chengzhi.kernel.problems import Invalid, NotAllowed, Problem, Refused
from chengzhi.organisation import queries, services
from chengzhi.organisation.models import Account, Assignment, CommandNode, Grant, Role, Staff, Unit
from chengzhi.organisation.tests.conftest import FILE, LONG_AGO

pytestmark = pytest.mark.django_db
NODE = {"code": "990105", "name_zh": "北城区", "short_zh": "北城", "level": "county"}
UNIT = {"code": "N-1", "kind": "department", "name_zh": "住建局"}


@pytest.mark.parametrize(
    ("situation", "changes", "zh"),
    [
        ("short code", {"code": "99010"}, "code“99010”不合要求：应为6位行政区划代码，例如 990102。"),
        ("used code", {"code": "990102"}, "code“990102”已被使用，请使用该节点或填写其他代码。"),
        ("long short name", {"short_zh": "北城区"}, "short_zh“北城区”不合要求：应为两个字的简称，例如 东城。"),
        ("unknown level", {"level": "town"}, "level“town”未知，可用：city、county。"),
        ("no name", {"name_zh": ""}, "name_zh 不能为空，请填写。"),
        ("city with a parent", {"level": "city"}, "parent“市级”不可用：市级节点没有上级，请留空。"),
        (
            "nobody commands",
            {"parent": None, "does_own_command": False},
            "does_own_command“否”不可用：没有上级节点可代为指挥，请填“是”或指定 parent。",
        ),
    ],
)
def test_a_bad_node_is_refused(city, situation, changes, zh):
    before = (CommandNode.objects.count(), Holder.objects.count())
    with pytest.raises(Invalid) as refusal:
        services.open_node(**{**NODE, "parent": city.node["市"], "act": city.act, **changes})
    assert refusal.value.zh == zh
    assert refusal.value.en
    assert (CommandNode.objects.count(), Holder.objects.count()) == before


@pytest.mark.parametrize(
    ("situation", "changes", "zh"),
    [
        (
            "unknown kind",
            {"kind": "office"},
            "kind“office”未知，可用：centre、company、department、squad、subunit、township。",
        ),
        ("used code", {"code": "E-1"}, "code“E-1”已被使用，请填写其他单位代码。"),
        ("division", {"division_code": "9901020"}, "division_code“9901020”不合要求：应为6、9或12位行政区划代码。"),
        (
            "ends before it begins",
            {"valid_from": date(2026, 5, 2), "valid_to": date(2026, 5, 1)},
            "valid_to 2026-05-01 早于 valid_from 2026-05-02，请改为不早于 2026-05-02 的日期。",
        ),
        ("long name", {"name_zh": "局" * 81}, f"name_zh 最多80个字符，“{'局' * 20}…”有81个，请缩短。"),
        (
            "daily parent of a department",
            {"daily": "街道"},
            "daily_parent“E-2”不可用：只有中队（squad）有日常管理单位，请留空。",
        ),
        (
            "squad without business parent",
            {"kind": "squad", "daily": "街道"},
            "parent“”不可用：派驻中队的业务主管单位须填写，且不同于日常管理单位“E-2”。",
        ),
        (
            "squad with one parent twice",
            {"kind": "squad", "daily": "街道", "by": "街道"},
            "parent“E-2”不可用：派驻中队的业务主管单位须填写，且不同于日常管理单位“E-2”。",
        ),
    ],
)
def test_a_bad_unit_is_refused(city, situation, changes, zh):
    parents = {
        "daily_parent": city.unit.get(changes.pop("daily", "")),
        "parent": city.unit.get(changes.pop("by", "")),
    }
    before = (Unit.objects.count(), Holder.objects.count())
    with pytest.raises(Invalid) as refusal:
        services.open_unit(**{**UNIT, "node": city.node["东"], "act": city.act, **parents, **changes})
    assert refusal.value.zh == zh
    assert (Unit.objects.count(), Holder.objects.count()) == before


def test_a_bad_post_crew_or_person_is_refused(city):
    with pytest.raises(Invalid) as refusal:
        services.open_post(unit=city.unit["局"], role="cheif", name_zh="值班长", act=city.act)
    assert refusal.value.zh.startswith("role“cheif”未知，可用：chief")
    for verb, more in (
        (services.open_crew, {"unit": city.unit["局"], "name_zh": "一班"}),
        (services.hire, {"name": "张某"}),
    ):
        with pytest.raises(Invalid) as refusal:
            verb(**more, phone="12ab", act=city.act)
        assert refusal.value.zh == "phone“12ab”不是电话号码：应为5至20位数字，可含空格和“-”，例如 0933-8212345。"


@pytest.mark.parametrize(
    ("situation", "first", "last", "allowed"),
    [
        ("after the other", date(2026, 4, 1), None, True),
        ("before the other", date(2026, 1, 1), date(2026, 2, 28), True),
        ("the last day of the other", date(2026, 3, 31), None, False),
        ("the first day of the other", date(2026, 1, 1), date(2026, 3, 1), False),
        ("round the other", date(2026, 1, 1), None, False),
    ],
)
def test_nobody_has_a_post_twice_at_the_same_time(city, situation, first, last, allowed):
    post, staff = city.post("东中心", "chief"), city.person("张某")
    services.assign(staff=staff, post=post, valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31), act=city.act)
    if allowed:
        services.assign(staff=staff, post=post, valid_from=first, valid_to=last, act=city.act)
    else:
        with pytest.raises(Refused) as refusal:
            services.assign(staff=staff, post=post, valid_from=first, valid_to=last, act=city.act)
        assert refusal.value.zh == "张某自2026-03-01至2026-03-31已任该岗位，请先结束原任职。"
    assert Assignment.objects.count() == (2 if allowed else 1)


def test_periods_in_the_wrong_order_and_standing_in_for_oneself_are_refused(city):
    post, staff = city.post("东中心", "chief"), city.person("张某")
    with pytest.raises(Invalid):
        services.assign(staff=staff, post=post, valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 1), act=city.act)
    with pytest.raises(Invalid) as refusal:
        services.assign(staff=staff, post=post, substitute_for=staff, act=city.act)
    assert refusal.value.zh == "substitute_for“张某”不可用：本人不能顶替本人，请填写被顶替的人。"
    given = services.assign(staff=staff, post=post, valid_from=date(2026, 3, 2), act=city.act)
    with pytest.raises(Invalid):
        services.end_assignment(assignment=given, last_day=date(2026, 3, 1), act=city.act)
    with pytest.raises(Invalid):
        services.record_leaving(staff=staff, last_day=LONG_AGO - timedelta(days=1), act=city.act)
    assert list(Assignment.objects.values_list("valid_from", "valid_to")) == [(date(2026, 3, 2), None)]


@pytest.mark.parametrize(
    ("situation", "changes", "zh"),
    [
        ("capitals", {"username": "Zhang"}, "username“Zhang”不合要求：应为2至40个小写字母、数字或 . _ -。"),
        ("used name", {"username": "zhang"}, "username“zhang”已被使用，请换一个用户名。"),
        ("short password", {"password": "a1b2c3"}, "password 太短或过于常见，请换一个至少10个字符的密码。"),
        ("common password", {"password": "1234567890"}, "password 太短或过于常见，请换一个至少10个字符的密码。"),
        ("second account", {"second": True}, "staff“zhang”已被使用，该人员已有账号，请使用原账号。"),
    ],
)
def test_a_bad_account_is_refused(city, situation, changes, zh):
    first = city.account("zhang")
    more = {"staff": first.staff} if changes.pop("second", False) else {}
    with pytest.raises(Invalid) as refusal:
        services.open_account(**{"username": "li", "act": city.act, **more, **changes})
    assert refusal.value.zh == zh
    assert Account.objects.count() == 1


def test_an_account_signs_in_by_its_password_and_not_at_all_without_one(city):
    with_password = services.open_account(username="zhang", password="Qingliang-2026", act=city.act)
    without = services.open_account(username="li", act=city.act)
    assert with_password.check_password("Qingliang-2026")
    assert not without.has_usable_password()
    assert Account.objects.get_by_natural_key("zhang").id == with_password.id


@pytest.mark.parametrize(
    ("situation", "row", "zh"),
    [
        (
            "unknown role",
            {"role": "boss", "capability": FILE},
            "role“boss”未知，可用：acceptor、auditor、callback、chief、dept_lead、dept_operator。",
        ),
        (
            "unknown capability",
            {"role": "chief", "capability": "test.matter.fille"},
            "capability“test.matter.fille”未知，可用：test.matter.file",
        ),
        ("missing column", {"role": "chief"}, "缺少列“capability”，现有列：role。"),
    ],
)
def test_a_bad_grant_is_refused_and_nothing_is_granted(city, situation, row, zh):
    before = Grant.objects.count()
    with pytest.raises(Invalid) as refusal:
        services.load_grants([{"role": "auditor", "capability": FILE}, row], act=city.act)
    assert refusal.value.zh.startswith(zh)
    assert Grant.objects.count() == before


def test_roles_and_grants_are_loaded_twice_without_doubles_and_changed_rows_are_taken(city):
    roles, grants = services.rows_in(services.ROLES_FILE), services.rows_in(services.GRANTS_FILE)
    counts = None
    for _ in range(2):
        assert services.load_roles(roles, act=city.act) == 12
        assert services.load_grants(grants, act=city.act) == len(grants)
        counts = counts or (Role.objects.count(), Grant.objects.count())
        assert (Role.objects.count(), Grant.objects.count()) == counts
    services.load_roles([{**roles[0], "name_zh": "信息采集员"}], act=city.act)
    assert Role.objects.get(code="inspector").name_zh == "信息采集员"
    assert Role.objects.count() == 12


@pytest.mark.parametrize(("column", "value"), [("code", "Chief!"), ("name_zh", ""), ("reads", "all"), ("acts_for_unit", "vielleicht")])
def test_a_bad_role_is_refused(city, column, value):
    row = {"code": "extra", "name_zh": "临时", "name_en": "Extra", "reads": "node", "acts_for_unit": "0"}
    with pytest.raises(Invalid) as refusal:
        services.load_roles([{**row, column: value}], act=city.act)
    assert column in refusal.value.zh and column in refusal.value.en
    assert not Role.objects.filter(code="extra").exists()


def test_every_verb_raises_the_version_of_the_register(city):
    def version() -> int:
        return RegisterVersion.objects.get(register="organisation").version

    post = city.post("东中心", "inspector")
    before = version()
    account = city.account("zhang", post)
    assert version() == before + 3  # hired, assigned, account opened
    services.close_account(account=account, act=city.act)
    assert version() == before + 4


@pytest.mark.parametrize(
    ("role", "unit", "at", "allowed"),
    [
        ("sys_admin", "东中心", "东", True),
        ("sys_admin", "东中心", "西", False),
        ("sys_admin", "东中心", "市", False),
        ("sys_admin", "市中心", "东", True),
        ("chief", "市中心", "市", False),
    ],
)
def test_an_administrator_manages_his_node_and_those_below_it(city, role, unit, at, allowed):
    act = act_now(queries.actor(city.account("admin", city.post(unit, role)).id))
    person = city.account("person", city.post(f"{at}中心", "acceptor"))
    verbs = [
        lambda: services.open_unit(node=city.node[at], code="X", kind="department", name_zh="局", act=act),
        lambda: services.open_post(unit=city.unit[f"{at}中心"], role="chief", name_zh="值班长", act=act),
        lambda: services.issue_token(account=person, name="t", act=act),
        lambda: services.close_account(account=person, act=act),
    ]
    outcomes = set()
    for verb in verbs:
        try:
            verb()
            outcomes.add(True)
        except NotAllowed:
            outcomes.add(False)
    assert outcomes == {allowed}


def test_roles_and_people_need_their_own_capability(city):
    act = act_now(queries.actor(city.account("chief", city.post("市中心", "chief")).id))
    people = Staff.objects.count()
    for verb in (
        lambda: services.load_roles([], act=act),
        lambda: services.load_grants([], act=act),
        lambda: services.hire(name="张某", act=act),
        lambda: services.open_node(**NODE, parent=city.node["市"], act=act),
    ):
        with pytest.raises(Problem) as refusal:
            verb()
        assert refusal.value.code == "not_allowed"
    assert Staff.objects.count() == people


def test_dates_default_to_the_day_of_the_act(city):
    today = timezone.localdate(city.act.at)
    post = services.open_post(unit=city.unit["局"], role="inspector", name_zh="监督员", act=city.act)
    staff = services.hire(name="张某", act=city.act)
    given = services.assign(staff=staff, post=post, act=city.act)
    assert (post.valid_from, staff.hired_on, given.valid_from) == (today, today, today)
    assert services.end_assignment(assignment=given, act=city.act).valid_to == today
