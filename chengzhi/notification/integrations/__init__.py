"""The registry of integrations: every way to reach people outside the platform, by its code."""

from chengzhi.notification.integrations.base import Integration
from chengzhi.notification.integrations.dingtalk.adapter import DingTalkRobot
from chengzhi.notification.integrations.log.adapter import LogSink
from chengzhi.notification.integrations.mail.adapter import Mail
from chengzhi.notification.integrations.sms.adapter import Sms
from chengzhi.notification.integrations.wecom_app.adapter import WeComApp
from chengzhi.notification.integrations.wecom_robot.adapter import WeComRobot

REGISTRY: dict[str, Integration] = {made.code: made for made in (Sms(), WeComApp(), WeComRobot(), DingTalkRobot(), Mail(), LogSink())}
