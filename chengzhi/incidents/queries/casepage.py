"""The case page in one question: head, evidence, clocks, time line, links, and whether the trail is intact."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import ClosingCondition, Incident, Task, TaskRequest
from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries import after, crews, linked, shielding, timeline
from chengzhi.incidents.queries.cards import beside, class_words, photo, pictures, tags_of_incident
from chengzhi.incidents.queries.choices import amount_words, words_of
from chengzhi.incidents.queries.facts import incident_row
from chengzhi.incidents.queries.reporter import Reporter, reporter_of
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

Words = tuple[str, str]
COLUMNS = (
    ("report", ("上报", "Reported"), ("report", "verify", "other")),
    ("dispose", ("处置", "Handled"), ("dispose",)),
    ("check", ("核查", "Checked"), ("check",)),
)
CLOCK_ORDER = (
    "accept",
    "verify",
    "file",
    "dispatch",
    "sign",
    "dispose",
    "send_check",
    "check",
    "close",
    "return_visit",
    "judge",
    "sample",
    "look_again",
    "appeal",
    "total",
)
VERIFIED = "verify_results"
SUSPENSION, SUSPENSION_REASONS = "suspension", "suspension_reasons"
USUAL_CLOSING = ("问题已消除，现场恢复正常，无遗留隐患", "The problem is gone, the place is as it should be, no danger is left")


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
class With:
    """With whom the matter is now: the body, a person there with a masked number, and the clear one for those who may call."""

    holder: Words
    person: str
    phone: str
    call: str


@dataclass(frozen=True, slots=True)
class Suspended:
    """A suspension in force (挂账): until when, why, by which plan, granted by whom."""

    until: date
    reason: Words
    plan: str
    granted_by: str
    past: bool


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
    reporter: Reporter
    closing: Words
    with_whom: tuple[With, ...]
    suspended: tuple[Suspended, ...]
    columns: tuple[tuple[str, Words, tuple[Shown, ...]], ...]
    clocks: tuple[ClockRow, ...]
    parts: tuple[PartRow, ...]
    compared: tuple[Shown, Shown] | None
    merged_into: str
    merged: tuple[linked.MergedReport, ...]
    earlier: tuple[linked.EarlierCase, ...]
    links: tuple[after.Linked, ...]
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
    columns = _columns(pictures(family, actor), row)
    return CasePage(
        matter=family.matter,
        row=row,
        state=workflow.INCIDENT.states[family.matter.state],
        standing=_standing(family, now),
        tags=tags_of_incident(row, beside([row.pk])),
        klass=class_words(row.class_code),
        source=INCIDENT_SOURCES.get(row.source, (row.source, row.source)),
        condition=timeline.condition_words(row.class_code, row.condition),
        node=names.get(family.matter.node_id, ("", "")),
        reporter=reporter_of(row, actor),
        closing=closing_words(row),
        with_whom=tuple(_with(holder, names[holder], family.matter, actor) for holder in holders if holder in names),
        suspended=_suspended(family, actor, now),
        columns=columns,
        compared=_compared(columns),
        clocks=tuple(_clock_rows(family, now)),
        parts=tuple(_parts(family, actor, now)),
        merged_into=_number_of(row.merged_into_id, actor),
        merged=linked.merged_reports(row, actor),
        earlier=linked.earlier_here(row, actor),
        links=after.links_of(row.pk, actor),
        verified=words_of(VERIFIED, row.verified) if row.verified else ("", ""),
        line=timeline.of(family, row, actor),
        steps=pages.steps_of(family, actor),
        intact=verify.holds(family.root.id),
    )


def _holders(family: Family) -> list[int]:
    """Return who has the matter now: its holder, or those of its open parts; nobody when it has ended."""
    waiting = [family.matter] if family.matter.holder_id else [part.matter for part in family.parts(only_open=True, on_path=True)]
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


def _with(holder: int, named: Words, matter: Matter, actor: Actor) -> With:
    if shielding.hides_post(matter, holder, actor):
        return With(shielding.NAMELESS, "", "", "")
    people = organisation.people_at(holder)[:1]
    if not people:
        return With(named, "", "", "")
    call = organisation.number_to_call(holder) if actor.may(organisation.CALL, matter.node_id) else ""
    return With(named, people[0].name, people[0].phone, call)


def closing_words(row: Incident) -> Words:
    """Return when an incident may be closed: by its condition before its class, its county before the city, or the usual words."""
    today = timezone.localdate()
    known = ClosingCondition.objects.filter(
        class_code=row.class_code, condition__in=("", row.condition), node_code__in=("", row.county_code), valid_from__lte=today
    )
    in_force = [one for one in known if one.valid_to is None or one.valid_to >= today]
    best = max(in_force, key=lambda one: (one.condition != "", one.node_code != "", one.valid_from), default=None)
    return (best.text_zh, best.text_en) if best else USUAL_CLOSING


def _suspended(family: Family, actor: Actor, now: datetime) -> tuple[Suspended, ...]:
    """Return the suspensions in force of the tasks that a person may see."""
    visible = [part.focus for part in family.parts(only_open=True) if part.visible_to(actor)]
    if not visible:
        return ()
    rows = TaskRequest.objects.filter(task__in=visible, kind=SUSPENSION, answer="granted", resumed_at__isnull=True)
    today = timezone.localdate(now)
    return tuple(
        Suspended(
            row.resume_on,
            words_of(SUSPENSION_REASONS, row.reason),
            row.plan,
            organisation.staff_name(row.answered_by or 0),
            row.resume_on < today,
        )
        for row in rows
        if row.resume_on is not None
    )


def _compared(columns: tuple[tuple[str, Words, tuple[Shown, ...]], ...]) -> tuple[Shown, Shown] | None:
    """Return the first picture of the report and the newest one of the check, or else of the disposal."""
    reported, disposed, checked = (shown for _, _, shown in columns)
    after = checked or disposed
    return (reported[0], after[-1]) if reported and after else None


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
    whose = _clock_owners(family)
    return [_clock_row(matter, clock, now, whose=whose.get(matter.id)) for matter, clock in own]


def _clock_owners(family: Family) -> dict[int, int]:
    """Return whose clocks those of a part are: its holder's, but the unit's while somebody else must answer what it asked."""
    held = {part.matter.id: part.matter.holder_id for part in family.parts() if part.matter.holder_id}
    tasks = [part.matter.id for part in family.parts("task") if part.matter.open]
    return held | (dict(Task.objects.filter(pk__in=tasks).values_list("pk", "unit_id")) if tasks else {})


def _clock_row(matter: Matter, clock: Clock, now: datetime, *, whose: int | None) -> ClockRow:
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
        whose=organisation.name_of(whose) if whose else "",
        instance=clock.instance,
    )


def _parts(family: Family, actor: Actor, now: datetime) -> list[PartRow]:
    found = [family.at(member.id) for member in family.descendants() if member.id != family.focus]
    visible = [part for part in found if part.visible_to(actor)]
    names = organisation.holder_names([part.matter.holder_id or part.matter.node_id for part in visible])
    links = _crew_links(visible, actor)
    return [_part(part, names.get(part.matter.holder_id or part.matter.node_id, ("", "")), now, links) for part in visible]


def _crew_links(parts: list[Family], actor: Actor) -> dict[int, str]:
    """Return the links of crews for the unit that gave them the work; whoever has no crew at work asks nothing."""
    tasks = [part for part in parts if part.matter.kind == workflow.TASK.name and part.matter.open]
    return {key: url for task in tasks for key, url in crews.links_of_task(task, actor).items()}


def _part(part: Family, holder: Words, now: datetime, links: dict[int, str]) -> PartRow:
    kind = KINDS[part.matter.kind]
    url = f"/incidents/{part.matter.number}" if kind is workflow.INCIDENT else links.get(part.focus, "")
    return PartRow(part.matter, (kind.zh, kind.en), kind.states[part.matter.state], holder, _standing(part, now), url)
