"""The moment of an act that a caller tells: never in the future; in the past only for sources that are allowed it."""

from dataclasses import replace
from datetime import datetime, timedelta

from chengzhi.incidents.workflow import REPORT, VISIT
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, NotAllowed
from chengzhi.organisation import queries as organisation

LATEST_AHEAD = timedelta(minutes=5)


def at_moment(act: Act, at: datetime | None, *, not_before: datetime | None = None) -> Act:
    """Return the act at the moment that was given: never in the future, in the past only for actors that may.

    Those are systems that transfer or replay, and inspectors whose phone was off line: for them the past reaches back to their sign-in to
    the running shift, and never before `not_before`, when the task was given. Raises Invalid or NotAllowed.
    """
    if at is None:
        return act
    if at.tzinfo is None:
        raise Invalid(
            f"时间“{at:%Y-%m-%d %H:%M}”缺少时区，请写成 {at:%Y-%m-%dT%H:%M:%S}+08:00。",
            f"The time “{at:%Y-%m-%d %H:%M}” has no zone; write {at:%Y-%m-%dT%H:%M:%S}+08:00.",
            code="time_without_zone",
        )
    if at > act.recorded_at + LATEST_AHEAD:
        raise Invalid(
            f"时间“{at.isoformat()}”在将来，请检查设备时钟。",
            f"The time “{at.isoformat()}” lies in the future; check the clock of the device.",
            code="future_time",
        )
    if not_before is not None and at < not_before:
        raise Invalid(
            f"时间“{at.isoformat()}”早于任务下达，请检查设备时钟。",
            f"The time “{at.isoformat()}” is before the task was given; check the clock of the device.",
            code="past_time",
        )
    if at >= act.recorded_at - LATEST_AHEAD or act.actor.may_backdate:
        return replace(act, at=at)
    if not _was_off_line(act, at):
        raise NotAllowed(
            f"您不能补录过去的时间“{at.isoformat()}”，请去掉 at。",
            f"You may not enter the past time “{at.isoformat()}”; leave at out.",
            code="past_time",
        )
    return replace(act, at=at, late=True)


def _was_off_line(act: Act, at: datetime) -> bool:
    """Tell whether the actor works on the street and was signed in to a shift at that moment."""
    on_the_street = act.actor.may_somewhere(REPORT) or act.actor.may_somewhere(VISIT)
    running = act.recorded_at - at <= organisation.LONGEST_SHIFT  # a stay that is over for longer is told by nobody's phone any more
    return on_the_street and running and organisation.was_on_shift(act.actor.id, at)
