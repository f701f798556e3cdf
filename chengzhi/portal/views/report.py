"""Reporting: the form, the photos before it, the questions in between, the receipt."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from chengzhi.kernel import doors, pages
from chengzhi.kernel.problems import Problem
from chengzhi.portal import queries, services
from chengzhi.portal.views.common import caller_of, public, refused, shown
from chengzhi.territory import queries as territory

TEXTS = ("picture", "words", "lon", "lat", "address", "cell", "component", "phone")
LONGEST = 2000
MOST_FILES = 3


@require_http_methods(["GET", "POST"])
@public
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, and take it; a refusal keeps what was filled in."""
    if request.method == "GET":
        picture, cell, component = (request.GET.get(name, "")[:40] for name in ("picture", "cell", "component"))
        return _form(request, services.Report(key=pages.new_key(), picture=picture, cell=cell, component=component))
    given = _given(request)
    try:
        given = _with_files(request, given)
        code = _taken(request, given)
    except (services.Emergency, services.Known) as question:
        return shown(request, "question.html", {"problem": question, "given": given, "place": "report"}, status=question.status)
    except services.PrivateDispute as problem:
        return refused(request, problem)
    except Problem as problem:
        return _form(request, given, problem)
    return HttpResponseRedirect(reverse("portal_receipt", args=[code]))


def _taken(request: HttpRequest, given: services.Report) -> str:
    offer = request.POST.get("offer", "")
    if request.POST.get("to") == "join" and offer:
        return services.join(offer[:300], given, caller_of(request))
    return services.send(given, caller_of(request))


def _given(request: HttpRequest) -> services.Report:
    typed = request.POST
    texts = {name: typed.get(name, "")[:LONGEST].replace("\x00", "") for name in TEXTS}
    return services.Report(
        key=typed.get("once", "")[:60],
        confidential=typed.get("asked") is None or typed.get("confidential") == "1",
        photos=tuple(receipt[:300] for receipt in typed.getlist("photos")[: MOST_FILES + 1]),
        called=typed.get("called") == "1",
        differs=typed.get("differs") == "1",
        trap=typed.get("website", ""),
        picture=texts["picture"],
        words=texts["words"],
        lon=texts["lon"],
        lat=texts["lat"],
        address=texts["address"],
        cell=texts["cell"],
        component=texts["component"],
        phone=texts["phone"],
    )


def _with_files(request: HttpRequest, given: services.Report) -> services.Report:
    """Store photos that came with the form itself, from a browser without scripts, and name them by their receipts."""
    files = request.FILES.getlist("file")[:MOST_FILES]
    receipts = tuple(services.take_photo(file, file.name or "", caller_of(request)) for file in files)
    return services.with_photos(given, receipts)


def _form(request: HttpRequest, given: services.Report, problem: Problem | None = None) -> HttpResponse:
    values: dict[str, Any] = {
        "given": given,
        "problem": problem,
        "faults": {fault.field: fault for fault in problem.faults} if problem else {},
        "pictures": queries.picture_choices(),
        "home": territory.middle(given.cell) if given.cell.isalnum() and territory.middle(given.cell) else territory.middle(),
        "place": "report",
    }
    return shown(request, "report.html", values, status=problem.status if problem else 200)


@require_POST
def photo(request: HttpRequest) -> HttpResponse:
    """Take one photo before the report and answer its receipt."""
    file = request.FILES.get("file")
    try:
        if file is None:
            raise services.NO_FILE
        receipt = services.take_photo(file, file.name or "", caller_of(request))
    except Problem as problem:
        return doors.refused(problem)
    return JsonResponse({"receipt": receipt}, status=201)
