"""What a unit asks for its task and how it is answered: return, extension, suspension, and going on (D3–D10)."""

from datetime import datetime
from typing import Any

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident, Task, TaskRequest
from chengzhi.incidents.queries import asking
from chengzhi.incidents.services import fields, inputs
from chengzhi.incidents.services.common import evidence_of, in_hand
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.problems import Conflict
from chengzhi.kernel.workflow import Timing, step
from chengzhi.organisation import queries as organisation

INCIDENT, TASK = workflow.INCIDENT, workflow.TASK


@step(TASK, "ask_return")
def ask_return(*, matter_id: int, act: Act, reason: fields.ReturnReason, remark: inputs.Remark = "") -> Incident:
    """Ask the dispatcher to take a task back, within the time that the rules grant; the disposal clock runs on."""
    family, row = in_hand(matter_id, act)
    asked = _request("return", family, act, reason=reason, words=remark)
    _ask(family, act, asked, "dispatcher", asking.facts_of_task(family, act), {"reason": reason, "opinion": remark})
    return row


@step(TASK, "ask_extension")
def ask_extension(
    *, matter_id: int, act: Act, until: fields.NewDeadline, opinion: inputs.Reason, engineering: fields.Engineering = False
) -> Incident:
    """Ask for a later deadline before the present one: the first time the dispatcher answers, later and for engineering the leader."""
    family, row = in_hand(matter_id, act)
    clock = asking.disposal_clock(family)
    more = asking.minutes_between(clock, clock.due_at, until) if clock.due_at is not None else 0
    facts = asking.facts_of_task_with(family, act, more_minutes=more)
    above = engineering or facts.task.extensions_left < asking.view("extensions_most", family, act.at).amount
    asked = _request("extension", family, act, words=opinion, until=until, minutes=max(0, more), engineering=engineering)
    body = {"opinion": opinion, "until": until.isoformat(), "engineering": engineering, "minutes": more}
    _ask(family, act, asked, "leader" if above else "dispatcher", facts, body)
    return row


@step(TASK, "ask_suspension")
def ask_suspension(
    *,
    matter_id: int,
    act: Act,
    reason: fields.SuspensionReason,
    resume_on: fields.ResumeDate,
    plan: fields.Plan,
    photos: fields.Files = (),  # type: ignore[assignment]  # an empty default that nobody can change
) -> Incident:
    """Ask to hang a task that cannot be done now, with a plan and the day on which it goes on."""
    family, row = in_hand(matter_id, act)
    asked = _request("suspension", family, act, reason=reason, resume_on=resume_on, plan=plan)
    facts = asking.facts_of_task_with(family, act, resume_ahead=asking.first_moment(asked) > act.at)
    evidence, _ = evidence_of(family, photos, "other", act)
    body = {"reason": reason, "resume_on": resume_on.isoformat(), "opinion": plan, "files": evidence}
    _ask(family, act, asked, "dispatcher", facts, body)
    return row


def _request(kind: str, family: Family, act: Act, **values: Any) -> TaskRequest:
    return TaskRequest(
        task_id=family.focus, unit_id=family.matter.holder_id or 0, kind=kind, asked_by=act.actor.id, asked_at=act.at, **values
    )


def _ask(family: Family, act: Act, asked: TaskRequest, role: str, facts: Any, body: dict[str, Any]) -> None:
    """Take the step by which a unit asks: from now on the one who must answer holds the task, and the unit waits for him."""
    unit, unsigned = family.matter.holder_id, family.clocks[family.focus]["sign"].ended_at is None
    answerer = organisation.post_of(family.matter.node_id, role)
    TASK.move(family, f"ask_{asked.kind}", act=act, facts=facts, holder=answerer, asker=unit, body=body)
    writes.add(asked)
    if unsigned:
        writes.change(Task(matter_id=family.focus, signed_by=act.actor.id), "signed_by")


def _waiting(family: Family) -> TaskRequest:
    found = asking.waiting_request(family)
    if found is None:
        raise Conflict("该任务没有待答复的申请，请刷新页面。", "Nothing is asked for this task; reload the page.", code="nothing_asked")
    return found


def _answer(family: Family, act: Act, asked: TaskRequest, answer: str, opinion: str, counts: str = "") -> None:
    asked.answer, asked.opinion, asked.answered_by, asked.answered_at, asked.counts = answer, opinion, act.actor.id, act.at, counts
    writes.change(asked, "answer", "opinion", "answered_by", "answered_at", "counts")


def _back_to_unit(family: Family) -> dict[str, Any]:
    """Return whom the answered task goes back to."""
    return {"holder": family.matter.asker_id, "asker": None}


@step(TASK, "endorse_return")
def endorse_return(*, matter_id: int, act: Act, opinion: inputs.Opinion = "") -> Incident:
    """Pass a return because of a wrong dispatch to the duty chief, who confirms it."""
    return _endorse(matter_id, act, "return", "chief", opinion)


@step(TASK, "endorse_suspension")
def endorse_suspension(*, matter_id: int, act: Act, opinion: inputs.Opinion = "") -> Incident:
    """Endorse a suspension; the leader decides."""
    return _endorse(matter_id, act, "suspension", "leader", opinion)


def _endorse(matter_id: int, act: Act, kind: str, role: str, opinion: str) -> Incident:
    family, row = in_hand(matter_id, act)
    facts = asking.facts_of_task(family, act)
    above = organisation.post_of(family.matter.node_id, role)
    TASK.move(family, f"endorse_{kind}", act=act, facts=facts, holder=above, body={"opinion": opinion})
    asked = _waiting(family)
    asked.endorsed_by = act.actor.id
    writes.change(asked, "endorsed_by")
    return row


