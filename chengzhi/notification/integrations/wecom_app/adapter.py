"""Messages of a WeCom application to one person (企业微信应用消息): text cards, with the provider's check for repetitions switched on.

https://developer.work.weixin.qq.com/document/path/90236:
GET /cgi-bin/gettoken gives a token for two hours, POST /cgi-bin/message/send takes the
card; with `enable_duplicate_check` the same request is not delivered twice within `duplicate_check_interval` (at most four hours).
`errcode` 40014, 42001 and 42007 are worn-out tokens, 81013 and 60111 people that there are not, 45009 too many.
"""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from chengzhi.notification.integrations import http
from chengzhi.notification.integrations.base import AGAIN, REFUSED, UNSURE, Integration, Letter, Outcome, configured
from chengzhi.notification.integrations.wecom_app import template

WORN_OUT = frozenset({40001, 40014, 42001, 42007})
BUSY = frozenset({-1, 45009, 45033})
MINUTE, EARLY = 60, 300


class WeComApp(Integration):
    """Speak to one person by the application that the city has registered with WeCom."""

    code, zh, en = "wecom_app", "企业微信", "WeCom"
    address_zh, address_en = "企业微信账号", "WeCom user id"

    def __init__(self) -> None:
        self._token: tuple[str, float] = ("", 0.0)
        self._lock = threading.Lock()

    def missing(self, entry: str) -> str:
        """Name the first variable that is empty."""
        given = configured()["wecom"]
        names = {"corp": "CHENGZHI_WECOM_CORP", "agent": "CHENGZHI_WECOM_AGENT", "secret": "CHENGZHI_WECOM_SECRET"}
        return next((name for key, name in names.items() if not given[key]), "")

    def repeats_safely(self, settings: Mapping[str, Any]) -> bool:
        """Tell that WeCom recognises a repeated request."""
        return True

    def send(self, letter: Letter) -> Outcome:
        """Post one card; a token that is worn out is fetched anew, once."""
        outcome, code = self._try(letter)
        if code in WORN_OUT:
            with self._lock:
                self._token = ("", 0.0)
            outcome, code = self._try(letter)
        return outcome

    def _try(self, letter: Letter) -> tuple[Outcome, Any]:
        token, fault = self._get_token()
        if fault is not None:
            return fault, None
        given = configured()["wecom"]
        content = json.dumps(template.message(letter, agent=given["agent"]), ensure_ascii=False).encode()
        answer = http.post(f"{given['url']}/cgi-bin/message/send?{urlencode({'access_token': token})}", content, {})
        body = answer.body or {}
        code = body.get("errcode")
        if code == 0 and body.get("invaliduser"):
            return Outcome(REFUSED, answer.words[:300]), code
        return http.judged(answer, good=code == 0, again=code in BUSY or code in WORN_OUT, wait=MINUTE), code

    def _get_token(self) -> tuple[str, Outcome | None]:
        with self._lock:
            token, until = self._token
            if token and time.monotonic() < until:
                return token, None
            given = configured()["wecom"]
            query = urlencode({"corpid": given["corp"], "corpsecret": given["secret"]})
            answer = http.get(f"{given['url']}/cgi-bin/gettoken?{query}")
            body = answer.body or {}
            fetched = body.get("access_token")
            if body.get("errcode") != 0 or not isinstance(fetched, str) or not fetched:
                judged = http.judged(answer, good=False, again=body.get("errcode") in BUSY, wait=MINUTE)
                # Nothing has been sent by then: whatever is not plainly refused is tried again.
                return "", replace(judged, result=AGAIN) if judged.result == UNSURE else judged
            lasts = body.get("expires_in")
            self._token = (fetched, time.monotonic() + max(60, (lasts if isinstance(lasts, int) else 7200) - EARLY))
            return fetched, None
