"""The generated city: complete, without gaps, the same each time, and its words agree with its pins."""

import random
from collections import Counter
from functools import cache
from math import hypot

import pytest
import shapely

from chengzhi.kernel.problems import Invalid
from chengzhi.territory import grid_layer
from chengzhi.territory.city_plan import CityPlan, plan
from chengzhi.territory.city_plan.mesh import to_metres

TIERS = ("S", "M", "L", "XL")


@cache
def city(tier: str) -> CityPlan:
    return plan(tier)


@pytest.mark.parametrize(
    ("tier", "cells", "counties", "towns", "communities", "duty_grids"),
    [("S", 1000, 2, 4, 34, 24), ("M", 3000, 2, 10, 100, 80), ("L", 8000, 4, 28, 264, 204), ("XL", 40000, 8, 128, 1344, 1024)],
)
def test_each_tier_has_its_size(tier, cells, counties, towns, communities, duty_grids):
    levels = Counter(division.level for division in city(tier).divisions)
    assert levels == {"city": 1, "county": counties, "town": towns, "community": communities}
    assert (len(city(tier).cells), len(city(tier).duty_grids)) == (cells, duty_grids)


@pytest.mark.parametrize("tier", TIERS)
def test_codes_are_unique_and_begin_with_those_above(tier):
    drawn = city(tier)
    codes = [cell.code for cell in drawn.cells]
    assert len(set(codes)) == len(codes)
    assert all(len(cell.code) == 15 and cell.code[:12] == cell.community and cell.community in drawn.communities for cell in drawn.cells)
    by_code = {division.code: division for division in drawn.divisions}
    assert len(by_code) == len(drawn.divisions) == len({division.name_zh for division in drawn.divisions})
    assert all(d.parent in by_code and d.code.startswith(d.parent[:4] if d.level == "county" else d.parent) for d in drawn.divisions[1:])
    assert all(grid.code[:6] == grid.node and grid.code[9] == "Z" for grid in drawn.duty_grids)


def test_cells_are_numbered_from_left_to_right_and_top_to_bottom():
    drawn = city("S")
    community = drawn.cells[0].community
    middles = [shapely.Polygon(cell.ring).centroid for cell in drawn.cells if cell.community == community]
    assert middles[0].y - middles[-1].y > 0.002
    assert middles[1].x - middles[0].x > 0.0008


@pytest.mark.parametrize("tier", ["S", "M"])
def test_the_cells_pass_the_rules_of_a_grid_layer(tier):
    drawn = city(tier)
    cells = [grid_layer.LayerCell(cell.code, cell.community, shapely.Polygon(cell.ring)) for cell in drawn.cells]
    communities = {code: shapely.Polygon(drawn.mesh.outline(rect)) for code, rect in drawn.communities.items()}
    findings = grid_layer.check_layer(cells, communities)
    assert [finding for finding in findings if finding.level != grid_layer.NOTE] == []
    assert {finding.rule for finding in findings} <= {"V6"}


@pytest.mark.parametrize("tier", TIERS)
def test_nothing_is_left_between_cells_and_nothing_is_covered_twice(tier):
    drawn = city(tier)
    polygons = [shapely.Polygon(cell.ring) for cell in drawn.cells]
    whole = shapely.Polygon(drawn.mesh.outline((0, 0, drawn.mesh.columns, drawn.mesh.rows)))
    assert sum(polygon.area for polygon in polygons) == pytest.approx(whole.area, rel=1e-12)
    assert shapely.coverage_is_valid(polygons)
    assert shapely.coverage_union_all(polygons).equals(whole)


@pytest.mark.parametrize("tier", TIERS)
def test_duty_grids_are_connected_and_of_fifteen_to_sixty_cells(tier):
    drawn = city(tier)
    blocks: dict[str, set[tuple[int, int]]] = {}
    for block, index in drawn.cell_of_block.items():
        blocks.setdefault(drawn.cells[index].duty_grid, set()).add(block)
    assert set(blocks) == {grid.code for grid in drawn.duty_grids}
    for members in blocks.values():
        assert 15 <= len(members) <= 60
        reached, todo = set(), [next(iter(members))]
        while todo:
            c, r = todo.pop()
            if (c, r) in members and (c, r) not in reached:
                reached.add((c, r))
                todo += [(c + 1, r), (c - 1, r), (c, r + 1), (c, r - 1)]
        assert reached == members


