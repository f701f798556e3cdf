"""Requests of departments that wait for an answer (退单、延期、挂账), each with what helps to decide it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F
from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident, TaskRequest
from chengzhi.incidents.models.asking import REQUESTS
from chengzhi.incidents.queries.cards import Beside, beside, class_words, tags_of_incident
from chengzhi.incidents.queries.choices import words_of
from chengzhi.kernel import lights
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Tag
from chengzhi.kernel.lights import Standing
from chengzhi.kernel.models import Matter
from chengzhi.organisation import queries as organisation

ROWS = 60
EXAMINED = 500
LIKE = 3
STATES = (workflow.BACK_REQ, workflow.EXT_REQ, workflow.HANG_REQ)
REASONS = {"return": "return_reasons", "suspension": "suspension_reasons", "extension": "extension_reasons"}
ANSWERS = {"granted": ("同意", "granted"), "denied": ("不同意", "denied")}
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a request like this one was answered before."""

    unit: Words
    answer: Words
    opinion: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that waits: what is asked by whom and why, and what is known of such requests."""

    matter: Matter
    number: str
    kind: Words
    slug: str
    standing: Standing
    tags: tuple[Tag, ...]
    klass: Words
    address: str
    unit: Words
    reason: Words
    words: str
    until: datetime | None
    resume_on: Any
    asked_at: datetime
    photo: int | None
    of_case: int
    of_unit: int
    earlier: tuple[Earlier, ...]


def waiting(actor: Actor) -> tuple[Asked, ...]:
    """Return the requests that wait for an actor, the most urgent first, at most sixty, by a fixed number of statements."""
    held = Matter.objects.filter(open=True, holder_id__in=actor.holders, kind=workflow.TASK.name, state__in=STATES)
    matters = list(held.order_by(F("due_at").asc(nulls_last=True), "id").select_related("parent")[:ROWS])
    if not matters:
        return ()
    asked = {row.task_id: row for row in TaskRequest.objects.filter(task_id__in=[m.id for m in matters], answer="")}
    incidents = {row.pk: row for row in Incident.objects.filter(pk__in={m.parent_id for m in matters})}
    standings = lights.standings({m.id: (m.due_at, m.amber_at) for m in matters})
    own_pictures = documents.first_pictures([key for m in matters for key in (m.id, m.parent_id or 0, m.root_id)])
    of_case, of_unit = _returns_of_cases(incidents), _returns_of_units({row.unit_id for row in asked.values()})
    past, known = _answered(asked.values()), beside(list(incidents))
    found = []
    for matter in matters:
        row, request = incidents.get(matter.parent_id or 0), asked.get(matter.id)
        if row is None or request is None:
            continue
        shown = own_pictures.get(matter.id) or own_pictures.get(row.pk) or own_pictures.get(matter.root_id)
        counts = (of_case.get(row.pk, 0), of_unit.get(request.unit_id, 0))
        found.append(_asked(matter, row, request, standings[matter.id], known, shown, counts, _like(row, request, past)))
    return tuple(found)


def count(actor: Actor) -> int:
    """Return how many requests wait for an actor."""
    return Matter.objects.filter(open=True, holder_id__in=actor.holders, kind=workflow.TASK.name, state__in=STATES).count()


def _asked(
    matter: Matter,
    row: Incident,
    request: TaskRequest,
    standing: Standing,
    known: Beside,
    photo: int | None,
    counts: tuple[int, int],
    earlier: tuple[Earlier, ...],
) -> Asked:
    return Asked(
        matter=matter,
        number=matter.parent.number if matter.parent else matter.number,
        kind=REQUESTS[request.kind],
        slug=request.kind,
        standing=standing,
        tags=tags_of_incident(row, known),
        klass=class_words(row.class_code),
        address=row.address,
        unit=_name(request.unit_id),
        reason=words_of(REASONS[request.kind], request.reason) if request.reason else ("", ""),
        words=request.words or request.plan,
        until=request.until,
        resume_on=request.resume_on,
        asked_at=request.asked_at,
        photo=photo,
        of_case=counts[0],
        of_unit=counts[1],
        earlier=earlier,
    )


def _name(unit: int) -> Words:
    return organisation.holder_names([unit]).get(unit, ("—", "—"))


def _returns_of_cases(incidents: Mapping[int, Incident]) -> dict[int, int]:
    asked = TaskRequest.objects.filter(kind="return", task__matter__parent_id__in=list(incidents))
    return dict(asked.values_list("task__matter__parent_id").annotate(n=Count("id")))


def _returns_of_units(units: Iterable[int]) -> dict[int, int]:
    month = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    asked = TaskRequest.objects.filter(unit_id__in=list(units), kind="return", asked_at__gte=month)
    return dict(asked.values_list("unit_id").annotate(n=Count("id")))


def _answered(asked: Iterable[TaskRequest]) -> Sequence[tuple[TaskRequest, str]]:
    """Return the newest answered requests of these units and kinds with the class of their cases, at most five hundred."""
    rows = list(asked)
    done = TaskRequest.objects.filter(unit_id__in={r.unit_id for r in rows}, kind__in={r.kind for r in rows}, answered_at__isnull=False)
    newest = list(done.order_by("-id").annotate(case=F("task__matter__parent_id"))[:EXAMINED])
    classes = dict(Incident.objects.filter(pk__in={row.case for row in newest}).values_list("pk", "class_code"))
    return [(row, classes.get(row.case, "")) for row in newest]


def _like(row: Incident, request: TaskRequest, past: Sequence[tuple[TaskRequest, str]]) -> tuple[Earlier, ...]:
    same = [old for old, code in past if old.kind == request.kind and code == row.class_code and old.answer in ANSWERS]
    return tuple(Earlier(_name(old.unit_id), ANSWERS[old.answer], old.opinion, old.answered_at or old.asked_at) for old in same[:LIKE])
