"""What is open nearby, and the small map on which a place is chosen."""

from dataclasses import dataclass
from typing import Any

from chengzhi.incidents.queries import citizens
from chengzhi.portal.queries.tables import nearby_classes
from chengzhi.territory import queries as territory

MAP_METRES = 900


@dataclass(frozen=True, slots=True)
class Nearby:
    """The answer for a place: whether it lies in the city, where, and what is open there."""

    inside: bool
    place: territory.Place | None
    found: tuple[citizens.Near, ...]


def nearby(lon: float, lat: float, crs: str = "wgs84") -> Nearby:
    """Return open incidents around a position, without anybody's words, names or exact places."""
    x, y = territory.position(lon, lat, crs)
    place = territory.locate(x, y)
    if place is None:
        return Nearby(False, None, ())
    return Nearby(True, place, tuple(citizens.open_around(x, y, nearby_classes())))


def cells(lon: float, lat: float, metres: float) -> dict[str, Any]:
    """Return the outlines of the cells around a position for the small map, without who commands them."""
    found = territory.around(lon, lat, min(metres, MAP_METRES))
    for feature in found["features"]:
        feature["properties"] = {"code": feature["id"], "here": feature["properties"]["here"]}
    return found
