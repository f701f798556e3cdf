"""The board of a department: its tasks in three columns, what hangs, what is supervised, and the month so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q
from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident, Supervision, Task, TaskRequest
from chengzhi.incidents.models.asking import REQUESTS
from chengzhi.incidents.queries import asking
from chengzhi.incidents.queries.cards import CO, LEAD, beside, class_words, tags_of_incident
from chengzhi.incidents.queries.counted import Counted, counted
from chengzhi.kernel import lights
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Tag
from chengzhi.kernel.ids import first_at
from chengzhi.kernel.lights import Standing
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Clock, Matter
from chengzhi.kernel.preview import Preview, preview
from chengzhi.organisation import queries as organisation

SHOWN = 40
EXAMINED = 2_000
LONGEST_LIMIT = timedelta(days=92)
ASKING = (workflow.BACK_REQ, workflow.EXT_REQ, workflow.HANG_REQ)
# What a card says of its state; the first two columns say it themselves.
TOLD = {s.slug: (s.zh, s.en) for s in workflow.TASK.states.values() if s.slug not in workflow.IN_HAND}
REQUESTED_BY = {"ask_return", "ask_extension"}
BEING_CHECKED = (workflow.TO_SEND_CHECK, workflow.CHECKING, workflow.TO_CLOSE)
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One task as its department sees it; `refused` holds the dispatcher's words when the last request was not granted."""

    matter: Matter
    number: str
    standing: Standing
    state: Words
    tags: tuple[Tag, ...]
    klass: Words
    address: str
    photo: int | None
    crew: str
    refused: tuple[Words, str] | None
    since: datetime | None
    grants: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column with how many there are in all."""

    slug: str
    name: Words
    total: int
    cards: tuple[BoardCard, ...]


@dataclass(frozen=True, slots=True)
class Supervised:
    """One supervision that this department must answer."""

    matter: Matter
    number: str
    klass: Words
    opinion: str
    reply_by: datetime
    standing: Standing


@dataclass(frozen=True, slots=True)
class Month:
    """The month so far of a department's tasks: due, in time, overdue and open, reworked; and how many will be overdue soon."""

    due: int
    in_time: int
    late: int
    rework: int
    soon: int

    @property
    def share(self) -> str:
        """The share in time with two decimals, a dash when nothing was due."""
        return f"{self.in_time * 100 / self.due:.2f}%" if self.due else "—"

    @property
    def few(self) -> bool:
        """Whether the sample is too small to judge by its share alone."""
        return 0 < self.due < 30


