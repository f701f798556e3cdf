"""One incident in full: for the case page, the API and the trail."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Check, Incident, Supervision, Task, Verification
from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries import numbers, registers, shielding
from chengzhi.incidents.queries.facts import incident_row
from chengzhi.kernel import place
from chengzhi.kernel.access import Act, Actor, act_now
from chengzhi.kernel.matter import Family, read
from chengzhi.kernel.models import Clock, Matter, TrailPayload
from chengzhi.kernel.problems import NotFound
from chengzhi.kernel.rows import build, columns, width
from chengzhi.kernel.workflow import KINDS
from chengzhi.organisation import queries as organisation


def iso(value: Any) -> str | None:
    """Return a moment as ISO 8601 in the city's zone."""
    return None if value is None else value.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")


def summary(family: Family, row: Incident) -> dict[str, Any]:
    """Return the short answer that every step and the creation give."""
    matter = family.matter
    return {
        "id": str(matter.id),
        "number": matter.number,
        "report_number": matter.earlier_number or matter.number,
        "state": matter.state,
        "version": matter.version,
        "open": matter.open,
        "node": str(matter.node_id),
        "holder": None if matter.holder_id is None else str(matter.holder_id),
        "due_at": iso(matter.due_at),
        "amber_at": iso(matter.amber_at),
        "class_code": row.class_code,
        "county": row.county_code,
        "cell": row.cell_code,
        "duty_grid": row.duty_grid,
    }


def detail(number: str, actor: Actor) -> dict[str, Any]:
    """Return an incident with its parts, clocks and evidence, as far as the actor may see; NotFound otherwise."""
    family = read(number, actor=actor)
    if family.matter.kind != workflow.INCIDENT.name:
        raise NotFound(f"没有找到案件“{number}”。", f"There is no incident “{number}”.")
    row = incident_row(family, act_now(actor))
    known = registers.class_view(row.class_code)
    source = INCIDENT_SOURCES.get(row.source, (row.source, row.source))
    readable = Matter.objects.filter(pk=row.merged_into_id or 0, node__in=actor.nodes)
    merged_into = readable.values_list("number", flat=True).first() if row.merged_into_id else None
    return {
        **summary(family, row),
        "opened_at": iso(family.matter.opened_at),
        "filed_at": iso(row.filed_at),
        "closed_at": iso(row.closed_at),
        "source": row.source,
        "source_zh": source[0],
        "class_zh": known.name_zh if known else row.class_code,
        "class_en": known.name_en if known else row.class_code,
        "condition": row.condition,
        "urgent": row.urgent,
        "description": row.description,
        "address": row.address,
        "lon": row.lon,
        "lat": row.lat,
        "community": row.community_code,
        "area_class": row.area_class,
        "verified": row.verified,
        "check_result": row.check_result,
        "reason": row.reason,
        "rework_count": row.rework_count,
        "replayed": row.replayed,
        "outside_number": row.outside_number,
        "merged_into": merged_into,
        "lead_unit": organisation.name_of(row.lead_unit_id) if row.lead_unit_id else None,
        "limit": f"{row.limit_amount} {row.limit_unit}" if row.limit_amount else None,
        "reporter_person": None if row.reporter_person is None else str(row.reporter_person),
        "clocks": [_clock(clock) for clock in family.clocks[family.focus].values()],
        "parts": _parts(family, actor),
        "evidence": _evidence(family, actor),
    }


def _evidence(family: Family, actor: Actor) -> list[dict[str, Any]]:
    visible = {identifier for identifier in family.members if family.at(identifier).visible_to(actor)}
    found = [row for row in documents.of_matter(family.root.id) if int(row["matter"]) in visible]
    pieces = [{key: _plain(key, value) for key, value in row.items()} for row in found]
    return [shielding.without_uploader(family.matter, piece, actor) for piece in pieces]


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return str(value) if key in {"id", "matter", "uploaded_by"} else value


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "kind": clock.kind,
        "limit": f"{clock.amount} {clock.unit}",
        "scheme": clock.scheme,
        "started_at": iso(clock.started_at),
        "due_at": iso(clock.due_at),
        "amber_at": iso(clock.amber_at),
        "ended_at": iso(clock.ended_at),
        "paused_at": iso(clock.paused_at),
        "instance": clock.instance,
    }


_NOUNS: dict[str, tuple[type[Task | Verification | Supervision | Check], tuple[str, ...]]] = {
    "task": (
        Task,
        (
            *("lead", "mandatory", "fallback", "urged", "instructions"),
            *("result", "quantity", "material", "leftover", "signed_by", "finished_by"),
        ),
    ),
    "verification": (Verification, ("result", "remark", "answered_by")),
    "supervision": (Supervision, ("opinion", "reply")),
    "check": (Check, ("remark", "checked_by", "distance_m", "far_reason", "same_person")),
}
_PARTS = (
    "SELECT "
    + ", ".join(columns(noun, f"n{n}") for n, (noun, _) in enumerate(_NOUNS.values()))
    + " FROM kernel_matter m "
    + " ".join(f'LEFT JOIN "{noun._meta.db_table}" n{n} ON n{n}.matter_id = m.id' for n, (noun, _) in enumerate(_NOUNS.values()))
    + " WHERE m.parent_id = %s"
)


