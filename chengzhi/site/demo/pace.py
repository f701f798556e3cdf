"""How long things take in the demo city: the day's curve, the stages of the loop, the work of departments."""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from chengzhi.incidents.queries import registers
from chengzhi.incidents.queries.registers import FrozenLimit
from chengzhi.kernel import clocks

# Reports by hour of the day: rises at 8:30, dips at noon, peaks 9–11 and 15–17.
CURVE = (0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.2, 3.0, 6.0, 6.0, 4.5, 1.8, 2.0, 3.5, 5.5, 5.5, 3.5, 2.0, 1.8, 1.4, 0.9, 0.4, 0.2)
MORNING, NOON, EVENING = 8, 13, 20
LATE_STAGE = 0.025
LATE_WORK = 0.055
# One department is fast, one slow, some in between: a ranking must tell something.
LATE_FACTOR = {
    "light": 0.2, "gas": 0.2, "clean": 0.7, "sweep": 1.4, "haul": 0.4, "police": 1.2,
    "road": 2.6, "green": 1.8, "telecom": 3.0, "bike": 2.2,
}
SLOW_AFTER_NOON = {"police": 5.0, "road": 2.0}
GREEN, YELLOW, RED = (0.03, 0.75), (0.82, 0.97), (1.03, 1.5)


def opening_time(rng: random.Random, first: datetime, last: datetime) -> datetime:
    """Return a moment between two, by the day's curve."""
    span = (last - first).total_seconds()
    while True:
        at = first + timedelta(seconds=rng.random() * span)
        if rng.random() * max(CURVE) <= CURVE[timezone.localtime(at).hour]:
            return at


def stage_minutes(clock: str, urgent: bool, county: str, at: datetime) -> float:
    """Return the limit of a stage in minutes."""
    limit = registers.stage_limit(clock, urgent, county, timezone.localtime(at).date())
    return float(clocks.minutes_of(clocks.Limit(limit.amount, limit.unit)))


def stage_wait(rng: random.Random, limit_minutes: float) -> timedelta:
    """Return how long a stage takes: mostly a third of its limit, now and then more than all of it."""
    late = rng.random() < LATE_STAGE
    share = rng.uniform(1.05, 1.9) if late else min(0.95, max(0.04, rng.betavariate(1.8, 4)))
    return timedelta(minutes=share * limit_minutes)


def work_wait(rng: random.Random, start: datetime, limit: FrozenLimit, late: bool) -> timedelta:
    """Return how long a department takes from dispatch to its report: a few hours of the day, or more than its limit when it is late."""
    due = clocks.add(start, clocks.Limit(limit.amount, limit.unit), clocks.scheme(limit.scheme, on=start))
    if late:
        return due - start + timedelta(minutes=rng.uniform(8, 150))
    whole = due - start
    end = start + min(timedelta(hours=rng.lognormvariate(0.8, 0.6)), whole * rng.uniform(0.3, 0.9))
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
    return now - (now - earliest) * rng.uniform(0.03, 0.95) if light == GREEN else None


def by_day(at: datetime) -> bool:
    """Tell whether most inspectors are out at that time."""
    return 7 <= timezone.localtime(at).hour < 21


def is_late(rng: random.Random, body: str, at: datetime) -> bool:
    """Draw whether a department is late with what it is given at that time; one of them is slow in the afternoon."""
    slow = SLOW_AFTER_NOON.get(body, 1.0) if timezone.localtime(at).hour >= NOON else 1.0
    return rng.random() < LATE_WORK * LATE_FACTOR.get(body, 1.0) * slow
