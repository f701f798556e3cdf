"""What counts against a department this month (超期、返工), so that it can appeal about it where it sees it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Appeal, Incident
from chengzhi.incidents.queries.cards import class_words
from chengzhi.incidents.queries.choices import words_of
from chengzhi.kernel.access import Actor
from chengzhi.kernel.ids import first_at
from chengzhi.kernel.models import Clock

SHOWN = 40
LONGEST_LIMIT = timedelta(days=92)
OVERDUE, REWORK = "overdue", "rework"
Words = tuple[str, str]
WAITS: Words = ("申诉待裁定", "appeal to be decided")
NONE: Words = ("", "")


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that counts, and how its appeal stands: empty while nobody appealed."""

    slug: str
    name: Words
    appeal: Words


@dataclass(frozen=True, slots=True)
class Counted:
    """One closed incident of which something counts against the unit; `id` and `version` are those of the incident."""

    id: int
    version: int
    number: str
    klass: Words
    ended_at: datetime
    subjects: tuple[Subject, ...]

    @property
    def open(self) -> bool:
        """Whether an appeal about something of it can still be made."""
        return any(not subject.appeal[0] for subject in self.subjects)


def counted(actor: Actor, now: datetime) -> tuple[Counted, ...]:
    """Return what counts against the units of a person who may appeal, the newest first, by three statements."""
    if not actor.may_somewhere(workflow.APPEAL_RIGHT):
        return ()
    begin = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ended = Clock.objects.filter(
        Q(ended_at__gt=F("due_at")) | Q(matter__parent__as_incident__rework_count__gt=0),
        kind="dispose",
        ended_at__gte=begin,
        matter__id__gte=first_at(begin - LONGEST_LIMIT),
        matter__holder_id__in=actor.holders,
        matter__kind=workflow.TASK.name,
        matter__state=workflow.DONE,
        matter__parent__state=workflow.CLOSED,
    )
    rows = list(ended.select_related("matter__parent").order_by("-ended_at", "-id")[:SHOWN])
    incidents = Incident.objects.in_bulk({row.matter.parent_id for row in rows if row.matter.parent_id})
    appeals = _appeals(list(incidents), actor)
    found: dict[int, Counted] = {}
    for row in rows:
        parent = row.matter.parent
        if parent is not None and parent.id not in found:
            incident = incidents[parent.id]
            klass, subjects = class_words(incident.class_code), _subjects(row, incident, appeals)
            found[parent.id] = Counted(parent.id, parent.version, parent.number, klass, row.ended_at or now, subjects)
    return tuple(found.values())


def _appeals(incidents: list[int], actor: Actor) -> dict[tuple[int | None, str], Words]:
    """Return how the appeals of the actor's units stand, by incident and subject."""
    own = Appeal.objects.filter(matter__parent_id__in=incidents, unit_id__in=actor.holders)
    rows = own.values_list("matter__parent_id", "about", "decision")
    return {(key, about): words_of("appeal_decisions", decision) if decision else WAITS for key, about, decision in rows}


def _subjects(row: Clock, incident: Incident, appeals: dict[tuple[int | None, str], Words]) -> tuple[Subject, ...]:
    late = row.due_at is not None and row.ended_at is not None and row.ended_at > row.due_at
    slugs = [slug for slug, holds in ((OVERDUE, late), (REWORK, incident.rework_count > 0)) if holds]
    return tuple(Subject(slug, words_of("appeal_subjects", slug), appeals.get((incident.pk, slug), NONE)) for slug in slugs)
