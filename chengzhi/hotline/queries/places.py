"""Places proposed for what is typed: names learnt from earlier addresses, divisions, cells; by Chinese words or pinyin initials."""

import re
from dataclasses import dataclass

from django.db.models import Q

from chengzhi.hotline.models import PlaceName
from chengzhi.hotline.queries.calls import mine
from chengzhi.kernel.access import Actor
from chengzhi.kernel.pinyin import initials
from chengzhi.organisation import queries as organisation
from chengzhi.territory import queries as territory

FOUND = 8
LONGEST = 40
CELL = re.compile(r"[0-9]{12,15}")
LATIN = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Suggested:
    """One place with the position that a pin gets; `kind` is address, division or cell."""

    name: str
    lon: float
    lat: float
    kind: str


def suggest(text: str, actor: Actor) -> list[Suggested]:
    """Return up to eight places of one's node for what was typed, the most frequent first; divisions and cells after addresses."""
    node = mine(actor)
    wanted = text.strip()[:LONGEST]
    if len(wanted) < 2 or "\x00" in wanted:
        return []
    codes = _counties(node)
    if CELL.fullmatch(wanted):
        return _at(wanted, wanted, "cell") if wanted.startswith(tuple(codes)) else []
    latin = wanted.casefold() if LATIN.fullmatch(wanted.casefold()) else ""
    asked = Q(initials__startswith=latin) if latin else Q(name__contains=wanted)
    nodes = {node, *organisation.nodes_below(node)} & actor.nodes
    rows = PlaceName.objects.filter(asked, node__in=nodes).order_by("-times", "name")[:FOUND]
    return ([Suggested(row.name, row.lon, row.lat, "address") for row in rows] + _divisions(wanted, latin, codes))[:FOUND]


def _counties(node: int) -> list[str]:
    view = organisation.node(node)
    return [row.code for city in territory.children("") for row in territory.children(city.code)] if view.is_city else [view.code]


def _divisions(wanted: str, latin: str, codes: list[str]) -> list[Suggested]:
    towns = [town for county in codes for town in territory.children(county)]
    every = towns + [community for town in towns for community in territory.children(town.code)]
    fitting = [row for row in every if (initials(row.name_zh).startswith(latin) if latin else wanted in row.name_zh)]
    return [place for row in fitting[:FOUND] for place in _at(row.code, row.name_zh, "division")]


def _at(code: str, name: str, kind: str) -> list[Suggested]:
    middle = territory.middle(code)
    if middle is None:
        return []
    lon, lat = territory.inside(*middle)
    return [Suggested(name, lon, lat, kind)]
