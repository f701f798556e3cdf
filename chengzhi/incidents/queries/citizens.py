"""What a citizen may see of an incident: how far it is, who works on it, what was done; nobody's name or number."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident, Task
from chengzhi.incidents.queries import numbers, registers
from chengzhi.incidents.queries.cards import class_words
from chengzhi.incidents.queries.choices import words_of
from chengzhi.kernel import clocks, place
from chengzhi.kernel.access import SYSTEM_ID, Actor
from chengzhi.kernel.matter import Family, read
from chengzhi.kernel.models import Matter
from chengzhi.kernel.problems import NotFound, Refused
from chengzhi.organisation import queries as organisation
from chengzhi.territory import queries as territory

Words = tuple[str, str]
RECEIVED, DISPATCHED, IN_HAND, DONE = 1, 2, 3, 4
OUTCOMES = {
    workflow.CLOSED: "done",
    workflow.REFUSED: "refused",
    workflow.NOT_FILED: "not_filed",
    workflow.VOIDED: "void",
    workflow.MERGED: "merged",
}
REASONS = {workflow.REFUSED: "refusal_reasons", workflow.NOT_FILED: "filing_reasons"}
BEFORE, AFTER = ("report", "verify"), ("dispose", "check")
MOST_PICTURES = 3
LONGEST_CHAIN = 5
BEFORE_FILING, AFTER_FILING = ("accept", "verify", "file"), ("dispatch", "send_check", "check", "close")
SHOWN_SOURCES = frozenset({"inspector", "public", "12319", "12345", "web"})
NEARBY_METRES, NEARBY_MOST, NEARBY_EXAMINED, ROUNDED_TO = 1000, 20, 200, 50


@dataclass(frozen=True, slots=True)
class Progress:
    """One incident as the public sees it; `outcome` is empty while it is open, `node` is where its post is."""

    matter_id: int
    node: int
    open: bool
    stage: int
    outcome: str
    klass: Words
    community: str
    said: str
    times: tuple[datetime | None, datetime | None, datetime | None, datetime | None]
    unit: Words
    due_at: datetime | None
    result: str
    reason_code: str
    reason: Words
    merged: bool
    own_before: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """An open incident nearby: what it is, in which community, roughly how far, since when."""

    matter_id: int
    klass: Words
    community: str
    metres: int
    opened_at: datetime
    under_way: bool


def reader(nodes: frozenset[int]) -> Actor:
    """Return the platform itself as a reader of these nodes, for pages that nobody signs in to."""
    return Actor(id=SYSTEM_ID, name="市民端", nodes=nodes)


def progress(matter_id: int) -> Progress:
    """Return how far an incident is; one that was merged is followed to the incident that it was merged into. Raises NotFound."""
    row = Incident.objects.select_related("matter").filter(pk=matter_id).first()
    if row is None:
        raise NotFound("没有找到这件反映。", "There is no such report.")
    first = row
    for _ in range(LONGEST_CHAIN):
        if row.merged_into_id is None:
            break
        row = Incident.objects.select_related("matter").get(pk=row.merged_into_id)
    return _progress(row, first)


def _progress(row: Incident, first: Incident) -> Progress:
    family = read(row.pk, actor=reader(frozenset({row.node_id})))
    tasks = _tasks(family)
    newest = tasks[-1] if tasks else None
    state = family.matter.state
    outcome = "" if family.matter.open else OUTCOMES.get(state, "void")
    signed = _signed_at(family, newest)
    reasons = REASONS.get(state, "")
    reason = words_of(reasons, row.reason) if reasons and row.reason else ("", "")
    found = territory.division(row.community_code) if row.community_code else None
    total = family.clocks[family.focus].get("total")
    own, before, after = _pictures(family)
    return Progress(
        matter_id=row.pk,
        node=row.node_id,
        open=family.matter.open,
        stage=DONE if outcome == "done" else IN_HAND if signed else DISPATCHED if newest else RECEIVED,
        outcome=outcome,
        klass=class_words(row.class_code),
        community=found.name_zh if found else "",
        said=first.description,
        times=(family.matter.opened_at, newest.matter.opened_at if newest else None, signed, row.closed_at),
        unit=organisation.holder_names([newest.unit_id]).get(newest.unit_id, ("", "")) if newest else ("", ""),
        due_at=total.due_at if total is not None else None,
        result=next((task.result for task in reversed(tasks) if task.result), ""),
        reason_code=row.reason,
        reason=reason,
        merged=row.pk != first.pk,
        own_before=own,
        before=before,
        after=after if outcome == "done" else (),
    )


def _tasks(family: Family) -> list[Task]:
    """Return the lead tasks that stand, oldest first: what was recalled or returned is no longer anybody's promise."""
    below = [member.id for member in family.descendants() if member.kind == workflow.TASK.name]
    rows = Task.objects.select_related("matter").filter(pk__in=below, lead=True).order_by("pk") if below else ()
    return [row for row in rows if row.matter.open or row.finished_at is not None]


def _signed_at(family: Family, task: Task | None) -> datetime | None:
    clock = family.clocks[task.pk].get("sign") if task is not None and task.signed_by else None
    return clock.ended_at if clock is not None else None


