"""Clocks that start, pause, resume, are extended and end; every deadline can be derived again from the operations."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengzhi.kernel import clocks
from chengzhi.kernel.clocks import Limit, schemes
from chengzhi.kernel.models import Clock
from chengzhi.kernel.problems import Conflict, Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = clocks.shipped()
OFFICE = schemes.shipped().valid("office", date(2026, 11, 23))


@pytest.fixture(autouse=True, scope="module")
def no_city() -> Iterator[None]:
    """Count by the schemes that come with the platform, so that no database is asked."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(schemes, "current", schemes.shipped)
        yield


def at(text: str) -> datetime:
    """Return the local moment that a text names."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def running(limit: str, start: str) -> Clock:
    """Return a clock that was started in the office scheme."""
    clock = Clock(id=1, kind="dispose")
    clocks.start(clock, Limit.parse(limit), OFFICE, at(start), CALENDAR)
    return clock


def test_an_operation_holds_plain_values_for_the_trail() -> None:
    clock = Clock(id=1, kind="dispose")
    assert clocks.start(clock, Limit.parse("8 working_hour"), OFFICE, at("2026-11-23T09:00:30"), CALENDAR) == {
        "op": "start",
        "clock": "dispose",
        "instance": 1,
        "limit": "8 working_hour",
        "scheme": "office",
        "at": "2026-11-23T01:00Z",
        "due": "2026-11-24T01:00Z",
        "amber": "2026-11-23T09:24Z",
        "left": None,
    }
    assert (clock.due_at, clock.amber_at) == (at("2026-11-24T09:00"), at("2026-11-23T17:24"))


def test_an_extension_is_counted_from_the_old_deadline() -> None:
    clock = running("8 working_hour", "2026-11-23T09:00")
    assert clock.due_at == at("2026-11-24T09:00")
    operation = clocks.extend(clock, Limit.parse("1 working_day"), at("2026-11-23T17:00"), CALENDAR)
    assert (clock.due_at, clock.extended) == (at("2026-11-25T09:00"), 1)
    # 80 % of sixteen working hours are used 12 h 48 min after Monday 09:00.
    assert clock.amber_at == at("2026-11-24T15:48")
    assert (operation["op"], operation["limit"], operation["due"]) == ("extend", "1 working_day", "2026-11-25T01:00Z")


def test_what_was_left_at_the_pause_is_added_from_the_resumption() -> None:
    clock = running("8 working_hour", "2026-11-23T09:00")
    paused = clocks.pause(clock, at("2026-11-23T11:00"), CALENDAR)
    assert (paused["left"], paused["due"], clock.minutes_left, clock.due_at) == (360, None, 360, None)
    resumed = clocks.resume(clock, at("2026-11-27T16:00"), CALENDAR)
    assert (resumed["due"], resumed["amber"], resumed["left"]) == ("2026-11-30T04:00Z", "2026-11-30T02:24Z", None)
    assert (clock.due_at, clock.amber_at, clock.paused_at) == (at("2026-11-30T12:00"), at("2026-11-30T10:24"), None)


def test_a_clock_paused_after_its_deadline_stays_late_by_as_much() -> None:
    clock = running("1 working_hour", "2026-11-23T09:00")
    assert clocks.pause(clock, at("2026-11-23T11:30"), CALENDAR)["left"] == -90
    clocks.resume(clock, at("2026-11-25T09:00"), CALENDAR)
    assert clock.due_at is not None
    assert clocks.elapsed_minutes(clock.due_at, at("2026-11-25T09:00"), OFFICE, CALENDAR) == 90


def test_a_fresh_instance_has_the_full_limit_and_forgets_extensions() -> None:
    clock = running("1 working_hour", "2026-11-23T09:00")
    clocks.extend(clock, Limit.parse("1 working_hour"), at("2026-11-23T09:30"), CALENDAR)
    ended = clocks.end(clock, at("2026-11-23T10:15"), CALENDAR)
    assert (ended["left"], clock.ended_at, clocks.minutes_left(clock, CALENDAR)) == (45, at("2026-11-23T10:15"), 45)
    again = clocks.fresh(clock, Limit.parse("2 hour"), OFFICE, at("2026-11-28T10:00"), CALENDAR)
    assert (again["instance"], clock.instance, clock.extended, clock.ended_at) == (2, 2, 0, None)
    assert clock.due_at == at("2026-11-28T12:00")


def test_a_limit_into_a_year_without_holiday_table_warns_in_the_trail() -> None:
    clock = Clock(id=1, kind="dispose")
    operation = clocks.start(clock, Limit.parse("5 working_day"), OFFICE, at("2026-12-30T09:00"), CALENDAR)
    assert [warning["en"][:36] for warning in operation["warnings"]] == ["There is no holiday table for 2027: "]


def _paused() -> Clock:
    clock = running("8 working_hour", "2026-11-23T09:00")
    clocks.pause(clock, at("2026-11-23T10:00"), CALENDAR)
    return clock


def _ended() -> Clock:
    clock = running("8 working_hour", "2026-11-23T09:00")
    clocks.end(clock, at("2026-11-23T10:00"), CALENDAR)
    return clock


HOUR = Limit(1, "hour")
LATER = at("2026-11-23T12:00")
UNLAWFUL = [
    ("start twice", lambda: clocks.start(_ended(), HOUR, OFFICE, LATER), Conflict, "clocks.started"),
    (
        "afresh before the first start",
        lambda: clocks.fresh(Clock(id=1, kind="x"), HOUR, OFFICE, LATER),
        Conflict,
        "clocks.not_started",
    ),
    ("pause a paused one", lambda: clocks.pause(_paused(), LATER, CALENDAR), Conflict, "clocks.not_running"),
    ("pause an ended one", lambda: clocks.pause(_ended(), LATER, CALENDAR), Conflict, "clocks.not_running"),
    ("extend a paused one", lambda: clocks.extend(_paused(), HOUR, LATER, CALENDAR), Conflict, "clocks.not_running"),
    ("end an ended one", lambda: clocks.end(_ended(), LATER, CALENDAR), Conflict, "clocks.not_running"),
    (
        "resume a running one",
        lambda: clocks.resume(running("1 hour", "2026-11-23T09:00"), LATER, CALENDAR),
        Conflict,
        "clocks.not_paused",
    ),
    ("resume before the pause", lambda: clocks.resume(_paused(), at("2026-11-23T09:59"), CALENDAR), Invalid, "clocks.order"),
    ("replay an unknown word", lambda: clocks.replay([{"op": "stretch", "clock": "x"}], CALENDAR), Invalid, "clocks.operation"),
]


@pytest.mark.parametrize(("situation", "work", "problem", "code"), UNLAWFUL, ids=[row[0] for row in UNLAWFUL])
def test_an_unlawful_operation_is_refused(situation: str, work: Any, problem: type[Exception], code: str) -> None:
    with pytest.raises(problem) as refused:
        work()
    assert refused.value.code == code


LIMITS = st.builds(Limit, st.integers(1, 40), st.sampled_from(sorted(clocks.SERVICE_UNITS)))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["accept", "dispose"]),
        st.sampled_from(["start", "fresh", "pause", "resume", "extend", "end"]),
        st.integers(0, 20_000),
        LIMITS,
        st.sampled_from(["day", "night", "office", "natural"]),
    ),
    max_size=25,
)


def _apply(clock: Clock, word: str, now: datetime, limit: Limit, code: str) -> dict[str, Any]:
    if word in {"start", "fresh"}:
        return getattr(clocks, word)(clock, limit, clocks.scheme(code, on=now), now, CALENDAR)
    if word == "extend":
        return clocks.extend(clock, limit, now, CALENDAR)
    return getattr(clocks, word)(clock, now, CALENDAR)


@settings(max_examples=200, deadline=None)
@given(steps=STEPS)
def test_after_any_lawful_sequence_the_replay_equals_the_rows(steps: list[tuple[str, str, int, Limit, str]]) -> None:
    rows = {kind: Clock(id=1, kind=kind) for kind in ("accept", "dispose")}
    operations: list[dict[str, Any]] = []
    now = datetime(2025, 12, 1, tzinfo=UTC)
    for kind, word, minutes, limit, code in steps:
        now += timedelta(minutes=minutes)
        clock = rows[kind]
        before = (clock.due_at, clock.amber_at, clock.instance, clock.minutes_left)
        try:
            operation = _apply(clock, word, now, limit, code)
        except Conflict:
            assert (clock.due_at, clock.amber_at, clock.instance, clock.minutes_left) == before
            continue
        operations.append({**operation, "due": "overwritten", "amber": None, "left": None})
        if word == "extend":
            assert before[0] is not None
            assert clock.due_at is not None
            assert clock.due_at >= before[0]
        if clock.due_at is not None:
            assert clock.amber_at is not None
            assert clock.amber_at <= clock.due_at
    assert clocks.replay(operations, CALENDAR) == {
        kind: clock.due_at for kind, clock in rows.items() if clock.started_at is not None
    }


@settings(max_examples=200, deadline=None)
@given(
    limit=LIMITS.filter(lambda limit: limit.working),
    code=st.sampled_from(["day", "night", "office", "natural"]),
    waits=st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 60_000)), max_size=6),
)
def test_pausing_and_resuming_neither_loses_nor_gains_working_minutes(
    limit: Limit, code: str, waits: list[tuple[int, int]]
) -> None:
    now = datetime(2026, 1, 30, 3, 7, tzinfo=UTC)
    scheme = clocks.scheme(code, on=now)
    clock = Clock(id=1, kind="dispose")
    clocks.start(clock, limit, scheme, now, CALENDAR)
    used = 0
    for worked, paused in waits:
        since, now = now, now + timedelta(minutes=worked)
        used += clocks.elapsed_minutes(since, now, scheme, CALENDAR)
        clocks.pause(clock, now, CALENDAR)
        assert clock.minutes_left == clocks.minutes_of(limit) - used
        now += timedelta(minutes=paused)
        clocks.resume(clock, now, CALENDAR)
    assert clock.due_at is not None
    assert used + clocks.elapsed_minutes(now, clock.due_at, scheme, CALENDAR) == clocks.minutes_of(limit)
