"""Periodic work: declared with `@every`, one row each in the timetable, run by the one worker that holds the lock."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from chengzhi.kernel.models import Timetable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A periodic job: its name, its period, and what it does with the present moment."""

    name: str
    period: timedelta
    run: Callable[[datetime], object]


JOBS: dict[str, Job] = {}


def every(**period: float) -> Callable[[Callable[[datetime], object]], Callable[[datetime], object]]:
    """Register a job, for example `@every(minutes=1)`; it is given the present moment."""

    def register(function: Callable[[datetime], object]) -> Callable[[datetime], object]:
        name = f"{function.__module__}.{function.__qualname__}"
        JOBS[name] = Job(name, timedelta(**period), function)
        return function

    return register


def run_due(now: datetime | None = None) -> list[str]:
    """Run every job whose time has come, keep its fault if it fails, and return the names of those that ran."""
    now = now or timezone.now()
    known = {row.job: row for row in Timetable.objects.filter(job__in=JOBS)}
    ran = []
    for job in JOBS.values():
        row = known.get(job.name) or Timetable(job=job.name, next_at=now)
        if row.next_at <= now:
            _run(job, row, now)
            ran.append(job.name)
    return ran


def _run(job: Job, row: Timetable, now: datetime) -> None:
    row.started_at, row.fault = now, ""
    try:
        job.run(now)
    except (OperationalError, InterfaceError):
        raise  # the database is gone: the worker must begin anew
    except Exception as fault:  # a failed job is kept and shown, the others go on
        logger.exception("Periodic job %s failed.", job.name)
        row.fault = str(fault)[:300]
    row.ended_at = timezone.now()
    row.next_at = max(row.next_at + job.period, now)
    row.save(force_insert=row._state.adding)


def alive(seconds: float) -> bool:
    """Tell whether a worker has run the timetable within the last seconds."""
    newest = Timetable.objects.order_by("-ended_at").values_list("ended_at", flat=True).first()
    return newest is not None and (timezone.now() - newest).total_seconds() < seconds
