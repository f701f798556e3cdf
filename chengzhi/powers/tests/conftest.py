"""A city with two counties and a few bodies, between which responsibilities are divided."""

from dataclasses import dataclass
from datetime import date

import pytest

from chengzhi.kernel.access import SYSTEM, Act, act_now
from chengzhi.kernel.writes import unit_of_work
from chengzhi.organisation import queries as organisation
from chengzhi.organisation import services as organising
from chengzhi.powers import queries, services

LONG_AGO = date(2020, 1, 1)
UNITS = (
    ("990100", "W-1", "供水公司", "Water Company"),
    ("990100", "M-1", "市政一所", "Road Depot 1"),
    ("990100", "M-2", "市政二所", "Road Depot 2"),
    ("990100", "P-1", "自然资源局", "Planning Bureau"),
    ("990100", "U-1", "城管局", "Urban Management Bureau"),
    ("990102", "E-1", "东关街道", "Dongguan Street"),
    ("990102", "E-2", "东城区城管局", "Dongcheng Urban Management Bureau"),
)


@dataclass
class City:
    """Ids of bodies by Chinese name and of nodes by code, and an act of the system."""

    act: Act
    node: dict[str, int]
    body: dict[str, int]

    def assign(self, subject: str, body: str, **more):
        """Give a responsibility with the usual words where a test does not care."""
        given = {"valid_from": LONG_AGO, "basis_zh": "三定方案", "act": self.act} | more
        return services.assign(subject=subject, body_id=self.body[body], **given)


@pytest.fixture(autouse=True)
def fresh_registers():
    """The database is rolled back after each test; what is held in memory must go with it."""
    queries.REGISTER.clear()
    organisation.REGISTER.clear()
    yield
    queries.REGISTER.clear()
    organisation.REGISTER.clear()


@pytest.fixture
def city(db) -> City:
    act = act_now(SYSTEM, door="system")
    with unit_of_work():
        top = organising.open_node(code="990100", name_zh="XX市", name_en="XX City", short_zh="市级", level="city", act=act)
        nodes = {"990100": top}
        for code, name in (("990102", "东城区"), ("990103", "西城区")):
            nodes[code] = organising.open_node(code=code, name_zh=name, short_zh=name[:2], level="county", parent=top, act=act)
    with unit_of_work():
        units = [
            organising.open_unit(node=nodes[node], code=code, kind="department", name_zh=zh, name_en=en, valid_from=LONG_AGO, act=act)
            for node, code, zh, en in UNITS
        ]
    bodies = {unit.holder.name_zh: unit.holder_id for unit in units}
    bodies["东城区"] = nodes["990102"].holder_id
    return City(act, {code: node.holder_id for code, node in nodes.items()}, bodies)
