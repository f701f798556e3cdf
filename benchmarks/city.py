"""The city that is measured: 30,000 cells, counties with their own command, departments and inspectors, and a token for everyone."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from unittest.mock import patch

from django.core.management import call_command
from django.utils import timezone

from chengzhi.kernel.access import SYSTEM, Act, Actor
from chengzhi.organisation import queries as organisation
from chengzhi.organisation import services
from chengzhi.organisation.models import Account
from chengzhi.site.demo import founding
from chengzhi.site.demo.organisation import suffix
from chengzhi.territory import city_plan
from chengzhi.territory.city_plan.plan import TIERS, PlannedCell, Tier

TIER = "bench"
SIZE = Tier(200, 150, 4, 8)
SEED = 1


@dataclass
class City:
    """The founded city and how to act in it. `suffixes` are the ends of user names by node code."""

    plan: city_plan.CityPlan
    nodes: dict[str, int] = field(default_factory=dict)
    suffixes: dict[str, str] = field(default_factory=dict)
    units: dict[tuple[str, str], int] = field(default_factory=dict)
    cells: dict[str, list[PlannedCell]] = field(default_factory=dict)
    tokens: dict[int, str] = field(default_factory=dict)

    @property
    def counties(self) -> list[str]:
        """The codes of the counties that command themselves; reports of the others go to the city's own people."""
        return [code for code in self.nodes if code != self.plan.code]

    def account(self, role: str, county: str) -> int:
        """Return the account of a role of a county: acceptor, chief, dispatcher, or the key of a department."""
        name = f"{role}.{self.suffixes[county]}"
        return int(Account.objects.values_list("pk", flat=True).get(username=name))

    def actor(self, role: str, county: str) -> Actor:
        """Return who acts in a role of a county."""
        return organisation.actor(self.account(role, county))

    def holder_account(self, post: int) -> int:
        """Return the account of whoever sits in a post."""
        return organisation.accounts_at(post)[0]

    def token(self, account: int) -> str:
        """Return the token of an account, issued at its first use."""
        if account not in self.tokens:
            row = Account.objects.get(pk=account)
            self.tokens[account] = services.issue_token(account=row, name="benchmark", act=system_act())
        return self.tokens[account]


def system_act(at: datetime | None = None) -> Act:
    """Return an act of the platform itself."""
    now = at or timezone.now()
    return Act(actor=SYSTEM, at=now, door="system", recorded_at=now)


def found(tier: str = TIER) -> City:
    """Found a city of a tier in an empty database."""
    call_command("migrate", verbosity=0)
    with patch.dict(TIERS, {TIER: SIZE}):
        plan = city_plan.plan(tier)
    founding.found(plan, SEED)
    city = City(plan)
    for node in organisation.nodes():
        if not node.does_own_command:
            continue
        city.nodes[node.code] = node.id
        city.suffixes[node.code] = suffix(node.short)
        city.cells[node.code] = [cell for cell in plan.cells if cell.code.startswith(node.code)]
        city.units |= {(node.code, unit.code.partition("-")[2]): unit.id for unit in organisation.units_of(node.id)}
    return city


def centre(cell: PlannedCell) -> tuple[float, float]:
    """Return a position well inside a cell."""
    ring = cell.ring[:-1]
    return round(sum(x for x, _ in ring) / len(ring), 7), round(sum(y for _, y in ring) / len(ring), 7)


def spread(city: City, seed: int) -> Iterator[tuple[str, PlannedCell]]:
    """Yield counties in turn with a cell of each, without end."""
    rng = random.Random(seed)
    for county in itertools.cycle(city.counties):
        yield county, rng.choice(city.cells[county])


