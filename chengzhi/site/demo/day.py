"""A generated day of reports, run through the real services in one transaction: it is there whole or not at all."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from chengzhi.documents.placeholder import DEMO
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act, Actor
from chengzhi.site.acting import Cast, live
from chengzhi.site.album import Album
from chengzhi.site.demo.life import DOOR, Stage, Told
from chengzhi.site.demo.writing import WINDOW, Writer
from chengzhi.territory.city_plan import CityPlan

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """How the day went: reports, steps of the loop, pictures drawn, seconds for writing the scripts and for the services."""

    reports: int
    steps: int
    pictures: int
    writing_seconds: float
    seconds: float


def run_day(plan: CityPlan, reports: int, seed: int, now: datetime, progress: Progress) -> Ran:
    """Write the scripts of so many reports and let them live up to now."""
    rng = random.Random(f"day/{seed}")  # noqa: S311 - a generated day must be the same each time, not secret
    begun = time.monotonic()
    scripts = Writer(plan, rng, now).write(reports)
    written = time.monotonic()
    recorded_at = timezone.now()

    def act(actor: Actor, at: datetime) -> Act:
        return Act(actor=actor, at=at, door=DOOR, recorded_at=recorded_at)

    with writes.unit_of_work():
        stage = Stage(Cast(), Album(DEMO, f"{plan.name_zh} {timezone.localtime(now):%Y-%m-%d}", act), rng, now, recorded_at)
        first = now - WINDOW

        def told(at: datetime) -> None:
            progress(f"生成案件 {max(0.0, (at - first) / WINDOW):4.0%}  {timezone.localtime(at):%m-%d %H:%M}")

        live([Told(script, stage).life() for script in scripts], now, told)
        steps = stage.steps + sum(case.steps for case in stage.under_way.values())
    return Ran(len(scripts), steps, stage.album.drawn, written - begun, time.monotonic() - written)
