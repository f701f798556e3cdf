"""The call-taker's desk: calls by hand, the form in the order of the talk, suggestions while it is typed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengzhi.hotline import queries, services
from chengzhi.hotline.models import Ticket
from chengzhi.hotline.models.calls import BY_HAND, RESULTS, SERVICES
from chengzhi.hotline.queries import caller, classifying, knowledge, places
from chengzhi.hotline.services.calls import draft_of
from chengzhi.incidents.queries import choices, outlook
from chengzhi.kernel import doors, pages
from chengzhi.kernel.access import Act, act_now
from chengzhi.kernel.templatetags.words import said, short_number

LONGEST_TEXT = 2000
OF_INCIDENT = ("class_code", "description", "lon", "lat", "crs", "address", "urgent")
DRAFTED = (*OF_INCIDENT, "caller_name", "caller_phone", "wants_reply", "confidential", "merge_into", "reply", "page")


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk: one's open calls, the chosen one with its form, or, without a call, the calls of today and replies owed."""
    actor = doors.actor_of(request)
    queries.mine(actor)
    rows = queries.open_calls(actor)
    wanted = request.GET.get("call", "")
    chosen = next((row for row in rows if str(row.call.pk) == wanted), rows[-1] if rows else None)
    shown: dict[str, Any] = {"calls": rows, "chosen": chosen, "place": "desk", "services": _services(), "dangers": _dangers()}
    if chosen is None:
        shown |= {"today": queries.today(actor), "owed": queries.replies_owed(actor), "key": pages.new_key()}
    else:
        shown |= {
            "typed": draft_of(chosen.call),
            "card": caller.card(chosen.call, actor),
            "classes": choices.class_options(),
            "home": outlook.home(actor),
            "key": pages.new_key(),
            "results": [(slug, RESULTS[slug]) for slug in BY_HAND],
        }
    return render(request, "hotline/desk.html", shown)


def _services() -> list[dict[str, Any]]:
    keys = {"110": "F4"}
    return [{"number": number, "words": words, "key": keys.get(number, "")} for number, words in SERVICES.items()]


def _dangers() -> list[dict[str, Any]]:
    return [{"word": d.word, "service": d.service, "harmless": d.harmless} for d in queries.danger_words()]


@require_POST
def ring(request: HttpRequest) -> HttpResponse:
    """Note a call that comes in, taken at once or still ringing."""
    act = _act(request)
    typed = request.POST

    def work() -> tuple[int, dict[str, Any]]:
        answered = typed.get("answered") == "1"
        row = services.ring(act=act, phone=typed.get("phone", ""), hidden=typed.get("hidden") == "1", answered=answered)
        return 201, {"id": str(row.pk)}

    made = pages.once_only(typed, "/desk/calls", act, work)
    return _go(request, made["id"])


def _act(request: HttpRequest) -> Act:
    return act_now(doors.actor_of(request), door=pages.DOOR)


def _go(request: HttpRequest, call_id: object = "", sentence: str = "") -> HttpResponse:
    """Go on with a call, or with the desk; a script is told where."""
    target = reverse("desk") + (f"?call={call_id}" if call_id else "")
    if "application/json" in request.headers.get("Accept", ""):
        if sentence:
            messages.success(request, sentence)
        return JsonResponse({"url": target})
    if sentence:
        messages.success(request, sentence)
    return HttpResponseRedirect(target)


@require_POST
def move(request: HttpRequest, call_id: int, verb: str) -> HttpResponse:
    """Do something with one's own call: answer, hang up, end, number, draft, register, answer at once, transfer, add, urge."""
    if verb not in VERBS:
        raise Http404(verb)
    return VERBS[verb](request, call_id, _act(request))


