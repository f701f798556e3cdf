"""Checks on site of what a department reported done (E1–E3)."""

import math
from datetime import datetime

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Check, Incident
from chengzhi.incidents.services import inputs, timing
from chengzhi.incidents.services.common import checker_posts, evidence_of, in_hand, note, part_number, reporter_posts, visitor
from chengzhi.incidents.services.moments import at_moment
from chengzhi.kernel import place, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.workflow import step
from chengzhi.organisation import queries as organisation

INCIDENT, CHECK = workflow.INCIDENT, workflow.CHECK


@step(INCIDENT, "send_check")
def send_check(*, matter_id: int, act: Act, inspector: inputs.Inspector = None, opinion: inputs.Opinion = "") -> Incident:
    """Send an inspector to check the result: drawn by lot, not the reporter where another is on shift."""
    family, row = in_hand(matter_id, act)
    INCIDENT.move(family, "send_check", act=act, facts=queries.facts(family, act), body={"opinion": opinion})
    return _ask(family, row, act, inspector, never=reporter_posts(row))


@step(INCIDENT, "review_check")
def review_check(*, matter_id: int, act: Act, inspector: inputs.Inspector = None, opinion: inputs.Reason) -> Incident:
    """Have the result checked again: by an inspector who neither reported nor checked it, where another is on shift."""
    family, row = in_hand(matter_id, act)
    INCIDENT.move(family, "review_check", act=act, facts=queries.facts(family, act), body={"opinion": opinion, "was": row.check_result})
    note(row, check_result="")
    return _ask(family, row, act, inspector, never=reporter_posts(row) | checker_posts(family))


@step(INCIDENT, "check_remotely")
def check_remotely(
    *,
    matter_id: int,
    act: Act,
    result: inputs.CheckResult,
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    remark: inputs.Remark = "",
) -> Incident:
    """Check a result by video or sensor instead of on site, with the evidence attached."""
    family, row = in_hand(matter_id, act)
    evidence, _ = evidence_of(family, photos, "check", act)
    facts = queries.facts_after(family, act, files=sum(file["new"] for file in evidence))
    note(row, check_result=result)
    INCIDENT.move(
        family,
        "check_remotely",
        act=act,
        facts=facts,
        holder=organisation.post_of(family.matter.node_id, "chief"),
        timings=timing.stage("close", row, act),
        body={"result": result, "opinion": remark, "files": evidence},
    )
    return row


def _ask(family: Family, row: Incident, act: Act, inspector: int | None, *, never: frozenset[int]) -> Incident:
    """Give the check to an inspector: the named one, or one drawn by lot, none of `never` where another is on shift."""
    post, _ = visitor(family, row, act, wanted=inspector, never=never)
    part = CHECK.open(
        "ask",
        act=act,
        facts=queries.facts(family, act),
        node=family.matter.node_id,
        number=part_number(family, "check"),
        holder=post,
        place_key=family.matter.place_key,
        parent=family,
        timings=timing.stage("check", row, act),
    )
    writes.add(Check(matter_id=part.focus, same_person=post in reporter_posts(row)))
    return row


@step(CHECK, "pass_check")
def pass_check(
    *,
    matter_id: int,
    act: Act,
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    lon: inputs.Longitude = None,
    lat: inputs.Latitude = None,
    far_reason: inputs.FarReason = "",
    remark: inputs.Remark = "",
    closing_met: inputs.SeenClosingMet = False,
    at: inputs.Moment = None,
) -> Incident:
    """Find the problem solved: photo and position; from far away a reason is asked and the photo is marked."""
    return _answer("pass_check", "passed", matter_id, act, at, list(photos), (lon, lat), far_reason, remark, closing_met=closing_met)


@step(CHECK, "fail_check")
def fail_check(
    *,
    matter_id: int,
    act: Act,
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    lon: inputs.Longitude = None,
    lat: inputs.Latitude = None,
    far_reason: inputs.FarReason = "",
    remark: inputs.Remark = "",
    at: inputs.Moment = None,
) -> Incident:
    """Find the problem not solved, with a photo."""
    return _answer("fail_check", "failed", matter_id, act, at, list(photos), (lon, lat), far_reason, remark)


def _answer(
    slug: str,
    result: str,
    matter_id: int,
    act: Act,
    at: datetime | None,
    photos: list[int],
    seen_from: tuple[float | None, float | None],
    far_reason: str,
    remark: str,
    **seen: bool,
) -> Incident:
    family, row = in_hand(matter_id, act)
    act = at_moment(act, at, not_before=family.matter.opened_at)
    metres = metres_from(row, *seen_from)
    evidence, pictures = evidence_of(queries.incident_family(family), photos, "check", act)
    facts = queries.facts_with(family, act, photos=pictures, metres=metres, far_reason=far_reason)
    found = Check(matter_id=family.focus, remark=remark, checked_by=act.actor.id, far_reason=far_reason)
    found.distance_m = round(metres) if math.isfinite(metres) else None
    found.answered_at, (found.lon, found.lat) = act.at, seen_from
    writes.change(found, "remark", "checked_by", "far_reason", "distance_m", "answered_at", "lon", "lat")
    note(row, check_result=result)
    body = {"opinion": remark, "files": evidence, "metres": found.distance_m, "far_reason": far_reason, **seen}
    CHECK.move(family, slug, act=act, facts=facts, body=body)
    return row


def metres_from(row: Incident, lon: float | None, lat: float | None) -> float:
    """Return how far from the place a check was made: infinitely far without a position, no way when the place is known only in words."""
    if row.lon is None or row.lat is None:
        return 0.0
    if lon is None or lat is None:
        return math.inf
    return place.distance(lon, lat, row.lon, row.lat)


@step(INCIDENT, "checked")
def checked(*, family: Family, act: Act) -> None:
    """Bring the incident to the duty chief with the result of the check."""
    row = queries.incident_row(family, act)
    INCIDENT.move(
        family,
        "checked",
        act=act,
        facts=queries.facts(family, act),
        holder=organisation.post_of(family.matter.node_id, "chief"),
        timings=timing.stage("close", row, act),
        body={"result": row.check_result},
    )