def test_stored_areas_are_the_geodesic_areas():
    for cell in city("S").cells[::37]:
        assert abs(cell.area_m2 - grid_layer.geodesic_area(shapely.Polygon(cell.ring))) < 1.0


def test_the_core_is_of_class_a_and_the_fringe_of_class_c():
    away = {area_class: [] for area_class in "ABC"}
    for cell in city("M").cells:
        away[cell.area_class].append(hypot(*to_metres(*cell.ring[0])))
    assert {area_class: len(cells) for area_class, cells in away.items()} == {"A": 584, "B": 1536, "C": 880}
    assert max(away["A"]) < 1650 and min(away["B"]) > 1100 and min(away["C"]) > 2200


def test_the_same_tier_and_seed_give_the_same_city_and_another_seed_another():
    first, again, other = plan("S"), plan("S"), plan("S", seed=7)
    assert (first.divisions, first.cells, first.roads, first.places) == (again.divisions, again.cells, again.roads, again.places)
    assert first.cells != other.cells and first.divisions != other.divisions
    draw = [first.random_point(random.Random(5), hot=hot) for hot in (False, True)]
    assert draw == [again.random_point(random.Random(5), hot=hot) for hot in (False, True)]


def test_an_unknown_tier_is_refused():
    with pytest.raises(Invalid, match=r"There is no tier “XXL”; use one of S, M, L, XL\."):
        plan("XXL")


@pytest.mark.parametrize("tier", ["S", "XL"])
def test_streets_have_names_of_their_own(tier):
    names = [road.name for road in city(tier).roads]
    assert len(set(names)) == len(names) == city(tier).mesh.columns + city(tier).mesh.rows + 2
    mains = [road.name for road in city(tier).streets.northward if road.main]
    assert {"人民路", "文化街", "滨河路", "西环路", "北环路"} <= set(names)
    assert "西关街" not in mains or mains.index("西关街") < mains.index("东关街")


@pytest.mark.parametrize("hot", [False, True])
def test_words_and_pin_agree(hot):
    drawn, rng = city("M"), random.Random(11)
    roads = {road.name: road for road in drawn.roads}
    for _ in range(300):
        lon, lat = drawn.random_point(rng, hot=hot)
        words, (x, y) = drawn.address_at(lon, lat), to_metres(lon, lat)
        road, cross = roads[words.road], roads[words.cross]
        assert words.community == drawn.name_of[drawn.cell_at(lon, lat).community]
        assert (drawn.cell_at(lon, lat).ring, round(lon, 7), round(lat, 7)) == (drawn.cell_at(lon, lat).ring, lon, lat)
        northward = road.way == "northward"
        corner = drawn.mesh.metres(road.line, cross.line) if northward else drawn.mesh.metres(cross.line, road.line)
        away = (y - corner[1]) if northward else (x - corner[0])
        assert cross.main and words.dir in ("北南" if northward else "东西")
        assert abs(abs(away) - words.m) <= 22
        assert abs(away) < 22 or words.dir == (("北" if northward else "东") if away > 0 else ("南" if northward else "西"))
        assert words.m % 10 == 0 and words.no >= 1


def test_points_lie_a_few_steps_from_a_street_and_hot_ones_around_hot_places():
    drawn, rng = city("S"), random.Random(3)
    lines = shapely.union_all([shapely.LineString([to_metres(*point) for point in road.points]) for road in drawn.roads])
    away = [shapely.Point(to_metres(*drawn.random_point(rng))).distance(lines) for _ in range(200)]
    assert min(away) > 2.5 and max(away) < 15.5
    hot = [to_metres(place.lon, place.lat) for place in drawn.hot_places]
    assert {place.name for place in drawn.hot_places} == {"实验小学", "南关农贸市场", "汽车站", "文化街夜市", "老砖厂"}
    near = [min(hypot(x - a, y - b) for a, b in hot) for x, y in (to_metres(*drawn.random_point(rng, hot=True)) for _ in range(200))]
    assert max(near) < 250


def test_outside_the_city_there_is_neither_cell_nor_address():
    assert city("S").cell_at(106.0, 36.0) is None
    with pytest.raises(Invalid, match="lies outside this city"):
        city("S").address_at(106.0, 36.0)