def _answer(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    services.answer(call_id=call_id, act=act)
    return _go(request, call_id)


def _hang_up(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    services.hang_up(call_id=call_id, act=act)
    return _go(request, call_id)


def _end(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    services.end(call_id=call_id, act=act, result=request.POST.get("result", ""))
    return _go(request, sentence=_("The call is ended."))


def _number(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    services.set_number(call_id=call_id, act=act, phone=request.POST.get("phone", ""), hidden=request.POST.get("hidden") == "1")
    return _go(request, call_id)


def _draft(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in DRAFTED if request.POST.get(name)}
    services.type_draft(call_id=call_id, act=act, typed=typed)
    return JsonResponse({"kept": True})


def _park(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    _draft(request, call_id, act)
    return _go(request, call_id, _("Kept; go on whenever you like."))


def _incident_of(typed: QueryDict) -> dict[str, Any]:
    data: dict[str, Any] = {name: typed.get(name, "").strip() for name in OF_INCIDENT if typed.get(name, "").strip()}
    if "class_code" in data:
        data["class_code"] = data["class_code"].split(" ")[0]
    if "lon" not in data or "lat" not in data:
        data.pop("crs", None)
    return data


def _caller_of(typed: QueryDict) -> dict[str, str]:
    """Return what a further case of the same call begins with: the caller."""
    return {name: typed.get(name, "") for name in ("caller_name", "caller_phone") if typed.get(name)}


def _register(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    typed = request.POST

    def work() -> tuple[int, dict[str, Any]]:
        ticket = services.register(
            call_id=call_id,
            act=act,
            data=_incident_of(typed),
            name=typed.get("caller_name", ""),
            phone=typed.get("caller_phone", ""),
            wants_reply=bool(typed.get("wants_reply")),
            confidential=bool(typed.get("confidential")),
            merge_into=typed.get("merge_into", "").strip(),
        )
        services.type_draft(call_id=call_id, act=act, typed=_caller_of(typed))
        return 201, _told(ticket)

    told = pages.once_only(typed, f"/desk/calls/{call_id}/register", act, work)
    return _go(request, call_id, said(told))


def _told(ticket: Ticket) -> dict[str, Any]:
    number = short_number(ticket.number)
    zh, en = {"registered": ("已登记受理", "registered"), "answered": ("已当即办结", "answered at once")}[ticket.what]
    if ticket.merged_into:
        zh, en = f"已登记并并入 {short_number(ticket.merged_into)}", "registered and merged"
    if ticket.to_locate:
        zh, en = f"{zh}（仅文字地址，待核实定位）", f"{en} (address in words only, to be located)"
    return {"number": ticket.number, "zh": f"{number} {zh}", "en": f"{number} {en}"}


def _at_once(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    typed = request.POST

    def work() -> tuple[int, dict[str, Any]]:
        page = typed.get("page", "")
        ticket = services.answer_at_once(
            call_id=call_id,
            act=act,
            data=_incident_of(typed),
            reply=typed.get("reply", ""),
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 19 else None,
            name=typed.get("caller_name", ""),
            phone=typed.get("caller_phone", ""),
        )
        services.type_draft(call_id=call_id, act=act, typed=_caller_of(typed))
        return 201, _told(ticket)

    told = pages.once_only(typed, f"/desk/calls/{call_id}/answer-at-once", act, work)
    return _go(request, call_id, said(told))


def _transfer(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    typed = request.POST
    service = typed.get("service", "")

    def work() -> tuple[int, dict[str, Any]]:
        services.transfer(
            call_id=call_id, act=act, service=service, to_whom=typed.get("to_whom", ""), said=typed.get("description", "")[:LONGEST_TEXT]
        )
        return 201, {"service": service}

    pages.once_only(typed, f"/desk/calls/{call_id}/transfer", act, work)
    return _go(request, call_id, _("Transfer to %(service)s is recorded.") % {"service": service})


def _supplement(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    ticket = services.supplement(call_id=call_id, act=act, number=request.POST.get("number", "")[:40], words=request.POST.get("words", ""))
    return _go(request, call_id, _("Added to %(number)s.") % {"number": short_number(ticket.number)})


def _urge(request: HttpRequest, call_id: int, act: Act) -> HttpResponse:
    typed = request.POST
    version = typed.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
    data = {"opinion": typed.get("words", "")}
    ticket = services.urge(call_id=call_id, act=act, number=typed.get("number", "")[:40], version=seen, data=data)
    return _go(request, call_id, _("%(number)s is urged.") % {"number": short_number(ticket.number)})


VERBS: dict[str, Callable[[HttpRequest, int, Act], HttpResponse]] = {
    "answer": _answer,
    "hang-up": _hang_up,
    "end": _end,
    "number": _number,
    "draft": _draft,
    "park": _park,
    "register": _register,
    "answer-at-once": _at_once,
    "transfer": _transfer,
    "supplement": _supplement,
    "urge": _urge,
}


@require_POST
def replied(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Note that the caller of a ticket was told how it ended."""
    services.reply_given(ticket_id=ticket_id, act=_act(request))
    return _go(request, sentence=_("The reply is noted."))


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Show the three classes that fit what is typed, for the keys 1 2 3, each with the words that speak for it."""
    queries.mine(doors.actor_of(request))
    found = classifying.suggest(request.GET.get("description", "")[:LONGEST_TEXT])
    return render(request, "hotline/_suggest.html", {"found": found, "asked": request.GET.get("description", "").strip()})


@require_GET
def where(request: HttpRequest) -> HttpResponse:
    """Show places for what is typed, by words or pinyin initials."""
    wanted = request.GET.get("address", "")
    return render(request, "hotline/_places.html", {"found": places.suggest(wanted, doors.actor_of(request)), "asked": wanted.strip()})


@require_GET
def ask_knowledge(request: HttpRequest) -> HttpResponse:
    """Show what the knowledge base says about some words, beside the form."""
    actor = doors.actor_of(request)
    queries.mine(actor)
    wanted = request.GET.get("q", "")[:80]
    return render(request, "hotline/_knowledge.html", {"found": knowledge.search(wanted, actor), "asked": wanted.strip()})
