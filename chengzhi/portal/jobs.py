"""Periodic work of the citizens' pages."""

from datetime import datetime

from chengzhi.kernel.schedule import every
from chengzhi.portal import services


@every(hours=1)
def forget_attempts(now: datetime) -> int:
    """Remove counted tries that no limit looks at any more."""
    return services.forget_attempts(now)
