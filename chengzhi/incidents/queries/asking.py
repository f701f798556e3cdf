"""What the rules grant to the unit that works on a task: return, extension, suspension; and what it has asked so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import TaskRequest
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.queries.facts import facts
from chengzhi.incidents.rules import IncidentFacts, TaskFacts
from chengzhi.kernel import clocks
from chengzhi.kernel.access import SYSTEM_ID, Act
from chengzhi.kernel.clocks.limits import WORKING_UNITS
from chengzhi.kernel.matter import Family
from chengzhi.kernel.models import Clock, Matter
from chengzhi.organisation import queries as organisation

WRONG_DISPATCH = "not_my_duty"
WAITING = {workflow.BACK_REQ: "return", workflow.EXT_REQ: "extension", workflow.HANG_REQ: "suspension"}
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Allowances:
    """What a task may still ask for, so that the board can say it beforehand; without `extend_until` no extension is left."""

    return_until: datetime
    may_return: bool
    extensions_left: int
    extend_until: datetime | None
    needs_leader: bool
    denied_returns: int

    @property
    def words(self) -> tuple[Words, ...]:
        """The sentences of the board: how often and how far the task can be extended, and until when a return can be asked."""
        return (self._extension_words(), self._return_words())

    def _extension_words(self) -> Words:
        if self.extend_until is None:
            return "本案不能再延期", "Cannot be extended any more"
        moment = f"{timezone.localtime(self.extend_until):%m-%d %H:%M}"
        by_zh, by_en = ("（须中心领导批准）", " (granted by the leader)") if self.needs_leader else ("", "")
        times = "once" if self.extensions_left == 1 else f"{self.extensions_left} times"
        return (
            f"本案还可延期 {self.extensions_left} 次，最长至 {moment}{by_zh}",
            f"Can be extended {times} more, to {moment} at most{by_en}",
        )

    def _return_words(self) -> Words:
        if not self.may_return:
            return "已过可申请退单的时间", "The time for asking a return is over"
        moment = timezone.localtime(self.return_until)
        short = f"{moment:%H:%M}" if moment.date() == timezone.localdate() else f"{moment:%m-%d %H:%M}"
        return f"退单须在 {short} 前", f"A return must be asked before {short}"


def view(code: str, task: Family, at: datetime) -> numbers.NumberView:
    """Return a number of the loop with its unit, as it is at the matter's node at a moment."""
    return numbers.number(code, organisation.node(task.matter.node_id).code, timezone.localtime(at).date())


def disposal_clock(task: Family) -> Clock:
    """Return the disposal clock of a task."""
    return task.clocks[task.focus]["dispose"]


def counting(clock: Clock) -> clocks.Scheme:
    """Return the scheme in which the minutes of a clock are counted."""
    return clocks.scheme(clock.scheme if clock.unit in WORKING_UNITS else "natural", on=clock.started_at)


def minutes_between(clock: Clock, start: datetime, end: datetime) -> int:
    """Return how many minutes of a clock's own time lie between two moments, below zero when the end comes first."""
    return clocks.elapsed_minutes(start, end, counting(clock))


def of_minutes(clock: Clock, minutes: int) -> clocks.Limit:
    """Return minutes of a clock's own time as a limit."""
    return clocks.Limit(minutes, "working_minute" if clock.unit in WORKING_UNITS else "minute")


def whole_limit(clock: Clock) -> int:
    """Return the minutes of a clock's first limit."""
    return clocks.minutes_of(clocks.Limit(clock.amount, clock.unit))


def requests_of(task: Family) -> list[TaskRequest]:
    """Return what was asked for a task, oldest first, read once per family."""
    key = -task.focus  # beside the noun of the task itself
    if key not in task.nouns:
        task.nouns[key] = list(TaskRequest.objects.filter(task_id=task.focus).order_by("id"))
    found: list[TaskRequest] = task.nouns[key]
    return found


def waiting_request(task: Family) -> TaskRequest | None:
    """Return the request of a task that waits for its answer."""
    wanted = WAITING.get(task.matter.state, "")
    return next((row for row in reversed(requests_of(task)) if row.kind == wanted and not row.answer), None)


def suspension(task: Family) -> TaskRequest | None:
    """Return the suspension under which a task hangs now."""
    granted = [row for row in requests_of(task) if row.kind == "suspension" and row.answer == "granted" and row.resumed_at is None]
    return granted[-1] if granted and task.matter.open else None


def first_moment(row: TaskRequest) -> datetime:
    """Return the first moment of the day on which a suspended task goes on."""
    if row.resume_on is None:
        raise TypeError(f"Request {row.pk} is no suspension.")
    return timezone.make_aware(datetime.combine(row.resume_on, time.min))


