"""The plan of a generated city: divisions, cells, duty grids, streets and places, the same for the same tier and seed."""

import random
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from chengzhi.kernel.problems import Invalid
from chengzhi.territory.city_plan import words
from chengzhi.territory.city_plan.mesh import Mesh, Point, Rect, areas, blocks, split, to_degrees, to_metres, weave
from chengzhi.territory.city_plan.streets import Road, Streets, name_streets

CITY_CODE, CITY_NAME, CITY_NAME_EN = "990100", "XX市", "XX City"
FOUNDED = date(2020, 1, 1)
SEED = 20260101
DUTY_GRID_CELLS = 40
COMMUNITY_CELLS = 30
CORE, MIDDLE = 0.5, 0.95  # shares of the way from the centre to the border: area classes A, B, and C beyond
HOT_SPREAD_M = 45.0


@dataclass(frozen=True, slots=True)
class Tier:
    """How large a generated city is: blocks by column and row, counties, towns for each county."""

    columns: int
    rows: int
    counties: int
    towns: int


TIERS = {"S": Tier(40, 25, 2, 2), "M": Tier(60, 50, 2, 5), "L": Tier(100, 80, 4, 7), "XL": Tier(200, 200, 8, 16)}


@dataclass(frozen=True, slots=True)
class PlannedDivision:
    """One division of the plan."""

    code: str
    level: str
    name_zh: str
    name_en: str
    parent: str


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """One cell of the plan: its ring is closed and counter-clockwise, in degrees."""

    code: str
    community: str
    duty_grid: str
    area_class: str
    area_m2: int
    ring: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class PlannedDutyGrid:
    """One duty grid of the plan; `node` is the code of its county."""

    code: str
    name_zh: str
    node: str


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """A place that people name when they say where they are; `hot` ones see the same trouble again and again."""

    name: str
    kind: str
    lon: float
    lat: float
    hot: bool


@dataclass(frozen=True, slots=True)
class AddressWords:
    """What a person says of a position; it agrees with the pin."""

    road: str
    cross: str
    dir: str
    m: int
    place: str
    community: str
    no: int


