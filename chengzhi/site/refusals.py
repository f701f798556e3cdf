"""How a refusal is told: as JSON to a program, in their own frame to citizens, as a part or as a page to the staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chengzhi.kernel import doors
from chengzhi.kernel.problems import Problem
from chengzhi.portal.views import common as portal

CITIZENS, STAFF_THERE = "/c/", "/c/poster/"


class WrongMethod(Problem):
    """The address takes no request of this kind: it was typed or kept, but is only for a form."""

    status, code = 405, "wrong_method"


def wrong_method() -> WrongMethod:
    """Return the refusal of an address that only a form may use."""
    return WrongMethod(
        "这个地址只用于提交表单，不能直接打开，请返回上一页办理。",
        "This address only takes a form and cannot be opened; go back to the page that led here.",
    )


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a program asks."""
    return request.path.startswith(("/api/", "/live", "/tiles/")) or "application/json" in request.headers.get("Accept", "")


def of_citizens(request: HttpRequest) -> bool:
    """Tell whether an address is one of the citizens' pages, whose reader has no account and no work to go back to."""
    return request.path.startswith(CITIZENS) and not request.path.startswith(STAFF_THERE)


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the answer that tells a refusal to whoever asked."""
    if wants_json(request):
        told: HttpResponse = doors.refused(problem)
        return told
    if of_citizens(request):
        return portal.refused(request, problem)
    template = "site/refused_part.html" if request.headers.get("HX-Request") else "site/refused.html"
    return render(request, template, {"problem": problem, "faults": problem.faults}, status=problem.status)
