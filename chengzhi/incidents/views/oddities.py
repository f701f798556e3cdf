"""The supervisor's list of oddities."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chengzhi.incidents.queries import oddities as found
from chengzhi.kernel import doors


@require_GET
def oddities(request: HttpRequest) -> HttpResponse:
    """Show what the methods found, newest first, narrowed by the filters in the address, with each method in words."""
    page = found.odd_page(doors.actor_of(request), request.GET.dict())
    return render(request, "incidents/oddities.html", {"page": page, "place": "oddities"})
