"""WeCom group robots, against a stand-in."""

import pytest

from chengzhi.notification.integrations.base import AGAIN, REFUSED, SENT, UNSURE, Letter
from chengzhi.notification.integrations.wecom_robot.adapter import WeComRobot
from chengzhi.notification.tests.standins import HOSTILE, provider

LETTER = Letter(7, "road", "Overdue", "Overdue: 1123-0017 Garbage", "https://city.example/incidents/1", english=True)


@pytest.fixture
def robots(settings):
    def point(url: str) -> None:
        given = {"wecom": {**settings.NOTIFICATION["wecom"], "url": url}, "wecom_robots": "road=KEY-1", "seconds": 0.3}
        settings.NOTIFICATION = {**settings.NOTIFICATION, **given}

    return point


def test_a_message_is_posted_as_markdown_with_its_link(robots) -> None:
    with provider() as stand_in:
        robots(stand_in.url)
        assert WeComRobot().send(LETTER).result == SENT
    got = stand_in.got[0]
    assert (got.path, got.query) == ("/cgi-bin/webhook/send", {"key": "KEY-1"})
    content = "**Overdue**\n>Overdue: 1123-0017 Garbage\n[Open](https://city.example/incidents/1)"
    assert got.body == {"msgtype": "markdown", "markdown": {"content": content}}


@pytest.mark.parametrize(
    ("situation", "status", "body", "seconds", "result"),
    [
        ("too many", 200, {"errcode": 45009}, 0, AGAIN),
        ("wrong key", 200, {"errcode": 93000, "errmsg": "invalid webhook url"}, 0, REFUSED),
        ("server fault", 500, b"", 0, UNSURE),
        ("malformed", 200, b"\xff{", 0, UNSURE),
        ("slow", 200, {"errcode": 0}, 0.7, UNSURE),
    ],
)
def test_what_an_answer_means(robots, situation: str, status: int, body: object, seconds: float, result: str) -> None:
    with provider() as stand_in:
        robots(stand_in.url)
        stand_in.always(status, body, seconds)
        assert WeComRobot().send(LETTER).result == result, situation


def test_nothing_that_was_typed_acts(robots) -> None:
    with provider() as stand_in:
        robots(stand_in.url)
        WeComRobot().send(Letter(7, "road", "催办", HOSTILE, ""))
    inside = stand_in.got[0].body["markdown"]["content"].removeprefix("**催办**\n>")
    assert not set("[]()<>@`#*\r\n") & set(inside), inside
