"""Checks on site of what a department reported done (E1–E3)."""

import math

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Check, Incident
from chengzhi.incidents.services import inputs, timing
from chengzhi.incidents.services.common import evidence_of, in_hand, note, part_number, visitor
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
    own = organisation.posts_of(row.reporter_account) if row.reporter_account else []
    reporter = frozenset(post.id for post in own)
    post, same = visitor(family, row, act, wanted=inspector, never=reporter)
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
    writes.add(Check(matter_id=part.focus, same_person=same))
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
) -> Incident:
    """Find the problem solved: photo and position; farther than 100 m a reason is asked and the photo is marked."""
    return _answer("pass_check", "passed", matter_id, act, list(photos), (lon, lat), far_reason, remark)


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
) -> Incident:
    """Find the problem not solved, with a photo."""
    return _answer("fail_check", "failed", matter_id, act, list(photos), (lon, lat), far_reason, remark)


def _answer(
    slug: str,
    result: str,
    matter_id: int,
    act: Act,
    photos: list[int],
    seen_from: tuple[float | None, float | None],
    far_reason: str,
    remark: str,
) -> Incident:
    family, row = in_hand(matter_id, act)
    metres = _metres(row, *seen_from)
    evidence, pictures = evidence_of(queries.incident_family(family), photos, "check", act)
    facts = queries.facts_with(family, act, photos=pictures, metres=metres, far_reason=far_reason)
    found = Check(matter_id=family.focus, remark=remark, checked_by=act.actor.id, far_reason=far_reason)
    found.distance_m = round(metres) if math.isfinite(metres) else None
    writes.change(found, "remark", "checked_by", "far_reason", "distance_m")
    note(row, check_result=result)
    body = {"opinion": remark, "files": evidence, "metres": found.distance_m, "far_reason": far_reason}
    CHECK.move(family, slug, act=act, facts=facts, body=body)
    return row


def _metres(row: Incident, lon: float | None, lat: float | None) -> float:
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
