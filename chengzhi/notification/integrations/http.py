"""Posting JSON to a provider: one connection per thread and host, a hard limit of time and size, no redirects, no surprises."""

import http.client
import json
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chengzhi.notification.integrations.base import AGAIN, LONGEST_ANSWER, REFUSED, SENT, UNSURE, Outcome, configured

LARGEST_ANSWER = 64 * 1024
BUSY = frozenset({429, 502, 503, 504})
_kept = threading.local()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status and the JSON object in the body, or why nothing did (`result`, `words`)."""

    status: int = 0
    body: dict[str, Any] | None = None
    result: str = ""
    words: str = ""


def post(url: str, content: bytes, headers: dict[str, str]) -> Answer:
    """Post JSON and return the answer; a fault before anything was sent is `again`, one after it `unsure`."""
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.netloc)
    try:
        if connection.sock is None:
            connection.connect()
    except (OSError, http.client.HTTPException) as fault:
        return Answer(result=AGAIN, words=_named(fault))
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target or "/", content, {"Content-Type": "application/json; charset=utf-8", **headers})
        return _read(connection)
    except (OSError, http.client.HTTPException) as fault:
        connection.close()
        return Answer(result=UNSURE, words=_named(fault))


def get(url: str) -> Answer:
    """Fetch a JSON object; whatever goes wrong is worth another try, because nothing was sent."""
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.netloc)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        return _read(connection)
    except (OSError, http.client.HTTPException) as fault:
        connection.close()
        return Answer(result=AGAIN, words=_named(fault))


def _connection(scheme: str, host: str) -> http.client.HTTPConnection:
    """Return this thread's connection to a host; one that lay idle is made anew, because the other side may have closed it."""
    known: dict[str, tuple[http.client.HTTPConnection, float]] = _kept.__dict__.setdefault("connections", {})
    key, now = f"{scheme}://{host}", time.monotonic()
    held = known.get(key)
    if held is None or now - held[1] > 2 or held[0].timeout != configured()["seconds"]:
        if held is not None:
            held[0].close()
        made: http.client.HTTPConnection = (
            http.client.HTTPSConnection(host, timeout=configured()["seconds"], context=ssl.create_default_context())
            if scheme == "https"
            else http.client.HTTPConnection(host, timeout=configured()["seconds"])
        )
        held = (made, now)
    known[key] = (held[0], now)
    return held[0]


def _read(connection: http.client.HTTPConnection) -> Answer:
    until = time.monotonic() + float(configured()["seconds"])
    response = connection.getresponse()
    content = b""
    while len(content) <= LARGEST_ANSWER and (piece := response.read1(8192)):
        content += piece
        if time.monotonic() > until:  # a provider that answers byte by byte holds up nobody
            connection.close()
            raise TimeoutError("the answer took too long")
    whole = response.length == 0 and not response.will_close
    response.close()
    if not whole:  # the rest would be taken for the next answer
        connection.close()
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    return Answer(response.status, body if isinstance(body, dict) else None, words=content[:200].decode(errors="replace"))


def judged(answer: Answer, *, good: bool, again: bool = False, wait: int = 0) -> Outcome:
    """Return what an answer means: a fault of the network or server first, then what the provider says of the letter."""
    words = f"{answer.status or ''} {answer.words}".strip()[:LONGEST_ANSWER]
    if answer.result:
        return Outcome(answer.result, words)
    if answer.status in BUSY:
        return Outcome(AGAIN, words, wait)
    if answer.status >= 500 or (answer.status == 200 and answer.body is None):
        return Outcome(UNSURE, words)
    if answer.status >= 300:
        return Outcome(REFUSED, words)
    return Outcome(SENT if good else AGAIN if again else REFUSED, words, wait)


def _named(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"[:LONGEST_ANSWER]
