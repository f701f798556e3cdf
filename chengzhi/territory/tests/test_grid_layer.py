"""Rules V1 to V6 of a layer of cells, each with a layer that breaks it."""

import pytest
import shapely

from chengzhi.territory.grid_layer import Finding, LayerCell, check_layer, geodesic_area

LON, LAT = 106.66, 35.54
WIDE, HIGH = 0.0011, 0.0009
ONE, TWO = "620802001003", "620802001004"


def box(column: float, row: float, wide: float = 1.0, high: float = 1.0) -> shapely.Polygon:
    return shapely.box(LON + column * WIDE, LAT + row * HIGH, LON + (column + wide) * WIDE, LAT + (row + high) * HIGH)


def cell(number: int, polygon: shapely.Polygon, community: str = ONE) -> LayerCell:
    return LayerCell(f"{community}{number:03d}", community, polygon)


GROUND = {ONE: box(0, 0, 2, 1), TWO: box(2, 0, 1, 1)}
LEFT, RIGHT, OTHER = cell(1, box(0, 0)), cell(2, box(1, 0)), cell(1, box(2, 0), TWO)
BOW_TIE = shapely.Polygon([(LON, LAT), (LON + WIDE, LAT + HIGH), (LON + WIDE, LAT), (LON, LAT + HIGH)])


def test_the_known_rectangle_has_its_geodesic_area():
    assert round(geodesic_area(shapely.box(106.66, 35.54, 106.6611, 35.5409)), 2) == 9960.81


@pytest.mark.parametrize(
    ("situation", "cells", "found"),
    [
        ("clean", [LEFT, RIGHT, OTHER], []),
        ("a border that crosses itself", [cell(1, BOW_TIE), RIGHT, OTHER], [("V1", "error", (f"{ONE}001",))]),
        ("a code twice", [LEFT, LayerCell(LEFT.code, ONE, RIGHT.polygon), OTHER], [("V2", "error", (LEFT.code,))] * 2),
        ("a code of 14 digits", [LEFT, LayerCell(f"{ONE}02", ONE, RIGHT.polygon), OTHER], [("V2", "error", (f"{ONE}02",))]),
        ("a foreign prefix", [LEFT, LayerCell(f"{TWO}002", ONE, RIGHT.polygon), OTHER], [("V2", "error", (f"{TWO}002",))]),
        (
            "two cells on the same ground",
            [cell(1, box(0, 0, 1.001)), RIGHT, OTHER],
            [("V3", "error", (f"{ONE}001", f"{ONE}002"))],
        ),
        ("a hair too wide", [cell(1, box(0, 0, 1.00003)), RIGHT, OTHER], [("V3", "warning", (f"{ONE}001", f"{ONE}002"))]),
        ("a gap", [cell(1, box(0, 0, 0.99)), RIGHT, OTHER], [("V4", "error", (ONE,))]),
        ("a slit", [cell(1, box(0, 0, 0.9999)), RIGHT, OTHER], [("V4", "warning", (ONE,))]),
        (
            "a cell that reaches into the next community",
            [LEFT, cell(2, box(1, 0, 1.01)), cell(1, box(2.01, 0, 0.99), TWO)],
            [("V4", "error", (TWO,)), ("V5", "error", (f"{ONE}002", ONE))],
        ),
        (
            "unequal cells",
            [cell(1, box(0, 0, 0.1)), cell(2, box(0.1, 0, 1.9)), OTHER],
            [("V6", "warning", (f"{ONE}001",)), ("V6", "note", (f"{ONE}002",))],
        ),
    ],
)
def test_each_rule_finds_what_breaks_it(situation, cells, found):
    findings: list[Finding] = check_layer(cells, GROUND)
    assert sorted((finding.rule, finding.level, finding.codes) for finding in findings) == sorted(found)
