"""Too many failed sign-ins: the answer tells people and programs how long to wait."""

import json

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from django.utils import translation

from chengzhi.organisation import services
from chengzhi.organisation.views import locked_out

ZH, EN = "登录失败次数过多，请15分钟后再试。", "Too many failed sign-ins; try again in 15 minutes."

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/sign-in", "text/html", "text/html; charset=utf-8"),
        ("/sign-in", "application/json", "application/problem+json"),
        ("/api/v1/incidents", "*/*", "application/problem+json"),
    ],
)
def test_who_is_locked_out_is_told_how_long_to_wait(path, accept, kind):
    with translation.override("zh-hans"):
        answer = locked_out(RequestFactory().post(path, headers={"accept": accept}))
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (429, kind, "900")
    text = answer.content.decode()
    assert ZH in text
    if kind.endswith("json"):
        assert json.loads(text) == {"status": 429, "code": "locked_out", "title": ZH, "detail": {"zh": ZH, "en": EN}}


def test_without_a_waiting_time_the_administrator_is_named(settings):
    settings.AXES_COOLOFF_TIME = None
    with translation.override("zh-hans"):
        answer = locked_out(RequestFactory().post("/sign-in"))
    assert "请联系系统管理员解锁" in answer.content.decode()
    assert "Retry-After" not in answer


def test_behind_a_proxy_a_stranger_locks_out_himself_and_not_the_owner_of_the_name(city, settings):
    settings.PROXIES = 1
    services.open_account(username="zhang", password="Qingliang-2026", act=city.act)

    def signs_in(told: str, password: str) -> bool:
        request = RequestFactory().post("/sign-in", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": told})
        return authenticate(request, username="zhang", password=password) is not None

    assert [signs_in(f"198.51.100.{n}, 203.0.113.9:50{n}1", "wrong") for n in range(8)] == [False] * 8
    assert not signs_in("203.0.113.9", "Qingliang-2026")
    assert signs_in("203.0.113.9, 203.0.113.8", "Qingliang-2026")


def test_axes_locks_out_after_eight_wrong_passwords_and_only_then(city, settings):
    services.open_account(username="zhang", password="Qingliang-2026", act=city.act)
    assert settings.AXES_FAILURE_LIMIT == 8

    def signs_in(password: str) -> bool:
        return authenticate(RequestFactory().post("/sign-in"), username="zhang", password=password) is not None

    assert signs_in("Qingliang-2026")
    assert [signs_in("wrong") for _ in range(8)] == [False] * 8
    assert not signs_in("Qingliang-2026")
