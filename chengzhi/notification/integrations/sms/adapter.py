"""Text messages by the city's gateway (短信网关): a signed JSON request whose shape is data, so that most gateways fit without code.

The settings of the channel are explained in docs/operate/notification.md:
`body`, `headers`, `sign_over`, `digest`, `encoding`, `good`, `busy`.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from chengzhi.notification.integrations import http
from chengzhi.notification.integrations.base import Integration, Letter, Outcome, configured
from chengzhi.notification.integrations.sms import template

DIGESTS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1, "md5": hashlib.md5}
MINUTE = 60


class Sms(Integration):
    """Send a text message to a phone number."""

    code, zh, en = "sms", "短信", "SMS"
    address_zh, address_en = "手机号", "phone number"

    def missing(self, entry: str) -> str:
        """Name the variable that is empty."""
        return "" if configured()["sms"]["url"] else "CHENGZHI_SMS_URL"

    def repeats_safely(self, settings: Mapping[str, Any]) -> bool:
        """Tell whether the gateway is given the id of the message, by which it recognises a repetition."""
        return "{id}" in json.dumps([settings.get("body", template.BODY), settings.get("headers", {})])

    def send(self, letter: Letter) -> Outcome:
        """Post one message, signed."""
        given, shape = configured()["sms"], {**template.DEFAULTS, **letter.settings}
        words = template.words(letter, key=given["key"], timestamp=str(int(time.time())))
        words["sign"] = signature(template.fill(shape["sign_over"], words), given["secret"], shape["digest"], shape["encoding"])
        content = json.dumps(template.filled(shape["body"], words), ensure_ascii=False).encode()
        headers = {name: template.fill(value, words) for name, value in shape["headers"].items()}
        answer = http.post(given["url"], content, headers)
        said = template.found(answer.body, shape["field"])
        return http.judged(answer, good=said in shape["good"], again=said in shape["busy"], wait=MINUTE)


def signature(text: str, secret: str, digest: str, encoding: str) -> str:
    """Return the HMAC of a text in hexadecimal or Base64."""
    made = hmac.new(secret.encode(), text.encode(), DIGESTS[digest]).digest()
    return base64.b64encode(made).decode() if encoding == "base64" else made.hex()
