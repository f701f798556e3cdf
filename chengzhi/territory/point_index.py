"""Finds the polygons that hold many points at once, with array arithmetic and exact geometry only where a point is next to a border.

A uniform grid of bins gives the few polygons whose box holds a point; the sign of four or more cross products decides. Differences of
close coordinates are exact in floating point, so a product above `DOUBT` has the right sign; the rest, and polygons with many corners or
with holes, are asked of GEOS, whose predicates are exact. So the answer is always the same as that of GEOS, several times faster.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

DOUBT = 1e-16  # square degrees: about a hundredth of a micrometre next to a border of 100 m
MOST_CORNERS = 12

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Polygons = npt.NDArray[np.object_]


@dataclass(frozen=True)
class _Bins:
    """A uniform grid about the size of one polygon; `members[start[b]:start[b + 1]]` are the polygons whose box touches bin b."""

    west: float
    south: float
    width: float
    height: float
    columns: int
    rows: int
    start: Indices
    members: Indices

    def candidates(self, lons: Floats, lats: Floats) -> tuple[Indices, Indices]:
        """Return pairs of point and polygon that lie in the same bin."""
        column, row = np.floor((lons - self.west) / self.width), np.floor((lats - self.south) / self.height)
        point = np.flatnonzero((column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows))
        bin_of = column[point].astype(np.int64) * self.rows + row[point].astype(np.int64)
        first, count = self.start[bin_of], self.start[bin_of + 1] - self.start[bin_of]
        return np.repeat(point, count), self.members[_runs(first, count)]


class PointIndex:
    """An index over polygons, for questions about many points."""

    def __init__(self, polygons: Polygons) -> None:
        self._polygons = polygons
        self._boxes: Floats = shapely.bounds(polygons)
        corners = shapely.get_num_coordinates(polygons)
        plain = (shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON) & (shapely.get_num_interior_rings(polygons) == 0)
        self._by_arrays: Truths = plain & (corners <= MOST_CORNERS)
        self._corners = self._padded(corners)
        self._bins = _binned(self._boxes)

    def pairs(self, lons: Floats, lats: Floats) -> tuple[Indices, Indices]:
        """Return point and polygon of every pair in which the polygon, its border included, holds the point."""
        point, polygon = self._bins.candidates(lons, lats)
        west, south, east, north = self._boxes[polygon].T
        x, y = lons[point], lats[point]
        near = (west <= x) & (x <= east) & (south <= y) & (y <= north)
        point, polygon, x, y = point[near], polygon[near], x[near], y[near]
        held, doubtful = self._even_odd(polygon, x, y)
        doubtful |= ~self._by_arrays[polygon]
        held[doubtful] = shapely.intersects_xy(self._polygons[polygon[doubtful]], x[doubtful], y[doubtful])
        return point[held], polygon[held]

    def _padded(self, corners: Indices) -> Floats:
        """Return the corners of simple polygons, all with the same number; the last one is repeated, which adds edges without length."""
        coordinates = shapely.get_coordinates(self._polygons)
        most = int(corners[self._by_arrays].max(initial=1))
        steps = np.minimum(np.arange(most)[None, :], corners[:, None] - 1)
        first = np.concatenate([[0], np.cumsum(corners)[:-1]])
        padded: Floats = coordinates[first[:, None] + steps]
        return padded

    def _even_odd(self, polygon: Indices, x: Floats, y: Floats) -> tuple[Truths, Truths]:
        """Tell for each pair whether the point is inside, by counting crossed edges, and whether it is too near to a border to say."""
        inside, doubtful = np.zeros(len(x), dtype=np.bool_), np.zeros(len(x), dtype=np.bool_)
        ring = self._corners[polygon]
        dx, dy = x[:, None] - ring[:, :, 0], y[:, None] - ring[:, :, 1]
        for edge in range(ring.shape[1] - 1):
            across = dx[:, edge] * dy[:, edge + 1] - dx[:, edge + 1] * dy[:, edge]
            above, next_above = dy[:, edge] < 0, dy[:, edge + 1] < 0
            crosses = above != next_above
            inside ^= crosses & ((across > 0) == next_above)
            doubtful |= np.abs(across) <= DOUBT
        return inside, doubtful


def _binned(boxes: Floats) -> _Bins:
    if not len(boxes):
        return _Bins(0.0, 0.0, 1.0, 1.0, 0, 0, np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64))
    west, south = float(boxes[:, 0].min()), float(boxes[:, 1].min())
    width, height = (max(float(np.median(boxes[:, axis + 2] - boxes[:, axis])), 1e-9) for axis in (0, 1))
    # Few cells scattered over a wide country must not make a grid without end.
    room = 8.0 * len(boxes) + 64.0
    bins = ((boxes[:, 2].max() - west) / width + 1) * ((boxes[:, 3].max() - south) / height + 1)
    stretch = max(1.0, (bins / room) ** 0.5)
    width, height = width * stretch, height * stretch
    low_column, high_column = (np.floor((boxes[:, axis] - west) / width).astype(np.int64) for axis in (0, 2))
    low_row, high_row = (np.floor((boxes[:, axis] - south) / height).astype(np.int64) for axis in (1, 3))
    columns, rows = int(high_column.max()) + 1, int(high_row.max()) + 1
    wide, high = high_column - low_column + 1, high_row - low_row + 1
    polygon = np.repeat(np.arange(len(boxes)), wide * high)
    step = _runs(np.zeros(len(boxes), dtype=np.int64), wide * high)
    bin_of = (low_column[polygon] + step // high[polygon]) * rows + low_row[polygon] + step % high[polygon]
    order = np.argsort(bin_of, kind="stable")
    start = np.searchsorted(bin_of[order], np.arange(columns * rows + 1))
    return _Bins(west, south, width, height, columns, rows, start, polygon[order])


def _runs(first: Indices, count: Indices) -> Indices:
    """Return first[i], first[i] + 1, … for count[i] numbers, one run after the other."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    runs: Indices = np.arange(total) - np.repeat(ends - count - first, count)
    return runs
