"""The territory: divisions, cells, duty grids, and where a position lies."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """A foundation."""

    name = "chengzhi.territory"
    verbose_name = "Territory"
