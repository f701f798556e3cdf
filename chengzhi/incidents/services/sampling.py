"""Checks by lot of what was closed, and looking again at what comes back easily (E6, R4)."""

import math
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.utils import timezone

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Check, Draw, Incident, LookAgain, SampleCheck
from chengzhi.incidents.queries import after, numbers
from chengzhi.incidents.services import inputs, lots, timing
from chengzhi.incidents.services.common import in_hand, part_number
from chengzhi.incidents.services.looking import Seen, lot, note_seen, open_later
from chengzhi.incidents.services.oddities import note_difference
from chengzhi.incidents.services.one_by_one import one_by_one
from chengzhi.kernel import writes
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.kernel.matter import lock
from chengzhi.kernel.workflow import step
from chengzhi.organisation import queries as organisation

SAMPLE_CHECK, LOOK_AGAIN = workflow.SAMPLE_CHECK, workflow.LOOK_AGAIN
LATE = timedelta(days=2)  # a timetable that stood still for a weekend still looks again; what is older is left


def by_timetable(now: datetime) -> Act:
    """Return the act of the timetable at a moment."""
    return Act(actor=SYSTEM, at=now, door="system", recorded_at=now)


def draw_samples(now: datetime) -> int:
    """Draw lots at every node among what closed the day before and send inspectors; again is harmless. Return how many were sent."""
    day = timezone.localtime(now).date() - timedelta(days=1)
    codes = {node.id: node.code for node in organisation.nodes()}

    def at_node(node: int) -> int:
        picked = after.without_sample(_draw(node, codes[node], day, now))
        return one_by_one("Sampled check of incident", picked, lambda incident: _sample(incident, now))

    return one_by_one("Draw at node", codes, at_node)


@writes.service
def _draw(node: int, code: str, day: date, now: datetime) -> list[int]:
    known = Draw.objects.filter(node_id=node, day=day).first()
    if known is not None:
        return [int(identifier) for identifier in known.picked]
    closed = after.closed_on(node, day)
    percent = numbers.number("sample_share", code, day).amount
    if not closed:
        return []
    picked = lots.sample(closed, min(len(closed), math.ceil(len(closed) * percent / 100)))
    texts = [str(identifier) for identifier in picked]
    writes.add(Draw(node_id=node, day=day, population=len(closed), percent=percent, picked=texts, drawn_at=now))
    return picked


@writes.service
def _sample(matter_id: int, now: datetime) -> bool:
    act = by_timetable(now)
    family = lock(matter_id, act=act)
    row = queries.incident_row(family, act)
    post = lot(family, row, act, elsewhere=True)
    if family.matter.open or family.parts(SAMPLE_CHECK.name) or post is None:
        return False  # taken up again meanwhile, drawn before, or nobody of another grid is on shift: the next hour tries again
    checks = family.parts(workflow.CHECK.name)
    part = SAMPLE_CHECK.open(
        "ask",
        act=act,
        facts=queries.facts(family, act),
        node=family.matter.node_id,
        number=part_number(family, SAMPLE_CHECK.name),
        holder=post,
        place_key=family.matter.place_key,
        parent=family,
        timings=timing.beside("sample", "sample_limit", row, act),
    )
    writes.add(SampleCheck(matter_id=part.focus, first_check_id=checks[-1].focus if checks else None))
    return True


@step(SAMPLE_CHECK, "sample_check")
def sample_check(
    *,
    matter_id: int,
    act: Act,
    result: inputs.SampleResult,
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    lon: inputs.Longitude = None,
    lat: inputs.Latitude = None,
    far_reason: inputs.FarReason = "",
    remark: inputs.Remark = "",
) -> Incident:
    """Check a closed incident by lot; what differs is held against the first check, and what is still there opens a linked case."""
    family, row = in_hand(matter_id, act)
    sample = SampleCheck.objects.get(pk=family.focus)
    seen = Seen(list(photos), lon, lat, far_reason, remark)
    there = result == "differs"
    told = note_seen(sample, family, row, act, seen, result, on=None if there else queries.incident_family(family))
    later = open_later("sampled", row, act, seen) if there else None
    body = told["body"] | ({"later": later.matter.number} if later else {})
    SAMPLE_CHECK.move(family, "sample_check", act=act, facts=told["facts"], body=body)
    if result != "agrees":
        first = Check.objects.filter(pk=sample.first_check_id).values_list("checked_by", flat=True).first()
        note_difference(row, sample, first, result, act)
    return row


def ask_to_look_again(now: datetime) -> int:
    """Send inspectors to look again at what comes back easily, some days after closing; again is harmless. Return how many were sent."""
    today, codes = timezone.localtime(now).date(), {node.id: node.code for node in organisation.nodes()}

    def at_node(node: int) -> int:
        classes = numbers.classes_on("rebound", codes[node], today)
        return sum(_look_after(numbers.amount(code, node, now), node, classes, now) for code in ("look_again_first", "look_again_second"))

    return one_by_one("Looking again at node", codes, at_node)


def _look_after(days: int, node: int, classes: Collection[str], now: datetime) -> int:
    until = now - timedelta(days=days)
    due = after.closed_to_look_at(node, classes, days, until - LATE, until)
    return one_by_one("Looking again at incident", due, lambda incident: _look(incident, days, now))


@writes.service
def _look(matter_id: int, days: int, now: datetime) -> bool:
    act = by_timetable(now)
    family = lock(matter_id, act=act)
    row = queries.incident_row(family, act)
    post = lot(family, row, act, elsewhere=False)
    if family.matter.open or family.parts(LOOK_AGAIN.name, only_open=True) or post is None:
        return False
    part = LOOK_AGAIN.open(
        "ask",
        act=act,
        facts=queries.facts(family, act),
        node=family.matter.node_id,
        number=part_number(family, LOOK_AGAIN.name),
        holder=post,
        place_key=family.matter.place_key,
        parent=family,
        timings=timing.beside("look_again", "look_again_limit", row, act),
        body={"days": days},
    )
    writes.add(LookAgain(matter_id=part.focus, days=days))
    return True


@step(LOOK_AGAIN, "look_again")
def look_again(
    *,
    matter_id: int,
    act: Act,
    result: inputs.LookResult,
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    lon: inputs.Longitude = None,
    lat: inputs.Latitude = None,
    far_reason: inputs.FarReason = "",
    remark: inputs.Remark = "",
) -> Incident:
    """Look again at a closed incident: still gone, or back, which opens a linked case with its count."""
    family, row = in_hand(matter_id, act)
    seen = Seen(list(photos), lon, lat, far_reason, remark)
    back = result == "back"
    found = LookAgain(matter_id=family.focus)
    told = note_seen(found, family, row, act, seen, result, on=None if back else queries.incident_family(family))
    later = open_later("recurred", row, act, seen) if back else None
    body = told["body"] | ({"later": later.matter.number, "count": later.recurrences} if later else {})
    LOOK_AGAIN.move(family, "look_again", act=act, facts=told["facts"], body=body)
    return row
