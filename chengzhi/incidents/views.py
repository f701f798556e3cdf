"""Pages of the loop: list, case page, search, report at a desk and on a phone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from chengzhi.incidents import services, workflow
from chengzhi.incidents.queries import casepage, choices, listpage, outlook, suggesting
from chengzhi.kernel import doors, feed, pages
from chengzhi.kernel.access import Act, Actor, act_now
from chengzhi.kernel.problems import NotAllowed, Problem
from chengzhi.kernel.templatetags.words import said, short_number
from chengzhi.kernel.workflow import open_with
from chengzhi.kernel.workflow.forms import fields_of

DESK, STREET = "register_call", "report"
TEMPLATES = {DESK: "incidents/report_desk.html", STREET: "incidents/report_phone.html"}
MERGE = "merge_into"
LONGEST_TEXT = 2000


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the incidents that the person may see, narrowed by the filters in the address, page by page."""
    found = listpage.list_page(doors.actor_of(request), request.GET.dict())
    return render(request, "incidents/list.html", {"list": found, "place": "incidents"})


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


def _form_for(actor: Actor, asked: str) -> str:
    allowed = [slug for slug in (DESK, STREET) if actor.may_somewhere(workflow.INCIDENT.steps[slug].by)]
    if not allowed:
        raise NotAllowed(
            "您的岗位没有上报或登记受理的权限，请联系系统管理员。",
            "Your post may neither report nor register; ask your system administrator.",
        )
    return asked if asked in allowed else allowed[0]


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form for a report, at a desk or on the street as the post allows, and take it; a refusal keeps what was typed."""
    actor = doors.actor_of(request)
    slug = _form_for(actor, request.GET.get("form", ""))
    if request.method == "GET":
        return _report_form(request, slug, actor, QueryDict())
    try:
        told = _register(request.POST, slug, act_now(actor, door=pages.DOOR))
    except Problem as problem:
        return _report_form(request, slug, actor, request.POST, problem)
    if slug == DESK:
        messages.success(request, said(told))
    # The call-taker goes on with the case; on the street the next report follows, and the case is with the centre.
    return HttpResponseRedirect(f"/incidents/{told['number']}" if slug == DESK else f"/report?sent={told['number']}")


def _report_form(request: HttpRequest, slug: str, actor: Actor, typed: QueryDict, problem: Problem | None = None) -> HttpResponse:
    shown = {
        "typed": typed,
        "photos": typed.getlist("photos"),
        "problem": problem,
        "faults": {fault.field: fault for fault in problem.faults} if problem else {},
        "key": pages.new_key(),
        "sources": choices.source_options(),
        "recent": outlook.recent_classes(actor),
        "classes": choices.class_options(),
        "home": outlook.home(actor),
        "place": "report",
        "slug": slug,
        "sent": request.GET.get("sent", "")[:40],
    }
    return render(request, TEMPLATES[slug], shown, status=problem.status if problem else 200)


def _register(typed: QueryDict, slug: str, act: Act) -> dict[str, Any]:
    data = pages.data_of(fields_of(workflow.INCIDENT.forms[slug]), typed)
    into = typed.get(MERGE, "").strip()

    def work() -> tuple[int, dict[str, Any]]:
        if into:
            row = services.register_duplicate(into=into, slug=slug, data=data, act=act)
        else:
            row = open_with(workflow.INCIDENT, slug, data, act=act)
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
