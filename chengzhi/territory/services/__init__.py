"""Verbs of the territory."""

from chengzhi.territory.services.divisions import DivisionImporter
from chengzhi.territory.services.founding import found_city

__all__ = ["DivisionImporter", "found_city"]
