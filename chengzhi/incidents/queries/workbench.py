"""The dispatcher's bench: what waits for dispatch, each with the unit that is proposed, the reason, and the limit that will result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import maps
from chengzhi.incidents.queries.cards import Beside, beside, class_words, tags_of_incident
from chengzhi.incidents.queries.choices import amount_words, place_codes
from chengzhi.kernel import cards, clocks, lights
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Tag
from chengzhi.kernel.lights import Standing
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.kernel.workflow import KINDS
from chengzhi.kernel.workflow.table import Step
from chengzhi.organisation import queries as organisation
from chengzhi.powers import queries as powers

ROWS = 60
MOST_AT_ONCE = 50
NEWS_OF_POWERS = timedelta(days=30)
FIRM = {"high": ("高", "high"), "medium": ("中", "medium"), "low": ("低", "low")}
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The unit that is proposed, why, and how sure that is; `notes` say what the dispatcher should know before he follows it."""

    unit: int
    name: Words
    reason: Words
    confidence: str
    notes: tuple[Words, ...]

    @property
    def firm(self) -> Words:
        """How sure the proposal is, in words."""
        return FIRM[self.confidence]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One incident that waits for dispatch."""

    matter: Matter
    standing: Standing
    tags: tuple[Tag, ...]
    klass: Words
    address: str
    photo: int | None
    proposal: Proposal | None
    limit: Words
    due_at: datetime | None
    outside: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """One page of what waits for dispatch, with how many there are in all and how many of them are overdue."""

    rows: tuple[Waiting, ...]
    total: int
    red: int
    more: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """What a batch by proposal will do: the rows of each unit, and those that cannot go because nobody is proposed."""

    groups: tuple[tuple[Words, tuple[Waiting, ...]], ...]
    without: tuple[Waiting, ...]
    gone: int

    @property
    def count(self) -> int:
        """How many incidents will be dispatched."""
        return sum(len(rows) for _, rows in self.groups)


def _held(actor: Actor) -> Any:
    return Matter.objects.filter(
        open=True, holder_id__in=actor.holders, kind=workflow.INCIDENT.name, state=workflow.TO_DISPATCH
    )


def bench(actor: Actor, *, rows: int = ROWS) -> Bench:
    """Return what waits for dispatch with an actor, the most urgent first: as many statements for many rows as for few."""
    now = timezone.now()
    counted = _held(actor).aggregate(total=Count("id"), red=Count("id", filter=Q(due_at__lte=now)))
    found = list(_held(actor).order_by(F("due_at").asc(nulls_last=True), "id")[: min(rows, 10 * ROWS) + 1])
    return Bench(_rows(found[:rows], now), counted["total"], counted["red"], len(found) > rows)


def chosen(actor: Actor, ids: Iterable[int]) -> tuple[Waiting, ...]:
    """Return those of some matters that wait for dispatch with the actor, at most fifty."""
    wanted = list(dict.fromkeys(ids))[:MOST_AT_ONCE]
    return _rows(list(_held(actor).filter(id__in=wanted).order_by(F("due_at").asc(nulls_last=True), "id")), timezone.now())


def plan(actor: Actor, ids: Sequence[int]) -> Planned:
    """Return what a batch by proposal would do with some matters, grouped by unit; `gone` counts those that wait no longer."""
    rows = chosen(actor, ids)
    groups: dict[int, list[Waiting]] = {}
    for row in rows:
        if row.proposal is not None:
            groups.setdefault(row.proposal.unit, []).append(row)
    named = sorted(groups.values(), key=lambda group: (-len(group), group[0].proposal.name if group[0].proposal else ("", "")))
    return Planned(
        groups=tuple((group[0].proposal.name if group[0].proposal else ("", ""), tuple(group)) for group in named),
        without=tuple(row for row in rows if row.proposal is None),
        gone=len(set(ids)) - len(rows),
    )


def _rows(matters: Sequence[Matter], now: datetime) -> tuple[Waiting, ...]:
    incidents = {row.pk: row for row in Incident.objects.filter(pk__in=[matter.id for matter in matters])}
    standings = lights.standings({matter.id: (matter.due_at, matter.amber_at) for matter in matters}, now)
    pictures = documents.first_pictures({key for matter in matters for key in (matter.id, matter.root_id)})
    refused, known = _returned_by(matters), beside(list(incidents))
    rows = []
    for matter in matters:
        row = incidents[matter.id]
        row.matter = matter
        shown = pictures.get(matter.id) or pictures.get(matter.root_id)
        proposal = _proposal(row, now, refused.get(matter.id, frozenset()))
        rows.append(_waiting(row, standings[matter.id], shown, proposal, known, now))
    return tuple(rows)


def _waiting(
    row: Incident, standing: Standing, photo: int | None, proposal: Proposal | None, known: Beside, now: datetime
) -> Waiting:
    limit, due = ("", ""), None
    if row.limit_amount is not None:
        asked = clocks.Limit(row.limit_amount, row.limit_unit)
        limit, due = amount_words(row.limit_amount, row.limit_unit), clocks.add(now, asked, clocks.scheme(row.limit_scheme, on=now))
    own = (Tag("plain", "市级交办", "from the city"),) if row.matter.parent_id is not None else ()
    tags = (*tags_of_incident(row, known), *own)
    return Waiting(
        row.matter, standing, tags, class_words(row.class_code), row.address, photo, proposal, limit, due, outside=not row.cell_code
    )


def _returned_by(matters: Sequence[Matter]) -> dict[int, frozenset[int]]:
    """Return which units have given each incident back before."""
    back = Matter.objects.filter(
        parent_id__in=[matter.id for matter in matters], kind=workflow.TASK.name, state=workflow.RETURNED, as_task__isnull=False
    )
    found: dict[int, set[int]] = {}
    for incident, unit in back.values_list("parent_id", "as_task__unit_id"):
        found.setdefault(incident, set()).add(unit)
    return {key: frozenset(units) for key, units in found.items()}


def _proposal(row: Incident, now: datetime, refused: frozenset[int]) -> Proposal | None:
    today = timezone.localdate(now)
    named = powers.candidates("incident", row.class_code, place_codes(row), today, node=row.node_id, n=3)
    if not named:
        return None
    first = next((answer for answer in named if answer.body_id not in refused), named[0])
    notes = [*_claims(first, named), *_dates(first, today)]
    if refused:
        notes.append(("曾被退回：" + "、".join(map(organisation.name_of, refused)), "returned before by " + _english(refused)))
    if _is_node(first.body_id):
        notes.append(("县区自办", "the county does it itself"))
    return Proposal(first.body_id, (first.body_zh, first.body_en), (first.reason_zh, first.reason_en), first.confidence, tuple(notes))


def _english(units: Iterable[int]) -> str:
    return ", ".join(en or zh for zh, en in organisation.holder_names(units).values())


def _claims(first: powers.Answer, named: Sequence[powers.Answer]) -> list[Words]:
    """Return what a second unit can say for itself: a ground of another kind that is as sure as the first one's."""
    if first.confidence != powers.HIGH:
        return []
    others = [a for a in named if a.body_id != first.body_id and a.ground != first.ground and a.confidence == powers.HIGH]
    return [(f"两家均有依据，另有{other.reason_zh}", f"two units claim it; also {other.reason_en}") for other in others[:1]]


