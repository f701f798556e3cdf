"""What a report will meet, shown while it is typed: where it lies, who will answer, how long he has, what is open nearby already."""

import re
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import registers
from chengzhi.incidents.queries.cards import class_words
from chengzhi.incidents.queries.choices import amount_words
from chengzhi.incidents.queries.detail import nearby_open
from chengzhi.kernel.access import Actor
from chengzhi.kernel.models import Matter
from chengzhi.kernel.problems import NotFound
from chengzhi.organisation import queries as organisation
from chengzhi.powers import queries as powers
from chengzhi.territory import queries as territory

RECENT = 6
EXAMINED = 200
SEARCHED = 10_000
SHORT = re.compile(r"(?:(\d{4})-)?(\d{4})$")
FOUND = 20
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Near:
    """An open incident of the same class nearby; `visible` when the person may open it, else he knows no more than these words."""

    number: str
    address: str
    metres: int
    state: Words
    visible: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """The answer for a class at a position; what is not known yet is empty."""

    place: territory.Place | None
    outside: bool
    klass: Words
    unit: Words
    reason: Words
    limits: tuple[tuple[Words, Words], ...]
    near: tuple[Near, ...]


def outlook(actor: Actor, class_code: str, lon: float | None, lat: float | None, crs: str = "cgcs2000") -> Outlook:
    """Return what a report of a class at a position would meet today."""
    found = None
    if lon is not None and lat is not None:
        lon, lat = territory.position(lon, lat, crs)
        found = territory.locate(lon, lat)
    outside = found is None and lon is not None
    known = registers.class_view(class_code)
    if known is None:
        return Outlook(found, outside, ("", ""), ("", ""), ("", ""), (), ())
    answer = _answer(class_code, found)
    return Outlook(
        place=found,
        outside=outside,
        klass=class_words(class_code),
        unit=(answer.body_zh, answer.body_en) if answer else ("", ""),
        reason=(answer.reason_zh, answer.reason_en) if answer else ("", ""),
        limits=_limits(class_code, found),
        near=_near(actor, class_code, found, lon, lat),
    )


def _answer(class_code: str, found: territory.Place | None) -> powers.Answer | None:
    if found is None:
        return None
    codes = powers.PlaceCodes(county=found.county_code, community=found.community_code, duty_grid=found.duty_grid, cell=found.cell_code)
    return powers.responsible("incident", class_code, codes, timezone.localdate(), node=_commanding(found))


def _commanding(found: territory.Place) -> int | None:
    try:
        return organisation.commanding(organisation.node_by_code(found.county_code).id).id
    except NotFound:
        return None


def _limits(class_code: str, found: territory.Place | None) -> tuple[tuple[Words, Words], ...]:
    area, county, today = (found.area_class, found.county_code, timezone.localdate()) if found else ("", "", timezone.localdate())
    rows = []
    for view in registers.conditions_of(class_code):
        limit = registers.limit_for(class_code, view.code, area, county, today)
        rows.append(((view.name_zh, view.name_en), amount_words(limit.amount, limit.unit)))
    return tuple(rows)


def _near(actor: Actor, class_code: str, found: territory.Place | None, lon: float | None, lat: float | None) -> tuple[Near, ...]:
    node = None if found is None else _commanding(found)
    if node is None or not (node in actor.nodes | {actor.node} or _registers_for(actor, node)):
        return ()  # what is open in another county is that county's own
    imagined = Incident(matter=Matter(id=0, opened_at=timezone.now()), class_code=class_code, lon=lon, lat=lat, node_id=node)
    own, states = node in actor.nodes | {actor.node}, workflow.INCIDENT.states
    return tuple(
        Near(row["number"], row["address"] if own else "", row["metres"], (state.zh, state.en), node in actor.nodes)
        for row in nearby_open(imagined)[:3]
        if (state := states[row["state"]])
    )


def _registers_for(actor: Actor, node: int) -> bool:
    """Tell whether a person takes the calls of a level above a node: he must know a duplicate, but reads nothing else of the node."""
    above = organisation.node(node).parent
    while above is not None:
        if actor.may(workflow.REGISTER, above):
            return True
        above = organisation.node(above).parent
    return False


def home(actor: Actor) -> tuple[float, float] | None:
    """Return where a map without a position begins: the middle of the person's county, of the city for the city's own posts."""
    node = None if actor.node is None else organisation.node(actor.node)
    return territory.middle("" if node is None or node.is_city else node.code) or territory.middle()


def recent_classes(actor: Actor) -> list[registers.ClassView]:
    """Return the classes that a person used in the last reports, the most frequent first, filled up with frequent ones of the city."""
    own = Incident.objects.filter(reporter_account=actor.id).order_by("-matter_id").values_list("class_code", flat=True)[:EXAMINED]
    used = list(own) if actor.id else []
    all_lately = (
        list(Incident.objects.order_by("-matter_id").values_list("class_code", flat=True)[:EXAMINED]) if len(set(used)) < RECENT else []
    )
    ranked = sorted(set(used), key=lambda code: -used.count(code))
    ranked += sorted(set(all_lately) - set(used), key=lambda code: (-all_lately.count(code), code))
    ranked += [view.code for view in registers.classes() if view.code not in ranked][:RECENT]
    views = (registers.class_view(code) for code in ranked[:RECENT])
    return [view for view in views if view is not None]


def find(actor: Actor, text: str) -> list[Matter]:
    """Return the incidents that a number names, newest first: a whole one, the short form, or its last four digits."""
    wanted = text.strip().upper()
    if not wanted:
        return []
    incidents = Matter.objects.filter(kind=workflow.INCIDENT.name)
    exact = list(incidents.filter(Q(number=wanted) | Q(earlier_number=wanted)))
    if exact:
        return exact
    short = SHORT.search(wanted)
    return _ending(actor, short[1] or "", short[2]) if short else []


def _ending(actor: Actor, day: str, digits: str) -> list[Matter]:
    held = Matter.objects.filter(holder_id__in=actor.holders).order_by("-id").values("root_id")[:SEARCHED]
    own = Matter.objects.filter(kind=workflow.INCIDENT.name, node_id__in=actor.nodes).order_by("-id").values("id")[:SEARCHED]
    ending = Q(number__endswith=digits, number__contains=day) | Q(earlier_number__endswith=digits, earlier_number__contains=day)
    found = Matter.objects.filter(ending, kind=workflow.INCIDENT.name).filter(Q(id__in=own) | Q(id__in=held))
    return list(found.order_by("-id")[:FOUND])
