"""Periodic work of the desk: the classifier is trained each day, names of places are learnt each hour."""

from datetime import datetime

from chengzhi.hotline import services
from chengzhi.kernel import schedule
from chengzhi.kernel.access import SYSTEM, Act


@schedule.every(days=1)
def train(now: datetime) -> None:
    """Train the classifier from the newest confirmed cases."""
    services.train(act=Act(actor=SYSTEM, at=now, door="system"))


@schedule.every(hours=1)
def learn_places(now: datetime) -> None:
    """Learn the names of places from the newest addresses."""
    services.learn_places(act=Act(actor=SYSTEM, at=now, door="system"))