def _dates(first: powers.Answer, today: date) -> list[Words]:
    if first.valid_from is not None and today - first.valid_from <= NEWS_OF_POWERS:
        return [(f"{first.valid_from} 起由该单位负责", f"with this unit since {first.valid_from}")]
    if first.valid_to is not None and first.valid_to - today <= NEWS_OF_POWERS:
        return [(f"该单位负责至 {first.valid_to}", f"with this unit until {first.valid_to}")]
    return []


def _is_node(body: int) -> bool:
    found = organisation.body(body)
    return found is not None and found.kind == "node"


@dataclass(frozen=True, slots=True)
class Load:
    """What a unit has open: counts by state, how many are overdue or due soon, and the most urgent ones."""

    unit: int
    name: Words
    states: tuple[tuple[Words, int], ...]
    open: int
    red: int
    yellow: int
    urgent: tuple[tuple[str, str, Words, Standing], ...]


def load(actor: Actor, unit: int, now: datetime | None = None) -> Load:
    """Return the open load of a unit of the actor's own nodes. Raises NotFound for any other unit."""
    body, now = maps.own_unit(actor, unit), now or timezone.now()
    held = Matter.objects.filter(open=True, holder_id=unit, kind=workflow.TASK.name)
    counts: Mapping[str, int] = dict(held.values_list("state").annotate(n=Count("id")).order_by())
    late = held.aggregate(
        red=Count("id", filter=Q(due_at__lte=now)), yellow=Count("id", filter=Q(amber_at__lte=now, due_at__gt=now))
    )
    first = list(held.filter(due_at__isnull=False).select_related("parent").order_by("due_at", "id")[:5])
    standings = lights.standings({matter.id: (matter.due_at, matter.amber_at) for matter in first}, now)
    classes = dict(Incident.objects.filter(pk__in=[m.parent_id for m in first]).values_list("pk", "class_code"))
    return Load(
        unit=unit,
        name=(body.name, body.name_en),
        states=tuple(((s.zh, s.en), counts[s.slug]) for s in workflow.TASK.states.values() if s.slug in counts),
        open=sum(counts.values()),
        red=late["red"],
        yellow=late["yellow"],
        urgent=tuple(
            (m.parent.number if m.parent else m.number, m.number, class_words(classes.get(m.parent_id or 0, "")), standings[m.id])
            for m in first
        ),
    )


def moved_by(actor: Actor, ids: Iterable[int]) -> dict[str, tuple[str, datetime, Step]]:
    """Return for matters that the actor may see who has moved each last, when and by which step."""
    own = Q(node_id__in=actor.nodes) | Q(holder_id__in=actor.holders) | Q(asker_id__in=actor.holders)
    seen = Matter.objects.filter(own, id__in=list(ids)).values("id")
    found = {}
    for entry in TrailEntry.objects.filter(matter_id__in=seen).order_by("root_id", "seq"):
        found[str(entry.matter_id)] = (cards.person(entry.actor), entry.at, KINDS[entry.kind].steps[entry.step])
    return found
