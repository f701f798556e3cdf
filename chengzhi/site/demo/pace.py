"""How long things take in the demo city: the stages of the loop, the work of departments."""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from chengzhi.incidents.queries import registers
from chengzhi.incidents.queries.registers import FrozenLimit
from chengzhi.kernel import clocks

MORNING, NOON, EVENING = 8, 13, 20
LATE_STAGE = 0.025
LATE_WORK = 0.055
# One department is fast, one slow, some in between: a ranking must tell something.
LATE_FACTOR = {
    "light": 0.2, "gas": 0.2, "green": 0.1, "clean": 0.7, "sweep": 1.4, "haul": 0.4, "police": 1.2,
    "road": 2.6, "telecom": 3.0, "bike": 2.2,
}
SLOW_AFTER_NOON = {"police": 5.0, "road": 2.0}
# How long the work of a department takes, where another one's takes 1: in the morning, and with what it is given after noon.
SLOWNESS = {
    "green": (0.35, 0.35),
    "light": (0.35, 0.35),
    "gas": (0.4, 0.4),
    "police": (0.9, 2.2),
    "road": (1.2, 1.6),
    "telecom": (1.5, 1.5),
}
GREEN, YELLOW, RED = (0.03, 0.75), (0.82, 0.93), (1.03, 1.5)


def stage_minutes(clock: str, urgent: bool, county: str, at: datetime) -> float:
    """Return the limit of a stage in minutes."""
    limit = registers.stage_limit(clock, urgent, county, timezone.localtime(at).date())
    return float(clocks.minutes_of(clocks.Limit(limit.amount, limit.unit)))


def stage_wait(rng: random.Random, limit_minutes: float) -> timedelta:
    """Return how long a stage takes: mostly a third of its limit, now and then more than all of it."""
    late = rng.random() < LATE_STAGE
    share = rng.uniform(1.05, 1.9) if late else min(0.95, max(0.04, rng.betavariate(1.8, 4)))
    return timedelta(minutes=share * limit_minutes)


def work_wait(rng: random.Random, start: datetime, limit: FrozenLimit, late: bool, body: str = "") -> timedelta:
    """Return how long a department takes from dispatch to its report: a few hours of the day, or more than its limit when it is late."""
    slowness = SLOWNESS.get(body, (1.0, 1.0))[afternoon(start)]
    due = clocks.add(start, clocks.Limit(limit.amount, limit.unit), clocks.scheme(limit.scheme, on=start))
    if late:
        return due - start + timedelta(minutes=rng.uniform(8, 150))
    whole = due - start
    end = start + min(timedelta(hours=slowness * rng.lognormvariate(0.8, 0.6)), whole * rng.uniform(0.3, 0.9))
    if limit.unit != "hour":
        end = _by_day(rng, end)
    return min(end - start, whole * 0.97)


def _by_day(rng: random.Random, at: datetime) -> datetime:
    local = timezone.localtime(at)
    if MORNING <= local.hour < EVENING:
        return at
    day = local if local.hour < MORNING else local + timedelta(days=1)
    return day.replace(hour=MORNING, minute=0, second=0) + timedelta(minutes=rng.uniform(5, 100))


def begun_before(rng: random.Random, now: datetime, limit: FrozenLimit, light: tuple[float, float], earliest: datetime) -> datetime | None:
    """Return when work must have begun that shows a light now; None when that was too long ago."""
    share = rng.uniform(*light)
    whole = clocks.minutes_of(clocks.Limit(limit.amount, limit.unit))
    used = max(1, round(share * whole))
    working = limit.unit.startswith("working")
    spent = clocks.Limit(used, "working_minute" if working else "minute")
    begun = clocks.backward(now, spent, clocks.scheme(limit.scheme, on=now)) - timedelta(seconds=rng.uniform(0, 50))
    if begun >= earliest:
        return begun
    return now - (now - earliest) * rng.uniform(0.03, 0.95) if light[1] <= GREEN[1] else None


def afternoon(at: datetime) -> bool:
    """Tell whether a moment lies after noon."""
    return timezone.localtime(at).hour >= NOON


def is_late(rng: random.Random, body: str, at: datetime) -> bool:
    """Draw whether a department is late with what it is given at that time; one of them is slow in the afternoon."""
    slow = SLOW_AFTER_NOON.get(body, 1.0) if afternoon(at) else 1.0
    return rng.random() < LATE_WORK * LATE_FACTOR.get(body, 1.0) * slow
