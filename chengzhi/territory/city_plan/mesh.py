"""The ground of a generated city: a slightly irregular mesh of street lines whose blocks are the cells.

Neighbouring cells share the very same corner points, so that nothing is left between them and nothing is covered twice.
"""

import random
from dataclasses import dataclass
from math import hypot

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

CENTRE_LON, CENTRE_LAT = 105.1, 36.0
METRES_PER_LON, METRES_PER_LAT = 90_163.7, 110_959.0  # at 36° N
DECIMALS = 7
BLOCK, IRREGULAR, JITTER, SWAY = 100.0, 10.0, 3.0, 14.0
WALK_LIMIT = 64

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]
Rect = tuple[int, int, int, int]  # first column, first row, last column and row (not included)


@dataclass(frozen=True)
class Mesh:
    """Corner points by column and row: in metres from the centre (`x`, `y`) and in degrees (`lon`, `lat`)."""

    columns: int
    rows: int
    x: Floats
    y: Floats
    lon: Floats
    lat: Floats

    def corners(self, column: int, row: int) -> list[Point]:
        """Return the ring of a block in degrees, counter-clockwise and closed."""
        return [self.degrees(c, r) for c, r in _around(column, row)]

    def degrees(self, column: int, row: int) -> Point:
        """Return one corner point in degrees."""
        return float(self.lon[column, row]), float(self.lat[column, row])

    def metres(self, column: int, row: int) -> Point:
        """Return one corner point in metres from the centre."""
        return float(self.x[column, row]), float(self.y[column, row])

    def outline(self, rect: Rect) -> list[Point]:
        """Return the closed ring around a rectangle of blocks, in degrees, with every corner point on it."""
        c0, r0, c1, r1 = rect
        ring = [(c, r0) for c in range(c0, c1)] + [(c1, r) for r in range(r0, r1)]
        ring += [(c, r1) for c in range(c1, c0, -1)] + [(c0, r) for r in range(r1, r0 - 1, -1)]
        return [self.degrees(c, r) for c, r in ring]

    def block_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return column and row of the block that holds a position in metres; None outside the city."""
        c = min(max(int(x / BLOCK + self.columns / 2), 0), self.columns - 1)
        r = min(max(int(y / BLOCK + self.rows / 2), 0), self.rows - 1)
        for _ in range(WALK_LIMIT):
            dc, dr = self._beyond(c, r, x, y)
            if not (dc or dr):
                return c, r
            c, r = c + dc, r + dr
            if not (0 <= c < self.columns and 0 <= r < self.rows):
                return None
        return None

    def _beyond(self, c: int, r: int, x: float, y: float) -> tuple[int, int]:
        """Tell on which side of a block a position lies: -1, 0 or 1 for columns and rows."""
        sw, se, ne, nw, _ = (self.metres(*corner) for corner in _around(c, r))
        dc = -1 if side(nw, sw, x, y) < 0 else 1 if side(se, ne, x, y) < 0 else 0
        dr = -1 if side(sw, se, x, y) < 0 else 1 if side(ne, nw, x, y) < 0 else 0
        return dc, dr


def weave(columns: int, rows: int, rng: random.Random) -> Mesh:
    """Return a mesh of blocks of about 100 m × 100 m, with streets that bend a little."""
    wide, high = _lines(columns, rng), _lines(rows, rng)
    phase = [rng.uniform(0, 6.28) for _ in range(2)]
    jitter = np.array([[[rng.uniform(-JITTER, JITTER) for _ in range(2)] for _ in range(rows + 1)] for _ in range(columns + 1)])
    x = wide[:, None] + SWAY * np.sin(high[None, :] / 420 + phase[0]) + jitter[:, :, 0]
    y = high[None, :] + SWAY * np.sin(wide[:, None] / 510 + phase[1]) + jitter[:, :, 1]
    lon, lat = np.round(CENTRE_LON + x / METRES_PER_LON, DECIMALS), np.round(CENTRE_LAT + y / METRES_PER_LAT, DECIMALS)
    return Mesh(columns, rows, x, y, lon, lat)


def areas(mesh: Mesh) -> npt.NDArray[np.int64]:
    """Return the area of every block in whole square metres, by column and row, by an equal-area projection of GRS80."""
    flat = Transformer.from_crs("EPSG:4490", f"+proj=laea +lat_0={CENTRE_LAT} +lon_0={CENTRE_LON} +ellps=GRS80", always_xy=True)
    x, y = flat.transform(mesh.lon, mesh.lat)
    across = (x[1:, 1:] - x[:-1, :-1]) * (y[:-1, 1:] - y[1:, :-1]) - (x[:-1, 1:] - x[1:, :-1]) * (y[1:, 1:] - y[:-1, :-1])
    whole: npt.NDArray[np.int64] = np.rint(np.abs(across) / 2).astype(np.int64)
    return whole


def split(rect: Rect, parts: int) -> list[Rect]:
    """Split a rectangle of blocks into parts of nearly the same size, by halving the longer side."""
    if parts == 1:
        return [rect]
    c0, r0, c1, r1 = rect
    few = parts // 2
    if c1 - c0 >= r1 - r0:
        cut = c0 + round((c1 - c0) * few / parts)
        return split((c0, r0, cut, r1), few) + split((cut, r0, c1, r1), parts - few)
    cut = r0 + round((r1 - r0) * few / parts)
    return split((c0, r0, c1, cut), few) + split((c0, cut, c1, r1), parts - few)


def blocks(rect: Rect) -> list[tuple[int, int]]:
    """Return the blocks of a rectangle from left to right and top to bottom, the order in which cells are numbered."""
    c0, r0, c1, r1 = rect
    return [(c, r) for r in range(r1 - 1, r0 - 1, -1) for c in range(c0, c1)]


def to_metres(lon: float, lat: float) -> Point:
    """Return a position in metres from the centre."""
    return (lon - CENTRE_LON) * METRES_PER_LON, (lat - CENTRE_LAT) * METRES_PER_LAT


def to_degrees(x: float, y: float) -> Point:
    """Return a position in degrees with seven decimals."""
    return round(CENTRE_LON + x / METRES_PER_LON, DECIMALS), round(CENTRE_LAT + y / METRES_PER_LAT, DECIMALS)


def side(start: Point, end: Point, x: float, y: float) -> float:
    """Return a positive number when a position lies left of a line from start to end, negative when right of it."""
    return (end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0])


def foot(start: Point, end: Point, x: float, y: float) -> tuple[float, float]:
    """Return how far along a segment its nearest point to a position lies, and the distance to it, both in metres."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    along = min(max(((x - start[0]) * dx + (y - start[1]) * dy) / length, 0.0), length)
    return along, hypot(x - start[0] - dx * along / length, y - start[1] - dy * along / length)


def _around(column: int, row: int) -> list[tuple[int, int]]:
    return [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]


def _lines(count: int, rng: random.Random) -> Floats:
    steps = [rng.uniform(BLOCK - IRREGULAR, BLOCK + IRREGULAR) for _ in range(count)]
    positions = np.concatenate([[0.0], np.cumsum(steps)])
    centred: Floats = positions - positions[-1] / 2
    return centred