def return_until(task: Family, at: datetime) -> datetime:
    """Return until when a return can be asked: a share of the limit, at least the least time, never beyond the first deadline."""
    clock = disposal_clock(task)
    whole = whole_limit(clock)
    share = whole // max(1, view("return_divisor", task, at).amount)
    least = view("return_least", task, at)
    scheme = clocks.scheme(clock.scheme, on=clock.started_at)
    early = clocks.shift(clock.started_at, share, counting(clock))
    latest = clocks.shift(clock.started_at, whole, counting(clock))
    return min(max(early, clocks.add(clock.started_at, clocks.Limit(least.amount, least.unit), scheme)), latest)


def extension_minutes_left(task: Family, at: datetime) -> int:
    """Return how many minutes a task can still be extended by: a share of its first limit less what was granted."""
    most = whole_limit(disposal_clock(task)) * view("extension_share", task, at).amount // 100
    return max(0, most - sum(row.minutes for row in _granted(task)))


def _granted(task: Family) -> list[TaskRequest]:
    return [row for row in requests_of(task) if row.kind == "extension" and row.answer == "granted"]


def extensions_left(task: Family, at: datetime) -> int:
    """Return how often a task can still be extended."""
    return max(0, view("extensions_most", task, at).amount - len(_granted(task)))


def longest_extension(task: Family, at: datetime) -> datetime | None:
    """Return the latest deadline that a task can still be given, None when nothing is left or its deadline has passed."""
    clock, left = disposal_clock(task), extension_minutes_left(task, at)
    if clock.due_at is None or clock.ended_at is not None or clock.due_at <= at or not extensions_left(task, at) or not left:
        return None
    return clocks.shift(clock.due_at, left, counting(clock))


def allowances(task: Family, at: datetime | None = None) -> Allowances:
    """Return what the rules grant to a task now, seen from the task."""
    at = at or timezone.now()
    until = return_until(task, at)
    return Allowances(
        return_until=until,
        may_return=at <= until,
        extensions_left=extensions_left(task, at),
        extend_until=longest_extension(task, at),
        needs_leader=bool(_granted(task)),
        denied_returns=sum(row.kind == "return" and row.answer == "denied" for row in requests_of(task)),
    )


def allowances_of(matters: Sequence[Matter], at: datetime | None = None) -> dict[int, Allowances]:
    """Return what the rules grant to several tasks now, by their ids: two statements, however many they are."""
    at, ids = at or timezone.now(), [matter.id for matter in matters]
    clocks_of: dict[int, dict[str, Clock]] = {key: {} for key in ids}
    for clock in Clock.objects.filter(matter_id__in=ids, kind="dispose"):
        clocks_of[clock.matter_id][clock.kind] = clock
    asked: dict[int, list[TaskRequest]] = {key: [] for key in ids}
    for row in TaskRequest.objects.filter(task_id__in=ids).order_by("id"):
        asked[row.task_id].append(row)
    families = (Family(m.id, {m.id: m}, clocks_of, {-m.id: asked[m.id]}) for m in matters if clocks_of[m.id])
    return {family.focus: allowances(family, at) for family in families}


def task_facts(task: Family, act: Act) -> TaskFacts:
    """Return what the rules about a task judge before any input."""
    clock, asked = disposal_clock(task), waiting_request(task)
    unit = organisation.body(task.matter.asker_id or task.matter.holder_id or 0)
    node, by_system = task.matter.node_id, act.actor.id == SYSTEM_ID
    extension = asked if asked is not None and asked.kind == "extension" else None
    due = clock.due_at if clock.ended_at is None else None
    return TaskFacts(
        of_county=unit is not None and unit.kind == "node",
        return_in_time=act.at <= return_until(task, act.at),
        deadline_ahead=due is not None and act.at < due,
        extensions_left=extensions_left(task, act.at),
        needs_leader=extension is not None and (extension.engineering or bool(_granted(task))),
        wrong_dispatch=asked is not None and asked.reason == WRONG_DISPATCH,
        endorsed=asked is not None and asked.endorsed_by is not None,
        actor_confirms=by_system or act.actor.may(workflow.CONFIRM_RETURN, node),
        actor_decides=by_system or act.actor.may(workflow.DECIDE, node),
        more_minutes=extension.minutes if extension is not None else None,
        minutes_left=extension_minutes_left(task, act.at),
        resume_ahead=first_moment(asked) > act.at if asked is not None and asked.kind == "suspension" else None,
        minutes_to_deadline=0 if due is None else minutes_between(clock, act.at, due),
    )


def facts_of_task(family: Family, act: Act) -> IncidentFacts:
    """Return the facts of the incident of a task together with those of the task itself."""
    return replace(facts(family, act), task=task_facts(family, act))


def facts_of_task_with(family: Family, act: Act, **inputs: Any) -> IncidentFacts:
    """Return the facts of a task together with the inputs of a step of it."""
    return replace(facts(family, act), task=replace(task_facts(family, act), **inputs))


workflow.TASK.facts_of(facts_of_task)
