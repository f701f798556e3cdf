"""Running a file through the loop: what happens is done in the order of time, each row in one or two transactions.

A row is registered and brought to work in one transaction at the time of its report, and ended in another at the time it was closed, so
that a duplicate finds the incident open that it repeats. After an interruption a row goes on from the state in which it stands.
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
from chengzhi.site.replay.mapping import OPEN, REFUSED, VOID
from chengzhi.site.replay.queries import Standing
from chengzhi.site.replay.reading import Entry, Read, RowError
from chengzhi.territory import queries as territory

DOOR = "replay"
ENDED, REPORTED, AT_ONCE = 0, 1, 2  # at the same moment, what ends comes before what is reported
# Minutes after the report, and minutes before the end, at which a step is taken; in a short case they move together.
AFTER = {"pass_on": 5, "file_case": 12, "dispatch": 20, "sign": 40}
BEFORE = {"finish": 70, "send_check": 50, "pass_check": 25, "end": 0}
CLOSING: dict[str, Any] = {"closing_met": True, "opinion": "回放：原工单已关闭"}
Progress = Callable[[int, int], None]


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

    def __init__(self, read: Read, now: datetime, progress: Progress) -> None:
        self.read, self.now, self.progress = read, now, progress
        self.cast = Cast()
        self.album = self._album()
        self.into = duplicates(read.entries)
        self.standing = queries.standing(read.entries)
        self.result = Outcome(read.rows, list(read.errors))
        self.done = 0

    def run(self) -> Outcome:
        """Let everything happen in the order of time and return what was done."""
        begun = time.monotonic()
        self.result.repeated = len([entry for entry in self.read.entries if self._is_done(entry)])
        for entry, what in self._in_order():
            if what == REPORTED:
                self.done += 1
                self.progress(self.done, len(self.read.entries))
                self._try(entry, self._report, self.result.errors)
            elif key_of(entry) in self.standing:
                self._try(entry, self._end, self.result.unfinished)
        self._count()
        self.result.seconds = round(time.monotonic() - begun, 1)
        return self.result

    def _in_order(self) -> list[tuple[Entry, int]]:
        """Return what happens in the order of time; what ends in the moment of its report ends after it."""
        events: list[tuple[datetime, int, int, int]] = []
        for place, entry in enumerate(self.read.entries):
            events.append((entry.created, REPORTED, place, REPORTED))
            if self._ends(entry):
                end = entry.closed or self.now
                events.append((end, ENDED, place, ENDED) if end > entry.created else (end, REPORTED, place, AT_ONCE))
        return [(self.read.entries[place], what) for _, _, place, what in sorted(events)]

    def _ends(self, entry: Entry) -> bool:
        return entry.outcome != OPEN and key_of(entry) not in self.into

    def _is_done(self, entry: Entry) -> bool:
        known = self.standing.get(key_of(entry))
        return known is not None and (not known.open or not self._ends(entry))

    def _try(self, entry: Entry, deed: Callable[[Entry], None], refused: list[RowError]) -> None:
        try:
            deed(entry)
        except Problem as problem:
            self.album = self._album()  # pictures stored in the transaction that failed are gone with it
            refused.append(RowError(entry.row, problem.code))

    def _report(self, entry: Entry) -> None:
        if key_of(entry) in self.standing:
            return
        with writes.unit_of_work():
            case = self._open(entry)
            into = self.into.get(key_of(entry))
            if into is not None and into in self.standing:
                number = self.standing[into].number
                case.take(incidents.merge, "acceptor", entry.created, into=number, opinion="回放：同一问题重复反映")
            elif entry.outcome != REFUSED:
                self._advance(case, entry, workflow.DISPOSING)
                self._sign(case, Times(entry, self.now).at("sign"))
            known = case.family.matter
            stands = Standing(case.id, case.node, known.earlier_number or known.number, known.state, known.open)
        self.standing[key_of(entry)] = stands

    def _end(self, entry: Entry) -> None:
        known = self.standing[key_of(entry)]
        if not known.open:
            return
        at = Times(entry, self.now).at("end")
        with writes.unit_of_work():
            recorded_at = timezone.now()
            matter.lock(known.matter_id, act=Act(actor=SYSTEM, at=at, door=DOOR, recorded_at=recorded_at))
            case = InHand(self.cast, known.matter_id, known.node, DOOR, recorded_at)
            if entry.outcome == VOID:
                case.take(incidents.void, "chief", at, reason="withdrawn_by_reporter", opinion="回放：原工单已取消")
            elif entry.outcome == REFUSED:
                case.take(incidents.refuse, "acceptor", at, reason="not_ours", reply_made=True, opinion="回放：原工单已转其他机构")
            else:
                self._advance(case, entry, workflow.CLOSED)

    def _open(self, entry: Entry) -> InHand:
        found = territory.locate(*entry.at)
        if found is None:
            raise Refused("位置不在本市任何单元网格内。", "The position lies in no unit grid of the city.", code="position_outside")
        node = organisation.commanding(organisation.node_by_code(found.county_code).id).id
        actor = self.cast.queue(node, "acceptor")
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

    def _advance(self, case: InHand, entry: Entry, goal: str) -> None:
        """Take the steps of the main line from the state in which the incident stands to the one that is wanted."""
        times = Times(entry, self.now)
        deeds: dict[str, Callable[[], None]] = {
            workflow.TO_ACCEPT: lambda: case.take(incidents.pass_on, "acceptor", times.at("pass_on")),
            workflow.TO_FILE: lambda: self._file(case, times.at("file_case")),
            workflow.TO_DISPATCH: lambda: self._dispatch(case, times.at("dispatch")),
            workflow.DISPOSING: lambda: self._finish(case, times),
            workflow.TO_SEND_CHECK: lambda: case.take(incidents.send_check, "acceptor", times.at("send_check")),
            workflow.CHECKING: lambda: self._check(case, times.at("pass_check")),
            workflow.TO_CLOSE: lambda: case.take(incidents.close, "chief", times.at("end"), **CLOSING),
        }
        while case.state != goal:
            deed = deeds.get(case.state)
            if deed is None:
                raise Refused(f"案件已是“{case.state}”。", f"The incident is “{case.state}” already.", code="went_another_way")
            deed()

    def _file(self, case: InHand, at: datetime) -> None:
        condition = registers.conditions_of(case.row.class_code)[0].code
        case.take(incidents.file_case, "chief", at, condition=condition)

    def _dispatch(self, case: InHand, at: datetime) -> None:
        row = case.row
        place = PlaceCodes(row.county_code, row.community_code, row.duty_grid, row.cell_code)
        found = powers.responsible("incident", row.class_code, place, timezone.localdate(), node=row.node_id)
        case.take(incidents.dispatch, "dispatcher", at, unit=found.body_id if found else self._any_unit(case.node))

    def _any_unit(self, node: int) -> int:
        for unit in organisation.units_of(node, ("department", "subunit", "company", "squad")):
            if organisation.accounts_at(unit.id):
                return unit.id
        raise Refused("本级没有可派遣的单位。", "There is no unit here to dispatch to.", code="nobody_responsible")

    def _sign(self, case: InHand, at: datetime) -> None:
        for task in case.open_parts("task"):
            if task.matter.state == workflow.SENT:
                case.take_part(incidents.sign, task, at)

    def _finish(self, case: InHand, times: Times) -> None:
        self._sign(case, times.at("sign"))
        at = times.at("finish")
        for task in case.open_parts("task"):
            photo = self._picture(case, task, at, "after")
            case.take_part(incidents.finish, task, at, result="回放：原工单已办结", photos=[photo])

    def _check(self, case: InHand, at: datetime) -> None:
        check = case.open_parts("check")[0]
        photo = self._picture(case, check, at, "check")
        case.take_part(incidents.pass_check, check, at, photos=[photo], lon=case.row.lon, lat=case.row.lat, remark="回放：占位核查")

    def _picture(self, case: InHand, part: Family, at: datetime, stage: str) -> int:
        return self.album.take(case.holder_of(part), at, case.id >> 6, picture_of(case.row.class_code), stage)

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
