"""WeCom group robots (企业微信群机器人): Markdown by webhook.

https://developer.work.weixin.qq.com/document/path/91770:
POST /cgi-bin/webhook/send?key=…; Markdown of at most 4096 bytes; at most 20 messages
a minute; `errcode` 0 is taken, 45009 is too many, 93000 a wrong key.
"""

import json
from urllib.parse import urlencode

from chengzhi.notification.integrations import http
from chengzhi.notification.integrations.base import Integration, Letter, Outcome, configured, entries
from chengzhi.notification.integrations.wecom_robot import template

BUSY = frozenset({-1, 45009, 45033})
MINUTE = 60


class WeComRobot(Integration):
    """Speak to the group of a unit; the provider does not recognise a message that it was sent before."""

    code, zh, en, to_group, per_minute = "wecom_robot", "企业微信群机器人", "WeCom group robot", True, 20

    def missing(self, entry: str) -> str:
        """Name the variable that lacks this robot."""
        return "" if entries(configured()["wecom_robots"]).get(entry) else "CHENGZHI_WECOM_ROBOTS"

    def send(self, letter: Letter) -> Outcome:
        """Post one Markdown message."""
        key = entries(configured()["wecom_robots"])[letter.address]
        content = json.dumps(template.message(letter), ensure_ascii=False).encode()
        url = f"{configured()['wecom']['url']}/cgi-bin/webhook/send?{urlencode({'key': key})}"
        answer = http.post(url, content, {})
        code = (answer.body or {}).get("errcode")
        return http.judged(answer, good=code == 0, again=code in BUSY, wait=MINUTE)
