"""Administration of the knowledge base: its pages, one page to edit, its history."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengzhi.hotline import services
from chengzhi.hotline.queries import knowledge
from chengzhi.kernel import doors, pages
from chengzhi.kernel.access import act_now
from chengzhi.kernel.problems import Invalid, Problem
from chengzhi.organisation import queries as organisation

TYPED = ("question", "words", "answer", "valid_from", "valid_to", "unit")


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the pages of the knowledge base that a person may see."""
    return render(request, "hotline/knowledge.html", {"pages": knowledge.pages(doors.actor_of(request)), "place": "desk"})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, page_id: int = 0) -> HttpResponse:
    """Show one page to edit with its history, or a new one, and save it; a refusal keeps what was typed."""
    actor = doors.actor_of(request)
    knowledge.editor(actor)
    if request.method == "GET":
        return _form(request, page_id, None)
    try:
        row = services.save_page(act=act_now(actor, door=pages.DOOR), page_id=page_id or None, **_read(request.POST))
    except Problem as problem:
        return _form(request, page_id, problem)
    messages.success(request, _("Saved as version %(n)s.") % {"n": row.version})
    return HttpResponseRedirect(reverse("knowledge"))


def _form(request: HttpRequest, page_id: int, problem: Problem | None) -> HttpResponse:
    actor = doors.actor_of(request)
    view = knowledge.page(page_id, actor) if page_id else None
    shown = {
        "view": view,
        "typed": _typed(request.POST, view),
        "problem": problem,
        "history": knowledge.history(page_id, actor) if page_id else [],
        "units": organisation.units_of(knowledge.editor(actor)),
        "place": "desk",
    }
    return render(request, "hotline/knowledge_page.html", shown, status=problem.status if problem else 200)


def _typed(post: QueryDict, view: knowledge.PageView | None) -> dict[str, Any]:
    if post:
        return {name: post.get(name, "") for name in (*TYPED, "seen")}
    if view is None:
        return {"valid_from": timezone.localdate().isoformat(), "seen": "0"}
    page = view.page
    kept = {name: getattr(page, name) for name in ("question", "words", "answer")}
    until = page.valid_to.isoformat() if page.valid_to else ""
    unit, seen = str(page.unit_id or ""), str(page.version)
    return {**kept, "valid_from": page.valid_from.isoformat(), "valid_to": until, "unit": unit, "seen": seen}


def _read(post: QueryDict) -> dict[str, Any]:
    unit, seen = post.get("unit", ""), post.get("seen", "")
    return {
        "question": post.get("question", ""),
        "words": post.get("words", ""),
        "answer": post.get("answer", ""),
        "valid_from": _day("valid_from", post.get("valid_from", "")),
        "valid_to": _day("valid_to", post.get("valid_to", "")) if post.get("valid_to") else None,
        "unit": int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 20 else None,
        "seen": int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,
    }


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            f"{field}“{text[:20]}”不是日期，请写成 2026-11-23。",
            f"{field} “{text[:20]}” is no date; write it as 2026-11-23.",
            code="bad_date",
        ) from None