@step(TASK, "grant_return")
def grant_return(*, matter_id: int, act: Act, opinion: inputs.Opinion = "") -> Incident:
    """Take a task back as asked; when it was not the unit's duty, the dispatch counts as wrong."""
    family, row = in_hand(matter_id, act)
    facts = asking.facts_of_task(family, act)
    asked = asking.waiting_request(family)
    counts = "wrong_dispatch" if facts.task.wrong_dispatch else ""
    _end_crew_jobs(family, act)
    TASK.move(family, "grant_return", act=act, facts=facts, body={"opinion": opinion, "counts": counts})
    if asked is not None:
        _answer(family, act, asked, "granted", opinion, counts)
    return row


@step(TASK, "deny_return")
def deny_return(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Deny a return; denied again for one task it counts as shirking."""
    family, row = in_hand(matter_id, act)
    facts = asking.facts_of_task(family, act)
    denied = sum(known.kind == "return" and known.answer == "denied" for known in asking.requests_of(family))
    counts = "shirking" if denied + 1 >= asking.view("returns_denied_most", family, act.at).amount else ""
    asked = asking.waiting_request(family)
    body = {"opinion": opinion, "counts": counts}
    TASK.move(family, "deny_return", act=act, facts=facts, body=body, **_back_to_unit(family))
    if asked is not None:
        _answer(family, act, asked, "denied", opinion, counts)
    return row


@step(TASK, "grant_extension")
def grant_extension(*, matter_id: int, act: Act, opinion: inputs.Opinion = "") -> Incident:
    """Grant a later deadline: it is moved by what was asked, counted from the old one."""
    family, row = in_hand(matter_id, act)
    facts, asked = asking.facts_of_task(family, act), asking.waiting_request(family)
    minutes = asked.minutes if asked is not None else 1
    before = asking.disposal_clock(family)
    moved = {"dispose": Timing(asking.of_minutes(before, minutes), before.scheme)}
    body = {"opinion": opinion, "minutes": minutes}
    TASK.move(family, "grant_extension", act=act, facts=facts, timings=moved, body=body, **_back_to_unit(family))
    if asked is not None:
        _answer(family, act, asked, "granted", opinion)
    return row


@step(TASK, "deny_extension")
def deny_extension(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Deny an extension; the deadline stays."""
    return _deny(matter_id, act, "extension", opinion)


@step(TASK, "deny_suspension")
def deny_suspension(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Deny a suspension; the deadline stays."""
    return _deny(matter_id, act, "suspension", opinion)


def _deny(matter_id: int, act: Act, kind: str, opinion: str) -> Incident:
    family, row = in_hand(matter_id, act)
    facts, asked = asking.facts_of_task(family, act), asking.waiting_request(family)
    TASK.move(family, f"deny_{kind}", act=act, facts=facts, body={"opinion": opinion}, **_back_to_unit(family))
    if asked is not None:
        _answer(family, act, asked, "denied", opinion)
    return row


@step(TASK, "grant_suspension")
def grant_suspension(*, matter_id: int, act: Act, opinion: inputs.Opinion = "") -> Incident:
    """Hang a task until the day that was asked: its clock stands still, and the dispatcher holds it meanwhile."""
    family, row = in_hand(matter_id, act)
    facts, asked = asking.facts_of_task(family, act), asking.waiting_request(family)
    until = asked.resume_on.isoformat() if asked is not None and asked.resume_on is not None else ""
    dispatcher = organisation.post_of(family.matter.node_id, "dispatcher")
    body = {"opinion": opinion, "resume_on": until}
    TASK.move(family, "grant_suspension", act=act, facts=facts, holder=dispatcher, body=body)
    if asked is not None:
        _answer(family, act, asked, "granted", opinion)
    return row


@step(TASK, "resume")
def resume(*, matter_id: int, act: Act, opinion: inputs.Opinion = "") -> Incident:
    """Let a suspended task go on with what was left of its limit.

    From its day on the clock counts, however late that is noticed: a suspension past its date is no gift of time.
    """
    family, row = in_hand(matter_id, act)
    hung = asking.suspension(family)
    since = act.at if hung is None else min(act.at, asking.first_moment(hung))
    facts = asking.facts_of_task(family, act)
    body = {"opinion": opinion, "since": since.isoformat()}
    if hung is not None:
        hung.resumed_at = act.at
        writes.change(hung, "resumed_at")
    TASK.move(family, "resume", act=act, facts=facts, clocks_at=since, body=body, **_back_to_unit(family))
    return row


@step(INCIDENT, "tasks_hung")
def tasks_hung(*, family: Family, act: Act) -> None:
    """Suspend the incident when every open task of it hangs."""
    INCIDENT.move(family, "tasks_hung", act=act, facts=queries.facts(family, act))


@step(INCIDENT, "task_resumed")
def task_resumed(*, family: Family, act: Act) -> None:
    """Bring a suspended incident back to disposal when a task of it goes on; its total clock counts from the same moment as the task's."""
    INCIDENT.move(family, "task_resumed", act=act, facts=queries.facts(family, act), clocks_at=_goes_on_from(family, act))


def _goes_on_from(family: Family, act: Act) -> datetime:
    """Return the first moment of the suspension that just ended, but none before the incident itself was suspended."""
    ended = [row for task in family.parts(TASK.name) for row in asking.requests_of(task) if row.resumed_at == act.at]
    since = min((act.at, *(asking.first_moment(row) for row in ended)))
    paused = [clock.paused_at for clock in family.clocks[family.focus].values() if clock.paused_at is not None]
    return max((since, *paused))


def _end_crew_jobs(task: Family, act: Act) -> None:
    for job in task.parts(workflow.CREW_JOB.name, only_open=True):
        workflow.CREW_JOB.move(job, "withdraw", act=act, facts=queries.facts(job, act))
