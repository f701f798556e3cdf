"""JSON door of the territory: where is this, and what lies around it."""

from dataclasses import asdict
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from chengzhi.kernel import doors
from chengzhi.kernel.problems import NotFound
from chengzhi.territory import queries

router = Router(tags=["territory"])
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


@router.get("/locate", summary="Cell, community, town and county of a position")
def locate(request: HttpRequest, lon: Longitude, lat: Latitude, crs: str = "cgcs2000") -> HttpResponse:
    """Return the unit grid in which a position lies, and everything above it."""
    x, y = queries.position(lon, lat, crs)
    found = queries.locate(x, y)
    if found is None:
        raise NotFound(
            f"位置（{lon}, {lat}）不在本市任何单元网格内。",
            f"The position ({lon}, {lat}) lies in no unit grid of the city.",
            code="position_outside",
        )
    return doors.answered({"lon": x, "lat": y, **asdict(found)})


@router.get("/territory/around", summary="Cells around a position, for small maps")
def around(request: HttpRequest, lon: Longitude, lat: Latitude, metres: Annotated[float, Field(gt=0, le=2000)] = 400) -> HttpResponse:
    """Return the cells around a position as GeoJSON."""
    return doors.answered(queries.around(lon, lat, metres))
