"""Acceptance: verification on site, passing on, refusing, merging (A3–A6, A8)."""

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident, Verification
from chengzhi.incidents.models.incident import SOURCES_OF_CITIZENS
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.rules import MergeTarget
from chengzhi.incidents.services import inputs, timing
from chengzhi.incidents.services.common import end_open_parts, evidence_of, in_hand, note, part_number, visitor
from chengzhi.incidents.services.moments import at_moment
from chengzhi.kernel import place, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family, lock
from chengzhi.kernel.workflow import step
from chengzhi.organisation import queries as organisation

INCIDENT, VERIFICATION = workflow.INCIDENT, workflow.VERIFICATION


@step(INCIDENT, "send_verify")
def send_verify(*, matter_id: int, act: Act, inspector: inputs.Inspector = None, opinion: inputs.Opinion = "") -> Incident:
    """Send an inspector of the duty grid to see whether the report is true."""
    family, row = in_hand(matter_id, act)
    INCIDENT.move(family, "send_verify", act=act, facts=queries.facts(family, act), body={"opinion": opinion})
    post, _ = visitor(family, row, act, wanted=inspector, never=frozenset())
    part = VERIFICATION.open(
        "ask",
        act=act,
        facts=queries.facts(family, act),
        node=family.matter.node_id,
        number=part_number(family, "verification"),
        holder=post,
        place_key=family.matter.place_key,
        parent=family,
        timings=timing.stage("verify", row, act),
    )
    writes.add(Verification(matter_id=part.focus))
    return row


@step(VERIFICATION, "reply_verify")
def reply_verify(
    *,
    matter_id: int,
    act: Act,
    result: inputs.VerifyResult,
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    remark: inputs.Remark = "",
    at: inputs.Moment = None,
) -> Incident:
    """Answer a verification: true, false or already solved, with a photo from the place."""
    family, row = in_hand(matter_id, act)
    act = at_moment(act, at, not_before=family.matter.opened_at)
    evidence, pictures = evidence_of(queries.incident_family(family), photos, "verify", act)
    facts = queries.facts_with(family, act, photos=pictures)
    found = Verification(matter_id=family.focus, result=result, remark=remark, answered_by=act.actor.id)
    writes.change(found, "result", "remark", "answered_by")
    note(row, verified=result)
    VERIFICATION.move(family, "reply_verify", act=act, facts=facts, body={"result": result, "opinion": remark, "files": evidence})
    return row


@step(INCIDENT, "verify_replied")
def verify_replied(*, family: Family, act: Act) -> None:
    """Bring the incident back to acceptance after the inspector's answer."""
    row = queries.incident_row(family, act)
    INCIDENT.move(
        family,
        "verify_replied",
        act=act,
        facts=queries.facts(family, act),
        holder=organisation.post_of(family.matter.node_id, "acceptor"),
        timings=timing.stage("accept", row, act),
    )


@step(INCIDENT, "pass_on")
def pass_on(*, matter_id: int, act: Act, opinion: inputs.Opinion = "") -> Incident:
    """Pass an accepted report to the duty chief for filing."""
    family, row = in_hand(matter_id, act)
    INCIDENT.move(
        family,
        "pass_on",
        act=act,
        facts=queries.facts(family, act),
        holder=organisation.post_of(family.matter.node_id, "chief"),
        timings=timing.stage("file", row, act),
        body={"opinion": opinion},
    )
    return row


@step(INCIDENT, "refuse")
def refuse(
    *, matter_id: int, act: Act, reason: inputs.RefusalReason, reply_made: inputs.ReplyMade = False, opinion: inputs.Opinion = ""
) -> Incident:
    """Refuse a report with a reason; a citizen has been answered before."""
    family, row = in_hand(matter_id, act)
    facts = queries.facts_with(family, act, reply_made=reply_made or row.source not in SOURCES_OF_CITIZENS)
    end_open_parts(family, act)
    note(row, reason=reason)
    INCIDENT.move(family, "refuse", act=act, facts=facts, body={"reason": reason, "reply_made": reply_made, "opinion": opinion})
    return row


@step(INCIDENT, "answer")
def answer(*, matter_id: int, act: Act, reply: inputs.ReplyText) -> Incident:
    """Answer a citizen's question at once: nothing is filed, the incident is closed with what was said."""
    family, row = in_hand(matter_id, act)
    facts = queries.facts(family, act)
    end_open_parts(family, act)
    note(row, operate_direct=True, closed_at=act.at)
    INCIDENT.move(family, "answer", act=act, facts=facts, body={"opinion": reply})
    return row


@step(INCIDENT, "merge")
def merge(*, matter_id: int, act: Act, into: inputs.TargetNumber, opinion: inputs.Opinion = "") -> Incident:
    """Merge a duplicate into an open incident of the same class near in place and time; both are locked, and both trails say so."""
    family, row = in_hand(matter_id, act)
    found = queries.incident_to_merge_into(into, act)
    other = lock(found.pk, act=act.by_system(), wait=False, checked=False).at(found.pk)
    target = queries.incident_row(other, act)
    metres = None
    if row.lon is not None and row.lat is not None and target.lon is not None and target.lat is not None:
        metres = place.distance(row.lon, row.lat, target.lon, target.lat)
    judged = MergeTarget(
        open=other.matter.open,
        same_class=target.class_code == row.class_code,
        itself=target.pk == row.pk,
        metres=metres,
        hours=(family.matter.opened_at - other.matter.opened_at).total_seconds() / 3600,
        most_metres=numbers.amount("merge_metres", family.matter.node_id, act.at),
        most_hours=numbers.amount("merge_hours", family.matter.node_id, act.at),
    )
    facts = queries.facts_with(family, act, target=judged)
    judged_target = queries.facts(other, act)
    end_open_parts(family, act)
    note(row, merged_into_id=target.pk)
    INCIDENT.move(family, "merge", act=act, facts=facts, body={"into": other.matter.number, "opinion": opinion})
    INCIDENT.move(other, "absorb", act=act, facts=judged_target, holder=other.matter.holder_id, body={"from": family.matter.number})
    return row
