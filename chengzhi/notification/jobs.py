"""Periodic work: sending, releasing what quiet hours have held, looking at limits, forgetting what is old."""

from datetime import datetime

from chengzhi.kernel.schedule import every
from chengzhi.notification import services


@every(seconds=1)
def send_notices(now: datetime) -> None:
    """Send what waits."""
    services.send_waiting()


@every(minutes=1)
def release_held_notices(now: datetime) -> None:
    """Release what quiet hours have held, several as one digest."""
    services.release_held(now)


@every(minutes=1)
def look_at_limits(now: datetime) -> None:
    """Tell of limits that have passed 80 or 100 percent."""
    services.look_at_limits(now)


@every(hours=1)
def forget_old_notices(now: datetime) -> None:
    """Remove notices after half a year."""
    services.forget_old(now)
