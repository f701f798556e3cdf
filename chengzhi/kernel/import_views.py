"""Pages of imports: what a post may import, one kind with its template, one file with its differences, its report."""

from urllib.parse import quote

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengzhi.kernel import doors, exports, imports, pages
from chengzhi.kernel.access import act_now
from chengzhi.kernel.imports import desk, reading
from chengzhi.kernel.problems import Invalid, Problem
from chengzhi.kernel.templatetags.words import chinese, said

PLACE = {"place": "settings"}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show what this post may import, what others import, and what was imported before."""
    actor = doors.actor_of(request)
    return render(request, "kernel/imports.html", {"offers": desk.offers(actor), "history": desk.history(actor), **PLACE})


@require_http_methods(["GET", "POST"])
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """Show one kind of import with its columns, or take in a file of it; a refusal keeps what was chosen."""
    if request.method == "GET":
        return _kind(request, kind)
    try:
        record = _received(request, kind)
    except Problem as problem:
        return _kind(request, kind, problem)
    return HttpResponseRedirect(reverse("import_one", args=[record]))


def _received(request: HttpRequest, kind: str) -> int:
    actor = doors.actor_of(request)
    importer = desk.kind_for(kind, actor)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.name:
        raise Invalid("请先选择要导入的文件。", "Choose the file to import first.", code="import_file_missing")
    reading.refuse_large(file.size or 0)
    options = desk.options_in(importer, request.POST.dict())
    complete = importer.may_be_complete and bool(request.POST.get("complete"))
    record = imports.receive(kind, file.read(), file.name, act_now(actor, door=pages.DOOR), options=options, complete=complete)
    return int(record.pk)


def _kind(request: HttpRequest, kind: str, problem: Problem | None = None) -> HttpResponse:
    actor = doors.actor_of(request)
    importer = desk.kind_for(kind, actor)
    shown = {
        "importer": importer,
        "fields": desk.fields_of(importer, actor, request.POST.dict()),
        "complete": bool(request.POST.get("complete")),
        "history": desk.history(actor, kind),
        "problem": problem,
        **PLACE,
    }
    return render(request, "kernel/import_kind.html", shown, status=problem.status if problem else 200)


@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the empty workbook of a kind, with its header row."""
    importer = desk.kind_for(kind, doors.actor_of(request))
    answer = HttpResponse(desk.template_of(importer, chinese=chinese()), content_type=exports.XLSX)
    answer["Content-Disposition"] = _attached(f"{said(importer)}_{said(('模板', 'template'))}.xlsx")
    return answer


@require_GET
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    """Show one import: how far it is, what it would change, row by row, or what it has changed; or only this part of the page."""
    page = request.GET.get("page", "")
    place = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
    found = desk.opened(import_id, doors.actor_of(request), tab=request.GET.get("show", "")[:10], page=place)
    name = "kernel/_import.html" if request.headers.get("HX-Request") else "kernel/import.html"
    return render(request, name, {"found": found, **PLACE})


@require_POST
def apply(request: HttpRequest, import_id: int) -> HttpResponse:
    """Have a checked file applied, all of it or nothing."""
    actor = doors.actor_of(request)
    desk.opened(import_id, actor)
    record = imports.order(import_id, act_now(actor, door=pages.DOOR))
    if record.state == record.APPLIED:
        messages.success(request, _("“%(file)s” has been applied.") % {"file": record.file_name})
    return HttpResponseRedirect(reverse("import_one", args=[import_id]))


@require_POST
def cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """Give up a file that has not been applied."""
    actor = doors.actor_of(request)
    found = desk.opened(import_id, actor)
    imports.cancel(import_id, act_now(actor, door=pages.DOOR))
    messages.success(request, _("“%(file)s” has been given up; nothing was written.") % {"file": found.record.file_name})
    return HttpResponseRedirect(reverse("import_kind", args=[found.importer.kind]))


@require_GET
def report(request: HttpRequest, import_id: int) -> StreamingHttpResponse:
    """Give the report of an import, or, with `faulty`, its refused rows to correct and import again."""
    name, lines = desk.file_of(import_id, doors.actor_of(request), faulty=bool(request.GET.get("faulty")))
    answer = StreamingHttpResponse((line.encode() for line in lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = _attached(name)
    answer["Cache-Control"] = "no-store"
    return answer


def _attached(name: str) -> str:
    return f"attachment; filename=\"import\"; filename*=UTF-8''{quote(name)}"
