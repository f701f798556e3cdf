"""Closing, rework, voiding (F1, F2, H1)."""

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident, Task, VoidRequest
from chengzhi.incidents.services import inputs, timing
from chengzhi.incidents.services.aftercare import ask_return_visit
from chengzhi.incidents.services.common import end_open_parts, in_hand, note, part_number
from chengzhi.incidents.services.dispatching import issue
from chengzhi.kernel import clocks, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.problems import Refused
from chengzhi.kernel.workflow import step
from chengzhi.organisation import queries as organisation

INCIDENT, TASK, VOID_REQUEST = workflow.INCIDENT, workflow.TASK, workflow.VOID_REQUEST


@step(INCIDENT, "close")
def close(
    *, matter_id: int, act: Act, closing_met: inputs.ClosingMet, waiver: inputs.Waiver = "", opinion: inputs.Opinion = ""
) -> Incident:
    """Close an incident whose check was passed, or with a reason why none was needed."""
    family, row = in_hand(matter_id, act)
    facts = queries.facts_with(family, act, closing_condition_met=closing_met, waiver=waiver)
    end_open_parts(family, act)
    note(row, closed_at=act.at)
    INCIDENT.move(family, "close", act=act, facts=facts, body={"opinion": opinion, "waiver": waiver})
    ask_return_visit(family, row, act)
    return row


@step(INCIDENT, "redispatch")
def redispatch(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Send what failed its check back to the dispatcher because another body must do it."""
    family, row = in_hand(matter_id, act)
    facts = queries.facts(family, act)
    INCIDENT.move(
        family,
        "redispatch",
        act=act,
        facts=facts,
        holder=organisation.post_of(family.matter.node_id, "dispatcher"),
        timings=timing.stage("dispatch", row, act),
        body={"opinion": opinion, "was": row.check_result},
    )
    note(row, check_result="")
    return row


@step(INCIDENT, "rework")
def rework(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Give what failed its check back to the body that led; it has the rest of its limit, at least a share of it."""
    family, row = in_hand(matter_id, act)
    before = Task.objects.filter(matter__parent_id=family.focus, lead=True).order_by("-matter_id").first()
    note(row, rework_count=row.rework_count + 1)
    body = {"opinion": opinion, "rework": row.rework_count}
    INCIDENT.move(family, "rework", act=act, facts=queries.facts(family, act), body=body)
    unit = organisation.body(before.unit_id) if before is not None else None
    if before is None or unit is None:
        raise Refused(
            "原主办单位已不存在，请作废后重新派遣。",
            "The unit that led no longer exists; void the incident and report it anew.",
            code="no_unit",
        )
    note(row, check_result="")
    rest = timing.rest_after_failed_check(row, clocks.minutes_left(family.clocks[before.pk]["dispose"]), act)
    issue(family, row, unit, act, lead=True, instructions=opinion, timing_=rest)
    return row


@step(INCIDENT, "ask_void")
def ask_void(*, matter_id: int, act: Act, reason: inputs.VoidReason, remark: inputs.Remark = "") -> Incident:
    """Ask the duty chief to void an incident."""
    family, row = in_hand(matter_id, act)
    facts = queries.facts(family, act)
    INCIDENT.move(family, "ask_void", act=act, facts=facts, holder=family.matter.holder_id, body={"reason": reason, "opinion": remark})
    part = VOID_REQUEST.open(
        "ask",
        act=act,
        facts=facts,
        node=family.matter.node_id,
        number=part_number(family, "void_request"),
        holder=organisation.post_of(family.matter.node_id, "chief"),
        parent=family,
        body={"reason": reason},
    )
    writes.add(VoidRequest(matter_id=part.focus, reason=reason, remark=remark))
    return row


@step(VOID_REQUEST, "deny_void")
def deny_void(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Deny a request to void; the incident goes on."""
    family, row = in_hand(matter_id, act)
    VOID_REQUEST.move(family, "deny_void", act=act, facts=queries.facts(family, act), body={"opinion": opinion})
    return row


@step(INCIDENT, "void")
def void(*, matter_id: int, act: Act, reason: inputs.VoidReason, opinion: inputs.Opinion = "") -> Incident:
    """Void an incident with everything that hangs on it; a waiting request is granted by it."""
    family, row = in_hand(matter_id, act)
    facts = queries.facts(family, act)
    for request in family.parts(VOID_REQUEST.name, only_open=True):
        VOID_REQUEST.move(request, "grant", act=act, facts=facts)
    end_open_parts(family, act)
    note(row, reason=reason)
    INCIDENT.move(family, "void", act=act, facts=facts, body={"reason": reason, "opinion": opinion})
    return row


@step(INCIDENT, "withdraw")
def withdraw(*, family: Family, act: Act) -> None:
    """Void a county's own run because the city took its task back."""
    end_open_parts(family, act)
    INCIDENT.move(family, "withdraw", act=act, facts=queries.facts(family, act))
