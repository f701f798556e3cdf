"""Telling the side paths of disposal at exact times: who asks, who answers, when."""

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from chengzhi.incidents.models import Incident, Task
from chengzhi.incidents.tests.telling import report, take
from chengzhi.kernel import clocks
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.kernel.models import Clock, Matter, TrailEntry
from tests.world import World

MONDAY = "2026-11-23T09:00"


def at(text: str) -> datetime:
    """Return a moment of the city."""
    return timezone.make_aware(datetime.fromisoformat(text))


def system(text: str) -> Act:
    """Return an act of the platform itself at a moment."""
    return Act(actor=SYSTEM, at=at(text), door="system")


def in_hand(
    world: World, when: str = MONDAY, *, limit: str = "7 working_hour", sign: bool = True, co: bool = False
) -> tuple[Incident, Task]:
    """Return an incident of which the road unit has the lead's task since a moment, with a limit of its own choosing."""
    row = report(world, at=at(when))
    for slug in ("pass_on", "file_case"):
        row = take(world, row, slug, at=at(when))
    amount, unit = limit.split()
    Incident.objects.filter(pk=row.pk).update(limit_amount=int(amount), limit_unit=unit, limit_scheme="office")
    row = take(world, row, "dispatch", at=at(when), **({"co_units": [str(world.unit("clean"))]} if co else {}))
    if sign:
        row = take(world, row, "sign", at=at(when))
    return row, Task.objects.filter(matter__parent=row.matter, lead=True).latest("pk")


def step(world: World, row: Incident, slug: str, role: str, when: str, **data: Any) -> Incident:
    """Take a step of a side path as a role at a moment."""
    return take(world, row, slug, role, at=at(when), **{**USUAL.get(slug, {}), **data})


USUAL: dict[str, dict[str, Any]] = {
    "ask_extension": {"until": "2026-11-24T12:00:00+08:00", "opinion": "作业量大"},
    "ask_suspension": {"reason": "season", "resume_on": "2026-12-01", "plan": "开春后修复"},
    "supervise": {"opinion": "限期办结", "reply_by": "2026-11-24T12:00:00+08:00"},
}


def dispose(task: Task) -> Clock:
    """Return the disposal clock of a task as it stands now."""
    return Clock.objects.get(matter_id=task.pk, kind="dispose")


def local(moment: datetime | None) -> str:
    """Return a moment in the city's zone, empty for none."""
    return "" if moment is None else timezone.localtime(moment).isoformat(timespec="minutes")[:16]


def state(task: Task) -> str:
    """Return the state of a task as it stands now."""
    return Matter.objects.get(pk=task.pk).state


def footprint(row: Incident) -> tuple[Any, ...]:
    """Return everything that a refused step must leave alone."""
    family, running = Matter.objects.filter(root_id=row.matter.root_id), Clock.objects.filter(matter__root_id=row.matter.root_id)
    matters = list(family.order_by("id").values_list("id", "state", "holder_id", "asker_id", "version"))
    clocks_now = list(running.order_by("id").values_list("id", "due_at", "paused_at", "extended"))
    return matters, clocks_now, TrailEntry.objects.filter(root_id=row.matter.root_id).count()


def derived(row: Incident) -> dict[int, dict[str, datetime | None]]:
    """Return the deadline of each clock of a family, derived again from the trail alone."""
    operations: dict[int, list[dict[str, Any]]] = {}
    for entry in TrailEntry.objects.filter(root_id=row.matter.root_id).order_by("seq"):
        operations.setdefault(entry.matter_id, []).extend(json.loads(entry.clocks) if entry.clocks else [])
    return {matter: clocks.replay(found) for matter, found in operations.items()}


def all_deadlines_derive(row: Incident) -> bool:
    """Tell whether every running deadline of a family is what its trail says."""
    known = derived(row)
    running = Clock.objects.filter(matter__root_id=row.matter.root_id)
    return all(known[clock.matter_id][clock.kind] == clock.due_at for clock in running)
