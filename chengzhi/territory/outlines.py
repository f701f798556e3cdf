"""Outlines: the cells of one area put together to one shape. Pure geometry, no database."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

TOLERANCE = 0.000_01  # about a metre: what a screen cannot show need not travel
DECIMALS = 6


def dissolved(polygons: npt.NDArray[Any], members: Mapping[str, Iterable[int]]) -> dict[str, Any]:
    """Return the shape of each area, given the indices of its polygons; areas without polygons are left out."""
    shapes = {}
    for code, indices in members.items():
        chosen = list(indices)
        if chosen:
            shape = shapely.simplify(_whole(polygons[chosen]), TOLERANCE)
            shapes[code] = shapely.geometry.mapping(shapely.set_precision(shape, 10.0**-DECIMALS))
    return shapes


def _whole(pieces: npt.NDArray[Any]) -> Any:
    # The quick way needs pieces that fit together without gap or overlap, as surveyed cells do; others take the slow one.
    whole = shapely.coverage_union_all(pieces)
    return whole if shapely.is_valid(whole) and not shapely.is_empty(whole) else shapely.union_all(pieces)


def middle_of(polygons: npt.NDArray[Any], indices: Iterable[int]) -> tuple[float, float]:
    """Return a point inside the first of these polygons that lies nearest to the middle of them all."""
    chosen = polygons[list(indices)]
    west, south, east, north = shapely.total_bounds(chosen).tolist()
    nearest = chosen[int(np.argmin(shapely.distance(chosen, shapely.Point((west + east) / 2, (south + north) / 2))))]
    point = shapely.point_on_surface(nearest)
    return round(point.x, DECIMALS), round(point.y, DECIMALS)
