"""GeoJSON for the map: open incidents, lines of the divisions, areas of a unit; always only what the person may see."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from chengzhi.incidents.queries import maps
from chengzhi.kernel import doors


@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """Answer the open incidents as points, at most 5,000; `state` and `bbox=west,south,east,north` narrow them."""
    return doors.answered(maps.incident_points(doors.actor_of(request), request.GET.get("state", ""), request.GET.get("bbox", "")))


@require_GET
def divisions(request: HttpRequest) -> HttpResponse:
    """Answer the lines of the person's own divisions; `level` names one of them or the duty grids, `bbox` keeps to what is in view."""
    return doors.answered(maps.divisions(doors.actor_of(request), request.GET.get("level", ""), request.GET.get("bbox", "")))


@require_GET
def areas(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Answer where a unit answers for something."""
    return doors.answered(dict(maps.areas(doors.actor_of(request), unit_id)))
