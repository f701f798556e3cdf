"""Home, what is nearby, what the city undertakes, and the large letters."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from chengzhi.kernel.problems import Invalid
from chengzhi.portal import queries, services
from chengzhi.portal.services.common import citizens_act
from chengzhi.portal.views.common import LARGE, caller_of, public, shown

YEAR = 365 * 24 * 3600
METRES = 500.0


@require_GET
@public
def home(request: HttpRequest) -> HttpResponse:
    """Show what one can do here."""
    return shown(request, "home.html", {"place": "home"})


@require_GET
@public
def nearby(request: HttpRequest) -> HttpResponse:
    """Show what is open around a position, when one is given."""
    point = _point(request)
    if point is None:
        return shown(request, "nearby.html", {"place": "nearby"})
    services.spend("map", caller_of(request).subject, citizens_act())
    return shown(request, "nearby.html", {"place": "nearby", "near": queries.nearby(*point)})


@require_GET
def cells(request: HttpRequest) -> HttpResponse:
    """Return the outlines around a position for the small map."""
    point = _point(request)
    if point is None:
        return JsonResponse({"type": "FeatureCollection", "features": []})
    services.spend("map", caller_of(request).subject, citizens_act())
    return JsonResponse(queries.cells(*point, _number(request, "metres") or METRES))


def _point(request: HttpRequest) -> tuple[float, float] | None:
    lon, lat = _number(request, "lon"), _number(request, "lat")
    if lon is None or lat is None:
        return None
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise Invalid("定位数据无法识别，请重新定位。", "The position cannot be read; locate again.", code="position")
    return lon, lat


def _number(request: HttpRequest, name: str) -> float | None:
    try:
        value = float(request.GET.get(name, ""))
    except ValueError:
        return None
    return value if value == value and abs(value) < 1e6 else None


@require_GET
@public
def undertakings(request: HttpRequest) -> HttpResponse:
    """Show how long each kind of problem may take, and what happens with personal data."""
    return shown(request, "undertakings.html", {"place": "public", "rows": queries.undertakings()})


@require_POST
def large(request: HttpRequest) -> HttpResponse:
    """Keep large or usual letters in a cookie and go back."""
    back = request.POST.get("next", "/c/")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    answer = HttpResponseRedirect(back if safe else "/c/")
    wanted = "1" if request.POST.get("to") == "1" else "0"
    answer.set_cookie(LARGE, wanted, max_age=YEAR, samesite="Lax", secure=settings.CSRF_COOKIE_SECURE)
    return answer
