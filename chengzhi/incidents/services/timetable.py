"""What happens to tasks by the timetable: urging once, going on at the date of a suspension; each task in its own transaction."""

from datetime import datetime

from chengzhi.incidents.queries import timetable
from chengzhi.incidents.services.one_by_one import one_by_one
from chengzhi.incidents.services.requests import resume
from chengzhi.incidents.services.urging import urge_by_time
from chengzhi.kernel.access import SYSTEM, Act


def urge_due(now: datetime) -> int:
    """Urge every task that has used the set share of its limit; return how many were urged now."""
    return one_by_one("Task", timetable.tasks_to_urge(now), lambda task: urge_by_time(matter_id=task, act=_act(now)))


def resume_due(now: datetime) -> int:
    """Let every suspended task go on whose day has come; return how many."""
    return one_by_one("Task", timetable.tasks_to_resume(now), lambda task: bool(resume(matter_id=task, act=_act(now))))


def _act(now: datetime) -> Act:
    return Act(actor=SYSTEM, at=now, door="system")
