"""Small pages of the roof: language, appearance, and what is shown when an address or a form is not known."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from chengzhi.kernel import doors
from chengzhi.kernel.problems import NotAllowed, NotFound
from chengzhi.site.refusals import refusal

YEAR = 365 * 24 * 3600
LANGUAGES = {"zh-hans", "en"}
APPEARANCES = {"light", "dark", "auto"}
APPEARANCE = "appearance"
TEXT, TEXTS = "text", {"usual", "large"}
DENSITY, DENSITIES = "density", {"usual", "compact"}


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language of the pages in a cookie and go back."""
    wanted = request.POST.get("to", "")
    return _kept(request, settings.LANGUAGE_COOKIE_NAME, wanted if wanted in LANGUAGES else "zh-hans")


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or the device's own appearance in a cookie and go back."""
    wanted = request.POST.get("to", "")
    return _kept(request, APPEARANCE, wanted if wanted in APPEARANCES else "auto")


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Keep the size of the text in a cookie and go back."""
    wanted = request.POST.get("to", "")
    return _kept(request, TEXT, wanted if wanted in TEXTS else "usual")


@require_POST
def density(request: HttpRequest) -> HttpResponse:
    """Keep how close the rows of lists stand in a cookie and go back."""
    wanted = request.POST.get("to", "")
    return _kept(request, DENSITY, wanted if wanted in DENSITIES else "usual")


@require_GET
def my_settings(request: HttpRequest) -> HttpResponse:
    """Show the settings of the person at this device."""
    doors.actor_of(request)
    return render(request, "site/my_settings.html", {"place": "settings"})


def _kept(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    answer = HttpResponseRedirect(back if safe else "/")
    answer.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=settings.CSRF_COOKIE_SECURE)
    return answer


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Lead an address with a needless last slash to the one that was meant; say of any other that there is no such page."""
    meant = request.path_info.rstrip("/")
    if request.method in {"GET", "HEAD"} and meant != request.path_info and is_valid_path(meant):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(escape_leading_slashes(meant) + (f"?{query}" if query else ""))
    missing = NotFound(f"没有页面“{request.path[:80]}”，请检查地址。", f"There is no page “{request.path[:80]}”; check the address.")
    return refusal(request, missing)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or of another session."""
    return refusal(
        request,
        NotAllowed(
            "页面停留太久或登录已更换，请返回上一页刷新后再提交。",
            "This form is too old or of another session; go back, reload and send it again.",
            code="form_too_old",
        ),
    )
