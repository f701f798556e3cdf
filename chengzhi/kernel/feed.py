"""Events: published in the write set of a step, relayed upward at least once and in order per root, and read as a feed without gaps."""

import dataclasses
import json
import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from chengzhi.kernel import writes
from chengzhi.kernel.models import Delivery, Event, Matter
from chengzhi.kernel.problems import Invalid

logger = logging.getLogger(__name__)
E = TypeVar("E")

EVENTS: dict[str, type[Any]] = {}
REACTIONS: dict[str, list[tuple[str, Callable[[Any], object]]]] = {}
WANTED: dict[str, Callable[[Any], bool]] = {}  # label of a reaction → which events of its class it wants; without an entry all
_delivering: ContextVar[int] = ContextVar("chengzhi_event", default=0)
OFTEN = 5
TOGETHER = 20
LONGEST_PAUSE = timedelta(hours=1)


def event(cls: type[E]) -> type[E]:
    """Declare a frozen dataclass as an event; its first field is `matter_id`, all its values are ids and plain values."""
    names = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]  # a decorator sees the class after @dataclass
    if names[:1] != ["matter_id"]:
        raise TypeError(f"Event {cls.__name__} must begin with matter_id, but has {names}.")
    EVENTS[name_of(cls)] = cls
    return cls


def name_of(cls: type[Any]) -> str:
    """Return the stored name of an event class: `context.ClassName`."""
    parts = cls.__module__.split(".")
    return f"{parts[1] if parts[0] == 'chengzhi' else parts[-1]}.{cls.__name__}"


def on(cls: type[E], *, only: Callable[[E], bool] | None = None) -> Callable[[Callable[[E], object]], Callable[[E], object]]:
    """Register a reaction: it runs in its own transaction after commit, may be called again, and calls one service of its context.

    `only` tells by the event itself, without asking anything, whether the reaction wants it: what nobody wants is never relayed.
    """

    def register(function: Callable[[E], object]) -> Callable[[E], object]:
        label = f"{function.__module__}.{function.__qualname__}"
        REACTIONS.setdefault(name_of(cls), []).append((label, function))
        if only is not None:
            WANTED[label] = only
        return function

    return register


def reactions_to(announced: Any) -> list[tuple[str, Callable[[Any], object]]]:
    """Return the reactions that want this event, by their labels."""
    registered = REACTIONS.get(name_of(type(announced)), [])
    return [(label, function) for label, function in registered if label not in WANTED or WANTED[label](announced)]


def delivering() -> int:
    """Return the id of the event that is being delivered, 0 outside a reaction: the key by which a reaction knows it again."""
    return _delivering.get()


@event
@dataclass(frozen=True)
class Moved:
    """A matter has taken a step (also its first)."""

    matter_id: int
    kind: str
    number: str
    step: str
    frm: str
    to: str
    holder: int | None


def publish(announced: Any, *, matter: Matter, root: Matter) -> None:
    """Announce what has happened; delivered after the commit, never without it."""
    body = {key: value for key, value in dataclasses.asdict(announced).items() if key != "matter_id"}
    writes.add(
        Event(
            name=name_of(type(announced)),
            root=root.id,
            seq=root.trail_seq,
            node=matter.node_id,
            matter=announced.matter_id,
            body=body,
            at=timezone.now(),
            # An event that nobody reacts to is feed only; the relay need not look at it.
            relayed_at=None if reactions_to(announced) else timezone.now(),
        )
    )


def relay(limit: int = 500) -> int:
    """Deliver waiting events, per root in order; return how many were finished. Only one relay runs at a time.

    An event that fails is tried again later and later (up to an hour), for ever; until then its root waits, so that order is kept.
    """
    now = timezone.now()
    held_up = Event.objects.filter(relayed_at__isnull=True, retry_at__gt=now).values("root")
    waiting = list(Event.objects.filter(relayed_at__isnull=True).exclude(root__in=held_up).order_by("id")[:limit])
    delivered = set(Delivery.objects.filter(event_id__in=[row.id for row in waiting]).values_list("event_id", "reaction"))
    done = 0
    blocked: set[int] = set()
    in_order = sorted(waiting, key=lambda row: (row.root, row.seq, row.id))
    for start in range(0, len(in_order), TOGETHER):
        some = in_order[start : start + TOGETHER]
        if not blocked.intersection(row.root for row in some) and _deliver_together(some, delivered):
            done += len(some)
            continue
        for row in some:
            if row.root not in blocked and _deliver(row, delivered):
                done += 1
            else:
                blocked.add(row.root)
    return done


def _deliver_together(some: list[Event], delivered: set[tuple[int, str]]) -> bool:
    """Deliver events in one commit, which is what a commit's cost asks for; if any of them fails, none is delivered."""
    try:
        with writes.unit_of_work() as work:
            for row in some:
                for label, reaction in _left(row, delivered):
                    _react(row, label, reaction)
                row.relayed_at = timezone.now()
                writes.change(row, "relayed_at")
                work.flush()  # the next reaction reads what this one wrote
    except (OperationalError, InterfaceError):
        raise  # the database is gone, and with it the lock of the one relay: the worker must begin anew
    except Exception:
        logger.info("One of %s events fails; they are delivered one by one.", len(some))
        return False
    return True


