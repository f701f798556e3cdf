"""What every page's frame knows: the city, the person, the rail, the language and the appearance."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengzhi.incidents import workflow
from chengzhi.kernel import inbox
from chengzhi.kernel.access import Actor
from chengzhi.organisation import queries as organisation

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
        "rail": _rail(known) if known else (),
        "me": partial(_me, known),
        "overdue": partial(_overdue, known),
    }


def _rail(actor: Actor) -> tuple[Stop, ...]:
    reports = any(actor.may_somewhere(right) for right in (workflow.REPORT, workflow.REGISTER))
    stops = [Stop("work", "inbox", _("Work"), reverse("my_work")), Stop("incidents", "list", _("Cases"), reverse("incidents"))]
    if reports:
        stops.append(Stop("report", "plus", _("Report"), reverse("report")))
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


def _overdue(actor: Actor | None) -> int:
    return sum(queue.red for queue in inbox.queues(actor)) if actor else 0