def _parts(family: Family, actor: Actor) -> list[dict[str, Any]]:
    shown = [part for part in family.parts() if part.visible_to(actor)]
    if not shown:
        return []
    said: dict[int, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, [family.focus])
        for row in cursor.fetchall():
            said.update(_said(row))
    return [_part(part, said.get(part.focus, {})) for part in shown]


def _said(row: Sequence[Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what a part says of itself: of the nouns side by side in the row, the one that is there."""
    start = 0
    for noun, names in _NOUNS.values():
        end = start + width(noun)
        if row[start] is not None:
            found = build(noun, row[start:end])
            yield found.pk, {name: _known(name, getattr(found, name)) for name in names}
        start = end


def _known(name: str, value: Any) -> Any:
    return str(value) if name.endswith("_by") and value is not None else value


def _part(part: Family, said: dict[str, Any]) -> dict[str, Any]:
    matter = part.matter
    return {
        "id": str(matter.id),
        "kind": matter.kind,
        "number": matter.number,
        "state": matter.state,
        "state_zh": KINDS[matter.kind].states[matter.state].zh,
        "version": matter.version,
        "holder": None if matter.holder_id is None else str(matter.holder_id),
        "holder_zh": organisation.name_of(matter.holder_id) if matter.holder_id else "",
        "due_at": iso(matter.due_at),
        "amber_at": iso(matter.amber_at),
        "clocks": [_clock(clock) for clock in part.clocks[part.focus].values()],
        **said,
    }


def trail_of(number: str, actor: Actor) -> list[dict[str, Any]]:
    """Return the time line of an incident, oldest first, as far as the actor may see its parts."""
    family = read(number, actor=actor)
    visible = [member.id for member in family.descendants() if family.at(member.id).visible_to(actor)]
    payloads = TrailPayload.objects.filter(entry__matter_id__in=visible).select_related("entry").order_by("entry__seq")
    return [_entry(payload, family, actor) for payload in payloads]


def _entry(payload: TrailPayload, family: Family, actor: Actor) -> dict[str, Any]:
    entry = payload.entry
    hidden = shielding.hides_step(family.matter, entry.kind, entry.step, entry.actor, actor)
    kind = KINDS[entry.kind]
    step = kind.steps[entry.step]
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "step": entry.step,
        "step_zh": step.zh,
        "step_en": step.en,
        "from": entry.from_state,
        "to": entry.to_state,
        "to_zh": kind.states[entry.to_state].zh,
        "to_en": kind.states[entry.to_state].en,
        "at": iso(entry.at),
        "recorded_at": iso(entry.recorded_at),
        "actor": None if hidden else str(entry.actor),
        "actor_name": shielding.NAMELESS[0] if hidden else organisation.staff_name(entry.actor) if entry.actor else "系统",
        "post_zh": organisation.name_of(entry.post) if entry.post and not hidden else "",
        "unit_zh": organisation.name_of(entry.unit) if entry.unit else "",
        "door": entry.door,
        "hash": entry.hash,
        "body": json.loads(payload.body) if payload.body is not None else {"erased": payload.erased_why},
    }


def number_of_ticket(source: str, outside_number: str) -> str | None:
    """Return the number of the incident that was made of an outside ticket, if any."""
    return Incident.objects.filter(source=source, outside_number=outside_number).values_list("matter__number", flat=True).first()


def incident_to_merge_into(number: str, act: Act) -> Incident:
    """Return the incident that a duplicate shall be merged into, of a node that the actor may read; NotFound otherwise."""
    numbered = Incident.objects.select_related("matter")
    found = numbered.filter(matter__number=number).first() or numbered.filter(matter__earlier_number=number).first()
    if found is None or (act.actor.id and found.node_id not in act.actor.nodes):
        raise NotFound(
            f"没有找到要并入的案件“{number}”，请核对编号。", f"There is no incident “{number}” to merge into; check the number."
        )
    return found


def nearby_open(row: Incident) -> list[dict[str, Any]]:
    """Return open incidents of the same class into which this one could be merged by place and time, the nearest first."""
    if row.lon is None or row.lat is None:
        return []
    metres, hours = (numbers.amount(code, row.node_id, timezone.now()) for code in ("merge_metres", "merge_hours"))
    found = _candidates(row.class_code, row.lon, row.lat, metres).exclude(pk=row.pk)
    near = []
    for other in found.filter(node_id=row.node_id):
        distance = place.distance(row.lon, row.lat, other.lon or 0, other.lat or 0)
        if distance <= metres and abs(other.matter.opened_at - row.matter.opened_at) <= timedelta(hours=hours):
            said = {"number": other.matter.number, "address": other.address, "state": other.matter.state}
            near.append({**said, "metres": round(distance), "id": other.pk})
    return sorted(near, key=lambda item: int(str(item["metres"])))


def _candidates(class_code: str, lon: float, lat: float, metres: float) -> Any:
    found = Incident.objects.none()
    for first, last in place.ranges_around(lon, lat, metres):
        found = found | Incident.objects.filter(
            matter__kind="incident", matter__open=True, matter__place_key__range=(first, last), class_code=class_code
        )
    return found.select_related("matter")
