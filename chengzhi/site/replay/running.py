"""Running a file through the loop: every step happens in the order of time, some steps in each transaction.

So a duplicate finds the incident open that it repeats, and each trail tells what happened in its order. A run that was killed loses at
most the steps of one transaction; the next run goes on with every row from the state in which it stands.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chengzhi.documents.placeholder import REPLAY
from chengzhi.incidents import services as incidents
from chengzhi.incidents import workflow
from chengzhi.incidents.queries import registers
from chengzhi.kernel import matter, writes
from chengzhi.kernel.access import SYSTEM, Act, Actor
from chengzhi.kernel.matter import Family
from chengzhi.kernel.problems import Problem, Refused
from chengzhi.organisation import queries as organisation
from chengzhi.powers import queries as powers
from chengzhi.powers.queries import PlaceCodes
from chengzhi.site.acting import Cast, InHand, opened
from chengzhi.site.album import Album
from chengzhi.site.demo.rows import picture_of
from chengzhi.site.replay import queries
from chengzhi.site.replay.deciding import duplicates, key_of
from chengzhi.site.replay.mapping import CLOSED, OPEN, REFUSED, VOID
from chengzhi.site.replay.queries import Standing
from chengzhi.site.replay.reading import Entry, Read, RowError
from chengzhi.territory import queries as territory

DOOR = "replay"
FIRST, LATER = 0, 1  # at the same moment, what ends comes before everything else
# Minutes after the report, and minutes before the end, at which a step is taken; in a short case they move together.
AFTER = {"register": 0, "pass_on": 5, "file_case": 12, "dispatch": 20, "sign": 40}
BEFORE = {"finish": 70, "send_check": 50, "pass_check": 25, "end": 0}
STEPS = (*AFTER, *BEFORE)
TO_WORK = tuple(AFTER)
PATHS = {CLOSED: STEPS, OPEN: TO_WORK, VOID: (*TO_WORK, "end"), REFUSED: ("register", "end")}
# The step with which a row goes on that stands in a state.
NEXT = {
    workflow.TO_ACCEPT: "pass_on",
    workflow.TO_FILE: "file_case",
    workflow.TO_DISPATCH: "dispatch",
    workflow.DISPOSING: "sign",
    workflow.TO_SEND_CHECK: "send_check",
    workflow.CHECKING: "pass_check",
    workflow.TO_CLOSE: "end",
}
CLOSING: dict[str, Any] = {"closing_met": True, "opinion": "回放：原工单已关闭"}
# Few enough that people who work in the same city wait for a moment only, enough that commits cost little.
TOGETHER = 40
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Event:
    """One step of one row at its moment."""

    at: datetime
    entry: Entry
    step: str


@dataclass
class Outcome:
    """What a replay has done; every row of the file is an incident or an error."""

    rows: int
    errors: list[RowError]
    incidents: int = 0
    merged: int = 0
    states: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    unfinished: list[RowError] = field(default_factory=list)
    seconds: float = 0.0


class Times:
    """The moments of the steps of one entry, between its report and its end, or up to now while it is open."""

    def __init__(self, entry: Entry, now: datetime) -> None:
        self.created, self.end = entry.created, entry.closed or now
        whole = (self.end - self.created).total_seconds() / 60
        self.early = min(1.0, whole * 0.45 / max(AFTER.values()))
        self.late = min(1.0, whole * 0.45 / max(BEFORE.values()))

    def at(self, step: str) -> datetime:
        """Return when a step is taken."""
        if step in AFTER:
            return self.created + timedelta(minutes=AFTER[step] * self.early)
        return self.end - timedelta(minutes=BEFORE[step] * self.late)


class Replay:
    """One run over a file."""

    def __init__(self, read: Read, now: datetime, progress: Progress, together: int = TOGETHER) -> None:
        self.read, self.now, self.progress, self.together = read, now, progress, together
        self.cast = Cast()
        self.album = self._album()
        self.into = duplicates(read.entries)
        self.standing = queries.standing(read.entries)
        self.result = Outcome(read.rows, list(read.errors))
        self.uncommitted: list[str] = []
        self.stopped: set[str] = set()
        self.deeds: dict[str, Callable[[InHand, Event], None]] = {
            "pass_on": self._pass_on,
            "file_case": self._file,
            "dispatch": self._dispatch,
            "sign": self._sign,
            "finish": self._finish,
            "send_check": self._send_check,
            "pass_check": self._check,
            "end": self._end,
        }

    def run(self) -> Outcome:
        """Let everything happen in the order of time and return what was done."""
        begun = time.monotonic()
        self.result.repeated = len(self.standing)
        events = self._in_order()
        for start in range(0, len(events), self.together):
            self._let_happen(events[start : start + self.together])
            self.progress(min(start + self.together, len(events)), len(events))
        self._count()
        self.result.seconds = round(time.monotonic() - begun, 1)
        return self.result

    def _in_order(self) -> list[Event]:
        """Return what happens in the order of time; the steps of a row that was closed in the moment of its report stay together."""
        found: list[tuple[datetime, int, int, int, Event]] = []
        for place, entry in enumerate(self.read.entries):
            times = Times(entry, self.now)
            for number, step in enumerate(self._steps_of(entry)):
                at = times.at(step)
                order = FIRST if step == "end" and at > entry.created else LATER
                found.append((at, order, place, number, Event(at, entry, step)))
        return [event for *_, event in sorted(found, key=lambda one: one[:4])]

    def _steps_of(self, entry: Entry) -> tuple[str, ...]:
        """Return the steps that a row still has before it."""
        path, known = PATHS[entry.outcome], self.standing.get(key_of(entry))
        if known is None:
            return path
        following = STEPS.index(NEXT.get(known.state, "end"))
        return tuple(step for step in path if STEPS.index(step) >= following) if known.open else ()

    def _let_happen(self, events: list[Event]) -> None:
        """Let some events happen in one transaction; if a service refuses one of them, each in its own, so that only that one is lost."""
        try:
            self._in_one_transaction(events)
        except Problem:
            self._forget_uncommitted()
            for event in events:
                self._try(event)

    def _try(self, event: Event) -> None:
        try:
            self._in_one_transaction([event])
        except Problem as problem:
            self._forget_uncommitted()
            self.stopped.add(key_of(event.entry))
            refused = self.result.unfinished if key_of(event.entry) in self.standing else self.result.errors
            refused.append(RowError(event.entry.row, problem.code))

    def _in_one_transaction(self, events: list[Event]) -> None:
        with writes.unit_of_work() as work:
            for event in events:
                if key_of(event.entry) not in self.stopped:
                    self._happen(event)
                    work.locked.clear()  # the next step reads the incident anew, as its actor finds it
        self.uncommitted.clear()

    def _forget_uncommitted(self) -> None:
        """Forget what the transaction that failed has taken with it: incidents, and pictures that were stored in it."""
        for key in self.uncommitted:
            del self.standing[key]
        self.uncommitted.clear()
        self.album = self._album()

    def _happen(self, event: Event) -> None:
        known = self.standing.get(key_of(event.entry))
        if known is None:
            self._register(event)
            return
        if not known.open:  # merged when it was registered
            return
        act = Act(actor=SYSTEM, at=event.at, door=DOOR)
        matter.lock(known.matter_id, act=act)
        self.deeds[event.step](InHand(self.cast, known.matter_id, known.node, DOOR, act.recorded_at), event)

    def _register(self, event: Event) -> None:
        key = key_of(event.entry)
        case = self._open(event.entry)
        first = self.standing.get(self.into.get(key, ""))
        if first is not None:
            opinion = "回放：同一问题重复反映"
            case.take(incidents.merge, "acceptor", event.at, event.entry.row, into=first.number, opinion=opinion)
        known = case.family.matter
        self.standing[key] = Standing(case.id, case.node, known.number, known.state, known.open)
        self.uncommitted.append(key)

    def _open(self, entry: Entry) -> InHand:
        found = territory.locate(*entry.at)
        if found is None:
            raise Refused("位置不在本市任何单元网格内。", "The position lies in no unit grid of the city.", code="position_outside")
        node = organisation.commanding(organisation.node_by_code(found.county_code).id).id
        actor = self.cast.queue(node, "acceptor", entry.row)
        act = Act(actor=actor, at=entry.created, door=DOOR)
        row = incidents.register_call(
            act=act,
            source=entry.source,  # type: ignore[arg-type]  # the mapping allows the sources of the form only
            class_code=entry.meaning.class_code,
            description=f"【回放】{entry.meaning.text}（原编号 {entry.id}）"[:2000],
            lon=entry.at[0],
            lat=entry.at[1],
            address=found.address_hint,
            outside_number=entry.id,
        )
        return opened(row, self.cast, act)

    def _pass_on(self, case: InHand, event: Event) -> None:
        case.take(incidents.pass_on, "acceptor", event.at, event.entry.row)

    def _file(self, case: InHand, event: Event) -> None:
        condition = registers.conditions_of(case.row.class_code)[0].code
        case.take(incidents.file_case, "chief", event.at, event.entry.row, condition=condition)

    def _dispatch(self, case: InHand, event: Event) -> None:
        row = case.row
        place = PlaceCodes(row.county_code, row.community_code, row.duty_grid, row.cell_code)
        found = powers.responsible("incident", row.class_code, place, timezone.localdate(), node=row.node_id)
        unit = found.body_id if found else self._any_unit(case.node)
        case.take(incidents.dispatch, "dispatcher", event.at, event.entry.row, unit=unit)

    def _any_unit(self, node: int) -> int:
        for unit in organisation.units_of(node, ("department", "subunit", "company", "squad")):
            if organisation.accounts_at(unit.id):
                return unit.id
        raise Refused("本级没有可派遣的单位。", "There is no unit here to dispatch to.", code="nobody_responsible")

    def _sign(self, case: InHand, event: Event) -> None:
        for task in case.open_parts("task"):
            if task.matter.state == workflow.SENT:
                case.take_part(incidents.sign, task, event.at)

    def _finish(self, case: InHand, event: Event) -> None:
        self._sign(case, event)  # somebody here may have given it to another unit, which has not signed yet
        for task in case.open_parts("task"):
            photo = self._picture(case, task, event, "after")
            case.take_part(incidents.finish, task, event.at, result="回放：原工单已办结", photos=[photo])

    def _send_check(self, case: InHand, event: Event) -> None:
        case.take(incidents.send_check, "acceptor", event.at, event.entry.row)

    def _check(self, case: InHand, event: Event) -> None:
        for check in case.open_parts("check"):
            photo = self._picture(case, check, event, "check")
            row, remark = case.row, "回放：占位核查"
            case.take_part(incidents.pass_check, check, event.at, photos=[photo], lon=row.lon, lat=row.lat, remark=remark)

    def _end(self, case: InHand, event: Event) -> None:
        row, outcome = event.entry.row, event.entry.outcome
        if outcome == VOID:
            case.take(incidents.void, "chief", event.at, row, reason="withdrawn_by_reporter", opinion="回放：原工单已取消")
        elif outcome == REFUSED:
            opinion = "回放：原工单已转其他机构"
            case.take(incidents.refuse, "acceptor", event.at, row, reason="not_ours", reply_made=True, opinion=opinion)
        else:
            case.take(incidents.close, "chief", event.at, row + 1, **CLOSING)  # not the chief who filed it, where there are two

    def _picture(self, case: InHand, part: Family, event: Event, stage: str) -> int:
        return self.album.take(case.holder_of(part), event.at, event.entry.row, picture_of(case.row.class_code), stage)

    def _album(self) -> Album:
        def act(actor: Actor, at: datetime) -> Act:
            return Act(actor=actor, at=at, door=DOOR)

        return Album(REPLAY, REPLAY, act)

    def _count(self) -> None:
        stands = queries.standing(self.read.entries)
        states: Any = Counter(known.state for known in stands.values())
        self.result.incidents, self.result.merged = len(stands), states[workflow.MERGED]
        self.result.states = {state: states[state] for state in workflow.INCIDENT.states if state in states}
        self.result.errors.sort(key=lambda error: error.row)
