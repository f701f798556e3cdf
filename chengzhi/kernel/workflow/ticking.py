"""What the clock words of a step row do to the clocks of a matter, and which light follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chengzhi.kernel import clocks, writes
from chengzhi.kernel.matter import Family
from chengzhi.kernel.models import Clock
from chengzhi.kernel.workflow.table import ALL, Step

if TYPE_CHECKING:
    from chengzhi.kernel.workflow.kind import Kind

CHANGED = (
    "scheme",
    "amount",
    "unit",
    "instance",
    "started_at",
    "due_at",
    "amber_at",
    "paused_at",
    "minutes_left",
    "extended",
    "ended_at",
)


@dataclass(frozen=True, slots=True)
class Timing:
    """The limit and the scheme by which a clock runs, and from when it counts where that is not the moment of the step."""

    limit: clocks.Limit
    scheme: str = "natural"
    since: datetime | None = None


def tick(
    kind: "Kind[Any]", step: Step, family: Family, at: datetime, timings: Mapping[str, Timing], *, starts_at: datetime
) -> list[dict[str, Any]]:
    """Stop, pause, resume, extend and start the clocks of the matter in focus as its step says; return the operations for the trail."""
    own = family.clocks[family.focus]
    operations = []
    final = kind.states[family.matter.state].final
    for clock in list(own.values()):
        if clock.ended_at is None and (final or clock.kind in step.stops or ALL in step.stops):
            operations.append(_change(clock, clocks.end(clock, at)))
        elif clock.ended_at is None and clock.kind in step.pauses and clock.paused_at is None:
            operations.append(_change(clock, clocks.pause(clock, at)))
        elif clock.kind in step.resumes and clock.paused_at is not None:
            operations.append(_change(clock, clocks.resume(clock, at)))
        elif clock.ended_at is None and clock.kind in step.extends:
            operations.append(_change(clock, clocks.extend(clock, timings[clock.kind].limit, at)))
    for slug in (*step.starts, *(slug for slug in step.may_start if slug in timings)):
        timing = timings.get(slug)
        if timing is None:
            raise TypeError(f"{kind.name}.{step.slug} starts the clock {slug} but its service gives no limit for it.")
        operations.append(_start(kind, family, slug, timing, timing.since or starts_at))
    return operations


def _change(clock: Clock, operation: dict[str, Any]) -> dict[str, Any]:
    writes.change(clock, *CHANGED)
    return operation


def _start(kind: "Kind[Any]", family: Family, slug: str, timing: Timing, at: datetime) -> dict[str, Any]:
    own = family.clocks[family.focus]
    known = own.get(slug)
    scheme = clocks.scheme(timing.scheme, on=at)
    if known is not None:
        return _change(known, clocks.fresh(known, timing.limit, scheme, at))
    made = Clock(matter_id=family.focus, kind=slug, background=kind.clocks[slug].background)
    operation = clocks.start(made, timing.limit, scheme, at)
    own[slug] = made
    writes.add(made)
    return operation


def refresh_lights(family: Family) -> None:
    """Set deadline and amber of the matter in focus, and of all that wait for it, from their clocks."""
    step: Family | None = family
    while step is not None:
        matter = step.matter
        before = (matter.due_at, matter.amber_at)
        matter.due_at, matter.amber_at = _light(step) if matter.open else (None, None)
        if step is not family and before != (matter.due_at, matter.amber_at):
            writes.change(matter, "due_at", "amber_at")
        step = step.parent


def _light(family: Family) -> tuple[datetime | None, datetime | None]:
    running = [
        clock
        for clock in family.clocks[family.focus].values()
        if clock.ended_at is None and clock.paused_at is None and not clock.background and clock.due_at is not None
    ]
    if running:
        worst = min(running, key=lambda clock: clock.due_at)  # type: ignore[arg-type,return-value]  # running clocks have a deadline
        return worst.due_at, worst.amber_at
    parts = [part.matter for part in family.parts(only_open=True, on_path=True) if part.matter.due_at is not None]
    if parts:
        waiting = min(parts, key=lambda matter: matter.due_at)  # type: ignore[arg-type,return-value]  # filtered above
        return waiting.due_at, waiting.amber_at
    return None, None
