"""A small world for tests: a city and two counties with their command, posts, people, departments and some forty cells.

`found_small_world()` makes it in an empty database. `act("chief")` is the duty chief of the first county at this moment,
ready for a service.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

from django.utils import timezone

import chengzhi
from chengzhi.incidents.services import registers as incident_registers
from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import SYSTEM, Act, Actor, act_now
from chengzhi.organisation import queries as organisation
from chengzhi.organisation import services
from chengzhi.organisation.models import Account, CommandNode, Post, Unit
from chengzhi.territory import city_plan
from chengzhi.territory import services as territory
from chengzhi.territory.city_plan.plan import TIERS, Tier
from tests.databases import Rows, is_empty

LONG_AGO = date(2020, 1, 1)
CITY, COUNTY, OTHER_COUNTY = "990100", "990102", "990103"
SHORT = {CITY: "市级", COUNTY: "东城", OTHER_COUNTY: "西城"}
CENTRE_ROLES = ("acceptor", "chief", "dispatcher", "callback", "supervisor_lead", "leader", "sys_admin", "security_admin", "auditor")
UNITS = {"road": "市政养护中心", "clean": "环卫所", "green": "园林绿化所", "squad": "城管执法大队"}
INSPECTORS_PER_GRID = 2


@dataclass
class World:
    """What was founded. Nodes and units are ids; `account` and `unit` are keyed by (county code, role or short name)."""

    plan: city_plan.CityPlan
    city: int
    county: int
    other_county: int
    node: dict[str, CommandNode] = field(default_factory=dict)
    units: dict[tuple[str, str], int] = field(default_factory=dict)
    accounts: dict[tuple[str, str], Account] = field(default_factory=dict)

    def unit(self, name: str, county: str = COUNTY) -> int:
        """Return the id of a department: road, clean, green or squad."""
        return self.units[county, name]

    def account(self, role: str, county: str = COUNTY) -> Account:
        """Return the account of a role; `inspector` and `inspector2`, operators by their unit: `road`, `clean` …"""
        return self.accounts[county, role]

    def actor(self, role: str, county: str = COUNTY) -> Actor:
        """Return who acts in a role of a county."""
        return organisation.actor(self.account(role, county).pk)

    def act(
        self,
        role: str,
        county: str = COUNTY,
        *,
        at: datetime | None = None,
        expects: int | None = None,
        door: str = "replay",
        backdate: bool = False,
    ) -> Act:
        """Return an act of a role; by the door "replay" no version is asked for, with another one name it in `expects`."""
        who = replace(self.actor(role, county), may_backdate=True) if backdate else self.actor(role, county)
        if at is None:
            return act_now(who, door=door, expects=expects)
        return Act(actor=who, at=at, door=door, expects=expects)

    def point(self, n: int = 0, county: str = COUNTY) -> tuple[float, float]:
        """Return a position well inside the n-th cell of a county; another n is another cell, at least 80 m away."""
        ring = [cell for cell in self.plan.cells if cell.code.startswith(county)][n].ring[:-1]
        return round(sum(x for x, _ in ring) / len(ring), 7), round(sum(y for _, y in ring) / len(ring), 7)


_founded: tuple[World, Rows] | None = None


def found_small_world() -> World:
    """Make the world in an empty database: two counties of 20 cells, every role, four departments and two inspectors per duty grid each.

    The services found it once; the tests after that get the same rows back, which takes a tenth of the time.
    """
    global _founded
    if not is_empty():
        return _found()
    if _founded is None:
        _founded = _found(), Rows.of_now()
    else:
        registers.clear_all()
        _founded[1].put_back()
        registers.clear_all()
    world = _founded[0]
    return copy.deepcopy(world, {id(world.plan): world.plan})


def _found() -> World:
    registers.clear_all()
    act = Act(actor=SYSTEM, at=timezone.now(), door="system")
    with patch.dict(TIERS, {"tiny": Tier(8, 5, 2, 1)}):
        plan = city_plan.plan("tiny")
    with writes.unit_of_work():
        territory.found_city(plan, act=act)
    incident_registers.load_seed()
    with writes.unit_of_work():
        services.load_roles(services.rows_in(services.ROLES_FILE), act=act)
        services.load_grants(all_grants(), act=act)
    with writes.unit_of_work():
        nodes = _nodes(act)
        world = World(plan, nodes[CITY].pk, nodes[COUNTY].pk, nodes[OTHER_COUNTY].pk, nodes)
    with writes.unit_of_work():
        for node in nodes.values():
            _found_command(world, node, act)
    registers.clear_all()
    return world


def all_grants() -> Iterable[dict[str, str]]:
    """Return the grants that every context brings."""
    files = sorted(Path(chengzhi.__file__).parent.glob("*/data/grants.csv"))
    return [row for file in files for row in services.rows_in(file)]


def _nodes(act: Act) -> dict[str, CommandNode]:
    city = services.open_node(code=CITY, name_zh="XX市", name_en="XX City", short_zh=SHORT[CITY], level="city", act=act)
    found = {CITY: city}
    for code in (COUNTY, OTHER_COUNTY):
        found[code] = services.open_node(
            code=code, name_zh=f"{SHORT[code]}区", name_en=code, short_zh=SHORT[code], level="county", parent=city, act=act
        )
    return found


def _found_command(world: World, node: CommandNode, act: Act) -> None:
    centre = services.open_unit(
        node=node, code=f"{node.code}-centre", kind="centre", name_zh=f"{node.short_zh}指挥中心", valid_from=LONG_AGO, act=act
    )
    world.units[node.code, "centre"] = centre.pk
    for role in CENTRE_ROLES:
        _person(world, node, role, _post(centre, role, act), act)
    for key, name in UNITS.items():
        unit = services.open_unit(
            node=node, code=f"{node.code}-{key}", kind="department", name_zh=f"{node.short_zh}{name}", valid_from=LONG_AGO, act=act
        )
        world.units[node.code, key] = unit.pk
        _person(world, node, key, _post(unit, "dept_operator", act), act)
    _inspectors(world, node, centre, act)


def _inspectors(world: World, node: CommandNode, centre: Unit, act: Act) -> None:
    number = 0
    for grid in (grid for grid in world.plan.duty_grids if grid.node == node.code):
        for _ in range(INSPECTORS_PER_GRID):
            number += 1
            name = "inspector" if number == 1 else f"inspector{number}"
            _person(world, node, name, _post(centre, "inspector", act, area_code=grid.code), act)


def _post(unit: Unit, role: str, act: Act, area_code: str = "") -> Post:
    return services.open_post(unit=unit, role=role, name_zh=role, area_code=area_code, valid_from=LONG_AGO, act=act)


def _person(world: World, node: CommandNode, name: str, post: Post, act: Act) -> None:
    staff = services.hire(name=f"{node.short_zh}{name}", hired_on=LONG_AGO, act=act)
    services.assign(staff=staff, post=post, valid_from=LONG_AGO, act=act)
    world.accounts[node.code, name] = services.open_account(username=f"{name}.{node.code}", staff=staff, act=act)
