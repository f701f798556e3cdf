"""A case on paper and its reporter in clear: pages beside the case page."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chengzhi.incidents import services
from chengzhi.incidents.queries import casepage
from chengzhi.kernel import doors, pages
from chengzhi.kernel.access import act_now
from chengzhi.kernel.problems import Problem


@require_GET
def case_print(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case as it is printed on A4: number, code of its page, facts, pictures two per row, limits, the whole time line."""
    found = casepage.case_page(number, doors.actor_of(request))
    address = request.build_absolute_uri(f"/incidents/{found.matter.number}")
    shown = {"case": found, "code": _code(address), "address": address, "now": timezone.now(), "place": "incidents"}
    return render(request, "incidents/case_print.html", shown)


def _code(address: str) -> str:
    """Return the square code of an address as a picture that stands in the page itself, dark on white."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=3, border=2, light="#fff"))


@never_cache
@require_POST
def reporter(request: HttpRequest, number: str) -> HttpResponse:
    """Show the reporter of a case in clear for a purpose that is kept; a refusal shows the question again."""
    purpose = request.POST.get("purpose", "")[:400]
    try:
        clear = services.reveal_reporter(number=number, purpose=purpose, act=act_now(doors.actor_of(request), door=pages.DOOR))
    except Problem as problem:
        shown = {"number": number, "purpose": purpose, "problem": problem}
        return render(request, "incidents/_reporter.html", shown, status=problem.status)
    return render(request, "incidents/_reporter.html", {"number": number, "clear": clear})
