"""Lights and time left: how a matter stands against the clock that its present holder must answer.

Shape, word and colour always go together; the words are those of the trade (正常, 将超期, 超期, 挂账中, 无时限).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from chengzhi.kernel import clocks
from chengzhi.kernel.clocks.instances import NATURAL
from chengzhi.kernel.models import Clock


@dataclass(frozen=True, slots=True)
class Light:
    """One light: its name for the style sheet, its shape and its word in two languages."""

    slug: str
    shape: str
    zh: str
    en: str


GREEN = Light("green", "●", "正常", "on time")
YELLOW = Light("yellow", "▲", "将超期", "due soon")
RED = Light("red", "■", "超期", "overdue")
GREY = Light("grey", "‖", "挂账中", "suspended")
HOLLOW = Light("hollow", "○", "无时限", "no limit")
LIGHTS = {light.slug: light for light in (GREEN, YELLOW, RED, GREY, HOLLOW)}


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a limit in minutes, below zero when it is over; `working` when only working time is counted."""

    minutes: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A light with its deadline and what is left until then."""

    light: Light
    due_at: datetime | None = None
    left: Left | None = None


def light_of(due_at: datetime | None, amber_at: datetime | None, now: datetime, *, paused: bool = False) -> Light:
    """Return the light of a deadline: green to 80 % of the limit, yellow to its end, red after it."""
    if paused:
        return GREY
    if due_at is None:
        return HOLLOW
    if now >= due_at:
        return RED
    return YELLOW if amber_at is not None and now >= amber_at else GREEN


def left_of(clock: Clock | None, due_at: datetime, now: datetime) -> Left:
    """Return what is left until a deadline, in the time that its clock counts; natural time without a clock."""
    if clock is None or clock.unit not in clocks.limits.WORKING_UNITS:
        return Left(int((due_at - now).total_seconds() // 60))
    scheme = clocks.scheme(clock.scheme if clock.scheme else NATURAL, on=clock.started_at)
    minutes = clocks.elapsed_minutes(now, due_at, scheme)
    return Left(min(minutes, -1) if now >= due_at else minutes, working=not scheme.always)


def standing(due_at: datetime | None, amber_at: datetime | None, clock: Clock | None, now: datetime | None = None) -> Standing:
    """Return how a matter stands now, by its deadline and the clock that the deadline belongs to."""
    now = now or timezone.now()
    light = light_of(due_at, amber_at, now, paused=clock is not None and clock.paused_at is not None)
    return Standing(light, due_at, None if due_at is None else left_of(clock, due_at, now))


def standings(due: Mapping[int, tuple[datetime | None, datetime | None]], now: datetime | None = None) -> dict[int, Standing]:
    """Return how each matter stands, given its deadline and yellow moment; one query finds their clocks."""
    now = now or timezone.now()
    running = _running(due)
    return {key: standing(at, amber, running.get((key, at)), now) for key, (at, amber) in due.items()}


def _running(ids: Iterable[int]) -> dict[tuple[int, datetime | None], Clock]:
    wanted = list(ids)
    if not wanted:
        return {}
    own = Q(matter_id__in=wanted) | Q(matter__parent_id__in=wanted)
    found = Clock.objects.filter(own, ended_at__isnull=True, background=False).select_related("matter")
    clocks_by_deadline: dict[tuple[int, datetime | None], Clock] = {}
    for clock in found:
        for key in (clock.matter_id, clock.matter.parent_id or 0):
            clocks_by_deadline[key, clock.due_at] = clock
    return clocks_by_deadline
