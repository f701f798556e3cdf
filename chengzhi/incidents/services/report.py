"""A problem comes in: from an inspector on the street (A1) or registered for somebody else (A2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from chengzhi.documents import services as documents
from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.models.incident import URGENT_SOURCES
from chengzhi.incidents.queries import numbers as loop_numbers
from chengzhi.incidents.queries import registers
from chengzhi.incidents.rules import AfterFacts, IncidentFacts
from chengzhi.incidents.services import inputs, timing
from chengzhi.incidents.services.common import pictures_in
from chengzhi.incidents.services.moments import at_moment
from chengzhi.kernel import numbers, place, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.ids import new_id
from chengzhi.kernel.matter import Family
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound
from chengzhi.kernel.workflow import step
from chengzhi.organisation import queries as organisation
from chengzhi.parties import services as parties
from chengzhi.territory import queries as territory


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a report: converted position, the raw one, and the cell in which it lies."""

    lon: float | None
    lat: float | None
    raw: str
    found: territory.Place | None


@step(workflow.INCIDENT, "report")
def report(
    *,
    act: Act,
    class_code: inputs.ClassCode,
    description: inputs.Description,
    lon: inputs.Longitude = None,
    lat: inputs.Latitude = None,
    crs: inputs.Crs = "cgcs2000",
    address: inputs.Address = "",
    urgent: inputs.Urgent = False,
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    at: inputs.Moment = None,
) -> Incident:
    """Report a problem from the street; the reporter is the acting inspector."""
    act = at_moment(act, at)
    where = locate(lon, lat, crs, needed=True)
    row = Incident(source="inspector", reporter_account=act.actor.id, urgent=urgent)
    return open_incident("report", row, act, where, class_code, description, address, list(photos))


@step(workflow.INCIDENT, "register_call")
def register_call(
    *,
    act: Act,
    source: inputs.Source,
    class_code: inputs.ClassCode,
    description: inputs.Description,
    lon: inputs.Longitude = None,
    lat: inputs.Latitude = None,
    crs: inputs.Crs = "cgcs2000",
    address: inputs.Address = "",
    urgent: inputs.Urgent = False,
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    caller_name: inputs.CallerName = "",
    caller_phone: inputs.CallerPhone = "",
    outside_number: inputs.OutsideNumber = "",
    at: inputs.Moment = None,
) -> Incident:
    """Register what a citizen or another office says; without a position the words of the address are enough for now."""
    act = at_moment(act, at)
    where = locate(lon, lat, crs, needed=not address)
    row = Incident(source=source, urgent=urgent or source in URGENT_SOURCES, outside_number=outside_number, replayed=act.door == "replay")
    _refuse_known_ticket(source, outside_number)
    if caller_phone or caller_name:
        row.reporter_person = parties.register_person(name=caller_name, phone=caller_phone, source=source, act=act).pk
    return open_incident("register_call", row, act, where, class_code, description, address, list(photos))


def _refuse_known_ticket(source: str, outside_number: str) -> None:
    known = queries.number_of_ticket(source, outside_number) if outside_number else None
    if known is not None:
        raise Conflict(
            f"外部工单号“{outside_number}”已登记为案件{known}。",
            f"The outside ticket “{outside_number}” is registered already as incident {known}.",
            code="outside_number_known",
            extra={"number": known},
        )


def locate(lon: float | None, lat: float | None, crs: str, *, needed: bool) -> Where:
    """Convert a position to CGCS2000 and find its cell; a position outside every cell is refused with its value."""
    if lon is None or lat is None:
        if needed or (lon is None) != (lat is None):
            raise Invalid(
                "缺少位置：请同时给出经度 lon 和纬度 lat。",
                "The position is missing: give both lon and lat.",
                code="position_missing",
            )
        return Where(None, None, "", None)
    x, y = territory.position(lon, lat, crs)
    found = territory.locate(x, y)
    if found is None:
        raise Invalid(
            f"位置（{lon}, {lat}）不在本市任何单元网格内，请检查经纬度和坐标系 {crs}。",
            f"The position ({lon}, {lat}) lies in no unit grid of the city; check it and its system {crs}.",
            code="position_outside",
        )
    return Where(x, y, f"{crs}:{lon},{lat}", found)


