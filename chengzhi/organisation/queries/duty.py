"""Who is on duty."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from chengzhi.organisation.models import Duty
from chengzhi.organisation.queries.bodies import commanding
from chengzhi.organisation.queries.snapshot import DutyLine, Snapshot, today

INSPECTOR = "inspector"


def inspectors_on_duty(node_id: int, area_code: str, at: datetime) -> list[int]:
    """Return the inspectors' posts for a duty grid at a moment, or those of the whole node when the grid has none.

    Only posts in which somebody is today are named. Those whom the plan puts on duty at the moment come first, then the others;
    without a plan for that day all are equal.
    """
    taken = today()
    there = commanding(node_id).id
    manned = [post for post in taken.posts_with.get((there, INSPECTOR), []) if taken.staff_in.get(post)]
    of_area = [post for post in manned if area_code and taken.posts[post].area_code == area_code]
    on_duty = _on_duty(taken, there, timezone.localtime(at))
    return sorted(of_area or manned, key=lambda post: post not in on_duty)  # stable: the oldest post first among equals


def _on_duty(taken: Snapshot, node: int, moment: datetime) -> set[int]:
    lines = _plan(taken, node, moment.date() - timedelta(days=1)) + _plan(taken, node, moment.date())
    return {post for day, starts, ends, post in lines if covers(day, starts, ends, moment)}


def _plan(taken: Snapshot, node: int, day: date) -> list[DutyLine]:
    if (node, day) not in taken.duties:
        lines = Duty.objects.filter(shift__node_id=node, date=day).order_by("id")
        taken.duties[node, day] = list(lines.values_list("date", "shift__starts", "shift__ends", "post_id"))
    return taken.duties[node, day]


def covers(day: date, starts: time, ends: time, moment: datetime) -> bool:
    """Tell whether a shift of a day covers a local moment; a night shift runs into the next day, the end is excluded."""
    first = datetime.combine(day, starts)
    last = datetime.combine(day if starts < ends else day + timedelta(days=1), ends)
    return first <= moment.replace(tzinfo=None) < last
