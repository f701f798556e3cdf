"""Pages of the organisation: signing in and out, choosing the post in which one acts, and the answer after too many passwords."""

from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chengzhi.kernel import doors
from chengzhi.organisation import queries

CODE = "locked_out"
POST_CHOSEN = "post"
PAGE = "organisation/sign_in.html"
LONGEST = 100


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in by user name and password and go on to the page that was asked for."""
    target = _safe(request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET":
        known = getattr(request, "actor", None)
        return HttpResponseRedirect(target) if known else render(request, PAGE, {"next": target})
    name, password = request.POST.get("username", "").strip()[:LONGEST], request.POST.get("password", "")[:LONGEST]
    account = authenticate(request, username=name, password=password) if name and password else None
    if account is not None:
        login(request, account)
        return HttpResponseRedirect(target)
    zh, en = _wrong(name, password)
    return render(request, PAGE, {"next": target, "username": name, "zh": zh, "en": en}, status=422 if not (name and password) else 401)


def _wrong(name: str, password: str) -> tuple[str, str]:
    if not name:
        return "请填写用户名。", "Give your user name."
    if not password:
        return "请填写密码。", "Give your password."
    most, minutes = settings.AXES_FAILURE_LIMIT, round(settings.AXES_COOLOFF_TIME * 60)
    return (
        f"用户名或密码不对，请核对后重试；连续错{most}次将锁定{minutes}分钟。",
        f"User name or password is wrong; check both and try again. After {most} failures you are locked out for {minutes} minutes.",
    )


def _safe(target: str) -> str:
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/") else settings.LOGIN_REDIRECT_URL


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(settings.LOGIN_URL)


@require_POST
def choose_post(request: HttpRequest) -> HttpResponse:
    """Choose the post in which a person with several acts from now on; another's post is refused."""
    given = request.POST.get("post", "")
    chosen = int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0
    queries.actor(doors.actor_of(request).id, chosen)
    request.session[POST_CHOSEN] = chosen
    return HttpResponseRedirect("/")


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer 429 with the time to wait, as problem details for programs and on the sign-in page for people."""
    cool_off = get_cool_off(request)
    seconds = int(cool_off.total_seconds()) if cool_off else 0
    zh, en = _sentences(seconds)
    shown = {"zh": zh, "en": en, "locked": True}
    answer = _problem(zh, en) if _asks_for_json(request) else render(request, PAGE, shown, status=429)
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
