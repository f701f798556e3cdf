"""What happens to tasks by the timetable: urging once, going on at the date of a suspension; each task in its own transaction."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from chengzhi.incidents.queries import timetable
from chengzhi.incidents.services.requests import resume
from chengzhi.incidents.services.urging import urge_by_time
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.kernel.problems import Problem

logger = logging.getLogger(__name__)


def urge_due(now: datetime) -> int:
    """Urge every task that has used the set share of its limit; return how many were urged now."""
    return _each(timetable.tasks_to_urge(now), now, lambda task, act: urge_by_time(matter_id=task, act=act))


def resume_due(now: datetime) -> int:
    """Let every suspended task go on whose day has come; return how many."""
    return _each(timetable.tasks_to_resume(now), now, lambda task, act: bool(resume(matter_id=task, act=act)))


def _each(tasks: Iterable[int], now: datetime, take: Callable[[int, Act], bool]) -> int:
    done = 0
    for task in tasks:
        try:
            done += take(task, Act(actor=SYSTEM, at=now, door="system"))
        except Problem as problem:  # somebody was faster, or a post is missing: the others go on, and it is tried again next time
            logger.warning("Task %s is left by the timetable: %s", task, problem)
    return done
