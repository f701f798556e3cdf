"""After closing: the return visit to the citizen, taking up again, and appeals of departments (R1–R3)."""

from datetime import timedelta

from django.utils import timezone

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Appeal, Incident, ReturnVisit
from chengzhi.incidents.models.incident import SOURCES_OF_CITIZENS
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.rules import UNSATISFIED
from chengzhi.incidents.services import inputs, timing
from chengzhi.incidents.services.common import in_hand, note, part_number
from chengzhi.incidents.services.filing import total
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family, lock
from chengzhi.kernel.problems import Refused
from chengzhi.kernel.workflow import step
from chengzhi.organisation import queries as organisation

INCIDENT, RETURN_VISIT, APPEAL = workflow.INCIDENT, workflow.RETURN_VISIT, workflow.APPEAL
ON_REOPENING = (workflow.SAMPLE_CHECK, workflow.LOOK_AGAIN)


def ask_return_visit(family: Family, row: Incident, act: Act) -> None:
    """Ask for a return visit after the closing of a citizen's incident, within its service; a county's own run has none."""
    if row.source not in SOURCES_OF_CITIZENS or row.replayed or family.matter.parent_id is not None:
        return
    part = RETURN_VISIT.open(
        "ask",
        act=act,
        facts=queries.facts(family, act),
        node=family.matter.node_id,
        number=part_number(family, RETURN_VISIT.name),
        holder=_caller(family.matter.node_id),
        place_key=family.matter.place_key,
        parent=family,
        timings=timing.beside("return_visit", "visit_limit", row, act),
    )
    writes.add(ReturnVisit(matter_id=part.focus))


def _caller(node: int) -> int:
    """Return the post that calls back; where a node has none, the acceptor does it, so that a closing never fails for want of one."""
    try:
        return organisation.post_of(node, "callback")
    except Refused:
        return organisation.post_of(node, "acceptor")


def _visit(family: Family) -> ReturnVisit:
    return ReturnVisit.objects.get(pk=family.focus)


@step(RETURN_VISIT, "note_try")
def note_try(*, matter_id: int, act: Act, remark: inputs.Remark = "") -> Incident:
    """Note that the citizen was not reached this time; tries lie apart by the time that the city has set."""
    family, row = in_hand(matter_id, act)
    visit = _visit(family)
    facts = queries.facts_after(family, act, gap_is_over=visit.tried_at is None or act.at >= visit.tried_at + _gap(row, act))
    visit.tries, visit.tried_at = visit.tries + 1, act.at
    writes.change(visit, "tries", "tried_at")
    RETURN_VISIT.move(
        family, "note_try", act=act, facts=facts, holder=family.matter.holder_id, body={"opinion": remark, "tries": visit.tries}
    )
    return row


def _gap(row: Incident, act: Act) -> timedelta:
    return timedelta(minutes=_number("visit_gap", row, act))


def _number(code: str, row: Incident, act: Act) -> int:
    return numbers.number(code, organisation.node(row.node_id).code, timezone.localtime(act.at).date()).amount


@step(RETURN_VISIT, "record_visit")
def record_visit(*, matter_id: int, act: Act, satisfaction: inputs.Satisfaction, remark: inputs.Remark = "") -> Incident:
    """Record what the citizen says of the result; one who is not satisfied is brought before the duty chief."""
    family, row = in_hand(matter_id, act)
    return _record(family, row, act, satisfaction, remark)


@writes.service
def citizen_wishes_redo(*, matter_id: int, act: Act, remark: str) -> bool:
    """Record that a citizen is not satisfied and wishes the work done again, as the answer to the return visit that is still to be made.

    The duty chief then has it before him and may take the case up again. Without a visit that waits nothing is recorded: False.
    """
    act = act.by_system()
    family = lock(matter_id, act=act, checked=False)
    row = queries.incident_row(family, act)
    visits = family.parts(RETURN_VISIT.name, only_open=True)
    waiting = [visit for visit in visits if RETURN_VISIT.may_follow("record_visit", visit.matter)]
    for visit in waiting[-1:]:
        _record(visit, row, act, UNSATISFIED, remark, source="citizen")
    return bool(waiting)


