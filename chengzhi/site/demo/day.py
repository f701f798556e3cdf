"""A generated day of reports, run through the real services in one transaction: it is there whole or not at all."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from chengzhi.documents import storage
from chengzhi.incidents.services import lots
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act, Actor
from chengzhi.site.acting import Cast, live
from chengzhi.site.demo.after import beside, follow_up
from chengzhi.site.demo.camera import Camera
from chengzhi.site.demo.days import Days
from chengzhi.site.demo.life import Told
from chengzhi.site.demo.stage import DOOR, Stage
from chengzhi.site.demo.stories import Stories
from chengzhi.site.demo.writing import Writer
from chengzhi.territory.city_plan import CityPlan

Progress = Callable[[str], None]
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ran:
    """How the day went: reports, steps of the loop, pictures drawn, seconds for writing the scripts and for the services."""

    reports: int
    steps: int
    pictures: int
    writing_seconds: float
    seconds: float


def run_day(plan: CityPlan, reports: int, seed: int, now: datetime, progress: Progress, *, stories: bool = True) -> Ran:
    """Write the scripts of so many reports, and those of the stories, and let them live up to now."""
    rng = random.Random(f"day/{seed}")  # noqa: S311 - a generated day must be the same each time, not secret
    begun = time.monotonic()
    writer = Writer(plan, rng, Days(seed, now))
    told_ones = Stories(writer, reports)
    if stories:
        told_ones.add()
    book = writer.write(reports)
    if stories:
        told_ones.top_up()
    scripts = book.in_order()
    written = time.monotonic()
    recorded_at = now

    def act(actor: Actor, at: datetime) -> Act:
        return Act(actor=actor, at=at, door=DOOR, recorded_at=recorded_at)

    with lots.drawn_from(rng), writes.unit_of_work(), storage.synced_together():
        stage = Stage(Cast(), Camera(plan.name_zh, act), rng, now, recorded_at)
        first = scripts[0].opened_at if scripts else now

        def told(at: datetime) -> None:
            progress(f"生成案件 {max(0.0, (at - first) / max(now - first, SECOND)):4.0%}  {timezone.localtime(at):%m-%d %H:%M}")

        live([*(Told(script, stage).life() for script in scripts), *(beside(plan, stage, writer.days) if stories else ())], now, told)
        steps = stage.steps + sum(case.steps for case in stage.under_way.values())
    if stories:
        progress("抽查、回头看、市民查询编码、知识库")
        with lots.drawn_from(rng):
            follow_up(plan, stage)
    return Ran(len(scripts), steps, stage.camera.drawn, written - begun, time.monotonic() - written)
