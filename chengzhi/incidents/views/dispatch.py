"""The dispatch workbench: what waits for dispatch, requests of departments, batches by proposal, and what a unit has open."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from chengzhi.incidents import workflow
from chengzhi.incidents.queries import outlook, requests, workbench
from chengzhi.kernel import doors, feed, pages
from chengzhi.kernel.access import Actor
from chengzhi.kernel.problems import NotAllowed, Problem
from chengzhi.kernel.templatetags.words import in_list, said

LISTS = {"dispatch": workflow.TO_DISPATCH, "requests": workflow.DISPOSING}
LAYERS = {"duty_grid": ("责任网格", "Duty grids"), "community": ("社区", "Communities")}
PARTS = {"list": "incidents/bench/_list.html", "rows": "incidents/bench/_rows.html"}
MOST = workbench.MOST_AT_ONCE


def _dispatcher(request: HttpRequest) -> Actor:
    actor = doors.actor_of(request)
    if not actor.may_somewhere(workflow.DISPATCH) and not actor.may_somewhere(workflow.ANSWER):
        raise NotAllowed(
            "您的岗位没有派遣或审核申请的权限，请联系系统管理员。",
            "Your post may neither dispatch nor answer requests; ask your system administrator.",
        )
    return actor


@require_GET
def bench(request: HttpRequest) -> HttpResponse:
    """Show the workbench; `list` chooses dispatch or requests, `part` gives a piece for a swap, `ids` names rows to be shown."""
    actor = _dispatcher(request)
    asked = request.GET.get("list", "")
    chosen = asked if asked in LISTS else "dispatch"
    part = request.GET.get("part", "")
    if part == "rows":
        return render(request, PARTS[part], {"rows": workbench.chosen(actor, _ids(request.GET.get("ids", "").split(",")))})
    size = request.GET.get("rows", "")
    shown = {
        "chosen": chosen,
        "bench": workbench.bench(actor, rows=int(size) if size.isascii() and size.isdigit() and len(size) < 4 else workbench.ROWS),
        "requests": requests.waiting(actor) if chosen == "requests" else (),
        "asked": requests.count(actor),
        "home": outlook.home(actor),
        "features": f"{reverse('map_incidents')}?state={LISTS[chosen]}",
        "lasso": chosen == "dispatch",
        "base": reverse("map_divisions"),
        "layers": [{"words": words, "url": f"{reverse('map_divisions')}?level={level}"} for level, words in LAYERS.items()],
        "since": feed.since("")[1],
        "place": "dispatch",
    }
    return render(request, PARTS.get(part, "incidents/bench/page.html"), shown)


def _ids(given: list[str]) -> list[int]:
    return [int(text) for text in given[:MOST] if text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 1 << 63]


@require_GET
def taken(request: HttpRequest) -> JsonResponse:
    """Answer who has moved some matters last, for rows that have gone."""
    found = workbench.moved_by(doors.actor_of(request), _ids(request.GET.get("ids", "").split(",")))
    return JsonResponse({key: f"{who} {in_list(at)} {said(step)}" for key, (who, at, step) in found.items()})


@require_GET
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Show what a unit has open."""
    return render(request, "incidents/bench/_unit.html", {"load": workbench.load(_dispatcher(request), unit_id)})


@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """Show what a batch by proposal will do, grouped by unit, for one confirmation."""
    found = workbench.plan(_dispatcher(request), _ids([text.partition(":")[0] for text in request.GET.getlist("matter")]))
    return render(request, "incidents/bench/_plan.html", {"plan": found, "key": pages.new_key()})


@require_POST
def dispatch(request: HttpRequest) -> HttpResponse:
    """Dispatch each confirmed incident to the unit that was shown with it; what was done and what not is said by name."""
    _dispatcher(request)
    done: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for given in request.POST.getlist("matter")[:MOST]:
        told = _one(request, given)
        (done if told["why"] is None else refused).append(told)
    answer = render(request, "incidents/bench/_done.html", {"done": done, "refused": refused})
    answer["HX-Trigger-After-Swap"] = "chengzhi:reload"
    return answer


def _one(request: HttpRequest, given: str) -> dict[str, Any]:
    """Dispatch one row of the table, given as matter:version:unit:number; the sentence of a refusal is kept beside its number."""
    matter, version, chosen_unit, number = [*given.split(":"), "", "", ""][:4]
    typed = request.POST.copy()
    typed.setlist("matter", [given])
    typed[pages.ONCE] = f"{request.POST.get(pages.ONCE, '')[:60]}:{matter[:20]}"
    typed["unit"] = chosen_unit
    try:
        told = pages.take(_ids([matter])[0], "dispatch", typed, pages.act_at(request, version))
    except IndexError:
        return {"number": number[:40], "why": _UNREADABLE, "said": ("", "")}
    except Problem as problem:
        return {"number": number[:40], "why": problem, "said": ("", "")}
    return {"number": told["number"], "why": None, "said": (told["zh"], told["en"])}


_UNREADABLE = ("这一行无法识别，请刷新页面。", "This row cannot be read; reload the page.")
