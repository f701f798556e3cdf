"""Streets of a generated city: each line of the mesh has a name, its corner points are crossings, words follow from positions."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import hypot

from chengzhi.territory.city_plan import words
from chengzhi.territory.city_plan.mesh import Mesh, Point, foot, side

NORTHWARD, EASTWARD = "northward", "eastward"
DIRECTIONS = {NORTHWARD: ("北", "南"), EASTWARD: ("东", "西")}
MAIN_EVERY = (4, 5, 5, 6)
METRES_PER_NUMBER = 20


@dataclass(frozen=True)
class Road:
    """One street along a line of the mesh: `marks` are metres from its start to each corner point, `points` their degrees."""

    name: str
    way: str
    line: int
    main: bool
    marks: tuple[float, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A position in words of its street: nearest crossing with a main road, direction and metres from there, house number."""

    road: str
    cross: str
    dir: str
    m: int
    no: int


@dataclass(frozen=True)
class Streets:
    """All streets of a mesh: northward ones by column, eastward ones by row."""

    mesh: Mesh
    northward: tuple[Road, ...]
    eastward: tuple[Road, ...]

    def spot(self, column: int, row: int, x: float, y: float) -> Spot:
        """Return the words for a position (metres) inside a block."""
        sides = (
            (self.northward[column], row),
            (self.northward[column + 1], row),
            (self.eastward[row], column),
            (self.eastward[row + 1], column),
        )
        road, segment, along, _ = min(
            ((road, segment, *foot(*self.ends(road, segment), x, y)) for road, segment in sides),
            key=lambda found: (found[3], not found[0].main),
        )
        run = road.marks[segment] + along
        crossing = min((other for other in self._crossing(road) if other.main), key=lambda other: abs(road.marks[other.line] - run))
        away = run - road.marks[crossing.line]
        right = side(*self.ends(road, segment), x, y) < 0
        ahead, back = DIRECTIONS[road.way]
        number = 2 * int(run / METRES_PER_NUMBER) + (2 if right else 1)
        return Spot(road.name, crossing.name, ahead if away >= 0 else back, max(10, 10 * round(abs(away) / 10)), number)

    def beside(self, rng: random.Random) -> Point:
        """Return a random position (metres) a few steps from a street, more often from a main road."""
        way = rng.choices((self.northward, self.eastward), (self.mesh.columns, self.mesh.rows))[0]
        road = rng.choices(way, [3 if road.main else 1 for road in way])[0]
        segment = rng.randrange(len(road.marks) - 1)
        start, end = self.ends(road, segment)
        part, off = rng.uniform(0.06, 0.94), rng.choice((-1, 1)) * rng.uniform(3.0, 15.0)
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = hypot(dx, dy)
        return start[0] + dx * part - dy / length * off, start[1] + dy * part + dx / length * off

    def ends(self, road: Road, segment: int) -> tuple[Point, Point]:
        """Return the two corner points (metres) of one segment of a street."""
        if road.way == NORTHWARD:
            return self.mesh.metres(road.line, segment), self.mesh.metres(road.line, segment + 1)
        return self.mesh.metres(segment, road.line), self.mesh.metres(segment + 1, road.line)

    def _crossing(self, road: Road) -> tuple[Road, ...]:
        return self.eastward if road.way == NORTHWARD else self.northward


def name_streets(mesh: Mesh, rng: random.Random, spare: list[str]) -> Streets:
    """Give every line of the mesh a name: rings outside, main roads every few blocks, numbered lanes between them."""
    north = _named(NORTHWARD, mesh.columns, words.ROADS_NORTH, ("west", "east"), rng, spare)
    east = _named(EASTWARD, mesh.rows, words.ROADS_EAST, ("south", "north"), rng, spare)
    return Streets(
        mesh,
        tuple(_road(name, NORTHWARD, i, main, [(i, r) for r in range(mesh.rows + 1)], mesh) for i, (name, main) in enumerate(north)),
        tuple(_road(name, EASTWARD, i, main, [(c, i) for c in range(mesh.columns + 1)], mesh) for i, (name, main) in enumerate(east)),
    )


def _named(
    way: str, last: int, known: Sequence[str], rings: tuple[str, str], rng: random.Random, spare: list[str]
) -> list[tuple[str, bool]]:
    mains = [0]
    while last - mains[-1] > 2 * max(MAIN_EVERY):
        mains.append(mains[-1] + rng.choice(MAIN_EVERY))
    mains += [(mains[-1] + last) // 2, last]
    inner = mains[1:-1]
    names = {0: words.RINGS[rings[0]], last: words.RINGS[rings[1]]}
    suffix = "路" if way == EASTWARD else "街"
    # The best-known names lie in the middle of the city.
    for place, line in enumerate(sorted(inner, key=lambda line: abs(line - last / 2))):
        names[line] = known[place] if place < len(known) else f"{spare.pop()}{suffix}"
    _west_before_east(names)
    named = []
    for line in range(last + 1):
        before = max(main for main in mains if main <= line)
        named.append((names[line], True) if line in names else (f"{names[before]}{words.LANES[line - before - 1]}巷", False))
    return named


def _west_before_east(names: dict[int, str]) -> None:
    lines = [line for line, name in sorted(names.items()) if name in words.EAST_AND_WEST]
    names.update(zip(lines, words.EAST_AND_WEST, strict=False) if len(lines) == 2 else ())


def _road(name: str, way: str, line: int, main: bool, corners: list[tuple[int, int]], mesh: Mesh) -> Road:
    metres = [mesh.metres(*corner) for corner in corners]
    steps = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(metres)]
    return Road(name, way, line, main, tuple(accumulate(steps, initial=0.0)), tuple(mesh.degrees(*corner) for corner in corners))
