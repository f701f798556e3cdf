"""Where a position lies: exact cells, borders, dates, and the same answer one by one and in bulk."""

import random
import time
from datetime import date, timedelta

import pytest
import shapely

from chengzhi.kernel import registers
from chengzhi.kernel.access import SYSTEM, act_now
from chengzhi.kernel.models import RegisterVersion
from chengzhi.kernel.problems import Conflict
from chengzhi.territory import queries, services
from chengzhi.territory.city_plan import plan
from chengzhi.territory.models import Cell, Division, DutyGrid, GridScheme

CITY = plan("S")
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> GridScheme:
    return services.found_city(CITY, act_now(SYSTEM))


def test_a_city_is_founded_once(city):
    counts = [model.objects.count() for model in (Division, Cell, DutyGrid, GridScheme)]
    assert counts == [41, 1000, 24, 1]
    assert services.found_city(CITY, act_now(SYSTEM)).pk == city.pk
    assert [model.objects.count() for model in (Division, Cell, DutyGrid, GridScheme)] == counts
    assert RegisterVersion.objects.get(pk="territory").version == 2
    with pytest.raises(Conflict, match="exists already"):
        services.found_city(plan("S", seed=9), act_now(SYSTEM))


@pytest.mark.django_db(transaction=True)
def test_a_city_of_tier_s_is_founded_within_five_seconds():
    started = time.perf_counter()
    services.found_city(CITY, act_now(SYSTEM))
    assert time.perf_counter() - started < 5


def test_a_position_of_another_system_is_converted_first():
    assert queries.position(106.66922305869562, 35.542533844738834, "gcj02") == (106.665, 35.543)


def test_a_position_has_one_place_with_everything_above(city):
    cell = CITY.cells[0]
    middle = shapely.Polygon(cell.ring).representative_point()
    names = CITY.name_of
    assert queries.locate(middle.x, middle.y) == queries.Place(
        cell_code=cell.code,
        community_code=cell.community,
        community_name=names[cell.community],
        town_code=cell.code[:9],
        town_name=names[cell.code[:9]],
        county_code=cell.code[:6],
        county_name="东城区",
        duty_grid=cell.duty_grid,
        area_class=cell.area_class,
        address_hint=f"东城区{names[cell.code[:9]]}{names[cell.community]}",
    )


@pytest.mark.parametrize(("lon", "lat"), [(105.0, 36.0), (106.66, 35.54), (105.1, 36.5), (float("nan"), 36.0), (-105.1, -36.0)])
def test_outside_every_cell_there_is_no_place(city, lon, lat):
    assert queries.locate(lon, lat) is None
    assert queries.locate_many([lon], [lat]) == [None]


def test_without_any_cell_there_is_no_place():
    assert queries.locate(105.1, 36.0) is None
    assert queries.locate_many([105.1], [36.0]) == [None]
    assert queries.around(105.1, 36.0)["features"] == []


def test_a_shared_border_belongs_to_the_cell_with_the_smallest_code(city):
    for column, row in ((5, 5), (20, 12), (33, 20)):
        lon, lat = CITY.mesh.degrees(column, row)
        touching = [
            CITY.cells[CITY.cell_of_block[block]].code
            for block in ((column, row), (column - 1, row), (column, row - 1), (column - 1, row - 1))
        ]
        assert queries.locate(lon, lat).cell_code == min(touching)
        assert queries.locate_many([lon], [lat])[0].cell_code == min(touching)


def test_one_by_one_and_in_bulk_give_the_same_and_the_planned_cells(city):
    rng = random.Random(2)
    points = [CITY.random_point(rng) for _ in range(500)] + [(105.0, 36.0)]
    singly = [queries.locate(*point) for point in points]
    assert queries.locate_many([lon for lon, _ in points], [lat for _, lat in points]) == singly
    assert [place.cell_code for place in singly[:-1]] == [CITY.cell_at(*point).code for point in points[:-1]]
    assert singly[-1] is None


def test_every_corner_and_border_point_lies_in_exactly_one_cell(city):
    corners = [CITY.mesh.degrees(c, r) for c in range(41) for r in range(26)]
    halves = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for cell in CITY.cells for a, b in zip(cell.ring, cell.ring[1:], strict=False)]
    inside = [point for point in corners[26:-26] if 35.99 < point[1] < 36.01] + [
        point for point in halves if CITY.mesh.block_at(*_inner(point)) is not None
    ]
    found = queries.locate_many([lon for lon, _ in inside], [lat for _, lat in inside])
    assert None not in found


