"""The board of a department: its tasks in three columns on a desk, in one list on a phone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chengzhi.incidents import workflow
from chengzhi.incidents.queries import board as boards
from chengzhi.kernel import doors, feed
from chengzhi.kernel.access import Actor
from chengzhi.kernel.problems import NotAllowed


def _worker(request: HttpRequest) -> Actor:
    actor = doors.actor_of(request)
    if not actor.may_somewhere(workflow.HANDLE):
        raise NotAllowed(
            "您的岗位没有处置任务的权限，请联系系统管理员。",
            "Your post may not handle tasks; ask your system administrator.",
        )
    return actor


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show the board of the units for which a person works; `only=soon` narrows it, `part=board` gives it for a swap."""
    found = boards.board(_worker(request), only_soon=request.GET.get("only", "") == "soon")
    template = "incidents/board/_board.html" if request.GET.get("part") else "incidents/board/page.html"
    return render(request, template, {"board": found, "since": feed.since("")[1], "place": "board"})


@require_GET
def task(request: HttpRequest, matter_id: int) -> HttpResponse:
    """Show one task in the drawer with its steps and what the rules grant."""
    found = boards.opened(matter_id, _worker(request))
    seen = found.preview
    shown = {"row": seen.row, "photo": seen.photo, "steps": seen.steps, "form": seen.form, "opinion": seen.opinion, "back": "work"}
    return render(request, "incidents/board/_task.html", {**shown, "grants": found.grants})
