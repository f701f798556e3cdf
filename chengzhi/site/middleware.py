"""Middleware: security headers, language of the page, translation of refusals and faults."""

import logging
import secrets
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.utils import translation

from chengzhi.kernel import doors
from chengzhi.kernel.access import Actor
from chengzhi.kernel.problems import NotAllowed, NotSignedIn, Problem, TooLarge
from chengzhi.organisation import queries as organisation
from chengzhi.site.refusals import of_citizens, refusal, wants_json, wrong_method

logger = logging.getLogger("chengzhi")
LARGEST_BODY = 96 * 1024 * 1024  # nine pictures of a crew, the most that any form takes
Answer = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-hashes'; script-src 'self'; worker-src 'self' blob:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)


def security_headers(answer: Answer) -> Answer:
    """Add the content policy: no inline script, nothing from elsewhere."""

    def run(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self)")
        return response

    return run


def language(answer: Answer) -> Answer:
    """Speak Chinese unless the person chose English (cookie) or, on the API, asks for it first in Accept-Language."""

    def run(request: HttpRequest) -> HttpResponse:
        wish = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if not wish and request.path.startswith("/api/"):
            wish = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else ""
        chosen = "en" if wish == "en" else "zh-hans"
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = answer(request)
        response.headers.setdefault("Content-Language", chosen)
        return response

    return run


def person(answer: Answer) -> Answer:
    """Recognise who is signed in, in the post that he has chosen, for pages; the API recognises its callers itself."""

    def run(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(("/api/", "/static/", "/healthz", "/readyz")) and request.user.is_authenticated:
            request.actor = _signed_in(request)  # type: ignore[attr-defined]  # read by kernel.doors
        return answer(request)

    return run


def _signed_in(request: HttpRequest) -> Actor | None:
    account = int(request.user.pk or 0)
    try:
        return organisation.actor(account, request.session.get("post"))
    except NotAllowed:
        request.session.pop("post", None)  # the post has ended: he goes on in the one that is left
        return organisation.actor(account)
    except NotSignedIn:
        return None


class ProblemsAndFaults:
    """Turns a `Problem` into its answer, and anything unforeseen into one with an id that is also in the log."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what is not larger than any form, and tell who opens the address of a form; the rest is done in `process_exception`."""
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if length.isascii() and length.isdigit() and int(length[:20]) > LARGEST_BODY:  # refused before a byte of it is kept
            return refusal(request, _too_large())
        response = self.answer(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content and not request.path.startswith("/api/"):
            told = refusal(request, wrong_method())
            told["Allow"] = response["Allow"]
            return told
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer for an exception of a view."""
        if isinstance(problem, Problem):
            return _to_sign_in(request) if isinstance(problem, NotSignedIn) and not wants_json(request) else refusal(request, problem)
        if isinstance(problem, Http404):  # of a library's own page: no fault, it is answered as any address that leads nowhere
            return None
        return fault_answer(request, problem)


def _too_large() -> TooLarge:
    most = LARGEST_BODY // (1024 * 1024)
    return TooLarge(
        f"提交的内容超过{most} MB，请减少或缩小文件后再提交。",
        f"What was sent is larger than {most} MB; send fewer or smaller files.",
        code="body_size",
    )


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    swapped = bool(request.headers.get("HX-Request"))
    asked = request.headers.get("HX-Current-URL", "/") if swapped else request.get_full_path()
    path = f"/{asked.partition('://')[2].partition('/')[2]}" if "://" in asked else asked
    response = HttpResponse(status=401 if swapped else 302)
    response["HX-Redirect" if swapped else "Location"] = f"{settings.LOGIN_URL}?{urlencode({'next': path})}"
    return response


def fault_answer(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Log a fault under an id and show the id to the person."""
    code = secrets.token_hex(4).upper()
    logger.error("Fault %s at %s %s", code, request.method, request.path, exc_info=problem)
    zh, en = (
        f"未保存，已保留您填写的内容。请重试；如再次出现，请报告代码 {code}。",
        f"Not saved; what you typed is kept. Try again; if it happens again, report code {code}.",
    )
    if wants_json(request):
        body = {"status": 500, "code": "fault", "title": zh, "detail": {"zh": zh, "en": en}, "fault": code, "errors": []}
        return JsonResponse(body, status=500, content_type=doors.PROBLEM_TYPE)
    return render(request, "site/fault.html", {"code": code, "zh": zh, "en": en, "citizens": of_citizens(request)}, status=500)


problems_and_faults = ProblemsAndFaults
