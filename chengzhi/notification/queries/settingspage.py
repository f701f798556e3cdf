"""What the pages of settings show: my wishes as they are or as they were typed, and what a new channel can be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Option
from chengzhi.kernel.problems import Fault, Problem
from chengzhi.notification.integrations import REGISTRY
from chengzhi.notification.messages import CHOSEN_BY_PEOPLE, MESSAGES, Message
from chengzhi.notification.models import LOG, Channel
from chengzhi.notification.queries.channels import open_channels
from chengzhi.notification.queries.people import Wishes, wishes_of
from chengzhi.organisation import queries as organisation


@dataclass(frozen=True, slots=True)
class Field:
    """One field with what was typed and what is wrong with it."""

    name: str
    value: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """One box of the table of wishes."""

    value: str
    on: bool


@dataclass(frozen=True, slots=True)
class WishLine:
    """One kind of message with a box for each channel."""

    message: Message
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One channel as its column head: its name, whether only urgent messages take it, what is missing to be reached by it."""

    zh: str
    en: str
    urgent_only: bool
    lacking: tuple[str, str]


@dataclass(frozen=True, slots=True)
class WishForm:
    """My settings as the page draws them."""

    fields: dict[str, Field]
    language: str
    daily_digest: bool
    ways: tuple[Way, ...]
    lines: tuple[WishLine, ...]
    phone: str
    problem: Problem | None


def form_for(actor: Actor, *, typed: QueryDict | None = None, problem: Problem | None = None) -> WishForm:
    """Return my settings, or what was typed and why it was refused."""
    wishes = wishes_of([actor.id])[actor.id]
    channels = [row for row in open_channels() if not REGISTRY[row.integration].to_group]
    reach = wishes.reach
    stored = {
        "mail": reach.mail,
        "wecom_user": reach.wecom_user,
        "quiet_from": f"{reach.quiet_from:%H:%M}",
        "quiet_to": f"{reach.quiet_to:%H:%M}",
    }
    faults = problem.faults if problem else ()
    fields = {
        name: Field(name, typed.get(name, "") if typed is not None else value, tuple(fault for fault in faults if fault.field == name))
        for name, value in stored.items()
    }
    chosen = set(typed.getlist("wanted")) if typed is not None else None
    return WishForm(
        fields=fields,
        language=typed.get("language", "zh") if typed is not None else reach.language,
        daily_digest=bool(typed.get("daily_digest")) if typed is not None else reach.daily_digest,
        ways=tuple(_way(row, wishes) for row in channels),
        lines=tuple(_line(MESSAGES[slug], channels, wishes, chosen) for slug in CHOSEN_BY_PEOPLE),
        phone=organisation.masked(wishes.addresses.get("sms", "")),
        problem=problem,
    )


def _way(row: Channel, wishes: Wishes) -> Way:
    made = REGISTRY[row.integration]
    lacking = ("", "") if row.integration in wishes.addresses else (made.address_zh, made.address_en)
    return Way(row.name_zh, made.en, row.urgent_only, lacking)


def _line(message: Message, channels: Iterable[Channel], wishes: Wishes, chosen: set[str] | None) -> WishLine:
    def on(row: Channel) -> bool:
        value = f"{message.slug}:{row.code}"
        return wishes.wanted.get((message.slug, row.code), message.loud) if chosen is None else value in chosen

    return WishLine(message, tuple(Tick(f"{message.slug}:{row.code}", on(row)) for row in channels))


def ticked(values: Iterable[str]) -> set[tuple[str, str]]:
    """Return the pairs (message, channel) of ticked boxes."""
    pairs = (value.partition(":") for value in values)
    return {(slug, code) for slug, _, code in pairs if slug in MESSAGES}


def leads_inside(link: str) -> bool:
    """Tell whether an address stays on the platform."""
    return link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)


def channel_desk(actor: Actor) -> dict[str, Any]:
    """Return what the form of a channel offers: integrations, and bodies whose groups a robot may speak to."""
    kinds = [Option(made.code, made.zh, made.en) for made in REGISTRY.values() if made.code != LOG]
    bodies = [Option(str(unit.id), unit.name, unit.name_en) for node in organisation.nodes() for unit in organisation.units_of(node.id)]
    return {"kinds": kinds, "bodies": bodies if actor.holders else []}