@dataclass(frozen=True, slots=True)
class Opened:
    """One task in the drawer: its preview, and what the rules grant before anything is asked for."""

    preview: Preview
    grants: asking.Allowances | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the board shows to one person."""

    columns: tuple[Column, ...]
    hung: tuple[BoardCard, ...]
    supervised: tuple[Supervised, ...]
    month: Month
    counted: tuple[Counted, ...]
    only_soon: bool


NAMES = {"sign": ("待签收", "To sign"), "hand": ("处置中", "In hand"), "check": ("已反馈待核查", "Reported, to be checked")}


def board(actor: Actor, *, only_soon: bool = False, now: datetime | None = None) -> Board:
    """Return the board of the units for which an actor works; the number of statements does not grow with the tasks."""
    now = now or timezone.now()
    mine = Matter.objects.filter(Q(holder_id__in=actor.holders) | Q(asker_id__in=actor.holders), open=True, kind=workflow.TASK.name)
    counts: Mapping[str, int] = dict(mine.values_list("state").annotate(n=Count("id")).order_by())
    soon = Q(amber_at__lte=now, due_at__gt=now) if only_soon else Q()
    by_urgency = mine.filter(soon).order_by(F("due_at").asc(nulls_last=True), "id").select_related("parent")
    groups = {
        "sign": list(by_urgency.filter(state=workflow.SENT)[:SHOWN]),
        "hand": list(by_urgency.filter(state__in=(workflow.SIGNED, *ASKING))[:SHOWN]),
        "check": [] if only_soon else _being_checked(actor),
    }
    hung = [] if only_soon else list(by_urgency.filter(state=workflow.HUNG)[:SHOWN])
    cards = _cards([matter for group in (*groups.values(), hung) for matter in group], now)
    totals = {
        "sign": counts.get(workflow.SENT, 0),
        "hand": sum(counts.get(state, 0) for state in (workflow.SIGNED, *ASKING)),
        "check": len(groups["check"]),
    }
    columns = tuple(
        Column(slug, NAMES[slug], len(group) if only_soon else totals[slug], tuple(cards[m.id] for m in group[:SHOWN]))
        for slug, group in groups.items()
    )
    against = () if only_soon else counted(actor, now)
    return Board(columns, tuple(cards[m.id] for m in hung), _supervised(actor, now), month(actor, now), against, only_soon)


def _being_checked(actor: Actor) -> list[Matter]:
    """Return the newest tasks that were reported done and whose incidents are not closed yet."""
    done = Matter.objects.filter(holder_id__in=actor.holders, kind=workflow.TASK.name, state=workflow.DONE)
    newest = done.order_by("-id").values("id")[:EXAMINED]
    waiting = Matter.objects.filter(id__in=newest, parent__open=True, parent__state__in=BEING_CHECKED)
    return list(waiting.select_related("parent").order_by("-id")[: SHOWN * 5])


def _cards(matters: Sequence[Matter], now: datetime) -> dict[int, BoardCard]:
    ids = [matter.id for matter in matters]
    tasks = {row.pk: row for row in Task.objects.filter(pk__in=ids)}
    incidents = {row.pk: row for row in Incident.objects.filter(pk__in={matter.parent_id for matter in matters})}
    pictures = documents.first_pictures({key for matter in matters for key in (matter.parent_id or 0, matter.root_id)})
    standings = lights.standings({matter.id: (matter.due_at, matter.amber_at) for matter in matters}, now)
    crews = _crews(ids)
    answers = _answers(ids)
    known = beside(list(incidents))
    granted = asking.allowances_of([matter for matter in matters if workflow.TASK.may_follow("ask_return", matter)], now)
    paused = dict(Clock.objects.filter(matter_id__in=ids, paused_at__isnull=False).values_list("matter_id", "paused_at"))
    found = {}
    for matter in matters:
        row, task = incidents[matter.parent_id or 0], tasks[matter.id]
        shown = pictures.get(row.pk) or pictures.get(matter.root_id)
        standing = Standing(lights.GREY) if matter.id in paused else standings[matter.id]
        found[matter.id] = BoardCard(
            matter=matter,
            number=matter.parent.number if matter.parent else matter.number,
            standing=standing,
            state=TOLD.get(matter.state, ("", "")),
            tags=(*tags_of_incident(row, known), *_own_tags(task)),
            klass=class_words(row.class_code),
            address=row.address,
            photo=shown,
            crew=crews.get(matter.id, ""),
            refused=answers.get(matter.id) if matter.open else None,
            since=paused.get(matter.id),
            grants=granted[matter.id].words if matter.id in granted else (),
        )
    return found


def _own_tags(task: Task) -> tuple[Tag, ...]:
    return (LEAD if task.lead else CO,)


def _crews(tasks: Sequence[int]) -> dict[int, str]:
    jobs = Matter.objects.filter(parent_id__in=tasks, kind=workflow.CREW_JOB.name, open=True)
    return {task: organisation.name_of(holder or 0) for task, holder in jobs.values_list("parent_id", "holder_id")}


def _answers(tasks: Sequence[int]) -> dict[int, tuple[Words, str]]:
    """Return for each task whose last request was not granted what was asked and the words of the answer."""
    last: dict[int, TaskRequest] = {row.task_id: row for row in TaskRequest.objects.filter(task_id__in=tasks).order_by("id")}
    return {key: (REQUESTS[row.kind], row.opinion) for key, row in last.items() if row.answer == "denied"}


def _supervised(actor: Actor, now: datetime) -> tuple[Supervised, ...]:
    owed = Matter.objects.filter(open=True, holder_id__in=actor.holders, kind=workflow.SUPERVISION.name)
    matters = list(owed.order_by("due_at", "id").select_related("parent")[:SHOWN])
    rows = {row.pk: row for row in Supervision.objects.filter(pk__in=[matter.id for matter in matters])}
    classes = dict(Incident.objects.filter(pk__in=[matter.parent_id for matter in matters]).values_list("pk", "class_code"))
    standings = lights.standings({matter.id: (matter.due_at, matter.amber_at) for matter in matters}, now)
    return tuple(
        Supervised(
            matter,
            matter.parent.number if matter.parent else matter.number,
            class_words(classes.get(matter.parent_id or 0, "")),
            rows[matter.id].opinion,
            rows[matter.id].reply_by,
            standings[matter.id],
        )
        for matter in matters
    )


def opened(matter_id: int, actor: Actor) -> Opened:
    """Return the drawer of a task or supervision; NotFound when the actor may not see it."""
    seen = preview(matter_id, actor)
    offered = {choice.step.slug for choice in (*seen.steps.others, *seen.steps.blocked)}
    return Opened(seen, asking.allowances(read(matter_id, actor=actor)) if offered & REQUESTED_BY else None)


_MONTH = """
    SELECT count(CASE WHEN c.ended_at IS NOT NULL OR c.due_at <= %(now)s THEN 1 END),
           count(CASE WHEN c.ended_at IS NOT NULL AND c.ended_at <= c.due_at THEN 1 END),
           count(CASE WHEN c.ended_at IS NULL AND c.due_at <= %(now)s THEN 1 END),
           count(CASE WHEN c.ended_at IS NOT NULL AND i.rework_count > 0 THEN 1 END),
           count(CASE WHEN c.ended_at IS NULL AND c.amber_at <= %(now)s AND c.due_at > %(now)s THEN 1 END)
    FROM kernel_matter m
    JOIN kernel_clock c ON c.matter_id = m.id AND c.kind = 'dispose'
    JOIN incidents_incident i ON i.matter_id = m.parent_id
    WHERE m.holder_id IN ({holders}) AND m.id >= %(first)s AND m.kind = 'task' AND c.due_at IS NOT NULL
      AND (m.open OR (m.state = 'done' AND c.ended_at >= %(month)s))"""


def month(actor: Actor, now: datetime) -> Month:
    """Return the month so far: tasks due or reported this month, and what is overdue or will be soon, by one statement over their ids."""
    begin = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    values: dict[str, Any] = {
        "now": connection.ops.adapt_datetimefield_value(now),
        "month": connection.ops.adapt_datetimefield_value(begin),
        "first": first_at(begin - LONGEST_LIMIT),
    }
    holders = ", ".join(str(int(holder)) for holder in sorted(actor.holders)) or "0"
    with connection.cursor() as cursor:
        cursor.execute(_MONTH.replace("{holders}", holders), values)
        found = cursor.fetchone()
    return Month(*(int(number) for number in found))