def _pictures(family: Family) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return pictures that the reporter sent, that staff took before, and that show the result."""
    mine = {member.id for member in family.descendants()}
    pieces = [piece for piece in documents.of_matter(family.root.id) if piece["kind"] == "image" and piece["matter"] in mine]
    own = [piece["id"] for piece in pieces if piece["stage"] == "report" and piece["uploaded_by"] == SYSTEM_ID]
    before = [piece["id"] for piece in pieces if piece["stage"] in BEFORE and piece["id"] not in own]
    after = [piece["id"] for piece in pieces if piece["stage"] in AFTER]
    return tuple(own[:MOST_PICTURES]), tuple(before[-MOST_PICTURES:]), tuple(after[-MOST_PICTURES:])


def public_picture(attachment_id: int, matter_id: int) -> documents.Opened:
    """Return the copy of a picture without the data that phones write into it. Raises NotFound when it is not of this incident."""
    root = Matter.objects.filter(pk=matter_id).values("root_id")
    nodes = Matter.objects.filter(root_id__in=root).values_list("node_id", flat=True)
    return documents.opened(attachment_id, "large", reader(frozenset(nodes)))


def expected_end(class_code: str, found: territory.Place | None, at: datetime) -> datetime | None:
    """Return when a report of a class at a place should be done at the latest, by the limits in force; None without limits.

    Before filing the condition is not known, so that the longest limit of the class is told: a promise that is kept.
    """
    area, county, day = (found.area_class, found.county_code, timezone.localdate(at)) if found else ("", "", timezone.localdate(at))
    limits = [registers.limit_for(class_code, view.code, area, county, day) for view in registers.conditions_of(class_code)]
    limits = limits or [registers.limit_for(class_code, "", area, county, day)]
    try:
        before, after = (sum(_stage(clock, county, at) for clock in group) for group in (BEFORE_FILING, AFTER_FILING))
    except Refused:
        return None
    start = at + timedelta(minutes=before)
    ends = []
    for found_limit in limits:
        limit = clocks.Limit(found_limit.amount, found_limit.unit)
        unit = "working_minute" if limit.working else "minute"
        whole = clocks.Limit(clocks.minutes_of(limit) + after, unit)
        ends.append(clocks.add(start, whole, clocks.scheme(found_limit.scheme, on=at)))
    return max(ends)


def _stage(clock: str, county: str, at: datetime) -> int:
    limit = registers.stage_limit(clock, False, county, timezone.localdate(at))
    return clocks.minutes_of(clocks.Limit(limit.amount, limit.unit))


def same_today(class_code: str, lon: float, lat: float, at: datetime) -> Near | None:
    """Return the open incident of the same class that was reported here today, the nearest one, if any."""
    today, here = timezone.localdate(at), territory.locate(lon, lat)
    most = numbers.number("merge_metres", here.county_code if here else numbers.SEED, today).amount
    found = []
    for row in _open_near(lon, lat, most, frozenset({class_code})):
        metres = place.distance(lon, lat, row.lon or 0, row.lat or 0)
        if metres <= most and timezone.localdate(row.matter.opened_at) == today:
            found.append(_near(row, metres))
    return min(found, key=lambda near: near.metres, default=None)


def open_around(lon: float, lat: float, class_codes: frozenset[str]) -> list[Near]:
    """Return open incidents of these classes nearby, the nearest first, at most twenty, with rounded distances."""
    rows = _open_near(lon, lat, NEARBY_METRES, class_codes)
    near = [(place.distance(lon, lat, row.lon or 0, row.lat or 0), row) for row in rows if row.source in SHOWN_SOURCES]
    near = sorted((pair for pair in near if pair[0] <= NEARBY_METRES), key=lambda pair: pair[0])
    return [_near(row, metres) for metres, row in near[:NEARBY_MOST]]


def _open_near(lon: float, lat: float, metres: float, class_codes: frozenset[str]) -> list[Incident]:
    found: list[Incident] = []
    for first, last in place.ranges_around(lon, lat, metres):
        hits = Incident.objects.select_related("matter").filter(
            matter__kind=workflow.INCIDENT.name,
            matter__open=True,
            matter__parent__isnull=True,
            matter__place_key__range=(first, last),
            class_code__in=class_codes,
        )
        found += hits.order_by("-pk")[:NEARBY_EXAMINED]
    return found


def _near(row: Incident, metres: float) -> Near:
    found = territory.division(row.community_code) if row.community_code else None
    return Near(
        matter_id=row.pk,
        klass=class_words(row.class_code),
        community=found.name_zh if found else "",
        metres=max(ROUNDED_TO, round(metres / ROUNDED_TO) * ROUNDED_TO),
        opened_at=row.matter.opened_at,
        under_way=row.filed_at is not None,
    )


def reports_of(person_id: int) -> int:
    """Return how many incidents name a person as their reporter."""
    return Incident.objects.filter(reporter_person=person_id).count()


def short_words(ids: list[int]) -> dict[int, tuple[str, Words, int]]:
    """Return number, class and node of incidents, for lists of staff."""
    rows = Incident.objects.select_related("matter").filter(pk__in=ids)
    return {row.pk: (row.matter.number, class_words(row.class_code), row.node_id) for row in rows}
