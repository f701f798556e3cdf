"""The words of a text message and the shape of the request; both are plain data with `{words}` to be filled in."""

import json
import re
from typing import Any

from chengzhi.kernel.problems import Invalid
from chengzhi.notification.integrations.base import Letter, plain

LONGEST = 350
BODY = {"id": "{id}", "key": "{key}", "phone": "{phone}", "content": "{text}", "timestamp": "{timestamp}", "sign": "{sign}"}
DEFAULTS: dict[str, Any] = {
    "body": BODY,
    "headers": {},
    "sign_over": "{timestamp}\n{id}\n{phone}\n{text}",
    "digest": "sha256",
    "encoding": "hex",
    "field": "code",
    "good": [0, "0", "OK"],
    "busy": [429, "429"],
}
KNOWN = {"digest": ("sha256", "sha1", "md5"), "encoding": ("hex", "base64")}
KINDS = {"body": dict, "headers": dict, "sign_over": str, "digest": str, "encoding": str, "field": str, "good": list, "busy": list}
_HEADER = re.compile(r"(?i)(?!(?:host|connection|content-length|transfer-encoding)$)[a-z0-9-]{1,60}")
_WORD = re.compile(r"\{(id|key|phone|text|timestamp|sign)\}")


def words(letter: Letter, *, key: str, timestamp: str) -> dict[str, str]:
    """Return the words that a request may name."""
    text = plain(letter.text)[:LONGEST]
    said = f"{text} {letter.link}".strip()
    return {"id": str(letter.id), "key": key, "phone": letter.address, "text": said, "timestamp": timestamp, "sign": ""}


def fill(text: str, known: dict[str, str]) -> str:
    """Return a text with its words filled in, in one pass: what is filled in is not looked at again."""
    return _WORD.sub(lambda hit: known[hit[1]], text)


def filled(shape: Any, known: dict[str, str]) -> Any:
    """Return a JSON value whose texts are filled in."""
    if isinstance(shape, dict):
        return {name: filled(value, known) for name, value in shape.items()}
    if isinstance(shape, list):
        return [filled(value, known) for value in shape]
    return fill(shape, known) if isinstance(shape, str) else shape


def found(body: dict[str, Any] | None, path: str) -> Any:
    """Return what stands at a path of names such as `result.code`, nothing when it is not there or is no plain value."""
    value: Any = body
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def shape_in(text: str) -> dict[str, Any]:
    """Return the settings of a gateway written as JSON. Raises Invalid, which names the field, its value and the fix."""
    try:
        given = json.loads(text or "{}")
    except (ValueError, RecursionError) as fault:
        raise Invalid(f"网关设置不是有效的 JSON：{fault}。", f"The gateway's settings are not valid JSON: {fault}.") from None
    if not isinstance(given, dict):
        raise Invalid("网关设置须为一个 JSON 对象 {…}。", "The gateway's settings must be one JSON object {…}.")
    for name, value in given.items():
        _check(name, value)
    return given


def _check(name: str, value: Any) -> None:
    shown = json.dumps(value, ensure_ascii=False)[:60]
    if name not in KINDS or not isinstance(value, KINDS[name]):
        names = "、".join(KINDS)
        raise Invalid(
            f"网关设置 {name} 的值 {shown} 不可用：可用字段为 {names}，例如 {json.dumps(DEFAULTS.get(name, ''), ensure_ascii=False)}。",
            f"The gateway's setting {name} cannot be {shown}: the fields are {names}.",
        )
    if name in KNOWN and value not in KNOWN[name]:
        raise Invalid(
            f"网关设置 {name} 的值 {shown} 不可用：请用 {'、'.join(KNOWN[name])}。", f"{name} cannot be {shown}: use one of {KNOWN[name]}."
        )
    texts = value.values() if name == "headers" else ()
    if any(not isinstance(each, str) or not each.isascii() or not each.isprintable() or "{text}" in each for each in texts):
        raise Invalid(
            f"网关设置 headers 的值须为一行不含 {{text}} 的 ASCII 文字，收到 {shown}。",
            f"The values of headers must be one line of ASCII text without {{text}}, but are {shown}.",
        )
    if name == "headers" and not all(_HEADER.fullmatch(each) for each in value):
        raise Invalid(
            f"网关设置 headers 的名称 {shown} 不可用：只用字母、数字和 -，Host、Content-Length 等由平台填写。",
            f"The names of headers in {shown} are not usable: letters, digits, “-”; Host, Content-Length and the like are the platform's.",
        )
