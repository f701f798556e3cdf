"""What happens to a clock: started, started afresh, paused, resumed, extended, ended.

Each function changes the fields of one `Clock` row and returns the operation in plain values for the trail. `replay` derives
every deadline again from those operations, the schemes and the calendar alone; the deadlines written in them are not looked at.
A clock keeps the version of its scheme that was valid on the day its instance began.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from chengzhi.kernel.clocks import arithmetic
from chengzhi.kernel.clocks.calendar import Calendar
from chengzhi.kernel.clocks.limits import WORKING_UNITS, Limit
from chengzhi.kernel.clocks.schemes import Scheme, scheme
from chengzhi.kernel.models import Clock
from chengzhi.kernel.problems import Conflict, Invalid

Operation = dict[str, Any]
NATURAL = "natural"


def start(clock: Clock, limit: Limit, timing: Scheme, at: datetime, calendar: Calendar | None = None) -> Operation:
    """Start a clock that has never run."""
    if clock.started_at is not None:
        raise Conflict(
            f"计时“{clock.kind}”已经启动过，请改为重新计时。",
            f"The clock {clock.kind!r} has been started before; start it afresh instead.",
            code="clocks.started",
        )
    return _begin("start", 0, clock, limit, timing, at, calendar)


def fresh(clock: Clock, limit: Limit, timing: Scheme, at: datetime, calendar: Calendar | None = None) -> Operation:
    """Start the next instance of a clock with a full limit; what was left of the one before is dropped."""
    if clock.started_at is None:
        raise Conflict(
            f"计时“{clock.kind}”还没有启动过，请改为启动。",
            f"The clock {clock.kind!r} has never been started; start it instead.",
            code="clocks.not_started",
        )
    return _begin("fresh", 1, clock, limit, timing, at, calendar)


def pause(clock: Clock, at: datetime, calendar: Calendar | None = None) -> Operation:
    """Stop the counting; the working minutes that are left are kept, below zero when the deadline has passed.

    `amber_at` keeps the moment it had and is moved when the clock resumes.
    """
    due = _running(clock)
    at = _not_before(clock, at, clock.started_at)
    clock.minutes_left = arithmetic.elapsed_minutes(at, due, _counting(clock), calendar)
    clock.paused_at, clock.due_at = at, None
    return _operation("pause", clock, at)


def resume(clock: Clock, at: datetime, calendar: Calendar | None = None) -> Operation:
    """Go on counting: the minutes that were left are added from the time of resumption."""
    paused, left = clock.paused_at, clock.minutes_left
    if clock.ended_at is not None or paused is None or left is None:
        raise Conflict(
            f"计时“{clock.kind}”没有暂停，不能恢复。",
            f"The clock {clock.kind!r} is not paused and cannot resume.",
            code="clocks.not_paused",
        )
    at, timing = _not_before(clock, at, paused), _counting(clock)
    amber = clock.amber_at
    if amber is not None:
        amber = arithmetic.shift(at, arithmetic.elapsed_minutes(paused, amber, timing, calendar), timing, calendar)
    clock.due_at, clock.amber_at = arithmetic.shift(at, left, timing, calendar), amber
    clock.paused_at = clock.minutes_left = None
    return _operation("resume", clock, at, calendar=calendar)


def extend(clock: Clock, limit: Limit, at: datetime, calendar: Calendar | None = None) -> Operation:
    """Move the deadline by what was granted, counted from the old deadline; `extended` counts the grants."""
    due, timing = _running(clock), scheme(clock.scheme, on=clock.started_at)
    amber = clock.amber_at and arithmetic.amber(clock.amber_at, limit, timing, calendar)
    clock.due_at, clock.amber_at = arithmetic.add(due, limit, timing, calendar), amber
    clock.extended += 1
    return _operation("extend", clock, arithmetic.whole_minute(at), limit=limit, calendar=calendar)


def end(clock: Clock, at: datetime, calendar: Calendar | None = None) -> Operation:
    """End a running or paused clock; the operation tells how many working minutes were left, below zero when it came late."""
    if clock.started_at is None or clock.ended_at is not None:
        raise _not_running(clock)
    at = arithmetic.whole_minute(at)
    left = clock.minutes_left
    if clock.due_at is not None:
        left = arithmetic.elapsed_minutes(at, clock.due_at, _counting(clock), calendar)
    clock.ended_at, clock.paused_at = at, None
    return _operation("end", clock, at, left=left)


def minutes_left(clock: Clock, calendar: Calendar | None = None) -> int:
    """Return the minutes that were left of an ended or paused clock, counted as it counts; below zero when it came late."""
    if clock.minutes_left is not None:
        return clock.minutes_left
    if clock.ended_at is None or clock.due_at is None:
        raise _not_running(clock)
    return arithmetic.elapsed_minutes(clock.ended_at, clock.due_at, _counting(clock), calendar)


def replay(operations: Iterable[Mapping[str, Any]], calendar: Calendar | None = None) -> dict[str, datetime | None]:
    """Return the deadline of each kind of clock of one matter, derived from its operations; none for a paused clock."""
    clocks: dict[str, Clock] = {}
    for operation in operations:
        again = _AGAIN.get(operation["op"])
        if again is None:
            raise Invalid(
                f"计时操作“{operation['op']}”不可用，请改为 {' '.join(_AGAIN)} 之一。",
                f"The clock operation {operation['op']!r} is not known; use one of {', '.join(_AGAIN)}.",
                code="clocks.operation",
            )
        kind = operation["clock"]
        again(clocks.setdefault(kind, Clock(id=0, kind=kind)), operation, calendar)
    return {kind: clock.due_at for kind, clock in clocks.items()}


def _begin(
    word: str, further: int, clock: Clock, limit: Limit, timing: Scheme, at: datetime, calendar: Calendar | None
) -> Operation:
    at = arithmetic.whole_minute(at)
    clock.due_at, clock.amber_at = arithmetic.add(at, limit, timing, calendar), arithmetic.amber(at, limit, timing, calendar)
    clock.scheme, clock.amount, clock.unit = timing.code, limit.amount, limit.unit
    clock.instance += further
    clock.started_at = at
    clock.paused_at = clock.minutes_left = clock.ended_at = None
    clock.extended = 0
    return _operation(word, clock, at, calendar=calendar)


def _counting(clock: Clock) -> Scheme:
    """Return the scheme in which the minutes of a clock are counted: natural time unless its unit is one of working time."""
    return scheme(clock.scheme if clock.unit in WORKING_UNITS else NATURAL, on=clock.started_at)


def _running(clock: Clock) -> datetime:
    if clock.started_at is None or clock.ended_at is not None or clock.due_at is None:
        raise _not_running(clock)
    return clock.due_at


def _not_running(clock: Clock) -> Conflict:
    return Conflict(
        f"计时“{clock.kind}”没有在走，不能进行这一操作。",
        f"The clock {clock.kind!r} is not running; this cannot be done to it.",
        code="clocks.not_running",
    )


def _not_before(clock: Clock, at: datetime, earliest: datetime) -> datetime:
    at = arithmetic.whole_minute(at)
    if at < earliest:
        raise Invalid(
            f"计时“{clock.kind}”的时刻 {_text(at)} 早于上一操作 {_text(earliest)}，请改为其后的时刻。",
            f"The moment {_text(at)} for the clock {clock.kind!r} is before its last change {_text(earliest)}; give a later one.",
            code="clocks.order",
        )
    return at


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _operation(
    word: str,
    clock: Clock,
    at: datetime,
    *,
    limit: Limit | None = None,
    left: int | None = None,
    calendar: Calendar | None = None,
) -> Operation:
    operation: Operation = {
        "op": word,
        "clock": clock.kind,
        "instance": clock.instance,
        "limit": str(limit or Limit(clock.amount, clock.unit)),
        "scheme": clock.scheme,
        "at": _text(at),
        "due": None if clock.due_at is None else _text(clock.due_at),
        "amber": None if clock.amber_at is None else _text(clock.amber_at),
        "left": clock.minutes_left if left is None else left,
    }
    if clock.due_at is not None and word in DERIVING:
        warned = arithmetic.warnings(at, clock.due_at, _counting(clock), calendar)
        if warned:
            operation["warnings"] = [notice.as_json() for notice in warned]
    return operation


def _at(operation: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(operation["at"])


def _begun(begin: Callable[..., Operation]) -> Callable[[Clock, Mapping[str, Any], Calendar | None], Operation]:
    def again(clock: Clock, operation: Mapping[str, Any], calendar: Calendar | None) -> Operation:
        at = _at(operation)
        return begin(clock, Limit.parse(operation["limit"]), scheme(operation["scheme"], on=at), at, calendar)

    return again


DERIVING = frozenset({"start", "fresh", "resume", "extend"})
_AGAIN: dict[str, Callable[[Clock, Mapping[str, Any], Calendar | None], Operation]] = {
    "start": _begun(start),
    "fresh": _begun(fresh),
    "pause": lambda clock, operation, calendar: pause(clock, _at(operation), calendar),
    "resume": lambda clock, operation, calendar: resume(clock, _at(operation), calendar),
    "extend": lambda clock, operation, calendar: extend(clock, Limit.parse(operation["limit"]), _at(operation), calendar),
    "end": lambda clock, operation, calendar: end(clock, _at(operation), calendar),
}
