"""Founding a generated city: all its divisions, cells and duty grids at once."""

import shapely

from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Conflict
from chengzhi.territory.city_plan import CityPlan
from chengzhi.territory.models import Cell, Division, DutyGrid, GridScheme
from chengzhi.territory.queries import REGISTER

BATCH = 500


@writes.service
def found_city(plan: CityPlan, act: Act) -> GridScheme:
    """Write the whole plan and return its grid scheme; a plan that has been written already is left as it is.

    Refused when the city's code is taken by another plan: a city is founded once, later changes are imported.
    """
    known = GridScheme.objects.filter(code=plan.scheme, version=plan.version).first()
    if known is not None:
        return known
    if Division.objects.filter(code=plan.code).exists():
        raise Conflict(
            f"行政区划“{plan.code}”已存在，不能再建；请换一个空的数据库。",
            f"Division “{plan.code}” exists already; found the city in an empty database.",
            code="city_exists",
        )
    scheme = GridScheme(code=plan.scheme, version=plan.version, valid_from=plan.founded)
    GridScheme.objects.bulk_create([scheme])
    _divisions(plan)
    DutyGrid.objects.bulk_create(
        [DutyGrid(code=grid.code, name_zh=grid.name_zh, node=grid.node, valid_from=plan.founded) for grid in plan.duty_grids],
        batch_size=BATCH,
    )
    Cell.objects.bulk_create(_cells(plan, scheme), batch_size=BATCH)
    registers.raise_version(REGISTER)
    return scheme


def _divisions(plan: CityPlan) -> None:
    rows: dict[str, Division] = {}
    for division in plan.divisions:  # parents come first
        rows[division.code] = Division(
            code=division.code,
            level=division.level,
            name_zh=division.name_zh,
            name_en=division.name_en,
            parent=rows.get(division.parent),
            valid_from=plan.founded,
        )
    Division.objects.bulk_create(list(rows.values()), batch_size=BATCH)


def _cells(plan: CityPlan, scheme: GridScheme) -> list[Cell]:
    polygons = [shapely.Polygon(cell.ring) for cell in plan.cells]
    boxes = shapely.bounds(polygons).tolist()
    return [
        Cell(
            scheme=scheme,
            code=cell.code,
            community=cell.community,
            duty_grid=cell.duty_grid,
            area_class=cell.area_class,
            area_m2=cell.area_m2,
            init_date=plan.founded,
            boundary=wkb,
            min_lon=box[0],
            min_lat=box[1],
            max_lon=box[2],
            max_lat=box[3],
        )
        for cell, wkb, box in zip(plan.cells, shapely.to_wkb(polygons), boxes, strict=True)
    ]
