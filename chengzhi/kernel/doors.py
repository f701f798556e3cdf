"""What every HTTP door shares: reading a request, answering once, and translating a refusal. No decision is taken here."""

import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation

from chengzhi.kernel import once
from chengzhi.kernel.access import Act, Actor, act_now
from chengzhi.kernel.problems import Invalid, NotSignedIn, Problem, TooLarge

PROBLEM_TYPE = "application/problem+json"
LARGEST_JSON = 1024 * 1024
_WITH_PORT = re.compile(r"\[(?P<six>[0-9A-Fa-f:.]+)\](?::\d+)?|(?P<four>[0-9.]+):\d+")
_VERSION = re.compile(r'^(?:W/)?"?(\d{1,9})"?$')


def recognise(request: HttpRequest, actor: Actor) -> None:
    """Keep who is asking and his act of this moment for the doors of this request."""
    vars(request).update(actor=actor, act=act_now(actor))


def address_of(request: HttpRequest) -> str:
    """Return who calls: the peer, or what our own proxies have written about him; what a caller himself writes there does not count."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    trusted = settings.PROXIES
    return (_address(told[-trusted]) if 0 < trusted <= len(told) else "") or peer


def _address(text: str) -> str:
    """Return an address without the port that some proxies write behind it; nothing for what is none."""
    hit = _WITH_PORT.fullmatch(text)
    try:
        return str(ipaddress.ip_address((hit["six"] or hit["four"]) if hit else text))
    except ValueError:
        return ""


def actor_of(request: HttpRequest) -> Actor:
    """Return who is asking; NotSignedIn when nobody has been recognised."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        raise NotSignedIn("请先登录，或在 Authorization 中提供有效的令牌。", "Sign in first, or send a valid token in Authorization.")
    return actor


def act_of(request: HttpRequest, *, door: str = "api") -> Act:
    """Return the act of this request: its actor, now, and the version in If-Match."""
    return act_now(actor_of(request), door=door, expects=version_in(request.headers.get("If-Match", "")))


def version_in(header: str) -> int | None:
    """Return the version named by an If-Match header, None when there is none; Invalid when it cannot be read."""
    if not header:
        return None
    found = _VERSION.match(header.strip())
    if found is None:
        raise Invalid(
            f"If-Match“{header[:40]}”不是版本号，例如 If-Match: 3。",
            f"If-Match “{header[:40]}” is no version; example: If-Match: 3.",
            code="bad_version",
        )
    return int(found.group(1))


def json_of(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object in the body; an empty body is an empty object."""
    try:
        size = len(request.body)
    except RequestDataTooBig:
        size = LARGEST_JSON + 1
    if size > LARGEST_JSON:
        raise TooLarge("内容超过 1 MB，请先上传附件。", "The body is larger than 1 MB; upload files first.", code="body_too_large")
    if not request.body:
        return {}
    try:
        value = json.loads(request.body)
        text_is_clean(value)
    except (ValueError, RecursionError) as problem:
        raise Invalid(f"内容不是有效的 JSON：{problem}。", f"The body is not valid JSON: {problem}.", code="bad_json") from None
    if not isinstance(value, dict):
        raise Invalid("内容须为一个 JSON 对象 {…}。", "The body must be one JSON object {…}.", code="bad_json")
    return value


def text_is_clean(value: Any) -> None:
    """Raise ValueError when a text holds a NUL or a lone surrogate, which no database stores."""
    if isinstance(value, str):
        value.encode()
        if "\x00" in value:
            raise ValueError("a text holds the character NUL")
    elif isinstance(value, dict):
        for key, item in value.items():
            text_is_clean(key)
            text_is_clean(item)
    elif isinstance(value, list):
        for item in value:
            text_is_clean(item)


def answer_once(request: HttpRequest, work: Callable[[], tuple[int, dict[str, Any]]]) -> HttpResponse:
    """Do the work once per Idempotency-Key of the caller and answer; a repetition gets the stored answer and says so."""
    given = once.answer(
        caller=actor_of(request).id,
        key=request.headers.get("Idempotency-Key", ""),
        digest=once.digest_of(request.method or "", request.path, request.body),
        work=work,
    )
    response = answered(given.body, given.status)
    if given.repeated:
        response["Idempotency-Replayed"] = "true"
    return response


def answered(body: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return a JSON answer; a body with a version has it as its ETag."""
    response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json", status=status)
    if "version" in body:
        response["ETag"] = f'"{body["version"]}"'
    return response


def refused(problem: Problem) -> JsonResponse:
    """Return a refusal as problem details (RFC 9457) in both languages, the reader's first."""
    chinese = (translation.get_language() or "zh").startswith("zh")
    body = {
        "type": f"about:blank#{problem.code}",
        "title": problem.zh if chinese else problem.en,
        "status": problem.status,
        "code": problem.code,
        "detail": {"zh": problem.zh, "en": problem.en},
        "errors": [{"code": f.code, "field": f.field, "zh": f.zh, "en": f.en, "source": f.source} for f in problem.faults],
        **problem.extra,
    }
    response = JsonResponse(body, status=problem.status, json_dumps_params={"ensure_ascii": False}, content_type=PROBLEM_TYPE)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