@dataclass(frozen=True)
class CityPlan:
    """A whole generated city. `scheme` and `version` name its division into cells."""

    tier: str
    seed: int
    code: str
    name_zh: str
    founded: date
    divisions: tuple[PlannedDivision, ...]
    cells: tuple[PlannedCell, ...]
    duty_grids: tuple[PlannedDutyGrid, ...]
    places: tuple[PlannedPlace, ...]
    communities: dict[str, Rect]
    mesh: Mesh
    streets: Streets
    cell_of_block: dict[tuple[int, int], int]

    @property
    def scheme(self) -> str:
        """Return the code of the grid scheme."""
        return f"{self.code}-{self.tier}"

    @property
    def version(self) -> int:
        """Return the version of the grid scheme: the seed that made it."""
        return self.seed

    @property
    def counties(self) -> tuple[PlannedDivision, ...]:
        """Return the counties."""
        return tuple(division for division in self.divisions if division.level == "county")

    @property
    def roads(self) -> tuple[Road, ...]:
        """Return all streets, northward ones first."""
        return self.streets.northward + self.streets.eastward

    @cached_property
    def hot_places(self) -> tuple[PlannedPlace, ...]:
        """Return the few corners where the same trouble returns."""
        return tuple(place for place in self.places if place.hot)

    @cached_property
    def name_of(self) -> dict[str, str]:
        """Return the Chinese name of every division by code."""
        return {division.code: division.name_zh for division in self.divisions}

    def cell_at(self, lon: float, lat: float) -> PlannedCell | None:
        """Return the cell that holds a position, or None outside the city."""
        block = self.mesh.block_at(*to_metres(lon, lat))
        return None if block is None else self.cells[self.cell_of_block[block]]

    def address_at(self, lon: float, lat: float) -> AddressWords:
        """Return the words for a position: street, crossing, direction, metres, house number, nearest place, community."""
        x, y = to_metres(lon, lat)
        block = self.mesh.block_at(x, y)
        if block is None:
            raise Invalid(
                f"位置 {lon}, {lat} 不在这座城市内。",
                f"The position {lon}, {lat} lies outside this city.",
                code="position_outside",
            )
        spot = self.streets.spot(*block, x, y)
        community = self.name_of[self.cells[self.cell_of_block[block]].community]
        return AddressWords(spot.road, spot.cross, spot.dir, spot.m, self._nearest_place(x, y).name, community, spot.no)

    def random_point(self, rng: random.Random, hot: bool = False) -> Point:
        """Return a position inside the city, a few steps from a street; with `hot`, around one of the hot places."""
        while True:
            x, y = self._around_hot_place(rng) if hot else self.streets.beside(rng)
            if self.mesh.block_at(x, y) is not None:
                return to_degrees(x, y)

    def _around_hot_place(self, rng: random.Random) -> Point:
        place = rng.choice(self.hot_places)
        x, y = to_metres(place.lon, place.lat)
        return x + rng.gauss(0, HOT_SPREAD_M), y + rng.gauss(0, HOT_SPREAD_M)

    def _nearest_place(self, x: float, y: float) -> PlannedPlace:
        away = self._place_metres - np.array([x, y])
        return self.places[int(np.argmin((away * away).sum(axis=1)))]

    @cached_property
    def _place_metres(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.array([to_metres(place.lon, place.lat) for place in self.places])


def plan(tier: str, *, seed: int = SEED, code: str = CITY_CODE, name_zh: str = CITY_NAME) -> CityPlan:
    """Return the city of a tier; the same tier and seed always give the same city."""
    size = TIERS.get(tier)
    if size is None:
        raise Invalid(
            f"没有“{tier}”这一档，请用 {'、'.join(TIERS)} 之一。",
            f"There is no tier “{tier}”; use one of {', '.join(TIERS)}.",
            code="tier_unknown",
        )
    rng = random.Random(f"{tier}/{seed}")  # noqa: S311 - a generated city must be the same each time, not secret
    mesh = weave(size.columns, size.rows, rng)
    return _Draft(size, mesh, rng, code, name_zh).finished(tier, seed)


class _Draft:
    """The lists of a city while it is drawn: counties, towns, communities with their cells, duty grids, places."""

    def __init__(self, size: Tier, mesh: Mesh, rng: random.Random, code: str, name_zh: str) -> None:
        self.size, self.mesh, self.rng, self.code, self.name_zh = size, mesh, rng, code, name_zh
        self.areas = areas(mesh)
        self.words = words.combinations()
        rng.shuffle(self.words)
        self.divisions = [PlannedDivision(code, "city", name_zh, CITY_NAME_EN, "")]
        self.duty_grids: list[PlannedDutyGrid] = []
        self.duty_grid_of: dict[tuple[int, int], str] = {}
        self.communities: dict[str, Rect] = {}
        self.cells: list[PlannedCell] = []
        self.cell_of_block: dict[tuple[int, int], int] = {}
        self.places: list[PlannedPlace] = []

    def finished(self, tier: str, seed: int) -> CityPlan:
        """Draw everything and return the plan."""
        whole = (0, 0, self.size.columns, self.size.rows)
        parts = sorted(split(whole, self.size.counties), key=lambda rect: (-rect[0] - rect[2], -rect[1] - rect[3]))
        for rect, index in zip(parts, words.COUNTIES_OF[self.size.counties], strict=True):
            self._county(rect, *words.COUNTIES[index])
        self.divisions.sort(key=lambda division: (len(division.code), division.code))
        self._landmarks()
        streets = name_streets(self.mesh, self.rng, [word for word, _ in self.words])
        return CityPlan(
            tier, seed, self.code, self.name_zh, FOUNDED, tuple(self.divisions), tuple(self.cells), tuple(self.duty_grids),
            tuple(self.places), self.communities, self.mesh, streets, self.cell_of_block,
        )  # fmt: skip

    def _county(self, rect: Rect, code: str, name_zh: str, name_en: str) -> None:
        self.divisions.append(PlannedDivision(code, "county", name_zh, name_en, self.code))
        for number, town in enumerate(split(rect, self.size.towns), start=1):
            self._town(town, f"{code}{number:03d}", code)

    def _town(self, rect: Rect, code: str, county: str) -> None:
        word, roman = self.words.pop()
        self.divisions.append(PlannedDivision(code, "town", f"{word}街道", f"{roman} Subdistrict", county))
        count = len(blocks(rect))
        for number, part in enumerate(split(rect, max(1, round(count / DUTY_GRID_CELLS))), start=1):
            grid = PlannedDutyGrid(f"{code}Z{number:03d}", f"{word}街道{number:02d}责任网格", county)
            self.duty_grids.append(grid)
            self.duty_grid_of.update(dict.fromkeys(blocks(part), grid.code))
        for number, part in enumerate(split(rect, max(1, round(count / COMMUNITY_CELLS))), start=1):
            self._community(part, f"{code}{number:03d}", code)

    def _community(self, rect: Rect, code: str, town: str) -> None:
        word, roman = self.words.pop()
        self.divisions.append(PlannedDivision(code, "community", f"{word}社区", f"{roman} Community", town))
        self.communities[code] = rect
        for number, block in enumerate(blocks(rect), start=1):
            self.cell_of_block[block] = len(self.cells)
            ring = tuple(self.mesh.corners(*block))
            self.cells.append(
                PlannedCell(f"{code}{number:03d}", code, self.duty_grid_of[block], self._area_class(block), int(self.areas[block]), ring)
            )
        for kind, name in words.OF_A_COMMUNITY:
            self._place(name.format(word=word), kind, self.rng.choice(blocks(rect)), hot=False)

    def _landmarks(self) -> None:
        core = [block for block, index in self.cell_of_block.items() if self.cells[index].area_class == "A"]
        for kind, name, hot in words.LANDMARKS:
            self._place(name, kind, self.rng.choice(core), hot=hot)

    def _place(self, name: str, kind: str, block: tuple[int, int], *, hot: bool) -> None:
        (x0, y0), (x1, y1) = self.mesh.metres(*block), self.mesh.metres(block[0] + 1, block[1] + 1)
        near_street = self.rng.choice((0.2, 0.8))
        lon, lat = to_degrees(x0 + (x1 - x0) * near_street, y0 + (y1 - y0) * self.rng.uniform(0.25, 0.75))
        self.places.append(PlannedPlace(name, kind, lon, lat, hot))

    def _area_class(self, block: tuple[int, int]) -> str:
        across, up = (block[0] + 0.5) / self.size.columns * 2 - 1, (block[1] + 0.5) / self.size.rows * 2 - 1
        away = (across * across + up * up) ** 0.5
        return "A" if away < CORE else "B" if away < MIDDLE else "C"