def _left(row: Event, delivered: set[tuple[int, str]]) -> list[tuple[str, Callable[[Any], object]]]:
    """Return the reactions that an event still owes; KeyError for an event that this release does not know."""
    announced = EVENTS[row.name](matter_id=row.matter, **row.body)
    return [known for known in reactions_to(announced) if (row.id, known[0]) not in delivered]


def _deliver(row: Event, delivered: set[tuple[int, str]]) -> bool:
    try:
        left = _left(row, delivered)
        for label, reaction in left[:-1]:
            _react(row, label, reaction)
        with writes.unit_of_work():  # the last reaction and the mark that all are done: one commit for the usual event with one reaction
            for label, reaction in left[-1:]:
                _react(row, label, reaction)
            row.relayed_at, row.retry_at, row.fault = timezone.now(), None, ""
            writes.change(row, "relayed_at", "retry_at", "fault")
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:  # one broken reaction must not stop the others' roots; it is kept, counted and shown
        logger.exception("Reaction to %s %s failed.", row.name, row.id)
        pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(row.attempts, 12)))
        Event.objects.filter(id=row.id).update(attempts=row.attempts + 1, retry_at=timezone.now() + pause, fault=str(fault)[:300])
        return False
    return True


def _react(row: Event, label: str, reaction: Callable[[Any], object]) -> None:
    token = _delivering.set(row.id)
    try:
        with writes.unit_of_work():
            reaction(EVENTS[row.name](matter_id=row.matter, **row.body))
            writes.add(Delivery(event_id=row.id, reaction=label))
    finally:
        _delivering.reset(token)


def waiting() -> tuple[int, float]:
    """Return how many events wait for the relay and the age in seconds of the oldest."""
    oldest = Event.objects.filter(relayed_at__isnull=True).order_by("id").first()
    count = Event.objects.filter(relayed_at__isnull=True).count()
    return count, (timezone.now() - oldest.at).total_seconds() if oldest else 0.0


def failing() -> int:
    """Return how many events have failed often; a person must look at their fault."""
    return Event.objects.filter(relayed_at__isnull=True, attempts__gte=OFTEN).count()


def since(cursor: str, *, limit: int = 500) -> tuple[list[dict[str, Any]], str]:
    """Return committed events after a cursor and the next cursor. An event that commits late is never skipped.

    PostgreSQL: only transactions below the oldest running one are read, in the order of (transaction, id). SQLite: one writer, so the row
    id is the order of commit. An empty cursor means "from now on".
    """
    return _since_postgresql(cursor, limit) if connection.vendor == "postgresql" else _since_sqlite(cursor, limit)


_CURSOR = re.compile(r"(\d{1,18})\.(\d{1,18})", re.ASCII)
FIELDS = "name, root, seq, node, matter, body, at"


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _as_event(values: tuple[Any, ...]) -> dict[str, Any]:
    found = dict(zip(("name", "root", "seq", "node", "matter", "body", "at"), values, strict=True))
    if isinstance(found["body"], str):
        found["body"] = json.loads(found["body"])
    return found


def _read(cursor: str) -> tuple[int, int]:
    """Return the two numbers of a cursor; Invalid for anything that no answer of ours has held."""
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Invalid(
            f"变更流位置“{cursor[:40]}”无效，请不带 since 重新开始。",
            f"The cursor “{cursor[:40]}” is not valid; start without since.",
            code="bad_cursor",
        )
    return int(found[1]), int(found[2])


def _since_postgresql(cursor: str, limit: int) -> tuple[list[dict[str, Any]], str]:
    horizon = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    if not cursor:
        return [], f"{_rows(horizon, [])[0][0]}.0"
    transaction_id, identifier = _read(cursor)
    if transaction_id > _rows(horizon, [])[0][0]:
        transaction_id, identifier = 0, 0  # the cursor is of another life of this database, before it was restored
    rows = _rows(
        f"SELECT horizon, id, {FIELDS} FROM kernel_event "
        f"WHERE (horizon, id) > (%s, %s) AND horizon < ({horizon}) ORDER BY horizon, id LIMIT %s",
        [transaction_id, identifier, limit],
    )
    return [_as_event(row[2:]) for row in rows], f"{rows[-1][0]}.{rows[-1][1]}" if rows else cursor


def _since_sqlite(cursor: str, limit: int) -> tuple[list[dict[str, Any]], str]:
    if not cursor:
        return [], f"{_rows('SELECT coalesce(max(rowid), 0) FROM kernel_event', [])[0][0]}.0"
    position, _ = _read(cursor)
    rows = _rows(f"SELECT rowid, {FIELDS} FROM kernel_event WHERE rowid > %s ORDER BY rowid LIMIT %s", [position, limit])
    return [_as_event(row[1:]) for row in rows], f"{rows[-1][0]}.0" if rows else cursor


def prune(before: Any) -> int:
    """Remove relayed events from before a moment; the newest row stays, so that SQLite never gives its row id again."""
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first()
    with transaction.atomic():
        removed, _ = Event.objects.filter(at__lt=before, relayed_at__isnull=False).exclude(id=newest or 0).delete()
    return removed
