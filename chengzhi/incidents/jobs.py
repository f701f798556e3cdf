"""Periodic work of the loop."""

from datetime import datetime

from chengzhi.incidents import services
from chengzhi.incidents.services import timetable
from chengzhi.kernel.schedule import every


@every(minutes=2)
def urge_due(now: datetime) -> int:
    """Urge tasks that have used most of their limit, each once."""
    return timetable.urge_due(now)


@every(minutes=2)
def resume_due(now: datetime) -> int:
    """Let suspended tasks go on whose day has come."""
    return timetable.resume_due(now)


@every(hours=1)
def draw_samples(now: datetime) -> int:
    """Draw lots among what closed the day before, once for a node and day, and send inspectors of other grids."""
    return services.draw_samples(now)


@every(hours=1)
def ask_to_look_again(now: datetime) -> int:
    """Send inspectors to look again at what comes back easily, some days after closing."""
    return services.ask_to_look_again(now)


@every(hours=1)
def find_oddities(now: datetime) -> int:
    """Keep what a supervisor should look at."""
    return services.find_oddities(now)
