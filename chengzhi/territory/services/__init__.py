"""Verbs of the territory, and the plan that `found_city` takes."""

from chengzhi.territory.city_plan import CityPlan, plan
from chengzhi.territory.services.divisions import DivisionImporter
from chengzhi.territory.services.founding import found_city

__all__ = ["CityPlan", "DivisionImporter", "found_city", "plan"]
