"""Pages of the loop: list, case page, search, report at a desk and on a phone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from chengzhi.incidents import queries, services, workflow
from chengzhi.incidents.queries import Filter, casepage, choices, outlook, registers, suggesting
from chengzhi.kernel import doors, feed, lights, pages
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, NotAllowed, Problem
from chengzhi.kernel.templatetags.words import said, short_number
from chengzhi.kernel.workflow.forms import fields_of
from chengzhi.organisation import queries as organisation

ROWS = 40
DUE = {"open": ("未办结", "open, by time left"), "overdue": ("超期", "overdue")}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the incidents that the person may see, narrowed by the filters in the address, page by page."""
    actor = doors.actor_of(request)
    asked = _filter(request)
    found = queries.page(actor, asked, cursor=request.GET.get("cursor", ""), limit=ROWS)
    standings = lights.standings({row["id"]: (row["due_at"], row["amber_at"]) for row in found["rows"]})
    shown = {
        "rows": [{**row, "standing": standings[row["id"]], "tags": queries.cards.tags_of_row(row), "state": workflow.INCIDENT.states[row["state"]]} for row in found["rows"]],
        "cursor": found["cursor"],
        "narrow": found["narrow"],
        "chips": _chips(request, asked),
        "asked": asked,
        "states": workflow.INCIDENT.states.values(),
        "sources": queries.lists_of_sources(),
        "dues": [(slug, words) for slug, words in DUE.items()],
        "classes": choices.class_options(),
        "units": _units(actor),
        "several": len(actor.nodes) > 1,
        "place": "incidents",
        "base": _without(request, "cursor"),
    }
    return render(request, "incidents/list.html", shown)


def _filter(request: HttpRequest) -> Filter:
    unit = request.GET.get("unit", "")
    if unit and not (unit.isascii() and unit.isdigit() and len(unit) < 19):
        raise Invalid(f"单位“{unit[:20]}”不是单位编号，请从列表中选择。", f"“{unit[:20]}” is no unit; choose one from the list.", code="bad_unit")
    given = request.GET.get("class", "").split(" ")[0]
    return Filter(
        state=request.GET.get("state", ""),
        class_code=given,
        source=request.GET.get("source", ""),
        due=request.GET.get("due", ""),
        unit=int(unit) if unit else None,
    )