def _inner(point: tuple[float, float]) -> tuple[float, float]:
    x, y = (point[0] - 105.1) * 90_163.7, (point[1] - 36.0) * 110_959.0
    return x * 1.02, y * 1.02


def test_a_cell_is_found_by_its_dates(city):
    cell = CITY.cells[0]
    middle = shapely.Polygon(cell.ring).representative_point()
    last = date(2025, 6, 30)
    old = Cell.objects.get(code=cell.code)
    Cell.objects.filter(pk=old.pk).update(end_date=last)
    again = GridScheme.objects.create(code="990100-S", version=2, valid_from=last + DAY)
    old.pk, old.scheme, old.init_date, old.duty_grid = None, again, last + DAY, "990102001Z099"
    old.id = Cell._meta.pk.get_default()
    old.save(force_insert=True)
    registers.raise_version("territory")
    days = [CITY.founded - DAY, CITY.founded, last, last + DAY, None]
    found = [queries.locate(middle.x, middle.y, on=day) for day in days]
    assert [place and place.duty_grid for place in found] == [None, cell.duty_grid, cell.duty_grid, "990102001Z099", "990102001Z099"]
    assert [queries.locate_many([middle.x], [middle.y], on=day)[0] for day in days] == found


def test_the_cells_around_a_position_are_geojson(city):
    seen = queries.around(105.1, 36.0, metres=150)
    assert (seen["type"], len(seen["features"])) == ("FeatureCollection", 16)
    here = [feature for feature in seen["features"] if feature["properties"]["here"]]
    assert [feature["id"] for feature in here] == [queries.locate(105.1, 36.0).cell_code]
    assert set(here[0]["properties"]) == {"code", "community", "duty_grid", "area_class", "here"}
    assert here[0]["geometry"]["type"] == "Polygon" and len(here[0]["geometry"]["coordinates"][0]) == 5


def test_divisions_know_their_children_and_county(city):
    assert [division.code for division in queries.children("")] == ["990100"]
    assert [(d.code, d.name_zh, d.name_en) for d in queries.children("990100")] == [
        ("990102", "东城区", "Dongcheng District"),
        ("990103", "西城区", "Xicheng District"),
    ]
    assert len(queries.children("990102001")) == len({c for c in CITY.communities if c.startswith("990102001")})
    assert queries.division("990102001").level == "town" and queries.division("999999") is None
    assert queries.division("990102", on=CITY.founded - DAY) is None


@pytest.mark.parametrize(
    ("code", "county"),
    [
        ("990103", "990103"),
        ("990103001", "990103"),
        ("990103001001", "990103"),
        ("990103001001001", "990103"),
        ("990103001Z001", "990103"),
        ("990100", None),
        ("880000", None),
        ("", None),
    ],
)
def test_the_county_of_any_code_is_found(city, code, county):
    found = queries.county_of(code)
    assert (found.code if found else None) == county


def test_duty_grids_are_listed_by_county(city):
    assert len(queries.duty_grids()) == 24
    east = queries.duty_grids("990102")
    assert len(east) == len([grid for grid in CITY.duty_grids if grid.node == "990102"]) and {grid.node for grid in east} == {"990102"}
    assert queries.duty_grids(on=CITY.founded - DAY) == []


def test_a_renamed_division_keeps_its_old_name_for_old_days(city):
    town = Division.objects.get(code="990102001")
    day = date(2026, 1, 1)
    Division.objects.filter(pk=town.pk).update(valid_to=day - DAY)
    Division.objects.create(code=town.code, level="town", name_zh="新名街道", parent=town.parent, valid_from=day)
    registers.raise_version("territory")
    cell = next(cell for cell in CITY.cells if cell.code.startswith("990102001"))
    middle = shapely.Polygon(cell.ring).representative_point()
    assert queries.locate(middle.x, middle.y, on=day - DAY).town_name == CITY.name_of["990102001"]
    assert queries.locate(middle.x, middle.y, on=day).town_name == "新名街道"
    assert len(queries.children("990102001", on=day)) == 8 or len(queries.children("990102001", on=day)) == 9
