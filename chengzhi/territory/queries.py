"""Questions about the territory: where a position lies, which cells are near, what a division is called and belongs to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.utils import timezone

from chengzhi.kernel.registers import Register
from chengzhi.territory.coordinates import to_cgcs2000
from chengzhi.territory.models import Cell, Division, DutyGrid
from chengzhi.territory.outlines import dissolved, middle_of
from chengzhi.territory.point_index import PointIndex

REGISTER = "territory"
METRES_PER_DEGREE = 111_320.0
FOREVER = date.max.toordinal()
NOWHERE = -1

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DivisionFacts:
    """One division as it is on some day."""

    code: str
    level: str
    name_zh: str
    name_en: str
    parent_code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DutyGridFacts:
    """One duty grid as it is on some day; `node` is the code of the county that commands it."""

    code: str
    name_zh: str
    node: str


@dataclass(frozen=True, slots=True)
class Place:
    """Everything that a position says about who may be responsible there."""

    cell_code: str
    community_code: str
    community_name: str
    town_code: str
    town_name: str
    county_code: str
    county_name: str
    duty_grid: str
    area_class: str
    address_hint: str


class _Divisions:
    """All divisions by code, each with its dated rows, newest last."""

    def __init__(self) -> None:
        self.by_code: dict[str, list[DivisionFacts]] = {}
        self.children: dict[str, set[str]] = {}
        names = ("code", "level", "name_zh", "name_en", "parent__code", "valid_from", "valid_to")
        # A row points at its parent's row of that time; what counts is the parent's code, which stays when the parent is renamed.
        for code, level, zh, en, parent, start, end in Division.objects.order_by("code", "valid_from").values_list(*names):
            self.by_code.setdefault(code, []).append(DivisionFacts(code, level, zh, en, parent or "", start, end))
            self.children.setdefault(parent or "", set()).add(code)

    def on(self, code: str, day: date) -> DivisionFacts | None:
        """Return a division as it is on a day."""
        rows = self.by_code.get(code, ())
        return next((row for row in reversed(rows) if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)), None)

    def line(self, code: str, day: date) -> dict[str, DivisionFacts]:
        """Return a division and all it belongs to, by level."""
        line: dict[str, DivisionFacts] = {}
        found = self.on(code, day)
        while found is not None and found.level not in line:
            line[found.level] = found
            found = self.on(found.parent_code, day)
        return line


class _Cells:
    """All cells, ordered by code, with a tree over their boundaries; ended cells stay, so that yesterday can be asked."""

    def __init__(self, divisions: _Divisions) -> None:
        self._divisions = divisions
        names = ("code", "community", "duty_grid", "area_class", "init_date", "end_date", "boundary")
        rows = list(Cell.objects.order_by("code", "init_date").values_list(*names))
        self.facts = [row[:4] for row in rows]
        self.polygons = shapely.from_wkb([bytes(row[6]) for row in rows]) if rows else np.array([], dtype=object)
        self._from = np.array([row[4].toordinal() for row in rows], dtype=np.int64)
        self._to = np.array([FOREVER if row[5] is None else row[5].toordinal() for row in rows], dtype=np.int64)
        shapely.prepare(self.polygons)
        self.tree = shapely.STRtree(self.polygons)
        self._points = PointIndex(self.polygons)
        self._places: dict[tuple[int, date], Place] = {}

    def at(self, lon: float, lat: float, day: date) -> int:
        """Return the index of the cell that holds a position; on a shared border the one with the smallest code."""
        near = self.tree.query(shapely.box(lon, lat, lon, lat))
        best, moment = NOWHERE, day.toordinal()
        for index in near.tolist():
            if (best == NOWHERE or index < best) and self._from[index] <= moment <= self._to[index]:
                best = index if shapely.intersects_xy(self.polygons[index], lon, lat) else best
        return best

    def at_many(self, lons: npt.NDArray[np.float64], lats: npt.NDArray[np.float64], day: date) -> Indices:
        """Return the index of the cell for each position, NOWHERE outside."""
        point, cell = self._points.pairs(lons, lats)
        moment = day.toordinal()
        held = (self._from[cell] <= moment) & (moment <= self._to[cell])
        point, cell = point[held], cell[held]
        found: Indices = np.full(len(lons), len(self.facts), dtype=np.int64)
        np.minimum.at(found, point, cell)
        found[found == len(self.facts)] = NOWHERE
        return found

    def valid(self, indices: Indices, day: date) -> Indices:
        """Return those indices whose cells hold on a day, in the order of their codes."""
        moment = day.toordinal()
        kept: Indices = np.sort(indices[(self._from[indices] <= moment) & (moment <= self._to[indices])])
        return kept

    def place(self, index: int, day: date) -> Place | None:
        """Return the place of a cell, made once for each day that is asked about."""
        if index == NOWHERE:
            return None
        known = self._places.get((index, day))
        if known is None:
            if len(self._places) > 4 * len(self.facts):
                self._places.clear()  # a history of many days must not fill the memory
            known = self._places[(index, day)] = self._made(index, day)
        return known

    def _made(self, index: int, day: date) -> Place:
        code, community, duty_grid, area_class = self.facts[index]
        line = self._divisions.line(community, day)
        levels = (Division.COMMUNITY, Division.TOWN, Division.COUNTY)
        names = [line[level].name_zh if level in line else "" for level in levels]
        codes = [line[level].code if level in line else code[:length] for level, length in zip(levels, (12, 9, 6), strict=True)]
        hint = "".join(reversed(names))
        return Place(code, codes[0], names[0], codes[1], names[1], codes[2], names[2], duty_grid, area_class, hint)


class _Territory:
    """The register in memory."""

    def __init__(self) -> None:
        self.divisions = _Divisions()
        self.cells = _Cells(self.divisions)
        self.duty_grids = list(DutyGrid.objects.order_by("code", "valid_from"))
        self.outlines: dict[tuple[str, str, date], dict[str, Any]] = {}


TERRITORY: Register[_Territory] = Register(REGISTER, _Territory)


def position(lon: float, lat: float, crs: str = "cgcs2000") -> tuple[float, float]:
    """Return a position of any known coordinate system in CGCS2000 with seven decimals; what cannot be is refused."""
    return to_cgcs2000(lon, lat, crs)


def locate(lon: float, lat: float, on: date | None = None) -> Place | None:
    """Return the place of a position in CGCS2000 on a day (today if none is given), or None when no cell holds it."""
    cells, day = TERRITORY.get().cells, on or timezone.localdate()
    return cells.place(cells.at(lon, lat, day), day)


def locate_many(lons: Sequence[float], lats: Sequence[float], on: date | None = None) -> list[Place | None]:
    """Return the place of each position, as `locate` does, for many at once."""
    cells, day = TERRITORY.get().cells, on or timezone.localdate()
    found = cells.at_many(np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64), day)
    unique, back = np.unique(found, return_inverse=True)
    places = [cells.place(index, day) for index in unique.tolist()]
    return [places[index] for index in back.tolist()]


def around(lon: float, lat: float, metres: float = 400) -> dict[str, Any]:
    """Return the cells within some metres of a position as a GeoJSON FeatureCollection; its own cell is marked `here`."""
    cells, day = TERRITORY.get().cells, timezone.localdate()
    north = metres / METRES_PER_DEGREE
    east = north / max(math.cos(math.radians(lat)), 0.01)
    window = shapely.box(lon - east, lat - north, lon + east, lat + north)
    here = cells.at(lon, lat, day)
    features = []
    for index in cells.valid(cells.tree.query(window, predicate="intersects"), day).tolist():
        code, community, duty_grid, area_class = cells.facts[index]
        known = {"code": code, "community": community, "duty_grid": duty_grid, "area_class": area_class, "here": index == here}
        features.append({"type": "Feature", "id": code, "properties": known, "geometry": shapely.geometry.mapping(cells.polygons[index])})
    return {"type": "FeatureCollection", "bbox": list(window.bounds), "features": features}


def cells_of_duty_grid(code: str) -> dict[str, Any]:
    """Return the cells of a duty grid as a GeoJSON FeatureCollection, empty for a code that no cell has."""
    cells, day = TERRITORY.get().cells, timezone.localdate()
    own = np.array([index for index, facts in enumerate(cells.facts) if code and facts[2] == code], dtype=np.int64)
    features = [
        {"type": "Feature", "properties": {"code": cells.facts[index][0]}, "geometry": shapely.geometry.mapping(cells.polygons[index])}
        for index in cells.valid(own, day).tolist()
    ]
    return {"type": "FeatureCollection", "features": features}


Box = tuple[float, float, float, float]
LENGTHS = {Division.COUNTY: 6, Division.TOWN: 9, Division.COMMUNITY: 12}
DUTY_GRID = "duty_grid"


def outlines(level: str, within: str = "") -> dict[str, Any]:
    """Return the shapes of all divisions of a level, or of all duty grids, inside a division (all for an empty code) as GeoJSON.

    Each shape is followed by a point with its name; both carry the level as `style`.
    """
    known, day = TERRITORY.get(), timezone.localdate()
    key = (level, within, day)
    if key not in known.outlines:
        if len(known.outlines) > 64:
            known.outlines.clear()  # a map of many days must not fill the memory
        known.outlines[key] = _outlines(known, level, within, day)
    return known.outlines[key]


def outlines_in(level: str, within: str, box: Box, most: int) -> dict[str, Any]:
    """Return the outlines that reach into a box (west, south, east, north), at most so many; `more` says that there are more.

    Only those in view are drawn together from their cells, so that a map of a large city costs what it shows.
    """
    known, day = TERRITORY.get(), timezone.localdate()
    seen = known.cells.valid(known.cells.tree.query(shapely.box(*box), predicate="intersects"), day)
    codes = sorted({_belongs(known, index, level) for index in seen.tolist() if known.cells.facts[index][1].startswith(within)} - {""})
    members = _members(known, level, within, day)
    chosen = {code: members[code] for code in codes[:most]}
    return {"type": "FeatureCollection", "more": len(codes) > most, "features": _named(known, chosen, level, day)}


def _outlines(known: _Territory, level: str, within: str, day: date) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": _named(known, _members(known, level, within, day), level, day)}


def _members(known: _Territory, level: str, within: str, day: date) -> dict[str, list[int]]:
    """Return the cells of each division of a level, or of each duty grid, inside a division."""
    cells = known.cells
    members: dict[str, list[int]] = {}
    for index in cells.valid(np.arange(len(cells.facts)), day).tolist():
        if cells.facts[index][1].startswith(within):
            members.setdefault(_belongs(known, index, level), []).append(index)
    members.pop("", None)
    return members


def _belongs(known: _Territory, index: int, level: str) -> str:
    _, community, duty_grid, _ = known.cells.facts[index]
    return str(duty_grid if level == DUTY_GRID else community[: LENGTHS[level]])


def _named(known: _Territory, members: dict[str, list[int]], style: str, day: date) -> list[dict[str, Any]]:
    grids = {grid.code: grid.name_zh for grid in duty_grids(on=day)} if style == DUTY_GRID else {}
    features: list[dict[str, Any]] = []
    for code, shape in dissolved(known.cells.polygons, members).items():
        division_ = known.divisions.on(code, day)
        name = grids.get(code) or (division_.name_zh if division_ else "")
        middle_point = {"type": "Point", "coordinates": list(middle_of(known.cells.polygons, members[code]))}
        features.append({"type": "Feature", "properties": {"code": code, "style": style}, "geometry": shape})
        features.append({"type": "Feature", "properties": {"name": name}, "geometry": middle_point})
    return features


def area(kind: str, code: str) -> dict[str, Any]:
    """Return one division, duty grid or cell as a GeoJSON FeatureCollection for a map, its style is `area`; empty when there is none."""
    known, day = TERRITORY.get(), timezone.localdate()
    place = {"division": 1, DUTY_GRID: 2, "cell": 0}.get(kind)
    if place is None or not code:
        return {"type": "FeatureCollection", "features": []}
    every = known.cells.valid(np.arange(len(known.cells.facts)), day).tolist()
    chosen = [index for index in every if known.cells.facts[index][place].startswith(code)]
    shapes = dissolved(known.cells.polygons, {code: chosen})
    features = [{"type": "Feature", "properties": {"code": code, "style": "area"}, "geometry": shape} for shape in shapes.values()]
    return {"type": "FeatureCollection", "features": features}


def middle(county: str = "") -> tuple[float, float] | None:
    """Return the middle of a county's cells (of all for an empty code), where a map without a position begins; None without any."""
    cells = TERRITORY.get().cells
    chosen = [index for index, facts in enumerate(cells.facts) if facts[0].startswith(county)]
    if not chosen:
        return None
    west, south, east, north = shapely.total_bounds(cells.polygons[chosen]).tolist()
    return round((west + east) / 2, 6), round((south + north) / 2, 6)


