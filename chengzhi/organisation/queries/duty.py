"""Who is on duty."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from chengzhi.organisation.models import Duty
from chengzhi.organisation.queries.bodies import commanding
from chengzhi.organisation.queries.snapshot import DutyLine, Snapshot, today

INSPECTOR = "inspector"


def inspectors_on_duty(node_id: int, area_code: str, at: datetime) -> list[int]:
    """Return the inspectors' posts for a duty grid at a moment, or those of the whole node when the grid has none.

    Only posts in which somebody is today are named. Where a plan puts people on duty at the moment, it is those: of the grid, or else of
    the node, for whoever is at work goes before whoever is not. Without such a plan it is everyone of the grid, or else of the node.
    """
    taken = today()
    there = commanding(node_id).id
    manned = [post for post in taken.posts_with.get((there, INSPECTOR), []) if taken.staff_in.get(post)]
    on_duty = posts_on_duty(taken, there, timezone.localtime(at))
    working = [post for post in manned if post in on_duty] or manned
    of_area = [post for post in working if area_code and taken.posts[post].area_code == area_code]
    return of_area or working


def posts_on_duty(taken: Snapshot, node: int, moment: datetime) -> set[int]:
    """Return the posts of a node that a duty plan names at a local moment."""
    lines = _plan(taken, node, moment.date() - timedelta(days=1)) + _plan(taken, node, moment.date())
    local = moment.replace(tzinfo=None)
    return {post for first, last, post in lines if first <= local < last}


def _plan(taken: Snapshot, node: int, day: date) -> list[DutyLine]:
    if (node, day) not in taken.duties:
        lines = Duty.objects.filter(shift__node_id=node, date=day).order_by("id")
        rows = lines.values_list("date", "shift__starts", "shift__ends", "post_id")
        taken.duties[node, day] = [(*_span(on, starts, ends), post) for on, starts, ends, post in rows]
    return taken.duties[node, day]


def covers(day: date, starts: time, ends: time, moment: datetime) -> bool:
    """Tell whether a shift of a day covers a local moment; a night shift runs into the next day, the end is excluded."""
    first, last = _span(day, starts, ends)
    return first <= moment.replace(tzinfo=None) < last


def _span(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    return datetime.combine(day, starts), datetime.combine(day if starts < ends else day + timedelta(days=1), ends)
