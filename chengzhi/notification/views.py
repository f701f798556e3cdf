"""Pages of notices: the bell and my notices, my settings, what was sent and the channels of the city."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengzhi.kernel import doors, pages
from chengzhi.kernel.access import Act, act_now
from chengzhi.kernel.problems import Invalid, Problem
from chengzhi.notification import queries, services
from chengzhi.notification.queries import settingspage

IN_BELL = 8


def _act(request: HttpRequest) -> Act:
    return act_now(doors.actor_of(request), door=pages.DOOR)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show what I was told, the newest first."""
    actor = doors.actor_of(request)
    found = queries.mine(actor.id, before=_number(request.GET.get("before", "")), most=51)
    shown = {"notices": found[:50], "next": found[49].row.pk if len(found) > 50 else 0, "unread": queries.unread(actor.id)}
    return render(request, "notification/mine.html", {**shown, "may_administer": actor.may_somewhere(queries.MANAGE), "place": "notices"})


@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """Show how many notices I have not read, for the bell."""
    return render(request, "notification/_count.html", {"unread": queries.unread(doors.actor_of(request).id)})


@require_GET
def newest(request: HttpRequest) -> HttpResponse:
    """Show the newest notices under the bell."""
    found = queries.mine(doors.actor_of(request).id, most=IN_BELL)
    return render(request, "notification/_newest.html", {"notices": found})


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark what was shown as read."""
    services.mark_read(newest=_number(request.POST.get("newest", "")), act=_act(request))
    return HttpResponseRedirect(reverse("notices"))


@require_POST
def open_one(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one notice as read and go where it leads."""
    services.mark_read(notice_id=notice_id, act=_act(request))
    back = request.POST.get("link", "")
    return HttpResponseRedirect(back if settingspage.leads_inside(back) else reverse("notices"))


@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """Show and keep how I want to be told."""
    actor = doors.actor_of(request)
    if request.method == "GET":
        return render(request, "notification/settings.html", {"form": settingspage.form_for(actor), "place": "notices"})
    typed = request.POST
    try:
        services.save_wishes(
            mail=typed.get("mail", ""),
            wecom_user=typed.get("wecom_user", ""),
            language=typed.get("language", ""),
            quiet_from=typed.get("quiet_from", ""),
            quiet_to=typed.get("quiet_to", ""),
            daily_digest=bool(typed.get("daily_digest")),
            wanted=settingspage.ticked(typed.getlist("wanted")),
            act=_act(request),
        )
    except Invalid as problem:
        form = settingspage.form_for(actor, typed=typed, problem=problem)
        return render(request, "notification/settings.html", {"form": form, "place": "notices"}, status=problem.status)
    messages.success(request, _("Your notice settings are saved."))
    return HttpResponseRedirect(reverse("notice_settings"))


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Show the administrators what was told to whom, how it went, and the channels."""
    return _sent(request)


def _sent(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    actor = doors.actor_of(request)
    found = queries.admin_page(actor, queries.Filter.of(request.GET.dict()))
    shown: dict[str, Any] = {"page": found, "problem": problem, "pause": queries.running_pause(), "place": "settings"}
    shown |= {"channels": queries.shown_channels(), "may_manage": queries.manages_channels(actor), "desk": settingspage.channel_desk(actor)}
    return render(request, "notification/sent.html", shown, status=problem.status if problem else 200)


def _done(request: HttpRequest, work: Any, told: str) -> HttpResponse:
    try:
        work()
    except Problem as problem:
        return _sent(request, problem)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("notices_sent"))


@require_POST
def retry(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Let a failed notice wait to be sent once more."""
    return _done(request, lambda: services.retry(notice_id=notice_id, act=_act(request)), _("It will be sent again."))


@require_POST
def channel(request: HttpRequest) -> HttpResponse:
    """Open a channel or change one."""
    typed = request.POST

    def work() -> None:
        services.save_channel(
            code=typed.get("code", ""),
            integration=typed.get("integration", ""),
            name_zh=typed.get("name_zh", ""),
            enabled=bool(typed.get("enabled")),
            urgent_only=bool(typed.get("urgent_only")),
            entry=typed.get("entry", ""),
            body=_number(typed.get("body", "")) or None,
            shape=typed.get("shape", ""),
            act=_act(request),
        )

    return _done(request, work, _("The channel is saved."))


@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Throw the emergency switch, or let messages go out again."""
    if request.POST.get("end"):
        return _done(request, lambda: services.end_pause(act=_act(request)), _("Messages go out again."))
    why = request.POST.get("why", "")
    return _done(request, lambda: services.pause_everything(why=why, act=_act(request)), _("All channels are paused."))
