"""Upload first, then let a step refer to the id; pictures come back as they were sent, large or small."""

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.http import content_disposition_header
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from chengzhi.documents import queries, services
from chengzhi.documents.models import Attachment
from chengzhi.kernel.access import Act


class ActingRequest(HttpRequest):
    """A request whose caller is known: the API's sign-in has put the act on it."""

    act: Act


router = Router(tags=["attachments"])


class StoredAttachment(Schema):
    """An attachment that a step may now name."""

    id: str
    sha256: str
    kind: str
    size: int
    width: int | None
    height: int | None


@router.post("/attachments", response={201: StoredAttachment}, summary="Upload a picture (JPEG, PNG, WebP, GIF) or a PDF of at most 10 MB")
def upload(
    request: ActingRequest,
    file: File[UploadedFile],
    taken_at: Form[datetime | None] = None,
    lon: Form[float | None] = None,
    lat: Form[float | None] = None,
    from_camera: Form[bool] = False,
) -> Status[dict[str, Any]]:
    """Store a file. The same bytes sent twice give the same id, so a repeated upload does no harm."""
    stored = services.store(file, file.name or "", request.act, taken_at=taken_at, lon=lon, lat=lat, from_camera=from_camera)
    return Status(201, _as_answer(stored))


@router.get("/attachments/{attachment_id}/{size}", summary="Open an attachment: original, large (1600 px) or small (320 px)")
def open_file(request: ActingRequest, attachment_id: int, size: str) -> FileResponse:
    """Send a file to who may see a matter it belongs to. Only pictures are shown by the browser, everything else is saved."""
    found = queries.opened(attachment_id, size, request.act.actor)
    answer = FileResponse(found.path.open("rb"), content_type=found.mime)
    answer["Content-Disposition"] = content_disposition_header(not found.inline, found.name) or "attachment"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    # Even a file that some browser takes for a page can then do nothing.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _as_answer(stored: Attachment) -> dict[str, Any]:
    return {
        "id": str(stored.id),
        "sha256": stored.sha256,
        "kind": stored.kind,
        "size": stored.size,
        "width": stored.width,
        "height": stored.height,
    }
