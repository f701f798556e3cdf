"""Pages of the kernel: my work over all kinds, the preview and steps of a matter, live changes, the calculator of deadlines."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengzhi.kernel import clocks, doors, exports, feed, inbox, pages, workexport
from chengzhi.kernel import preview as previews
from chengzhi.kernel.matter import read
from chengzhi.kernel.problems import NotFound, Problem
from chengzhi.kernel.templatetags.words import said
from chengzhi.kernel.workflow import KINDS

PARTS = {"list": "kernel/_inbox.html", "rows": "kernel/_rows.html"}
MOST_IN_BATCH = 50
ASKED = ("id", "start", "variant", "extended", "amount", "unit", "scheme", "from1", "to1", "from2", "to2")


@require_GET
def my_work(request: HttpRequest) -> HttpResponse:
    """Show what waits for me: tabs, rows by time left, preview. `part` gives the same pieces for a swap."""
    found = inbox.inbox(doors.actor_of(request), queue=request.GET.get("tab", ""), cursor=request.GET.get("cursor", ""))
    template = PARTS.get(request.GET.get("part", ""), "kernel/my_work.html")
    return render(request, template, {"inbox": found, "since": feed.since("")[1], "place": "work"})


@require_GET
def work_export(request: HttpRequest) -> StreamingHttpResponse:
    """Send one tab of my work, or all of it, as an Excel file."""
    name, content = workexport.work_export(doors.actor_of(request), request.GET.get("tab", ""))
    return exports.answer(name, content)


@require_GET
def preview(request: HttpRequest, matter_id: int) -> HttpResponse:
    """Show one matter beside the list, with its steps; the first one lies open."""
    found = previews.preview(matter_id, doors.actor_of(request))
    shown = {"row": found.row, "photo": found.photo, "steps": found.steps, "form": found.form, "opinion": found.opinion, "back": "work"}
    return render(request, "kernel/_preview.html", shown)


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, matter_id: int, slug: str) -> HttpResponse:
    """Show the form of a step, or take it; a refusal shows the form again with everything that was typed."""
    actor = doors.actor_of(request)
    if request.method == "GET":
        form = pages.form_of(read(matter_id, actor=actor), slug, actor)
        return render(request, "kernel/_step_form.html", {"form": form, "back": request.GET.get("back", "")})
    try:
        told = pages.take(matter_id, slug, request.POST, pages.act_of(request))
    except Problem as problem:
        form = pages.form_of(read(matter_id, actor=actor), slug, actor, typed=request.POST, problem=problem)
        shown = {"form": form, "back": request.POST.get("back", "")}
        return render(request, "kernel/_step_form.html", shown, status=problem.status)
    return _taken(request, told)


def _taken(request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    """Tell what was done: in the list by an event that moves on to the next row, elsewhere by going back to where the form stood."""
    if request.headers.get("HX-Request") and request.POST.get("back") == "work":
        answer = HttpResponse(status=204)
        answer["HX-Trigger"] = json.dumps({"chengzhi:taken": {"id": told["id"], "said": said(told)}})
        return answer
    messages.success(request, said(told))
    back = request.POST.get("back", "")
    target = back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/") else "/"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = target
        return answer
    return HttpResponseRedirect(target)


@require_POST
def batch(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a step without inputs on several matters, each by itself; whatever was refused is named with its reason."""
    known = next((kind.steps[slug] for kind in KINDS.values() if slug in kind.steps), None)
    if known is None:
        raise NotFound(f"没有步骤“{slug[:40]}”。", f"There is no step “{slug[:40]}”.", code="unknown_step")
    done, refused = [], []
    for given in request.POST.getlist("matter")[:MOST_IN_BATCH]:
        matter_id, _, version = given.partition(":")
        typed = request.POST.copy()
        typed[pages.ONCE] = f"{request.POST.get(pages.ONCE, '')[:60]}:{matter_id[:20]}"
        typed.setlist("matter", [given])
        try:
            act = pages.act_at(request, version)
            done.append(pages.take(int(matter_id), slug, typed, act)["number"])
        except (Problem, ValueError) as problem:
            refused.append({"given": matter_id, "why": problem if isinstance(problem, Problem) else None})
    shown = {"done": done, "refused": refused, "step": known}
    answer = render(request, "kernel/_batch.html", shown)
    answer["HX-Trigger-After-Swap"] = "chengzhi:reload"
    return answer


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """Answer what has moved since a cursor among the matters that the person may see; 204 when nothing has happened at all."""
    given = request.GET.get("since", "")
    moves, cursor = inbox.moved_since(given, doors.actor_of(request))
    if cursor == given:
        return HttpResponse(status=204)
    return JsonResponse({"cursor": cursor, "moves": moves})


@require_GET
def deadlines(request: HttpRequest) -> HttpResponse:
    """Calculate a deadline for anybody: a statutory limit by its id, or a service limit in a timing scheme."""
    asked = {name: request.GET.get(name, "").strip() for name in ASKED}
    shown: dict[str, Any] = {
        "asked": asked,
        "place": "deadlines",
        "limits": _newest_limits(),
        "schemes": clocks.schemes_on(timezone.localdate()),
        "units": clocks.SERVICE_UNITS,
    }
    status = 200
    if asked["start"]:
        try:
            shown["found"] = _calculated(asked)
        except Problem as problem:
            shown["problem"], status = problem, problem.status
    return render(request, "kernel/deadlines.html", shown, status=status)


def _newest_limits() -> list[clocks.LegalLimit]:
    return list({limit.id: limit for limit in clocks.every_legal_limit()}.values())


def _calculated(asked: dict[str, str]) -> dict[str, object]:
    intervals = [f"{asked[f'from{n}']}..{asked[f'to{n}']}" for n in ("1", "2") if asked[f"from{n}"] or asked[f"to{n}"]]
    return clocks.data_for_page(
        asked["id"],
        start=asked["start"],
        exclude=tuple(intervals),
        variant=asked["variant"],
        extended=asked["extended"] or "0",
        limit=f"{asked['amount']} {asked['unit']}" if asked["amount"] else "",
        scheme_code=asked["scheme"],
    )
