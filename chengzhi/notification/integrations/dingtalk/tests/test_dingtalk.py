"""DingTalk robots, against a stand-in."""

import pytest

from chengzhi.notification.integrations.base import AGAIN, REFUSED, SENT, UNSURE, Letter
from chengzhi.notification.integrations.dingtalk.adapter import DingTalkRobot, sign
from chengzhi.notification.tests.standins import HOSTILE, provider

LETTER = Letter(7, "road", "紧急任务", "紧急任务待签收：1123-0017 暴露垃圾", "https://city.example/incidents/1")


@pytest.fixture
def robots(settings):
    def point(url: str, seconds: float = 5) -> None:
        given = {"dingtalk_url": url, "dingtalk_robots": "road=TOKEN:SECabc, clean=T2:S2", "seconds": seconds}
        settings.NOTIFICATION = {**settings.NOTIFICATION, **given}

    return point


def test_the_signature_is_that_of_the_documentation() -> None:
    # HMAC-SHA256 of "timestamp\nsecret" under the secret, in Base64; computed apart by `openssl dgst -sha256 -hmac`.
    assert sign("this is secret", "1700000000000") == "sSFWELbV2YwjdDQhWZwTcWlX5BWUx5J6TPpsZmuPii0="


def test_a_message_is_posted_signed_as_markdown_with_its_link(robots) -> None:
    with provider() as stand_in:
        robots(stand_in.url)
        assert DingTalkRobot().send(LETTER).result == SENT
    got = stand_in.got[0]
    assert (got.path, got.query["access_token"]) == ("/robot/send", "TOKEN")
    assert got.query["sign"] == sign("SECabc", got.query["timestamp"])
    assert got.body == {
        "msgtype": "markdown",
        "markdown": {
            "title": "紧急任务",
            "text": "**紧急任务**\n\n紧急任务待签收：1123-0017 暴露垃圾\n\n[打开办理](https://city.example/incidents/1)",
        },
        "at": {"isAtAll": False},
    }


@pytest.mark.parametrize(
    ("situation", "status", "body", "result"),
    [
        ("taken", 200, {"errcode": 0, "errmsg": "ok"}, SENT),
        ("wrong signature", 200, {"errcode": 310000, "errmsg": "sign not match"}, REFUSED),
        ("too many", 200, {"errcode": 130101, "errmsg": "send too fast"}, AGAIN),
        ("busy", 200, {"errcode": -1}, AGAIN),
        ("server fault", 500, b"oops", UNSURE),
        ("gateway away", 502, b"", AGAIN),
        ("no JSON", 200, b"<html>", UNSURE),
        ("a list", 200, [1], UNSURE),
        ("no errcode", 200, {}, REFUSED),
        ("elsewhere", 302, b"", REFUSED),
    ],
)
def test_what_an_answer_means(robots, situation: str, status: int, body: object, result: str) -> None:
    with provider() as stand_in:
        robots(stand_in.url)
        stand_in.always(status, body)
        assert DingTalkRobot().send(LETTER).result == result, situation
    assert len(stand_in.got) == 1


def test_nobody_knows_what_a_provider_that_does_not_answer_has_done(robots) -> None:
    with provider() as stand_in:
        robots(stand_in.url, seconds=0.2)
        stand_in.always(200, {"errcode": 0}, seconds=0.6)
        assert DingTalkRobot().send(LETTER).result == UNSURE


def test_a_provider_that_is_not_there_has_taken_nothing(robots) -> None:
    robots("http://127.0.0.1:9")
    assert DingTalkRobot().send(LETTER).result == AGAIN


def test_nothing_that_was_typed_acts(robots) -> None:
    with provider() as stand_in:
        robots(stand_in.url)
        DingTalkRobot().send(Letter(7, "road", HOSTILE, HOSTILE, ""))
    text = stand_in.got[0].body["markdown"]["text"]
    inside = text.removeprefix("**").replace("**\n\n", "", 1)
    assert not set("[]()<>@`#*\r\n\u202e\u200b") & set(inside), inside
    assert "点这里" in inside


@pytest.mark.parametrize(("entry", "missing"), [("road", ""), ("green", "CHENGZHI_DINGTALK_ROBOTS"), ("", "CHENGZHI_DINGTALK_ROBOTS")])
def test_a_robot_without_its_secret_is_named(robots, entry: str, missing: str) -> None:
    robots("http://127.0.0.1:9")
    assert DingTalkRobot().missing(entry) == missing
