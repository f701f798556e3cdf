"""The case page in one question: head, evidence, clocks, time line, links, and whether the trail is intact."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries import timeline
from chengzhi.incidents.queries.cards import class_words, photo, pictures, tags_of
from chengzhi.incidents.queries.choices import amount_words, words_of
from chengzhi.incidents.queries.facts import incident_row
from chengzhi.kernel import clocks, lights, pages, place, verify
from chengzhi.kernel.access import Actor, act_now
from chengzhi.kernel.cards import Photo, Tag
from chengzhi.kernel.lights import Standing
from chengzhi.kernel.matter import Family, read
from chengzhi.kernel.models import Clock, Matter
from chengzhi.kernel.problems import NotFound
from chengzhi.kernel.workflow import KINDS
from chengzhi.kernel.workflow.table import State
from chengzhi.organisation import queries as organisation
from chengzhi.parties import queries as parties

Words = tuple[str, str]
COLUMNS = (
    ("report", ("上报", "Reported"), ("report", "verify", "other")),
    ("dispose", ("处置", "Handled"), ("dispose",)),
    ("check", ("核查", "Checked"), ("check",)),
)
CLOCK_ORDER = ("accept", "verify", "file", "dispatch", "sign", "dispose", "send_check", "check", "close", "total")
VERIFIED = "verify_results"


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture with what makes it credible: when, how far from the pin, and whether it was seen before."""

    photo: Photo
    taken: datetime
    metres: int | None
    seen_before: int


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One line of the clock table: limit, used, light, and the unit when the clock is that of a part."""

    name: Words
    limit: Words
    used: int
    working: bool
    standing: Standing
    ended: bool
    whose: str
    instance: int


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of the incident: a task, a visit, a request, or a county's own run with its page."""

    matter: Matter
    kind: Words
    state: State
    holder: Words
    standing: Standing
    url: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything that the case page shows to one person."""

    matter: Matter
    row: Incident
    state: State
    standing: Standing
    tags: tuple[Tag, ...]
    klass: Words
    source: Words
    condition: Words
    node: Words
    reporter: Words
    people: tuple[organisation.Person, ...]
    with_whom: tuple[Words, ...]
    columns: tuple[tuple[str, Words, tuple[Shown, ...]], ...]
    clocks: tuple[ClockRow, ...]
    parts: tuple[PartRow, ...]
    merged_into: str
    merged: tuple[str, ...]
    verified: Words
    line: tuple[timeline.Line, ...]
    steps: pages.Steps
    intact: bool


def case_page(number: str, actor: Actor) -> CasePage:
    """Return the page of an incident by report or case number; NotFound when the actor may not see it."""
    family = read(number, actor=actor)
    if family.matter.kind != workflow.INCIDENT.name:
        raise NotFound(f"没有找到案件“{number}”。", f"There is no incident “{number}”.")
    row = incident_row(family, act_now(actor))
    now = timezone.now()
    holders = _holders(family)
    names = organisation.holder_names([*holders, family.matter.node_id])
    links = dict(Incident.objects.filter(merged_into_id=row.pk).values_list("matter__number", "matter__node_id"))
    return CasePage(
        matter=family.matter,
        row=row,
        state=workflow.INCIDENT.states[family.matter.state],
        standing=_standing(family, now),
        tags=tags_of(urgent=row.urgent, rework=row.rework_count, replayed=row.replayed),
        klass=class_words(row.class_code),
        source=INCIDENT_SOURCES.get(row.source, (row.source, row.source)),
        condition=timeline.condition_words(row.class_code, row.condition),
        node=names.get(family.matter.node_id, ("", "")),
        reporter=_reporter(row),
        people=tuple(person for holder in holders[:2] for person in organisation.people_at(holder)[:1]),
        with_whom=tuple(names[holder] for holder in holders if holder in names),
        columns=_columns(pictures(family, actor), row),
        clocks=tuple(_clock_rows(family, now)),
        parts=tuple(_parts(family, actor, now)),
        merged_into=_number_of(row.merged_into_id, actor),
        merged=tuple(known for known, node in links.items() if node in actor.nodes),
        verified=words_of(VERIFIED, row.verified) if row.verified else ("", ""),
        line=timeline.of(family, row, actor),
        steps=pages.steps_of(family, actor),
        intact=verify.holds(family.root.id),
    )


def _holders(family: Family) -> list[int]:
    """Return who has the matter now: its holder, or those of its open parts; nobody when it has ended."""
    waiting = [family.matter] if family.matter.holder_id else [part.matter for part in family.parts(only_open=True)]
    return list(dict.fromkeys(matter.holder_id for matter in waiting if matter.open and matter.holder_id))


def _standing(family: Family, now: datetime) -> Standing:
    matter = family.matter
    running = [clock for member in family.descendants() for clock in family.clocks[member.id].values()]
    clock = next((c for c in running if c.due_at == matter.due_at and c.ended_at is None and not c.background), None)
    return lights.standing(matter.due_at, matter.amber_at, clock, now)


def _number_of(matter_id: int | None, actor: Actor) -> str:
    if matter_id is None:
        return ""
    found = Matter.objects.filter(pk=matter_id, node_id__in=actor.nodes).values_list("number", flat=True).first()
    return found or ""


def _reporter(row: Incident) -> Words:
    if row.reporter_account is not None:
        name = organisation.staff_name(row.reporter_account)
        return name, name
    if row.reporter_person is None:
        return "", ""
    known = parties.masked([row.reporter_person]).get(row.reporter_person)
    words = "" if known is None else f"{known['name']} {known['phone']}".strip()
    return words, words


def _columns(pieces: list[documents.Piece], row: Incident) -> tuple[tuple[str, Words, tuple[Shown, ...]], ...]:
    return tuple(
        (slug, words, tuple(_shown(piece, row) for piece in pieces if piece["stage"] in stages)) for slug, words, stages in COLUMNS
    )


def _shown(piece: documents.Piece, row: Incident) -> Shown:
    metres = None
    if piece["lon"] is not None and piece["lat"] is not None and row.lon is not None and row.lat is not None:
        metres = round(place.distance(piece["lon"], piece["lat"], row.lon, row.lat))
    return Shown(photo(piece), piece["taken_at"] or piece["uploaded_at"], metres, piece["seen_before"])


def _clock_rows(family: Family, now: datetime) -> list[ClockRow]:
    own = [(family.matter, clock) for clock in family.clocks[family.focus].values()]
    own += [(part.matter, clock) for part in family.parts() for clock in part.clocks[part.focus].values()]
    own.sort(key=lambda pair: (CLOCK_ORDER.index(pair[1].kind) if pair[1].kind in CLOCK_ORDER else len(CLOCK_ORDER), pair[0].id))
    return [_clock_row(matter, clock, now, own_part=matter.id != family.focus) for matter, clock in own]


def _clock_row(matter: Matter, clock: Clock, now: datetime, *, own_part: bool) -> ClockRow:
    kind = KINDS[matter.kind].clocks[clock.kind]
    until = clock.ended_at or clock.paused_at or now
    counting = clocks.scheme(clock.scheme if clock.unit in clocks.limits.WORKING_UNITS else "natural", on=clock.started_at)
    return ClockRow(
        name=(kind.zh.removesuffix("时限"), kind.en),
        limit=amount_words(clock.amount, clock.unit),
        used=clocks.elapsed_minutes(clock.started_at, until, counting),
        working=not counting.always,
        standing=lights.Standing(lights.light_of(clock.due_at, clock.amber_at, until, paused=clock.paused_at is not None), clock.due_at),
        ended=clock.ended_at is not None,
        whose=organisation.name_of(matter.holder_id) if own_part and matter.holder_id else "",
        instance=clock.instance,
    )


def _parts(family: Family, actor: Actor, now: datetime) -> list[PartRow]:
    found = [family.at(member.id) for member in family.descendants() if member.id != family.focus]
    visible = [part for part in found if part.visible_to(actor)]
    names = organisation.holder_names([part.matter.holder_id or part.matter.node_id for part in visible])
    return [_part(part, names.get(part.matter.holder_id or part.matter.node_id, ("", "")), now) for part in visible]


def _part(part: Family, holder: Words, now: datetime) -> PartRow:
    kind = KINDS[part.matter.kind]
    url = f"/incidents/{part.matter.number}" if kind is workflow.INCIDENT else ""
    return PartRow(part.matter, (kind.zh, kind.en), kind.states[part.matter.state], holder, _standing(part, now), url)
