"""Founding the demo city: everything in one transaction, then a day of reports in another; each is there whole or not at all."""

import random
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from chengzhi.incidents.services import registers as incident_registers
from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.kernel.problems import Refused
from chengzhi.site.demo import queries
from chengzhi.site.demo.day import Progress, Ran, run_day
from chengzhi.site.demo.organisation import Founder
from chengzhi.site.demo.powers import found_powers
from chengzhi.site.demo.services import empty
from chengzhi.territory import city_plan
from chengzhi.territory import services as territory
from chengzhi.territory.city_plan import CityPlan

DOOR = "demo"
REPORTS_OF_COUNTY = 1250  # of twelve days; the stories come on top


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did: the plan of the city, whether it stood already, and how the day went if one was made."""

    plan: CityPlan
    stood: bool
    ran: Ran | None



def demo(
    tier: str, reports: int | None, seed: int, *, fresh: bool, progress: Progress, now: datetime | None = None
) -> Result:
    """Found the demo city of a tier with so many reports up to now; what stands already is left as it is.

    Without a number there are as many as its counties have in twelve days. The same tier, seed and moment give the same city.

    Raises Refused when another city or another tier stands, or when `fresh` would remove more than a demo.
    """
    plan = city_plan.plan(tier)
    now = now or timezone.now()
    count = REPORTS_OF_COUNTY * len(plan.counties) if reports is None else reports
    if fresh:
        progress("清空演示数据")
        _refuse_others("--fresh 不可用", "--fresh is not possible")
        empty()
    stood = _stands(plan)
    if not stood:
        progress("建立演示城市：区划、网格、机构、人员、权责")
        found(plan, seed, now)
    if queries.incidents():
        return Result(plan, stood, None)
    ran = run_day(plan, count, seed, now, progress) if count else None
    return Result(plan, False, ran)


def found(plan: CityPlan, seed: int, now: datetime) -> None:
    """Found territory, classes, organisation, people and powers of a plan."""
    act = Act(actor=SYSTEM, at=now, door=DOOR, recorded_at=now)
    with writes.unit_of_work():
        territory.found_city(plan, act=act)
        incident_registers.load_seed()
        rng = random.Random(f"city/{seed}")  # noqa: S311 - the same city each time, not a secret
        founded = Founder(plan, act, rng).all()
        found_powers(plan, founded, act)
        registers.raise_version(queries.MARK)
    registers.clear_all()


def _stands(plan: CityPlan) -> bool:
    schemes = queries.schemes()
    if not schemes and not queries.nodes():
        return False
    if schemes == [plan.scheme]:
        return True
    _refuse_others("本数据库已有城市数据", "This database holds a city already")
    raise Refused(
        f"演示城市已存在（{schemes[0]}），要换成 {plan.tier} 档请加 --fresh。",
        f"A demo city stands already ({schemes[0]}); to change it to tier {plan.tier} add --fresh.",
        code="demo_stands",
    )


def _refuse_others(zh: str, en: str) -> None:
    foreign = queries.foreign()
    if foreign:
        raise Refused(
            f"{zh}：数据库中有演示以外的数据（{foreign}），请使用另一个空数据库。",
            f"{en}: the database holds more than a demo ({foreign}); use another, empty database.",
            code="not_only_demo",
        )
