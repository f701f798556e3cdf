"""The responsibilities of the demo city: which body answers for which classes in each county, and each street's own."""

from chengzhi.kernel.access import Act
from chengzhi.powers import services
from chengzhi.site.demo.organisation import Founded
from chengzhi.site.demo.rows import rows
from chengzhi.territory.city_plan import CityPlan

SOURCE = "演示数据"


def found_powers(plan: CityPlan, found: Founded, act: Act) -> int:
    """Give every responsibility of the table to its body in every county, and return how many were given."""
    given = 0
    for code in found.streets:
        for row in rows("duties"):
            for area, body in _bodies(found, code, row["body"]):
                services.assign(
                    subject=row["subject"],
                    body_id=body,
                    basis_zh=row["basis_zh"],
                    valid_from=plan.founded,
                    area_kind="division",
                    area_code=area,
                    node_id=found.commands[code].pk,
                    source=SOURCE,
                    act=act,
                )
                given += 1
    return given


def _bodies(found: Founded, code: str, key: str) -> list[tuple[str, int]]:
    streets = found.streets[code]
    if key == "street":
        return [(town.code, office.pk) for town, office, _ in streets]
    if key == "squad":
        return [(town.code, squad.pk) for town, _, squad in streets]
    return [(code, found.units[code, key].pk)]
