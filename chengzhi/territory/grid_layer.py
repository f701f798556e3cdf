"""Checks of a layer of cells: rules V1 to V6, thresholds as configured in `LIMITS`. Pure geometry, no database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod, Transformer

ELLIPSOID = Geod(ellps="GRS80")
ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds in square metres; a city may set its own."""

    overlap_error: float = 1.0
    overlap_warning: float = 0.1
    gap_error: float = 10.0
    gap_warning: float = 0.1
    outside_error: float = 1.0
    usual: tuple[float, float] = (8_000.0, 12_000.0)
    tolerated: tuple[float, float] = (2_000.0, 50_000.0)


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class LayerCell:
    """A cell to be checked: code, code of its community, polygon in degrees."""

    code: str
    community: str
    polygon: shapely.Polygon


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: rule V1 to V6, level, the codes it is about, and the measure in square metres where there is one."""

    rule: str
    level: str
    codes: tuple[str, ...]
    m2: float = 0.0


def geodesic_area(polygon: shapely.Polygon) -> float:
    """Return the area of a polygon in degrees on the GRS80 ellipsoid, in square metres."""
    area, _ = ELLIPSOID.geometry_area_perimeter(polygon)
    return abs(float(area))


def check_layer(cells: Sequence[LayerCell], communities: Mapping[str, shapely.Polygon], limits: Limits = LIMITS) -> list[Finding]:
    """Return everything that is wrong or unusual with a layer of cells and the communities that they must fill."""
    findings = _shapes(cells) + _codes(cells, communities)
    if any(finding.rule == "V1" for finding in findings):
        return findings  # areas of broken polygons mean nothing
    flat = _flattener(cells)
    return findings + _overlaps(cells, flat, limits) + _coverage(cells, communities, flat, limits) + _areas(cells, limits)


def _shapes(cells: Sequence[LayerCell]) -> list[Finding]:
    """V1: each cell is one valid polygon with an area."""
    return [Finding("V1", ERROR, (cell.code,)) for cell in cells if not (cell.polygon.is_valid and cell.polygon.area > 0)]


def _codes(cells: Sequence[LayerCell], communities: Mapping[str, shapely.Polygon]) -> list[Finding]:
    """V2: each code has 15 digits, comes once, and begins with the code of a known community that it belongs to."""
    counted = Counter(cell.code for cell in cells)
    return [
        Finding("V2", ERROR, (cell.code,))
        for cell in cells
        if not (len(cell.code) == 15 and cell.code.isdigit() and counted[cell.code] == 1)
        or cell.code[:12] != cell.community
        or cell.community not in communities
    ]


def _overlaps(cells: Sequence[LayerCell], flat: "Flattener", limits: Limits) -> list[Finding]:
    """V3: no two cells cover the same ground."""
    polygons = np.array([flat(cell.polygon) for cell in cells])
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    shared = shapely.area(shapely.intersection(polygons[one], polygons[other]))
    return [
        Finding("V3", ERROR if m2 > limits.overlap_error else WARNING, (cells[a].code, cells[b].code), float(m2))
        for a, b, m2 in zip(one, other, shared, strict=True)
        if m2 > limits.overlap_warning
    ]


def _coverage(cells: Sequence[LayerCell], communities: Mapping[str, shapely.Polygon], flat: "Flattener", limits: Limits) -> list[Finding]:
    """V4: the cells of a community leave no gap in it; V5: none of them reaches outside."""
    findings = []
    for code, outline in communities.items():
        ground = flat(outline)
        own = [(cell.code, flat(cell.polygon)) for cell in cells if cell.community == code]
        gap = ground.difference(shapely.union_all([polygon for _, polygon in own])).area
        if gap > limits.gap_warning:
            findings.append(Finding("V4", ERROR if gap > limits.gap_error else WARNING, (code,), gap))
        for name, polygon in own:
            outside = polygon.difference(ground).area
            if outside > limits.outside_error:
                findings.append(Finding("V5", ERROR, (name, code), outside))
    return findings


def _areas(cells: Sequence[LayerCell], limits: Limits) -> list[Finding]:
    """V6: a cell has about 10,000 m²; much larger or smaller ones are worth a look."""
    findings = []
    for cell in cells:
        m2 = geodesic_area(cell.polygon)
        if not limits.usual[0] <= m2 <= limits.usual[1]:
            level = NOTE if limits.tolerated[0] <= m2 <= limits.tolerated[1] else WARNING
            findings.append(Finding("V6", level, (cell.code,), m2))
    return findings


class Flattener:
    """Turns polygons in degrees into an equal-area plane around a centre, so that areas are square metres."""

    def __init__(self, lon: float, lat: float) -> None:
        self._project = Transformer.from_crs("EPSG:4490", f"+proj=laea +lat_0={lat} +lon_0={lon} +ellps=GRS80", always_xy=True)

    def __call__(self, polygon: shapely.Polygon) -> Any:
        """Return the polygon in metres."""
        return shapely.transform(polygon, self._points)

    def _points(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(self._project.transform(points[:, 0], points[:, 1]))


def _flattener(cells: Sequence[LayerCell]) -> Flattener:
    west, south, east, north = shapely.total_bounds(np.array([cell.polygon for cell in cells]))
    return Flattener((west + east) / 2, (south + north) / 2)
