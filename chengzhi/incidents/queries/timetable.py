"""What the timetable has to do about tasks: which ones to urge, which suspended ones go on."""

from datetime import datetime, timedelta
from itertools import islice

from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import TaskRequest
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.queries.asking import counting, whole_limit
from chengzhi.kernel import clocks
from chengzhi.kernel.models import Clock
from chengzhi.organisation import queries as organisation

HUNDRED = 100
MOST_AT_ONCE = 5000
CHUNK = 2000


def tasks_to_urge(now: datetime) -> list[int]:
    """Return the open tasks that have used the set share of their limit and were not urged by timetable yet, before their deadline.

    History that is replayed or brought from another platform is urged by nobody: its time is not ours.
    """
    running = Clock.objects.filter(
        kind="dispose",
        ended_at__isnull=True,
        paused_at__isnull=True,
        due_at__gt=now,
        matter__kind=workflow.TASK.name,
        matter__open=True,
        matter__as_task__urged_by_time=False,
        matter__parent__as_incident__replayed=False,
    )
    found = running.select_related("matter").order_by("due_at").iterator(chunk_size=CHUNK)
    ripe = (clock.matter_id for clock in found if urge_moment(clock, clock.matter.node_id, now) <= now)
    return list(islice(ripe, MOST_AT_ONCE))  # what is not ripe yet is passed by: many of them never hide one that is


def urge_moment(clock: Clock, node: int, now: datetime) -> datetime:
    """Return when a task is urged: the last part of its limit, counted back from its deadline, begins."""
    if clock.due_at is None:
        return now + timedelta(days=1)
    share = numbers.number("urge_share", organisation.node(node).code, timezone.localtime(now).date()).amount
    rest = whole_limit(clock) * max(0, HUNDRED - share) // HUNDRED
    return clocks.shift(clock.due_at, -rest, counting(clock))


def tasks_to_resume(now: datetime) -> list[int]:
    """Return the suspended tasks whose day has come."""
    today = timezone.localtime(now).date()
    due = TaskRequest.objects.filter(
        kind="suspension", answer="granted", resumed_at__isnull=True, resume_on__lte=today, task__matter__state=workflow.HUNG
    )
    return list(due.order_by("resume_on", "id").values_list("task_id", flat=True)[:MOST_AT_ONCE])
