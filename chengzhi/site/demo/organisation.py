"""The organisation of the demo city: nodes, centres, departments, streets, posts, people, duty plan and accounts, made by the services."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.pinyin import initials
from chengzhi.organisation import services
from chengzhi.organisation.models import CommandNode, Post, Shift, Staff, Unit
from chengzhi.organisation.services.desk import put_on_duty
from chengzhi.site.demo import people
from chengzhi.site.demo.rows import grants, rows
from chengzhi.territory.city_plan import CityPlan, PlannedDivision

PASSWORD = "chengzhi-demo"  # noqa: S105 - printed at the end of the command; a demo has nothing to hide
# Role, name of the post, how many people have it.
CENTRE = (
    ("acceptor", "受理席", 3),
    ("chief", "值班长席", 2),
    ("dispatcher", "派遣席", 2),
    ("callback", "回访席", 1),
    ("supervisor_lead", "督办考核席", 1),
    ("leader", "中心分管领导", 1),
)
ADMINISTRATORS = (("sys_admin", "系统管理员", 1), ("security_admin", "安全管理员", 1), ("auditor", "审计员", 1))
# Two posts for each duty grid: whoever reports must not be the one who checks.
PAIR = ("甲岗", "乙岗")
SHIFTS = (("白班", time(7, 30), time(19, 30)), ("夜班", time(19, 30), time(7, 30)))
NIGHT_SHARE = 5  # the pair of every fifth duty grid has the night shift
DAYS_PLANNED = range(-23, 3)


@dataclass
class Founded:
    """What was founded, as far as the duty plan, the powers and the reports need it: all by node code."""

    nodes: dict[str, CommandNode] = field(default_factory=dict)
    units: dict[tuple[str, str], Unit] = field(default_factory=dict)
    commands: dict[str, CommandNode] = field(default_factory=dict)
    inspectors: dict[str, list[tuple[Post, Staff]]] = field(default_factory=dict)
    relief: dict[str, Staff] = field(default_factory=dict)
    streets: dict[str, list[tuple[PlannedDivision, Unit, Unit]]] = field(default_factory=dict)


class Founder:
    """Founds the organisation of a plan, everybody in it under an invented name."""

    def __init__(self, plan: CityPlan, act: Act, rng: random.Random) -> None:
        self.plan, self.act, self.rng = plan, act, rng
        self.since = plan.founded
        self.names = people.names(rng)
        self.password = make_password(PASSWORD)
        self.found = Founded()

    def all(self) -> Founded:
        """Found everything within the running unit of work and return it."""
        services.load_roles(services.rows_in(services.ROLES_FILE), act=self.act)
        services.load_grants(grants(), act=self.act)
        self._nodes()
        for node in self.found.nodes.values():
            self._command(node)
            self._departments(node)
        writes.current().flush()  # the duty plan looks its people up in the database
        for node in self.found.nodes.values():
            self._duty(node)
        writes.current().flush()
        return self.found

    def _nodes(self) -> None:
        city = services.open_node(
            code=self.plan.code, name_zh=self.plan.name_zh, name_en="XX City", short_zh="市级", level="city", act=self.act
        )
        self.found.nodes[city.code] = self.found.commands[city.code] = city
        last = self.plan.counties[-1].code  # the city itself commands in one of them, so that its own posts have work
        for county in self.plan.counties:
            node = services.open_node(
                code=county.code,
                name_zh=county.name_zh,
                name_en=county.name_en,
                short_zh=county.name_zh[:2],
                level="county",
                parent=city,
                does_own_command=county.code != last,
                act=self.act,
            )
            self.found.nodes[county.code] = node
            self.found.commands[county.code] = city if county.code == last else node

    def _command(self, node: CommandNode) -> None:
        if not node.does_own_command:
            self._inspectors(node)
            return
        centre = self._unit(node, "centre", "centre", "城市运行管理指挥中心", "Command Centre", "指挥中心")
        administrators = ADMINISTRATORS if node.parent_id is None else ()
        for role, name, count in (*CENTRE, *administrators):
            post = self._post(centre, role, name)
            for number in range(1, count + 1):
                self._person(post, role if number == 1 else f"{role}{number}", node)
        self._inspectors(node)

    def _inspectors(self, node: CommandNode) -> None:
        grids = [grid for grid in self.plan.duty_grids if grid.node == node.code]
        if not grids:
            return
        company = self._unit(node, "collect", "company", "信息采集公司", "Collecting Company", "采集公司")
        posts = [(grid, name) for grid in grids for name in PAIR]
        for number, (grid, name) in enumerate(posts, start=1):
            post = self._post(company, "inspector", f"{grid.name_zh}监督员{name}", area_code=grid.code)
            staff = self._person(post, f"inspector{number:02d}", node)
            self.found.inspectors.setdefault(node.code, []).append((post, staff))
        first = self.found.inspectors[node.code][0][0]
        self.found.relief[node.code] = self._person(first, "inspector01n", node)

    def _departments(self, node: CommandNode) -> None:
        if node.parent_id is None:
            return  # the departments of the demo city work for its counties; the city commands and looks on
        for row in rows("bodies"):
            unit = self._unit(node, row["key"], row["kind"], row["name_zh"], row["name_en"], row["short_zh"])
            for crew in filter(None, row["crews"].split(";")):
                contractor = crew.startswith("*")
                services.open_crew(unit=unit, name_zh=f"{node.short_zh}{crew.lstrip('*')}", is_contractor=contractor, act=self.act)
            self._operator(unit, row["key"], node)
        self._streets(node)

    def _streets(self, node: CommandNode) -> None:
        towns = [division for division in self.plan.divisions if division.parent == node.code]
        for number, town in enumerate(towns, start=1):
            office = self._unit(node, f"street{number}", "township", f"{town.name_zh}办事处", town.name_en, town.name_zh, town=town)
            squad = self._unit(
                node,
                f"squad{number}",
                "squad",
                f"{town.name_zh}综合执法中队",
                f"{town.name_en} Enforcement Squad",
                f"{town.name_zh[:2]}中队",
                parent=self.found.units[node.code, "law"],
                daily_parent=office,
                town=town,
            )
            self._operator(office, f"street{number}", node)
            self._operator(squad, f"squad{number}", node)
            self.found.streets.setdefault(node.code, []).append((town, office, squad))

    def _operator(self, unit: Unit, key: str, node: CommandNode) -> None:
        self._person(self._post(unit, "dept_operator", f"{unit.short_zh}操作员"), key, node)
        self._person(self._post(unit, "dept_lead", f"{unit.short_zh}负责人"), f"{key}.lead", node)

    def _unit(
        self,
        node: CommandNode,
        key: str,
        kind: str,
        name_zh: str,
        name_en: str,
        short_zh: str,
        *,
        parent: Unit | None = None,
        daily_parent: Unit | None = None,
        town: PlannedDivision | None = None,
    ) -> Unit:
        place_zh = "" if town else self.plan.name_of[node.code]
        unit = services.open_unit(
            node=self.found.commands[node.code],
            code=f"{node.code}-{key}",
            kind=kind,
            name_zh=place_zh + name_zh,
            name_en=name_en,
            short_zh=short_zh,
            parent=parent,
            daily_parent=daily_parent,
            division_code=town.code if town else node.code,
            valid_from=self.since,
            act=self.act,
        )
        self.found.units[node.code, key] = unit
        return unit

    def _post(self, unit: Unit, role: str, name: str, area_code: str = "") -> Post:
        return services.open_post(unit=unit, role=role, name_zh=name, area_code=area_code, valid_from=self.since, act=self.act)

    def _person(self, post: Post, username: str, node: CommandNode) -> Staff:
        staff = services.hire(name=next(self.names), phone=people.phone(self.rng), hired_on=self.since, act=self.act)
        services.assign(staff=staff, post=post, valid_from=self.since, act=self.act)
        account = services.open_account(username=f"{username}.{suffix(node.short_zh)}", staff=staff, act=self.act)
        account.password = self.password  # hashed once: hashing it anew for each of them would take most of the set-up's time
        return staff

    def _duty(self, node: CommandNode) -> None:
        if node.code not in self.found.inspectors:
            return
        there = self.found.commands[node.code]
        shifts = [services.open_shift(node=there, name_zh=name, starts=starts, ends=ends, act=self.act) for name, starts, ends in SHIFTS]
        today = timezone.localdate(self.act.at)
        for day in (today + timedelta(days=away) for away in DAYS_PLANNED):
            lines = list(self._lines(node, day, shifts))
            for post, staff, shift in lines[:-1] if day == today else lines:
                services.plan_duty(day=day, shift=shift, post=post, staff=staff, act=self.act)
        self._leave(node, today, shifts)

    def _lines(self, node: CommandNode, day: date, shifts: list[Shift]) -> Iterator[tuple[Post, Staff, Shift]]:
        for number, (post, staff) in enumerate(self.found.inspectors.get(node.code, [])):
            if number == 0:  # this post is manned around the clock, by two people
                yield post, staff, shifts[0]
                yield post, self.found.relief[node.code], shifts[1]
                continue
            night = (number // len(PAIR) + day.toordinal()) % NIGHT_SHARE == 0
            yield post, staff, shifts[int(night)]

    def _leave(self, node: CommandNode, today: date, shifts: list[Shift]) -> None:
        """Put a colleague of the other shift on duty today for the one inspector of a node who is on leave."""
        lines = list(self._lines(node, today, shifts))
        post, away, shift = lines[-1]
        writes.current().flush()  # whoever stands in is looked up in the database
        substitute = next(staff for _, staff, other in reversed(lines) if other is not shift)
        put_on_duty(day=today, shift=shift.pk, post=post.pk, staff=substitute.pk, away=away.pk, note="年休假顶班", act=self.act)


def suffix(short_zh: str) -> str:
    """Return the end of a node's user names: the first letters of its short name (东城 → dc)."""
    return initials(short_zh)
