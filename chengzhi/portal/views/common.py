"""What the citizens' pages share: who calls, and refusals in their own frame."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from chengzhi.kernel import doors
from chengzhi.kernel.problems import Problem
from chengzhi.portal.services import Caller

LARGE = "large"
View = Callable[..., HttpResponseBase]


def caller_of(request: HttpRequest) -> Caller:
    """Return who calls, as the peer or our own proxies tell."""
    return Caller(doors.address_of(request))


def shown(request: HttpRequest, template: str, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Return a page of the citizens; it is kept by no cache and followed by no search engine."""
    frame = {"hotline": settings.HOTLINE, "large": request.COOKIES.get(LARGE) == "1"}
    answer = render(request, f"portal/{template}", {**frame, **values}, status=status)
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def public(view: View) -> View:
    """Mark a page of the citizens: whatever is refused is told in its own frame."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            return refused(request, problem)

    return run


def refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the page of a refusal, with the numbers to call where there are any."""
    values = {"problem": problem, "numbers": problem.extra.get("numbers", ()), "place": ""}
    return shown(request, "refused.html", values, status=problem.status)
