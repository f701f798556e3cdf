"""My work: every open matter that waits for one of my posts, units or crews, whatever its kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from chengzhi.kernel import cards, lights
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Card
from chengzhi.kernel.feed import since
from chengzhi.kernel.lights import Standing
from chengzhi.kernel.models import Holder, Matter
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.workflow import KINDS
from chengzhi.kernel.workflow.forms import fields_of
from chengzhi.kernel.workflow.kind import Kind
from chengzhi.kernel.workflow.table import State, Step

ROWS = 40
WALKED = 500


@dataclass(frozen=True, slots=True)
class Queue:
    """One tab: a kind and a state with how many matters wait in it and how many of them are overdue."""

    kind: Kind[Any]
    state: State
    count: int
    red: int

    @property
    def key(self) -> str:
        """The name of the tab in addresses."""
        return f"{self.kind.name}.{self.state.slug}"


@dataclass(frozen=True, slots=True)
class Row:
    """One matter of the list."""

    matter: Matter
    kind: Kind[Any]
    card: Card
    standing: Standing
    holder: tuple[str, str]
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True)
class Inbox:
    """What the page shows: the tabs, the chosen one, its rows, the cursor of the next page, and the step that can be taken for many."""

    queues: tuple[Queue, ...]
    chosen: Queue | None
    rows: tuple[Row, ...]
    cursor: str
    batch: Step | None

    @property
    def total(self) -> int:
        """How many matters wait in all tabs."""
        return sum(queue.count for queue in self.queues)

    @property
    def red(self) -> int:
        """How many of them are overdue."""
        return sum(queue.red for queue in self.queues)


def queues(actor: Actor, now: datetime | None = None) -> tuple[Queue, ...]:
    """Return the tabs of an actor in the order of the loop, counted by one statement over the index of open matters."""
    now = now or timezone.now()
    held = Matter.objects.filter(open=True, holder_id__in=actor.holders).values("kind", "state")
    found = {
        (row["kind"], row["state"]): (row["waiting"], row["red"])
        for row in held.annotate(waiting=Count("id"), red=Count("id", filter=Q(due_at__lte=now))).order_by()
    }
    return tuple(
        Queue(kind, state, *found[kind.name, state.slug])
        for kind in KINDS.values()
        for state in kind.states.values()
        if (kind.name, state.slug) in found
    )


def inbox(actor: Actor, *, queue: str = "", cursor: str = "", limit: int = ROWS) -> Inbox:
    """Return one page of an actor's work, the most urgent first; without a queue the first one with an overdue matter is opened."""
    now = timezone.now()
    tabs = queues(actor, now)
    chosen = next((tab for tab in tabs if tab.key == queue), None) or next((tab for tab in tabs if tab.red), None) or next(iter(tabs), None)
    if chosen is None:
        return Inbox(tabs, None, (), "", None)
    found = _page(actor, chosen, cursor, limit)
    more = len(found) > limit
    matters = found[:limit]
    rows = _rows(matters, now, actor)
    return Inbox(tabs, chosen, rows, _cursor_after(matters[-1]) if more else "", _batch(chosen, actor))


def walk(actor: Actor, queue: str, most: int) -> Iterator[tuple[Row, ...]]:
    """Yield up to so many rows of one tab, or of all tabs when none is named, at most five hundred at a time."""
    given, now = 0, timezone.now()
    for tab in queues(actor, now):
        cursor = "" if queue in ("", tab.key) else None
        while cursor is not None and given < most:
            found = _page(actor, tab, cursor, WALKED)
            matters = found[: min(WALKED, most - given)]
            yield _rows(matters, now, actor)
            given += len(matters)
            cursor = _cursor_after(matters[-1]) if len(found) > WALKED else None


def row_of(matter: Matter, actor: Actor) -> Row:
    """Return one matter as a row for a person."""
    return _rows([matter], timezone.now(), actor)[0]


def _page(actor: Actor, chosen: Queue, cursor: str, limit: int) -> list[Matter]:
    held = Matter.objects.filter(open=True, holder_id__in=actor.holders, kind=chosen.kind.name, state=chosen.state.slug)
    return list(held.filter(_after(cursor)).order_by(F("due_at").asc(nulls_last=True), "id")[: limit + 1])


def _after(cursor: str) -> Q:
    if not cursor:
        return Q()
    due, _, identifier = cursor.rpartition("~")
    try:
        last = int(identifier)
        at = datetime.fromisoformat(due) if due else None
    except ValueError:
        raise Invalid(
            f"翻页标记“{cursor[:40]}”无效，请从第一页开始。", f"The cursor “{cursor[:40]}” is not valid; start at the first page."
        ) from None
    if at is None:
        return Q(due_at__isnull=True, id__gt=last)
    return Q(due_at__gt=at) | Q(due_at=at, id__gt=last) | Q(due_at__isnull=True)


def _cursor_after(matter: Matter) -> str:
    return f"{matter.due_at.isoformat() if matter.due_at else ''}~{matter.id}"


def _rows(matters: Sequence[Matter], now: datetime, actor: Actor) -> tuple[Row, ...]:
    absent = cards.stand_ins(actor.id)
    known = cards.cards({matter.id: matter.kind for matter in matters})
    standings = lights.standings({matter.id: (matter.due_at, matter.amber_at) for matter in matters}, now)
    names = {
        key: (zh, en)
        for key, zh, en in Holder.objects.filter(id__in={m.holder_id for m in matters}).values_list("id", "name_zh", "name_en")
    }
    return tuple(
        Row(
            matter,
            KINDS[matter.kind],
            known.get(matter.id) or Card(matter.number, "", KINDS[matter.kind].zh, KINDS[matter.kind].en),
            standings[matter.id],
            names.get(matter.holder_id or 0, ("", "")),
            absent.get(matter.holder_id or 0, ""),
        )
        for matter in matters
    )


def _batch(chosen: Queue, actor: Actor) -> Step | None:
    """Return the step of the chosen tab that asks for nothing, so that it can be taken for many matters at once."""
    for slug, step in chosen.kind.steps.items():
        offered = chosen.state.slug in step.frm and step.by and slug in chosen.kind.forms and actor.may_somewhere(step.by)
        if offered and not list(fields_of(chosen.kind.forms[slug])):
            return step
    return None


def moved_since(cursor: str, actor: Actor) -> tuple[list[dict[str, object]], str]:
    """Return the steps taken after a cursor on matters that the actor may see, and the next cursor."""
    events, following = since(cursor)
    moves = [event for event in events if event["name"] == "kernel.Moved"]
    held = Matter.objects.filter(id__in={event["matter"] for event in moves}, holder_id__in=actor.holders)
    mine = set(held.values_list("id", flat=True)) if moves else set()
    shown = [
        {"matter": str(event["matter"]), "root": str(event["root"]), "mine": event["matter"] in mine}
        for event in moves
        if event["node"] in actor.nodes or event["matter"] in mine
    ]
    return shown, following
