"""The works without HTTP: locating a million positions, deadlines, the relay."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import shapely
from django.utils import timezone

from benchmarks.city import City
from benchmarks.report import Row, Table, Target
from chengzhi.kernel import clocks, feed, writes
from chengzhi.kernel.feed import Moved
from chengzhi.kernel.models import Event, Matter
from chengzhi.territory import queries as territory

POINTS = 1_000_000
SINGLE = 20_000
EVENTS = 3_000
ROUNDS = 3


def seconds_of(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median of how long something takes."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def locate(city: City, table: Table) -> None:
    """Locate single positions, and a million at once beside a spatial join of the same positions and cells."""
    rng = np.random.default_rng(3)
    bounds = shapely.bounds(shapely.MultiPoint([point for cell in city.plan.cells for point in cell.ring]))
    lons, lats = rng.uniform(bounds[0], bounds[2], POINTS), rng.uniform(bounds[1], bounds[3], POINTS)
    territory.locate(float(lons[0]), float(lats[0]))
    singles = list(zip(lons[:SINGLE].tolist(), lats[:SINGLE].tolist(), strict=True))
    single = seconds_of(lambda: [territory.locate(lon, lat) for lon, lat in singles]) / SINGLE
    table.add(Row("locate, one position", 1 / single, shown=f"{1000 * single:.4f} ms", limit="< 0.1 ms", within=single < 0.0001))
    many = seconds_of(lambda: territory.locate_many(lons, lats))  # type: ignore[arg-type]  # arrays are sequences here
    joined, name = spatial_join(city, lons, lats)
    goal = Target(rate=1_000_000)
    table.add(Row(f"yardstick: {name}, 1 M positions", POINTS / joined, ratio=1.0))
    table.add(Row("locate, 1 M positions", POINTS / many, ratio=joined / many, floor=Target(ratio=2), goal=goal))


def spatial_join(city: City, lons: "np.typing.NDArray[np.float64]", lats: "np.typing.NDArray[np.float64]") -> tuple[float, str]:
    """Return how long the usual spatial join takes over the same positions and cells: what geopandas' `sjoin` does inside.

    Like it, the tree is made anew, the positions are made into points, and the predicate is asked in bulk.
    """
    polygons = shapely.polygons([shapely.LinearRing(cell.ring) for cell in city.plan.cells])
    codes = np.array([cell.code for cell in city.plan.cells])

    def join() -> object:
        points = shapely.points(lons, lats)
        point, cell = shapely.STRtree(polygons).query(points, predicate="intersects")
        return point, codes[cell]

    return seconds_of(join), "spatial join (STRtree)"


def deadline(_city: City, table: Table) -> None:
    """Compute deadlines in working hours from random moments of a year."""
    rng, limit, now = random.Random(4), clocks.Limit(16, "working_hour"), timezone.now()
    timing = clocks.scheme("day", on=now)
    starts = [now - timedelta(minutes=rng.randrange(500_000)) for _ in range(SINGLE)]
    single = seconds_of(lambda: [clocks.add(start, limit, timing) for start in starts]) / SINGLE
    table.add(Row("deadline, working hours", 1 / single))


def relay(_city: City, table: Table) -> None:
    """Relay waiting events to one reaction that writes nothing but its own mark."""
    name, label = feed.name_of(Moved), f"{__name__}.react"
    feed.REACTIONS.setdefault(name, []).append((label, react))
    try:
        _publish()
        began = time.perf_counter()
        done = 0
        while step := feed.relay():
            done += step
        taken = time.perf_counter() - began
    finally:
        feed.REACTIONS[name].remove((label, react))
    table.add(Row("events relayed, one reaction", done / taken, floor=Target(rate=1000)))


def react(_announced: Moved) -> None:
    """Do nothing; the delivery is noted all the same."""


def _publish() -> None:
    roots = list(Matter.objects.filter(parent=None).order_by("-id")[:EVENTS])
    at = timezone.now()
    with writes.unit_of_work():
        for root in roots:
            body = {"kind": root.kind, "number": root.number, "step": "x", "frm": "x", "to": "x", "holder": None}
            writes.add(Event(name=feed.name_of(Moved), root=root.pk, seq=0, node=root.node_id, matter=root.pk, body=body, at=at))


INSIDE_WORKS: dict[str, tuple[Callable[[City, Table], None], ...]] = {"locate": (locate,), "deadline": (deadline,), "relay": (relay,)}
