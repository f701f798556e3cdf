"""What every page's frame knows: the city, the person, the rail, the language and the appearance."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengzhi.hotline import queries as calls
from chengzhi.incidents import workflow
from chengzhi.kernel import registers
from chengzhi.kernel.access import Actor
from chengzhi.notification import queries as notification
from chengzhi.organisation import queries as organisation
from chengzhi.site.demo import queries as demo
from chengzhi.site.demo import tour

APPEARANCE = "appearance"
LANGUAGES = (("zh-hans", "中文"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the rail: its icon, its two characters, and where it leads."""

    place: str
    icon: str
    label: Any
    url: str


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the values that the base template uses; what costs a query is asked only when a template does."""
    actor = getattr(request, "actor", None)
    known = actor if isinstance(actor, Actor) else None
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    return {
        "city_name": settings.CITY_NAME,
        "actor": known,
        "chinese": language != "en",
        "language": language,
        "languages": LANGUAGES,
        "appearance": request.COOKIES.get(APPEARANCE, "auto"),
        "text_size": request.COOKIES.get("text", "usual"),
        "density": request.COOKIES.get("density", "usual"),
        "rail": _rail(known) if known else (),
        "me": partial(_me, known),
        "unread": partial(_unread, known),
        "tour": partial(tour.strip, request),
        "demo": _is_demo,
    }


def _is_demo() -> bool:
    """Tell whether the city is invented, which every page of the citizens says at its foot."""
    return demo.MARK in registers.versions()


def _rail(actor: Actor) -> tuple[Stop, ...]:
    reports = any(actor.may_somewhere(right) for right in (workflow.REPORT, workflow.REGISTER))
    stops = [Stop("work", "inbox", _("Work"), reverse("my_work")), Stop("incidents", "list", _("Cases"), reverse("incidents"))]
    if any(actor.may_somewhere(right) for right in (workflow.DISPATCH, workflow.ANSWER)):
        stops.append(Stop("dispatch", "map", _("Bench"), reverse("dispatch")))
    if actor.may_somewhere(workflow.HANDLE):
        stops.append(Stop("board", "list-check", _("Board"), reverse("board")))
    if actor.may_somewhere(workflow.SEE_ODDITIES):
        stops.append(Stop("oddities", "eye", _("Oddities"), reverse("oddities")))
    if actor.may_somewhere(calls.DESK):
        stops.append(Stop("desk", "phone", _("Hotline"), reverse("desk")))
    if reports:
        stops.append(Stop("report", "plus", _("Report"), reverse("report")))  # which leads inspectors on to their phone page
    return tuple(stops)


def _me(actor: Actor | None) -> dict[str, Any]:
    if actor is None:
        return {}
    names = organisation.holder_names([key for key in (actor.node, actor.post, actor.unit) if key])
    return {
        "name": actor.name,
        "node": names.get(actor.node or 0, ("", "")),
        "post": names.get(actor.post or 0, ("", "")),
        "unit": names.get(actor.unit or 0, ("", "")),
        "posts": organisation.posts_of(actor.id),
    }


def _unread(actor: Actor | None) -> int:
    return notification.unread(actor.id) if actor else 0
