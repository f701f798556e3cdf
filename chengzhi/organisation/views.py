"""The one page of the organisation itself: what somebody sees who has tried too many passwords."""

from typing import Any

from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html

CODE = "locked_out"


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer 429 with the time to wait, as problem details for programs and as a plain page for people."""
    cool_off = get_cool_off(request)
    seconds = int(cool_off.total_seconds()) if cool_off else 0
    zh, en = _sentences(seconds)
    answer = _problem(zh, en) if _asks_for_json(request) else _page(zh, en)
    if seconds:
        answer["Retry-After"] = str(seconds)
    return answer


def _sentences(seconds: int) -> tuple[str, str]:
    minutes = -(-seconds // 60)
    if minutes:
        return f"登录失败次数过多，请{minutes}分钟后再试。", f"Too many failed sign-ins; try again in {minutes} minutes."
    return "登录失败次数过多，请联系系统管理员解锁。", "Too many failed sign-ins; ask the system administrator."


def _asks_for_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "json" in request.headers.get("Accept", "")


def _problem(zh: str, en: str) -> HttpResponse:
    body = {"status": 429, "code": CODE, "title": zh, "detail": {"zh": zh, "en": en}}
    return JsonResponse(body, status=429, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


def _page(zh: str, en: str) -> HttpResponse:
    page = format_html(
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<title>{}</title></head><body><main><p>{}</p><p lang="en">{}</p></main></body></html>',
        zh,
        zh,
        en,
    )
    return HttpResponse(page, status=429)