def extent() -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of all cells; None without any."""
    cells = TERRITORY.get().cells
    if not cells.facts:
        return None
    west, south, east, north = shapely.total_bounds(cells.polygons).tolist()
    return west, south, east, north


def inside(lon: float, lat: float) -> tuple[float, float]:
    """Return the position with seven decimals, as it is where a cell of today holds it, otherwise just inside the nearest cell."""
    cells, day = TERRITORY.get().cells, timezone.localdate()
    lon, lat = round(lon, 7), round(lat, 7)
    if cells.at(lon, lat, day) != NOWHERE:
        return lon, lat
    point = shapely.Point(lon, lat)
    present = cells.polygons[cells.valid(np.arange(len(cells.facts)), day)]
    nearest = present[int(np.argmin(shapely.distance(present, point)))]
    middle_of_it = shapely.point_on_surface(nearest)
    edge = shapely.line_interpolate_point(shapely.shortest_line(nearest, point), 0)
    for share in (0.1, 1.0):  # a tenth of the way to its middle; a crooked cell may not hold that
        x, y = (round(a + (b - a) * share, 7) for a, b in ((edge.x, middle_of_it.x), (edge.y, middle_of_it.y)))
        if cells.at(x, y, day) != NOWHERE:
            break
    return x, y


def division(code: str, on: date | None = None) -> DivisionFacts | None:
    """Return a division as it is on a day (today if none is given)."""
    return TERRITORY.get().divisions.on(code, on or timezone.localdate())


def children(code: str, on: date | None = None) -> list[DivisionFacts]:
    """Return the divisions that belong to one on a day, ordered by code; those without a parent for an empty code."""
    divisions, day = TERRITORY.get().divisions, on or timezone.localdate()
    found = (divisions.on(child, day) for child in sorted(divisions.children.get(code, ())))
    return [row for row in found if row is not None and row.parent_code == code]


def county_of(code: str, on: date | None = None) -> DivisionFacts | None:
    """Return the county of a division, cell or duty grid by its code."""
    divisions, day = TERRITORY.get().divisions, on or timezone.localdate()
    for length in (len(code), 12, 9, 6):
        if length <= len(code) and divisions.on(code[:length], day) is not None:
            return divisions.line(code[:length], day).get(Division.COUNTY)
    return None


def duty_grids(node: str = "", on: date | None = None) -> list[DutyGridFacts]:
    """Return the duty grids of a county (all for an empty code) on a day, ordered by code."""
    day = on or timezone.localdate()
    return [
        DutyGridFacts(grid.code, grid.name_zh, grid.node)
        for grid in TERRITORY.get().duty_grids
        if grid.node in (node, node or grid.node) and grid.valid_from <= day and (grid.valid_to is None or day <= grid.valid_to)
    ]