def _record(family: Family, row: Incident, act: Act, satisfaction: str, remark: str, **more: str) -> Incident:
    """Keep a citizen's answer and move the visit on, within a service."""
    visit = _visit(family)
    left = _number("visit_tries", row, act) - visit.tries
    facts = queries.facts_after(family, act, unreachable=satisfaction == "unreachable", tries_left=left)
    visit.satisfaction, visit.remark, visit.answered_by = satisfaction, remark, act.actor.id
    writes.change(visit, "satisfaction", "remark", "answered_by")
    note(row, satisfaction=satisfaction)
    body = {"satisfaction": satisfaction, "opinion": remark, **more}
    if satisfaction == UNSATISFIED:
        chief, limit = organisation.post_of(family.matter.node_id, "chief"), timing.beside("judge", "judge_limit", row, act)
        RETURN_VISIT.move(family, "record_visit", act=act, facts=facts, holder=chief, timings=limit, body=body)
        return row
    RETURN_VISIT.move(family, "record_visit", act=act, facts=facts, holder=family.matter.holder_id, body=body)
    RETURN_VISIT.move(family, "visited", act=act.by_system(), facts=facts, holder=family.matter.holder_id)
    return row


@step(RETURN_VISIT, "keep_closed")
def keep_closed(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Let an incident stay closed although the citizen is not satisfied, with a reason."""
    family, row = in_hand(matter_id, act)
    RETURN_VISIT.move(family, "keep_closed", act=act, facts=queries.facts(family, act), body={"opinion": opinion})
    return row


@step(INCIDENT, "reopen")
def reopen(*, matter_id: int, act: Act, reason: inputs.ReopenReason, opinion: inputs.Reason) -> Incident:
    """Take a closed incident up again because its citizen is not satisfied, with good reason; it counts as rework."""
    family, row = in_hand(matter_id, act)
    facts = queries.facts(family, act)
    timings = timing.stage("dispatch", row, act)
    if row.limit_amount is not None:
        timings["total"] = total(row, act)
    INCIDENT.move(
        family,
        "reopen",
        act=act,
        facts=facts,
        holder=organisation.post_of(family.matter.node_id, "dispatcher"),
        timings=timings,
        body={"reason": reason, "opinion": opinion, "reopened": row.reopen_count + 1, "was": row.check_result},
    )
    note(
        row,
        reopen_count=row.reopen_count + 1,
        rework_count=row.rework_count + 1,
        closed_at=None,
        check_result="",
        satisfaction="",
    )
    _end_what_followed_the_closing(family, act)
    return row


def _end_what_followed_the_closing(family: Family, act: Act) -> None:
    """End the visits to what is not closed any more; an appeal is about what was, and stays."""
    facts = queries.facts(family, act)
    for visit in family.parts(RETURN_VISIT.name, only_open=True):
        slug = "reopened" if RETURN_VISIT.may_follow("reopened", visit.matter) else "withdraw"
        RETURN_VISIT.move(visit, slug, act=act.by_system(), facts=facts)
    for kind in ON_REOPENING:
        for part in family.parts(kind.name, only_open=True):
            kind.move(part, "withdraw", act=act.by_system(), facts=facts)


@step(INCIDENT, "appeal")
def appeal(*, matter_id: int, act: Act, about: inputs.AppealAbout, reason: inputs.Reason) -> Incident:
    """Appeal about something that counts against the unit; the supervisor decides, and evaluation uses the decision."""
    family, row = in_hand(matter_id, act)
    made = Appeal.objects.filter(matter__parent_id=family.focus, unit_id=act.unit, about=about).exists()
    facts = queries.facts_after(family, act, appealed=made)
    body = {"about": about, "opinion": reason}
    INCIDENT.move(family, "appeal", act=act, facts=facts, holder=family.matter.holder_id, body=body)
    part = APPEAL.open(
        "ask",
        act=act,
        facts=facts,
        node=family.matter.node_id,
        number=part_number(family, APPEAL.name),
        holder=organisation.post_of(family.matter.node_id, "supervisor_lead"),
        parent=family,
        timings=timing.beside("appeal", "appeal_limit", row, act),
        body=body,
    )
    writes.add(Appeal(matter_id=part.focus, about=about, reason=reason, unit_id=act.unit, appellant=act.actor.id))
    return row


@step(APPEAL, "decide_appeal")
def decide_appeal(*, matter_id: int, act: Act, decision: inputs.AppealDecision, opinion: inputs.Reason) -> Incident:
    """Decide an appeal, with a reason; both are kept for the evaluation."""
    family, row = in_hand(matter_id, act)
    decided = Appeal(matter_id=family.focus, decision=decision, opinion=opinion, decided_by=act.actor.id, decided_at=act.at)
    writes.change(decided, "decision", "opinion", "decided_by", "decided_at")
    body = {"decision": decision, "opinion": opinion}
    APPEAL.move(family, "decide_appeal", act=act, facts=queries.facts(family, act), holder=family.matter.holder_id, body=body)
    return row
