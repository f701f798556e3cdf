"""A generated city: pure, seeded, without a database. Its geometry and its names are invented."""

from chengzhi.territory.city_plan.plan import (
    TIERS,
    AddressWords,
    CityPlan,
    PlannedCell,
    PlannedDivision,
    PlannedDutyGrid,
    PlannedPlace,
    plan,
)
from chengzhi.territory.city_plan.streets import Road

__all__ = [
    "TIERS",
    "AddressWords",
    "CityPlan",
    "PlannedCell",
    "PlannedDivision",
    "PlannedDutyGrid",
    "PlannedPlace",
    "Road",
    "plan",
]
