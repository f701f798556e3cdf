"""The index for many points gives the very answers of GEOS, for every shape of polygon."""

import random

import numpy as np
import pytest
import shapely

from chengzhi.territory.city_plan import plan
from chengzhi.territory.point_index import PointIndex

CITY = plan("L")
CELLS = np.array([shapely.Polygon(cell.ring) for cell in CITY.cells])
SQUARE = shapely.box(0, 0, 1, 1)
RING = shapely.Polygon(shapely.box(1, 0, 3, 2).exterior.coords, [shapely.box(1.5, 0.5, 2.5, 1.5).exterior.coords])
ROUND = shapely.Point(1, 2).buffer(0.7)
HOOK = shapely.Polygon([(0, 1), (1, 1), (1, 1.2), (0.3, 1.2), (0.3, 1.8), (1, 1.8), (1, 2), (0, 2)])
PARTS = shapely.MultiPolygon([shapely.box(3, 0, 3.2, 0.2), shapely.box(3.5, 1.5, 4, 2)])
FAR = shapely.box(170, 60, 170.001, 60.001)


def pairs_of_geos(polygons, lons, lats):
    return sorted(zip(*shapely.STRtree(polygons).query(shapely.points(lons, lats), predicate="intersects").tolist(), strict=True))


def pairs_of_index(polygons, lons, lats):
    return sorted(zip(*(part.tolist() for part in PointIndex(polygons).pairs(lons, lats)), strict=True))


@pytest.mark.parametrize(
    ("situation", "polygons"),
    [
        ("a square", [SQUARE]),
        ("a ring with a hole", [RING]),
        ("a hook", [HOOK]),
        ("all kinds over each other", [SQUARE, RING, ROUND, HOOK, PARTS]),
        ("one far away", [SQUARE, FAR]),
    ],
)
def test_every_shape_is_judged_as_geos_does(situation, polygons):
    polygons = np.array(polygons)
    rng = random.Random(4)
    grid = [(x / 10, y / 10) for x in range(-5, 45) for y in range(-5, 30)]  # many of them on borders and corners
    free = [(rng.uniform(-0.5, 4.5), rng.uniform(-0.5, 3.0)) for _ in range(2000)]
    lons, lats = np.array([*grid, *free, (170.0005, 60.0005), (float("nan"), 1.0)]).T
    assert pairs_of_index(polygons, lons, lats) == pairs_of_geos(polygons, lons, lats)


def test_borders_and_corners_of_a_city_are_judged_as_geos_does():
    mesh = CITY.mesh
    lons = np.concatenate([mesh.lon.ravel(), ((mesh.lon[1:] + mesh.lon[:-1]) / 2).ravel()])
    lats = np.concatenate([mesh.lat.ravel(), ((mesh.lat[1:] + mesh.lat[:-1]) / 2).ravel()])
    assert pairs_of_index(CELLS, lons, lats) == pairs_of_geos(CELLS, lons, lats)


def test_without_polygons_there_are_no_pairs():
    empty = np.array([], dtype=object)
    assert [part.tolist() for part in PointIndex(empty).pairs(np.array([1.0]), np.array([1.0]))] == [[], []]
