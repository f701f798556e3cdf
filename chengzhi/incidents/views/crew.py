"""The crew's page behind a signed link: what to do and where, pictures, and handing the work back, without an account."""

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from chengzhi.documents import services as documents
from chengzhi.incidents.queries import crews
from chengzhi.kernel import pages
from chengzhi.kernel.access import act_now
from chengzhi.kernel.problems import Problem

STEP = "crew_done"
DOOR = "crew"
MOST_PHOTOS = 9


@require_http_methods(["GET", "POST"])
def crew(request: HttpRequest, token: str) -> HttpResponse:
    """Show the work of a crew, or take it back; a refusal keeps what was typed, and a second tap changes nothing."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _hand_back(request, token)
            return HttpResponseRedirect(request.path)
        except Problem as refused:
            if refused.status == 404:
                raise
            problem = refused
    page = crews.crew_page(token)
    typed = request.POST.get("result", "")[:1000]
    shown = {"page": page, "actor": None, "key": pages.new_key(), "problem": problem, "typed": typed, "rail": ()}
    answer = render(request, "incidents/crew.html", shown, status=problem.status if problem else 200)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _hand_back(request: HttpRequest, token: str) -> None:
    job, actor = crews.job_behind(token)
    version = request.POST.get(pages.VERSION, "")
    act = act_now(actor, door=DOOR, expects=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None)
    files = [file for file in request.FILES.getlist("pictures")[:MOST_PHOTOS] if isinstance(file, UploadedFile)]
    stored = [documents.store(file, file.name or "", act, from_camera=True) for file in files]
    typed = request.POST.copy()
    typed.setlist("photos", [str(row.pk) for row in stored])
    pages.take(job.pk, STEP, typed, act)


@require_GET
def crew_picture(request: HttpRequest, token: str, attachment_id: int, size: str) -> FileResponse:
    """Send a picture of the problem to whoever has the link."""
    found = crews.picture_for_crew(token, attachment_id, size)
    answer = FileResponse(found.path.open("rb"), content_type=found.mime)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
