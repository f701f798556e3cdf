"""Pages of the loop: list, case page, search, registering at a desk."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from chengzhi.incidents import services, workflow
from chengzhi.incidents.queries import casepage, choices, listexport, listpage, outlook, suggesting
from chengzhi.kernel import doors, exports, feed, pages
from chengzhi.kernel.access import Act, Actor, act_now
from chengzhi.kernel.problems import NotAllowed, Problem
from chengzhi.kernel.templatetags.words import said, short_number
from chengzhi.kernel.workflow import open_with
from chengzhi.kernel.workflow.forms import fields_of

DESK = "register_call"
MERGE = "merge_into"
LONGEST_TEXT = 2000


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the incidents that the person may see, narrowed by the filters in the address, page by page."""
    found = listpage.list_page(doors.actor_of(request), request.GET.dict())
    return render(request, "incidents/list.html", {"list": found, "place": "incidents"})


@require_GET
def listing_export(request: HttpRequest) -> StreamingHttpResponse:
    """Send the list, narrowed by the filters in the address, as an Excel file."""
    name, content = listexport.list_export(doors.actor_of(request), request.GET.dict())
    return exports.answer(name, content)


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one incident with its steps; `only=opinions` shortens the time line."""
    found = casepage.case_page(number, doors.actor_of(request))
    shown = {"case": found, "since": feed.since("")[1], "only": request.GET.get("only", ""), "place": "incidents"}
    return render(request, "incidents/case.html", shown)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Open the incident that a number names, or show those whose last four digits fit."""
    wanted = request.GET.get("q", "")[:60]
    found = outlook.find(doors.actor_of(request), wanted)
    if len(found) == 1:
        return HttpResponseRedirect(f"/incidents/{found[0].number}")
    return render(request, "incidents/search.html", {"wanted": wanted, "found": found, "states": workflow.INCIDENT.states})


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form of the desk and register what is sent; a refusal keeps what was typed. Inspectors are led to their phone page."""
    actor = doors.actor_of(request)
    if not actor.may_somewhere(workflow.INCIDENT.steps[DESK].by):
        return _to_the_phone(actor)
    if request.method == "GET":
        return _report_form(request, actor, QueryDict())
    try:
        told = _register(request.POST, act_now(actor, door=pages.DOOR))
    except Problem as problem:
        return _report_form(request, actor, request.POST, problem)
    messages.success(request, said(told))
    return HttpResponseRedirect(f"/incidents/{told['number']}")


def _to_the_phone(actor: Actor) -> HttpResponse:
    if not actor.may_somewhere(workflow.REPORT):
        raise NotAllowed(
            "您的岗位没有上报或登记受理的权限，请联系系统管理员。",
            "Your post may neither report nor register; ask your system administrator.",
        )
    return HttpResponseRedirect(reverse("phone"))


def _report_form(request: HttpRequest, actor: Actor, typed: QueryDict, problem: Problem | None = None) -> HttpResponse:
    shown = {
        "typed": typed,
        "problem": problem,
        "faults": {fault.field: fault for fault in problem.faults} if problem else {},
        "key": pages.new_key(),
        "sources": choices.source_options(),
        "classes": choices.class_options(),
        "home": outlook.home(actor),
        "place": "report",
        "slug": DESK,
    }
    return render(request, "incidents/report_desk.html", shown, status=problem.status if problem else 200)


def _register(typed: QueryDict, act: Act) -> dict[str, Any]:
    data = pages.data_of(fields_of(workflow.INCIDENT.forms[DESK]), typed)
    into = typed.get(MERGE, "").strip()

    def work() -> tuple[int, dict[str, Any]]:
        if into:
            row = services.register_duplicate(into=into, slug=DESK, data=data, act=act)
        else:
            row = open_with(workflow.INCIDENT, DESK, data, act=act)
        number = row.matter.number
        zh, en = short_number(number), short_number(number)
        told = (f"{zh} 已登记并并入 {short_number(into)}", f"{en} registered and merged") if into else (f"{zh} 已登记", f"{en} registered")
        return 201, {"number": number, "zh": told[0], "en": told[1]}

    return pages.once_only(typed, "/report", act, work)


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Show the classes that fit the words of a report, best first, to be taken by the keys 1 2 3."""
    doors.actor_of(request)
    return render(request, "incidents/_suggest.html", {"found": suggesting.suggest(request.GET.get("description", "")[:LONGEST_TEXT])})


@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """Show what a report will meet: place, responsible unit, limit, and what is open nearby."""
    actor = doors.actor_of(request)
    given = {name: _number(request.GET.get(name, "")) for name in ("lon", "lat")}
    found = outlook.outlook(
        actor, request.GET.get("class_code", "").split(" ")[0], given["lon"], given["lat"], request.GET.get("crs") or "cgcs2000"
    )
    may_merge = actor.may_somewhere(workflow.INCIDENT.steps["merge"].by)
    return render(request, "incidents/_outlook.html", {"outlook": found, "may_merge": may_merge, "short": request.GET.get("short", "")})


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None
