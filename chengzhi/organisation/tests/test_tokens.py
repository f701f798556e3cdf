"""Tokens: known from memory, narrowed to their scope, refused when unknown, expired or of a closed account."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from chengzhi.kernel import registers
from chengzhi.kernel.problems import Invalid, NotSignedIn
from chengzhi.organisation import queries, services
from chengzhi.organisation.models import ApiToken
from chengzhi.organisation.queries import snapshot
from chengzhi.organisation.tests.conftest import FILE, SIGN, SUPERVISE

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(city):
    return city.account("leader", city.post("市中心", "leader"), city.post("局", "dept_operator"))


def test_a_caller_is_known_without_asking_the_database(city, account, django_assert_num_queries):
    token = services.issue_token(account=account, name="replay", act=city.act)
    queries.actor(account.id)
    with django_assert_num_queries(0):
        caller = queries.caller_by_token(token)
    assert caller == queries.actor(account.id)


def test_a_token_issued_this_second_by_another_process_is_known(city, account, monkeypatch):
    monkeypatch.setattr(registers, "FRESH_SECONDS", 3600.0)
    queries.actor(account.id)
    held, versions = snapshot.REGISTER._held, registers.versions()
    token = services.issue_token(account=account, name="replay", act=city.act)
    monkeypatch.setattr(snapshot.REGISTER, "_held", held)  # what a process knows that has not heard of it yet
    monkeypatch.setattr(registers, "_versions", versions)
    monkeypatch.setattr(registers, "_asked_at", time.monotonic())
    assert queries.caller_by_token(token) == queries.actor(account.id)


@pytest.mark.parametrize(
    ("situation", "scope", "left"),
    [
        ("all of the account", ["*"], {FILE, SUPERVISE, SIGN}),
        ("one capability", [FILE], {FILE}),
        ("one that the account lacks", ["organisation.role.manage"], set()),
        ("one that it has and one that it lacks", [SIGN, "organisation.role.manage"], {SIGN}),
    ],
)
def test_a_token_narrows_the_rights_of_its_account(city, account, situation, scope, left):
    token = services.issue_token(account=account, name="narrow", capabilities=scope, act=city.act)
    caller = queries.caller_by_token(token)
    whole = queries.actor(account.id)
    assert set(caller.capabilities) == left
    assert all(caller.capabilities[code] == whole.capabilities[code] for code in left)
    assert (caller.id, caller.nodes, caller.holders, caller.post) == (
        whole.id,
        whole.nodes,
        whole.holders,
        whole.post,
    )


@pytest.mark.parametrize("situation", ["wrong", "empty", "the hash itself", "expired", "withdrawn", "account closed"])
def test_a_token_that_is_not_good_is_not_signed_in_and_nobody_is_told_why(city, account, situation):
    good = services.issue_token(account=account, name="t", expires_at=city.act.at + timedelta(hours=1), act=city.act)
    row = ApiToken.objects.get(account=account)
    if situation == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        registers.clear_all()
    if situation == "withdrawn":
        services.withdraw_token(token=row, act=city.act)
    if situation == "account closed":
        services.close_account(account=account, act=city.act)
    token = {"wrong": good[:-1], "empty": "", "the hash itself": row.sha256}.get(situation, good)
    with pytest.raises(NotSignedIn) as refusal:
        queries.caller_by_token(token)
    assert refusal.value.zh == "令牌无效、已过期或账号已停用，请向系统管理员申请新的令牌。"


def test_only_the_hash_of_a_token_is_kept(city, account):
    token = services.issue_token(account=account, name="t", act=city.act)
    kept = ApiToken.objects.values().get()
    assert token.startswith("cz_") and len(token) == 46
    assert kept["sha256"] == queries.digest_of(token)
    assert token not in str(kept)


@pytest.mark.parametrize(
    ("situation", "changes", "zh"),
    [
        (
            "unknown capability",
            {"capabilities": ["test.matter.fil"]},
            "capabilities“test.matter.fil”未知，可用：test.matter.file",
        ),
        ("no capability", {"capabilities": []}, "capabilities 不能为空，请至少填写一项，或填“*”。"),
        ("no name", {"name": " "}, "name 不能为空，请填写。"),
        ("used name", {"name": "first"}, "name“first”已被使用，请为令牌换一个名称。"),
        ("in the past", {"expires_at": timezone.now() - timedelta(days=1)}, "已过，请填写将来的时间。"),
    ],
)
def test_a_bad_token_is_refused_with_its_reason_and_none_is_issued(city, account, situation, changes, zh):
    services.issue_token(account=account, name="first", act=city.act)
    with pytest.raises(Invalid) as refusal:
        services.issue_token(**{"account": account, "name": "second", "act": city.act, **changes})
    assert zh in refusal.value.zh
    assert ApiToken.objects.count() == 1


def test_the_last_day_of_use_is_written_once_a_day(city, account, django_assert_num_queries):
    token = services.issue_token(account=account, name="t", act=city.act)
    assert services.note_token_use(token="cz_unknown") is False
    assert services.note_token_use(token=token) is True
    with django_assert_num_queries(0):
        assert services.note_token_use(token=token) is False
    assert ApiToken.objects.get().last_used_on == timezone.localdate()
