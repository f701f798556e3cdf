"""Who may do what, where, and for whom: the table of capability × node × role."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from chengzhi.kernel.problems import NotAllowed, NotSignedIn
from chengzhi.organisation import queries, services
from chengzhi.organisation.tests.conftest import DISPATCH, FILE, LONG_AGO, SIGN, SUPERVISE

pytestmark = pytest.mark.django_db
EVERYWHERE = "市东西南"


@pytest.mark.parametrize(
    ("role", "unit", "capability", "held_at", "reads"),
    [
        ("inspector", "东中心", FILE, "", ""),
        ("acceptor", "东中心", FILE, "", "东"),
        ("chief", "东中心", FILE, "东", "东"),
        ("chief", "东中心", DISPATCH, "", "东"),
        ("chief", "西中心", FILE, "西", "西"),
        ("chief", "市中心", FILE, "市南", "市南"),
        ("chief", "南中心", FILE, "南", "南"),
        ("dispatcher", "市中心", DISPATCH, "市南", "市南"),
        ("leader", "东中心", FILE, "东", "东"),
        ("leader", "市中心", FILE, EVERYWHERE, EVERYWHERE),
        ("supervisor_lead", "市中心", SUPERVISE, EVERYWHERE, EVERYWHERE),
        ("supervisor_lead", "西中心", SUPERVISE, "西", "西"),
        ("dept_operator", "局", SIGN, "东", ""),
        ("dept_lead", "局", SIGN, "", ""),
        ("callback", "市中心", SUPERVISE, "", "市南"),
        ("sys_admin", "市中心", "organisation.body.manage", "市南", ""),
        ("auditor", "市中心", FILE, "", EVERYWHERE),
    ],
)
def test_a_role_may_and_reads_exactly_at_these_nodes(city, role, unit, capability, held_at, reads):
    account = city.account("zhang", city.post(unit, role))
    actor = queries.actor(account.id)
    assert actor.capabilities.get(capability, frozenset()) == city.ids(*held_at)
    assert actor.nodes == city.ids(*reads)
    assert [short for short in EVERYWHERE if actor.may(capability, city.id_of(short))] == list(held_at)


@pytest.mark.parametrize("role", ["inspector", "acceptor", "chief", "dispatcher", "callback", "supervisor_lead", "leader", "dept_operator"])
def test_staff_of_a_county_never_get_another_county_or_the_city(city, role):
    account = city.account("li", city.post("东中心", role))
    actor = queries.actor(account.id)
    reached = actor.nodes.union(*actor.capabilities.values())
    assert reached <= city.ids("东")


def test_a_department_acts_for_its_unit_and_crews_an_inspector_for_his_post_only(city):
    operator, inspector = city.post("局", "dept_operator"), city.post("局", "inspector")
    crews = {crew.holder_id for crew in city.crew.values()}
    assert queries.actor(city.account("op", operator).id).holders == {operator.holder_id, city.unit["局"].holder_id} | crews
    assert queries.actor(city.account("in", inspector).id).holders == {inspector.holder_id}


def test_the_first_post_is_the_oldest_own_one_and_another_can_be_chosen(city):
    chief, acceptor = city.post("东中心", "chief"), city.post("西中心", "acceptor")
    account = city.account("wang", chief, acceptor)
    actor = queries.actor(account.id)
    assert (actor.post, actor.unit, actor.node) == (chief.holder_id, city.unit["东中心"].holder_id, city.id_of("东"))
    chosen = queries.actor(account.id, acceptor.holder_id)
    assert (chosen.post, chosen.unit, chosen.node) == (
        acceptor.holder_id,
        city.unit["西中心"].holder_id,
        city.id_of("西"),
    )
    assert chosen.holders == actor.holders == {chief.holder_id, acceptor.holder_id}
    assert [post.role for post in queries.posts_of(account.id)] == ["chief", "acceptor"]


def test_nobody_chooses_a_post_that_is_not_his(city):
    other = city.post("西中心", "chief")
    account = city.account("wang", city.post("东中心", "chief"))
    with pytest.raises(NotAllowed) as refusal:
        queries.actor(account.id, other.holder_id)
    assert refusal.value.code == "not_your_post"


def test_a_substitute_has_the_post_of_the_other_with_its_rights_after_his_own(city):
    chief, own = city.post("东中心", "chief"), city.post("东中心", "acceptor")
    away = city.person("away", chief)
    account = city.account("sub", own)
    assert not queries.actor(account.id).may(FILE, city.id_of("东"))
    services.assign(staff=account.staff, post=chief, substitute_for=away, valid_from=LONG_AGO - timedelta(days=9), act=city.act)
    actor = queries.actor(account.id)
    assert actor.may(FILE, city.id_of("东"))
    assert actor.holders == {own.holder_id, chief.holder_id}
    assert actor.post == own.holder_id


@pytest.mark.parametrize(
    ("situation", "first", "last", "has_it"),
    [
        ("began today", 0, None, True),
        ("ends today", -9, 0, True),
        ("ended yesterday", -9, -1, False),
        ("begins tomorrow", 1, None, False),
    ],
)
def test_an_assignment_counts_from_its_first_to_its_last_day(city, situation, first, last, has_it):
    today = timezone.localdate(city.act.at)
    post = city.post("东中心", "chief")
    account = city.account("chen")
    days = timedelta(days=1)
    services.assign(
        staff=account.staff,
        post=post,
        valid_from=today + first * days,
        valid_to=None if last is None else today + last * days,
        act=city.act,
    )
    assert queries.actor(account.id).holders == (frozenset({post.holder_id}) if has_it else frozenset())


def test_an_ended_assignment_and_a_closed_unit_give_nothing(city):
    today = timezone.localdate(city.act.at)
    closed = services.open_unit(
        node=city.node["东"],
        code="OLD",
        kind="centre",
        name_zh="旧中心",
        valid_from=LONG_AGO,
        valid_to=today - timedelta(days=1),
        act=city.act,
    )
    city.unit["旧"] = closed
    post = city.post("东中心", "chief")
    account = city.account("zhao", city.post("旧", "chief"))
    given = services.assign(staff=account.staff, post=post, valid_from=LONG_AGO, act=city.act)
    assert queries.actor(account.id).holders == {post.holder_id}
    services.end_assignment(assignment=given, last_day=today - timedelta(days=1), act=city.act)
    assert queries.actor(account.id).holders == frozenset()


def test_who_has_left_has_no_post(city):
    account = city.account("gone", city.post("东中心", "chief"))
    services.record_leaving(staff=account.staff, last_day=timezone.localdate(city.act.at) - timedelta(days=1), act=city.act)
    assert queries.actor(account.id).holders == frozenset()


@pytest.mark.parametrize("situation", ["unknown", "closed"])
def test_an_unknown_or_closed_account_is_not_signed_in(city, situation):
    identifier = 7
    if situation == "closed":
        account = city.account("closed", city.post("东中心", "chief"))
        services.close_account(account=account, act=city.act)
        identifier = account.id
    with pytest.raises(NotSignedIn):
        queries.actor(identifier)


def test_a_new_grant_is_seen_at_once_because_the_register_has_a_new_version(city):
    account = city.account("qian", city.post("东中心", "acceptor"))
    assert not queries.actor(account.id).may_somewhere(FILE)
    services.load_grants([{"role": "acceptor", "capability": FILE}], act=city.act)
    assert queries.actor(account.id).may(FILE, city.id_of("东"))


def test_the_organisation_of_yesterday_is_not_used_today(city, monkeypatch):
    post = city.post("东中心", "chief")
    account = city.account("sun")
    tomorrow = timezone.localdate(city.act.at) + timedelta(days=1)
    services.assign(staff=account.staff, post=post, valid_from=tomorrow, act=city.act)
    assert queries.actor(account.id).holders == frozenset()
    midnight = queries.REGISTER.get().until
    monkeypatch.setattr("chengzhi.organisation.queries.snapshot.timezone.now", lambda: datetime.fromtimestamp(midnight, UTC))
    monkeypatch.setattr("chengzhi.organisation.queries.snapshot.timezone.localdate", lambda *_: tomorrow)
    assert queries.actor(account.id).holders == {post.holder_id}


def test_only_a_calling_system_may_tell_a_time_in_the_past(city):
    person = city.account("person", city.post("东中心", "acceptor"))
    system = services.open_account(
        username="hotline-api",
        staff=city.person("热线接口", city.post("东中心", "acceptor")),
        is_system=True,
        act=city.act,
    )
    assert not queries.actor(person.id).may_backdate
    assert queries.actor(system.id).may_backdate
