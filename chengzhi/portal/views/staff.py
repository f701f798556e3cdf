"""For the staff: what citizens answered, and posters with QR codes."""

import io

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from chengzhi.kernel import doors
from chengzhi.kernel.problems import Invalid
from chengzhi.portal import queries
from chengzhi.portal.services.reporting import CELL, COMPONENT

PLACES = {"cell": CELL, "component": COMPONENT}
SCALE = 12


@require_GET
def ratings(request: HttpRequest) -> HttpResponse:
    """Show the newest answers, or only those that wish that it is done again."""
    only = request.GET.get("redo") == "1"
    rows = queries.ratings(doors.actor_of(request), only_redo=only)
    return render(request, "portal/ratings.html", {"rows": rows, "only_redo": only, "place": "ratings"})


def _address(request: HttpRequest) -> tuple[str, dict[str, str]]:
    given = {name: request.GET.get(name, "").strip() for name in PLACES}
    for name, value in given.items():
        if value and not PLACES[name].fullmatch(value):
            raise Invalid(
                f"{name}“{value[:24]}”不是有效编码，只用数字和字母。",
                f"{name} “{value[:24]}” is no code; only digits and letters are used.",
                code=name,
            )
    kept = {name: value for name, value in given.items() if value}
    path = reverse("portal_report") if kept else reverse("portal_home")
    return request.build_absolute_uri(path + (f"?{urlencode(kept)}" if kept else "")), kept


@require_GET
def poster(request: HttpRequest) -> HttpResponse:
    """Show a poster to print: a QR code that opens the form for a cell or a component, or the home page."""
    doors.actor_of(request)
    address, kept = _address(request)
    shown = {"address": address, "given": kept, "query": urlencode(kept), "hotline": settings.HOTLINE}
    return render(request, "portal/poster.html", {**shown, "place": "ratings"})


@require_GET
def qr(request: HttpRequest, form: str) -> HttpResponse:
    """Send the QR code of a poster as SVG or PNG."""
    doors.actor_of(request)
    address, _ = _address(request)
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(out, kind=form, scale=SCALE, border=4)
    return HttpResponse(out.getvalue(), content_type={"svg": "image/svg+xml", "png": "image/png"}[form])
