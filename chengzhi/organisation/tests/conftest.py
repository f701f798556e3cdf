"""A small city for the tests: the city, two counties with their own command, one for which the city does it."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from chengzhi.kernel.access import CAPABILITIES, SYSTEM, Act, act_now
from chengzhi.kernel.writes import unit_of_work
from chengzhi.organisation import queries, services
from chengzhi.organisation.models import Account, CommandNode, Crew, Post, Staff, Unit

FILE, DISPATCH, SIGN, SUPERVISE = (
    "test.matter.file",
    "test.matter.dispatch",
    "test.task.sign",
    "test.matter.supervise",
)
GRANTS = {
    "chief": [FILE],
    "dispatcher": [DISPATCH],
    "dept_operator": [SIGN],
    "supervisor_lead": [SUPERVISE],
    "leader": [FILE, SUPERVISE],
    "sys_admin": ["organisation.body.manage", "organisation.account.manage"],
}
LONG_AGO = date(2020, 1, 1)


@dataclass
class City:
    """What the fixture has founded, by short names."""

    act: Act
    node: dict[str, CommandNode] = field(default_factory=dict)
    unit: dict[str, Unit] = field(default_factory=dict)
    crew: dict[str, Crew] = field(default_factory=dict)

    def id_of(self, short: str) -> int:
        return self.node[short].holder_id

    def ids(self, *shorts: str) -> frozenset[int]:
        return frozenset(self.id_of(short) for short in shorts)

    def post(self, unit: str, role: str, **more) -> Post:
        given = {"name_zh": f"{unit}{role}", "valid_from": LONG_AGO, **more}
        return services.open_post(unit=self.unit[unit], role=role, act=self.act, **given)

    def person(self, name: str, *posts: Post, phone: str = "") -> Staff:
        staff = services.hire(name=name, phone=phone, hired_on=LONG_AGO, act=self.act)
        for post in posts:
            services.assign(staff=staff, post=post, valid_from=LONG_AGO, act=self.act)
        return staff

    def account(self, username: str, *posts: Post, **more) -> Account:
        return services.open_account(username=username, staff=self.person(username, *posts, **more), act=self.act)


@pytest.fixture(autouse=True)
def fresh_register():
    """The database is rolled back after each test; what is held in memory must go with it."""
    queries.REGISTER.clear()
    yield
    queries.REGISTER.clear()


@pytest.fixture
def capabilities(monkeypatch):
    """Capabilities of a context above, as the tests need them."""
    for code in (FILE, DISPATCH, SIGN, SUPERVISE):
        monkeypatch.setitem(CAPABILITIES, code, (code, code))


@pytest.fixture
def city(db, capabilities) -> City:
    made = City(act=act_now(SYSTEM, door="system"))
    with unit_of_work():
        services.load_roles(services.rows_in(services.ROLES_FILE), act=made.act)
        services.load_grants([{"role": r, "capability": c} for r, codes in GRANTS.items() for c in codes], act=made.act)
        top = services.open_node(code="990100", name_zh="XX市", name_en="XX City", short_zh="市级", level="city", act=made.act)
        made.node["市"] = top
        for code, short, own in (("990102", "东城", True), ("990103", "西城", True), ("990104", "南城", False)):
            made.node[short[0]] = services.open_node(
                code=code,
                name_zh=f"{short}区",
                name_en=f"{code}",
                short_zh=short,
                level="county",
                parent=top,
                does_own_command=own,
                act=made.act,
            )
        _units(made)
    return made


def _units(made: City) -> None:
    for short, node in made.node.items():
        made.unit[f"{short}中心"] = services.open_unit(
            node=node,
            code=f"{node.code}-C",
            kind="centre",
            name_zh=f"{short}指挥中心",
            valid_from=LONG_AGO,
            act=made.act,
        )
    east = made.node["东"]
    bureau = services.open_unit(
        node=east,
        code="E-1",
        kind="department",
        name_zh="东城区城管局",
        short_zh="城管局",
        valid_from=LONG_AGO,
        act=made.act,
    )
    town = services.open_unit(
        node=east,
        code="E-2",
        kind="township",
        name_zh="文化街道",
        division_code="990102001",
        valid_from=LONG_AGO,
        act=made.act,
    )
    squad = services.open_unit(
        node=east,
        code="E-1-2",
        kind="squad",
        name_zh="文化中队",
        parent=bureau,
        daily_parent=town,
        valid_from=LONG_AGO,
        act=made.act,
    )
    made.unit |= {"局": bureau, "街道": town, "中队": squad}
    made.crew["一班"] = services.open_crew(unit=bureau, name_zh="养护一班", act=made.act)
    made.crew["二班"] = services.open_crew(unit=bureau, name_zh="外包二班", is_contractor=True, phone="0933-8212345", act=made.act)
