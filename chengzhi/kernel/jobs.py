"""Periodic work of the kernel."""

from datetime import datetime, timedelta

from chengzhi.kernel import anchors, feed, once
from chengzhi.kernel.schedule import every

KEEP_EVENTS = timedelta(days=30)


@every(minutes=1)
def drop_anchor(now: datetime) -> int:
    """Sign the heads of all trails that changed."""
    return anchors.drop(now)


@every(hours=1)
def forget_old_keys(now: datetime) -> int:
    """Remove idempotency keys after seven days."""
    return once.prune(now)


@every(hours=6)
def forget_old_events(now: datetime) -> int:
    """Remove relayed events after thirty days."""
    return feed.prune(now - KEEP_EVENTS)
