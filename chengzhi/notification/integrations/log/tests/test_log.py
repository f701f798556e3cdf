"""The log sink."""

import logging

import pytest

from chengzhi.notification.integrations import REGISTRY
from chengzhi.notification.integrations.base import SENT, Letter
from chengzhi.notification.tests.standins import HOSTILE


def test_one_message_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="chengzhi.notification"):
        assert REGISTRY["log"].send(Letter(7, "", "", HOSTILE, "/incidents/1")).result == SENT
    assert len(caplog.messages) == 1
    assert "\n" not in caplog.messages[0]


def test_every_integration_says_what_it_is() -> None:
    assert list(REGISTRY) == ["sms", "wecom_app", "wecom_robot", "dingtalk", "mail", "log"]
    assert all(made.zh and made.en and made.code == code for code, made in REGISTRY.items())
    assert [code for code, made in REGISTRY.items() if made.to_group] == ["wecom_robot", "dingtalk"]
