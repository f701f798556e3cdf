"""Following by code: look it up, see how far it is, rate, ask again, take the number back, put it into a calendar."""

import functools
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengzhi.kernel.problems import Problem
from chengzhi.portal import calendar_file, queries, services
from chengzhi.portal.views.common import View, caller_of, public, shown

STAGES = (("已收到", "Received"), ("已派单", "Passed on"), ("处理中", "Under way"), ("已办结", "Done"))
DAY = 86_400


@require_GET
@public
def lookup(request: HttpRequest) -> HttpResponse:
    """Show the field for a code, and open the page of the one that was given."""
    text = request.GET.get("code", "")[:40]
    if not text.strip():
        return shown(request, "lookup.html", {"place": "follow"})
    try:
        row = services.open_code(text, caller_of(request))
    except Problem as problem:
        return shown(request, "lookup.html", {"place": "follow", "problem": problem, "typed": text}, status=problem.status)
    return HttpResponseRedirect(reverse("portal_follow", args=[row.code]))


@require_GET
@public
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Show the page of a code."""
    return _page(request, code, "follow.html")


@require_GET
@public
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Show the code that was just given, large."""
    return _page(request, code, "receipt.html")


def _page(request: HttpRequest, code: str, template: str, problem: Problem | None = None) -> HttpResponse:
    row = services.open_code(code, caller_of(request))
    seen = queries.view(row, timezone.now())
    before, after = ([services.photo_address(key, seen.progress.matter_id) for key in group] for group in queries.pictures_of(seen))
    progress = seen.progress
    stages = [
        {"name": name, "reached": place <= progress.stage, "current": place == progress.stage, "at": at, "unit": unit}
        for place, (name, at, unit) in enumerate(zip(STAGES, progress.times, (None, progress.unit, None, None), strict=True), start=1)
    ]
    values = {
        "seen": seen,
        "stages": stages,
        "before": before,
        "after": after,
        "scores": queries.answers("score"),
        "whys": queries.answers("why"),
        "problem": problem,
        "place": "follow",
        "address": request.build_absolute_uri(reverse("portal_follow", args=[row.code])),
    }
    return shown(request, template, values, status=problem.status if problem else 200)


@require_GET
@public
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Give the expected end as a calendar file; it holds the code and nothing about the person."""
    row = services.open_code(code, caller_of(request))
    seen = queries.view(row, timezone.now())
    address = request.build_absolute_uri(reverse("portal_follow", args=[row.code]))
    file = calendar_file.event(row.code, seen.expected_at, address, settings.CITY_NAME)
    answer = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.code}.ics"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
@public
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send the public copy of a picture."""
    found = services.open_photo(name[:400])
    answer = FileResponse(found.path.open("rb"), content_type=found.mime)
    answer["Cache-Control"] = f"private, max-age={DAY}, immutable"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = "inline"
    return answer


def _done(request: HttpRequest, code: str, work: Callable[[], object], said: str) -> HttpResponse:
    """Do what the holder of a code asks, and go back to his page; a refusal is told there."""
    try:
        work()
    except services.TooMany:
        raise
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, code, "follow.html", problem)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("portal_follow", args=[code.upper()]))


def by_form(view: View) -> View:
    """Take a form; whoever opens its address, by a reload or a kept link, is led to the page of the code."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def run(request: HttpRequest, code: str) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponseRedirect(reverse("portal_follow", args=[code]))
        return view(request, code)

    return run


@by_form
@public
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """Take a rating."""
    typed = request.POST

    def work() -> object:
        return services.rate(
            code=code,
            caller=caller_of(request),
            score=typed.get("score", ""),
            words=typed.get("words", "").replace("\x00", ""),
            why=typed.get("why", ""),
            redo=typed.get("redo") == "1",
        )

    return _done(request, code, work, _("Thank you; your answer has been kept."))


@by_form
@public
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Take a wish for haste."""
    return _done(
        request, code, lambda: services.ask_again(code=code, caller=caller_of(request)), _("Who works on it has been told that you ask.")
    )


@by_form
@public
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Forget the phone number."""
    return _done(
        request, code, lambda: services.withdraw_phone(code=code, caller=caller_of(request)), _("Your phone number has been removed.")
    )
