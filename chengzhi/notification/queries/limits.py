"""Limits that have just passed 80 or 100 percent and were not looked at yet. Both questions are bounded and read an index of what runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from chengzhi.kernel.models import Clock
from chengzhi.notification.messages import LIMITS
from chengzhi.notification.models import Threshold

SOON, OVER = 80, 100
LOOK_BACK = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Passed:
    """One running limit that has passed a share of its time."""

    clock: int
    instance: int
    share: int
    matter: int
    kind: str
    holder: int | None
    node: int
    due_at: datetime


def passed_limits(now: datetime, *, most: int) -> list[Passed]:
    """Return at most so many limits of each share, the oldest first; what passed more than a day ago is not told any more."""
    return [*_soon(now, most), *_over(now, most)]


def _soon(now: datetime, most: int) -> Iterable[Passed]:
    # Answered by the index clock_amber, which holds running clocks only.
    found = _running().filter(amber_at__lte=now, amber_at__gt=now - LOOK_BACK, due_at__gt=now)
    return _rows(found.order_by("amber_at"), SOON, most)


def _over(now: datetime, most: int) -> Iterable[Passed]:
    # The same index, narrowed by the deadline in it: what is overdue has passed its yellow moment before.
    found = _running().filter(due_at__lte=now, due_at__gt=now - LOOK_BACK, amber_at__lte=now)
    return _rows(found.order_by("due_at"), OVER, most)


def _running() -> QuerySet[Clock]:
    open_ones = Clock.objects.filter(ended_at__isnull=True, background=False, due_at__isnull=False, paused_at__isnull=True)
    return open_ones.filter(matter__open=True, matter__kind__in=list(LIMITS))


def _rows(found: QuerySet[Clock], share: int, most: int) -> list[Passed]:
    seen = Threshold.objects.filter(clock=OuterRef("id"), instance=OuterRef("instance"), share=share)
    columns = ("id", "instance", "matter_id", "matter__kind", "matter__holder_id", "matter__node_id", "due_at")
    rows = found.exclude(Exists(seen)).values_list(*columns)[:most]
    return [Passed(key, instance, share, matter, kind, holder, node, due) for key, instance, matter, kind, holder, node, due in rows]
