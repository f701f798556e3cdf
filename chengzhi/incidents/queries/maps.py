"""What maps show: open incidents as points by their light, and areas of units, only of what the person may see."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.queries import registers
from chengzhi.incidents.queries.cards import class_words
from chengzhi.incidents.queries.lists import moment
from chengzhi.kernel import lights, place
from chengzhi.kernel.access import Actor
from chengzhi.kernel.problems import Invalid, NotFound
from chengzhi.kernel.templatetags.words import said, short_number
from chengzhi.organisation import queries as organisation
from chengzhi.powers import queries as powers
from chengzhi.territory import queries as territory

MOST, MOST_SHAPES = 5_000, 300
COLUMNS = "m.id, m.number, m.due_at, m.amber_at, i.class_code, i.address, i.lon, i.lat"
LAYERS = ("county", "town", "community", "duty_grid")
Box = tuple[float, float, float, float]


def incident_points(actor: Actor, state: str = "", bbox: str = "") -> dict[str, Any]:
    """Return the open incidents that a person may see as GeoJSON, the most urgent first and at most 5,000; `more` says that there are more.

    With a state only those in it, with a box `west,south,east,north` only those inside. Raises Invalid for what cannot be read.
    """
    if state and workflow.INCIDENT.states.get(state) is None:
        raise Invalid(f"没有状态“{state[:40]}”。", f"There is no state “{state[:40]}”.", code="bad_filter")
    where, values = _scope(actor)
    if state:
        where += " AND m.state = %(state)s"
        values["state"] = state
    box = _box_of(bbox)
    if box is not None:
        where += _inside(box, values)
    sql = (
        f"SELECT {COLUMNS} FROM kernel_matter m JOIN incidents_incident i ON i.matter_id = m.id "
        f"WHERE m.kind = 'incident' AND m.open AND {where} AND i.lon IS NOT NULL ORDER BY m.due_at LIMIT {MOST + 1}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return {"type": "FeatureCollection", "more": len(rows) > MOST, "features": [_feature(row) for row in rows[:MOST]]}


def _scope(actor: Actor) -> tuple[str, dict[str, Any]]:
    """Return the condition that keeps to the person's own: his nodes, or the incidents of the tasks that his units hold."""
    if actor.nodes:
        return f"m.node_id IN ({_ids(actor.nodes)})", {}
    held = f"SELECT p.parent_id FROM kernel_matter p WHERE p.open AND p.holder_id IN ({_ids(actor.holders)}) AND p.parent_id IS NOT NULL"
    return f"m.id IN ({held})", {}


def _ids(known: frozenset[int]) -> str:
    return ", ".join(str(int(key)) for key in sorted(known)) or "0"


def _box_of(text: str) -> Box | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west, south, east, north = 0.0, 0.0, 0.0, -1.0
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid(
            f"范围“{text[:60]}”不对，请写成 西,南,东,北（度）。",
            f"The box “{text[:60]}” cannot be read; write west,south,east,north in degrees.",
            code="bad_bbox",
        )
    return west, south, east, north


def _inside(box: Box, values: dict[str, Any]) -> str:
    west, south, east, north = box
    values |= {"west": west, "south": south, "east": east, "north": north}
    lon, lat = (west + east) / 2, (south + north) / 2
    ranges = place.ranges_around(lon, lat, place.distance(west, south, east, north) / 2)
    keys = " OR ".join(f"m.place_key BETWEEN {first} AND {last}" for first, last in ranges)
    return f" AND ({keys}) AND i.lon BETWEEN %(west)s AND %(east)s AND i.lat BETWEEN %(south)s AND %(north)s"


def _feature(row: tuple[Any, ...]) -> dict[str, Any]:
    key, number, due_at, amber_at, class_code, address, lon, lat = row
    known = registers.class_view(class_code)
    light = lights.light_of(moment(due_at), moment(amber_at), timezone.now())
    properties = {
        "id": str(key),
        "kind": known.kind if known else "event",
        "light": light.slug,
        "number": short_number(number),
        "title": said(class_words(class_code)),
        "text": address,
        "url": f"/incidents/{number}",
    }
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [lon, lat]}}


def divisions(actor: Actor, level: str = "", bbox: str = "") -> dict[str, Any]:
    """Return the lines of the person's own divisions: counties and towns, or on wish one level or the duty grids.

    With a level and a box only what reaches into the box, at most 300; `more` says that there are more.
    """
    if level and level not in LAYERS:
        raise Invalid(f"没有图层“{level[:40]}”。", f"There is no layer “{level[:40]}”.", code="bad_layer")
    node = None if actor.node is None else organisation.node(actor.node)
    within = "" if node is None or node.is_city else node.code
    box = _box_of(bbox)
    if level and box is not None:
        return territory.outlines_in(level, within, box, MOST_SHAPES)
    levels = (level,) if level else ("town", "county")
    return {"type": "FeatureCollection", "features": [shape for one in levels for shape in territory.outlines(one, within)["features"]]}


def areas(actor: Actor, unit: int) -> Mapping[str, Any]:
    """Return where a unit answers for something, as areas of a map. Raises NotFound for a unit of a node that the person does not see."""
    own_unit(actor, unit)
    features = []
    for kind, code in powers.areas_of(unit, timezone.localdate()):
        features += territory.area(kind, code)["features"]
    return {"type": "FeatureCollection", "features": features[:MOST]}


def own_unit(actor: Actor, unit: int) -> organisation.BodyView:
    """Return a unit or county node of the nodes that a person sees. Raises NotFound for any other."""
    found = organisation.body(unit)
    if found is None or found.node not in actor.nodes:
        raise NotFound(
            f"没有找到单位“{unit}”，或者它不在您的权限范围内。", f"There is no unit “{unit}”, or it is outside what you may see."
        )
    return found
