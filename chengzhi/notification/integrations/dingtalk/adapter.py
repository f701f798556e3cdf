"""DingTalk group robots (钉钉自定义机器人): Markdown by webhook, signed with HMAC-SHA256 over timestamp and secret.

https://open.dingtalk.com/document/robots/custom-robot-access:
sign = Base64(HmacSHA256(secret, timestamp + "\\n" + secret)), in the address;
at most 20 messages a minute; `errcode` 0 is taken, 310000 is a wrong signature or keyword, 130101 too many.
"""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from chengzhi.notification.integrations import http
from chengzhi.notification.integrations.base import Integration, Letter, Outcome, configured, entries
from chengzhi.notification.integrations.dingtalk import template

BUSY = frozenset({-1, 130101, 410100})
MINUTE = 60


def sign(secret: str, timestamp: str) -> str:
    """Return the signature of a moment in milliseconds."""
    return base64.b64encode(hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)).decode()


class DingTalkRobot(Integration):
    """Speak to the group of a unit; the provider does not recognise a message that it was sent before."""

    code, zh, en, to_group, per_minute = "dingtalk", "钉钉群机器人", "DingTalk group robot", True, 20

    def missing(self, entry: str) -> str:
        """Name the variable that lacks this robot."""
        return "" if ":" in entries(configured()["dingtalk_robots"]).get(entry, "") else "CHENGZHI_DINGTALK_ROBOTS"

    def send(self, letter: Letter) -> Outcome:
        """Post one Markdown message."""
        token, _, secret = entries(configured()["dingtalk_robots"])[letter.address].partition(":")
        timestamp = str(round(time.time() * 1000))
        query = urlencode({"access_token": token, "timestamp": timestamp, "sign": sign(secret, timestamp)})
        content = json.dumps(template.message(letter), ensure_ascii=False).encode()
        answer = http.post(f"{configured()['dingtalk_url']}/robot/send?{query}", content, {})
        code = (answer.body or {}).get("errcode")
        return http.judged(answer, good=code == 0, again=code in BUSY, wait=MINUTE)
