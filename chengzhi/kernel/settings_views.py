"""Pages of administration: what a person may set, one register with its verbs and its last changes, and all changes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from chengzhi.kernel import administration, doors, pages
from chengzhi.kernel.access import act_now
from chengzhi.kernel.administration import LONGEST_SEARCH, Look
from chengzhi.kernel.problems import Problem
from chengzhi.kernel.templatetags.words import said


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the registers that the person may look at, by section, and his own settings."""
    return render(request, "kernel/settings.html", {"sections": administration.sheets_of(doors.actor_of(request)), "place": "settings"})


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """Show the newest changes of all registers that the person may look at."""
    found = administration.changes(doors.actor_of(request))
    return render(request, "kernel/settings_changes.html", {"changes": found, "place": "settings"})


@require_GET
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one register: its rows, its verbs, its last changes."""
    actor = doors.actor_of(request)
    found = administration.sheet_for(slug, actor)
    if found.own_page:
        return HttpResponseRedirect(found.own_page)
    look = Look(request.GET.get("q", "").strip()[:LONGEST_SEARCH])
    lines, more = administration.lines_of(found, actor, look)
    verbs = administration.verbs_for(found, actor)
    shown = {
        "sheet": found,
        "lines": lines,
        "more": more,
        "look": look,
        "verbs": [verb for verb in verbs if not verb.of_row],
        "row_verbs": [verb for verb in verbs if verb.of_row],
        "changes": administration.changes(actor, slug, most=10),
        "place": "settings",
    }
    return render(request, "kernel/settings_sheet.html", shown)


@require_http_methods(["GET", "POST"])
def verb(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Show the form of a verb, begun with what the address gives, or use it; a refusal keeps everything that was typed."""
    actor = doors.actor_of(request)
    found = administration.sheet_for(slug, actor)
    if request.method == "GET":
        return _form(request, administration.form_for(found, name, actor, request.GET))
    try:
        told = administration.change(found, name, request.POST, act_now(actor, door=pages.DOOR))
    except Problem as problem:
        form = administration.form_for(found, name, actor, request.POST, problem)
        return _form(request, form, problem.status)
    messages.success(request, said(told))
    return HttpResponseRedirect(f"/settings/{found.slug}")


def _form(request: HttpRequest, form: administration.VerbForm, status: int = 200) -> HttpResponse:
    return render(request, "kernel/settings_form.html", {"form": form, "place": "settings"}, status=status)