def open_incident(
    slug: str,
    row: Incident,
    act: Act,
    where: Where,
    class_code: str,
    text: str,
    address: str,
    photos: list[int],
    *,
    afterwards: list[int] | None = None,
    more: dict[str, Any] | None = None,
) -> Incident:
    """Open an incident by one of its opening steps, within a service.

    `afterwards` are pictures of what the inspector has settled himself, `more` is added to the trail. Raises Invalid, Refused, NotAllowed.
    """
    known = registers.class_view(class_code)
    if known is None:
        raise Invalid(
            f"没有小类“{class_code}”，请从 218 个小类中选择，例如 SJ0101。".replace("218", str(len(registers.classes()))),
            f"There is no class “{class_code}”; choose a valid one, for example SJ0101.",
            code="unknown_class",
        )
    node = _node_for(where, act)
    row.class_code, row.description, row.address, row.node_id = class_code, text, address, node.id
    row.lon, row.lat, row.raw_position = where.lon, where.lat, where.raw
    row.county_code = node.code
    if where.found is not None:
        row.cell_code, row.community_code = where.found.cell_code, where.found.community_code
        row.county_code, row.duty_grid, row.area_class = where.found.county_code, where.found.duty_grid, where.found.area_class
    identifier = new_id()
    files = documents.attach(matter_id=identifier, root_id=identifier, attachment_ids=photos, stage="report", act=act) if photos else []
    later = afterwards or []
    settled = documents.attach(matter_id=identifier, root_id=identifier, attachment_ids=later, stage="dispose", act=act) if later else []
    family = workflow.INCIDENT.open(
        slug,
        act=act,
        facts=IncidentFacts(photos=pictures_in(files), after=_self_handled(row, files, settled, act)),
        node=node.id,
        number=report_number(act),
        holder=organisation.post_of(node.id, "acceptor"),
        place_key=None if where.lon is None or where.lat is None else place.key(where.lon, where.lat),
        timings=timing.stage("accept", row, act),
        body={**_said(row), **_marks(row, act), **(more or {}), "files": [*files, *settled]},
        matter_id=identifier,
    )
    row.matter_id = family.focus
    writes.add(row)
    remember(family, row)
    return row


def _self_handled(row: Incident, files: Sequence[Any], settled: Sequence[Any], act: Act) -> AfterFacts:
    listed = loop_numbers.classes_on("self_handled", organisation.node(row.node_id).code, timezone.localtime(act.at).date())
    before = {file["sha256"] for file in files if file["kind"] == "image"}
    later = {file["sha256"] for file in settled if file["kind"] == "image"} - before
    return AfterFacts(self_handled_allowed=row.class_code in listed, before_photos=len(before), after_photos=len(later))


def _said(row: Incident) -> dict[str, Any]:
    return {
        "class": row.class_code,
        "source": row.source,
        "text": row.description,
        "address": row.address,
        "position": row.raw_position,
        "cell": row.cell_code,
        "urgent": row.urgent,
        "outside_number": row.outside_number,
        "person": None if row.reporter_person is None else str(row.reporter_person),
    }


def _marks(row: Incident, act: Act) -> dict[str, Any]:
    """Return what the trail says of a report from the street that lies outside the reporter's own duty grid: allowed, and marked."""
    own = organisation.post(act.post).area_code if row.source == "inspector" and act.post else ""
    return {"outside_own_grid": True} if own and row.duty_grid != own else {}


def _node_for(where: Where, act: Act) -> organisation.NodeView:
    if where.found is None:
        if act.actor.node is None:
            raise NotAllowed("您没有岗位，不能登记。", "You have no post and cannot register.", code="no_post")
        return organisation.commanding(act.actor.node)
    code = where.found.county_code
    try:
        return organisation.commanding(organisation.node_by_code(code).id)
    except NotFound:
        raise Invalid(
            f"县区“{code}”没有指挥节点，请联系系统管理员。",
            f"County “{code}” has no command node; ask the administrator.",
            code="no_node",
        ) from None


def report_number(act: Act) -> str:
    """Return a report number (受理号): S, day, running number; gaps allowed."""
    return f"S{timezone.localtime(act.at):%y%m%d}{numbers.with_gaps():07d}"


def remember(family: Family, row: Incident) -> None:
    """Keep a row that was just made where queries of this family find it."""
    row.matter = family.matter
    family.nouns[family.focus] = row
