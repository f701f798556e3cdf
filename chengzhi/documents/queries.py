"""Questions about attachments: what belongs to a matter, who may open what, was a picture seen before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import TypedDict

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from chengzhi.documents import pictures, storage
from chengzhi.documents.models import Attachment, AttachmentKind, Evidence, Stage
from chengzhi.kernel import ids, matter
from chengzhi.kernel.access import Actor
from chengzhi.kernel.problems import NotFound
from chengzhi.kernel.rows import build, columns, width

ORIGINAL = "original"
_STAGES = {stage: place for place, stage in enumerate(Stage.values)}


class Piece(TypedDict):
    """One piece of evidence with all that the case page shows of it; `seen_before` counts other roots with the same picture."""

    id: int
    matter: int
    stage: str
    note: str
    added_at: datetime
    sha256: str
    kind: str
    mime: str
    size: int
    width: int | None
    height: int | None
    original_name: str
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    from_camera: bool
    uploaded_by: int
    uploaded_at: datetime
    seen_before: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be sent: where it lies, as what, under which name, and whether a browser may show it itself."""

    path: Path
    mime: str
    name: str
    inline: bool


_OF_ROOT = (
    f"SELECT {columns(Evidence, 'e')}, {columns(Attachment, 'a')} FROM documents_evidence e "
    "JOIN documents_attachment a ON a.id = e.attachment_id WHERE e.root_id = %s"
)

_AGAIN = """
    SELECT e.id, e.root_id, e.attachment_id, (
        SELECT min(o.root_id) FROM documents_attachment b JOIN documents_evidence o ON o.attachment_id = b.id
        WHERE b.phash = a.phash AND b.phash <> '' AND o.root_id <> e.root_id AND o.id < e.id
    ) FROM documents_evidence e JOIN documents_attachment a ON a.id = e.attachment_id WHERE e.id >= %s AND a.phash <> ''"""


def of_matter(root_id: int) -> list[Piece]:
    """Return all evidence under a root, in the order of stages and then of time."""
    rows = []
    with connection.cursor() as cursor:
        cursor.execute(_OF_ROOT, [root_id])
        for values in cursor.fetchall():
            row = build(Evidence, values[: width(Evidence)])
            row.attachment = build(Attachment, values[width(Evidence) :])
            rows.append(row)
    before = seen_before((row.attachment.phash for row in rows), root_id)
    rows.sort(key=lambda row: (_STAGES[row.stage], row.added_at, row.id))
    return [_piece(row, before.get(row.attachment.phash, 0)) for row in rows]


def _piece(row: Evidence, seen: int) -> Piece:
    kept = row.attachment
    return Piece(
        id=kept.id,
        matter=row.matter_id,
        stage=row.stage,
        note=row.note,
        added_at=row.added_at,
        sha256=kept.sha256,
        kind=kept.kind,
        mime=kept.mime,
        size=kept.size,
        width=kept.width,
        height=kept.height,
        original_name=kept.original_name,
        taken_at=kept.taken_at,
        lon=kept.lon,
        lat=kept.lat,
        from_camera=kept.from_camera,
        uploaded_by=kept.uploaded_by,
        uploaded_at=kept.uploaded_at,
        seen_before=seen,
    )


def pictures_of(matters: Iterable[int], uploaded_by: int | None = None) -> dict[int, list[int]]:
    """Return the pictures that were reported with each matter, oldest first; on wish only those of one uploader."""
    wanted = Evidence.objects.filter(matter_id__in=list(matters), stage=Stage.REPORT, attachment__kind=AttachmentKind.IMAGE)
    if uploaded_by is not None:
        wanted = wanted.filter(attachment__uploaded_by=uploaded_by)
    found: dict[int, list[int]] = {}
    for matter_id, attachment in wanted.order_by("id").values_list("matter_id", "attachment_id"):
        found.setdefault(matter_id, []).append(attachment)
    return found


def first_pictures(matters: Iterable[int]) -> dict[int, int]:
    """Return the first picture of each matter, of whatever stage; a matter without one is left out."""
    wanted = Evidence.objects.filter(matter_id__in=list(matters), attachment__kind=AttachmentKind.IMAGE)
    return dict(wanted.order_by("-id").values_list("matter_id", "attachment_id"))


def seen_before(phashes: Iterable[str], root_id: int) -> dict[str, int]:
    """Return for each fingerprint how many other roots have a picture with it; flat pictures have none and are never counted."""
    wanted = {phash for phash in phashes if phash}
    if not wanted:
        return {}
    others = Evidence.objects.filter(attachment__phash__in=wanted).exclude(root=root_id)
    return dict(others.values_list("attachment__phash").annotate(Count("root", distinct=True)))


@dataclass(frozen=True, slots=True)
class UsedAgain:
    """A picture that was evidence under another root before: where it is now, since when, and where it was first."""

    root: int
    attachment: int
    uploaded_by: int
    added_at: datetime
    first_root: int


def used_again(since: datetime) -> list[UsedAgain]:
    """Return the pictures that became evidence since a moment and whose fingerprint was evidence elsewhere before."""
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [ids.first_at(since)])
        found = cursor.fetchall()
    roots = {row[0]: row for row in found if row[3] is not None}
    rows = Evidence.objects.filter(pk__in=roots).select_related("attachment").order_by("pk")
    return [UsedAgain(row.root_id, row.attachment_id, row.attachment.uploaded_by, row.added_at, roots[row.pk][3]) for row in rows]


@dataclass(frozen=True, slots=True)
class Taken:
    """When a picture was taken, by the clock of the device, and by whom it was sent."""

    root: int
    attachment: int
    uploaded_by: int
    taken_at: datetime
    from_camera: bool


def taken_for(roots: Iterable[int], stage: str) -> list[Taken]:
    """Return the pictures of a stage under some roots that tell when they were taken."""
    rows = Evidence.objects.filter(root_id__in=list(roots), stage=stage, attachment__taken_at__isnull=False)
    columns = ("root_id", "attachment_id", "attachment__uploaded_by", "attachment__taken_at", "attachment__from_camera")
    return [Taken(*values) for values in rows.order_by("pk").values_list(*columns)]


def openable(attachment_id: int, actor: Actor) -> Attachment:
    """Return an attachment to its uploader and to all who may see a matter of which it is evidence. Raises NotFound."""
    row = Attachment.objects.filter(id=attachment_id).first() if is_id(attachment_id) else None
    if row is None or not (row.uploaded_by == actor.id or _sees_a_matter_of(row, actor)):
        raise NotFound(
            f"没有找到附件“{attachment_id}”，或者它不在您的权限范围内。",
            f"There is no attachment “{attachment_id}”, or it is outside what you may see.",
        )
    return row


def _sees_a_matter_of(row: Attachment, actor: Actor) -> bool:
    matters = Evidence.objects.filter(attachment=row).values_list("matter_id", flat=True).distinct()
    return any(_sees(identifier, actor) for identifier in matters)


def _sees(matter_id: int, actor: Actor) -> bool:
    try:
        matter.read(matter_id, actor=actor)
    except NotFound:
        return False
    return True


def opened(attachment_id: int, size: str, actor: Actor) -> Opened:
    """Return the original, or the large or small copy of a picture, to somebody who may see it. Raises NotFound."""
    row = openable(attachment_id, actor)
    stem = PurePath(row.original_name).stem or "附件"
    is_picture = row.kind == AttachmentKind.IMAGE
    if size == ORIGINAL:
        found = Opened(storage.path_of(row.sha256), row.mime, f"{stem}.{pictures.SUFFIXES[row.mime]}", inline=is_picture)
    elif is_picture and size in pictures.SIDES:
        found = Opened(pictures.shown(row.sha256, size, _stamp(row, size)), "image/jpeg", f"{stem}-{size}.jpg", inline=True)
    else:
        raise NotFound(
            f"附件没有“{size}”：图片可取 original、large、small，其他文件只有 original。",
            f"The attachment has no “{size}”: pictures come as original, large and small, other files as original only.",
            code="no_such_size",
        )
    return found


def _stamp(row: Attachment, size: str) -> str:
    """Return what is burnt into the large copy of a picture taken on the street: time, position, and the number it was reported with."""
    if size != "large" or not row.from_camera:
        return ""
    number = Evidence.objects.filter(attachment=row).order_by("id").values_list("matter__number", flat=True).first() or ""
    taken = timezone.localtime(row.taken_at or row.uploaded_at)
    place = "" if row.lon is None or row.lat is None else f"{row.lon:.6f}, {row.lat:.6f}"
    return "  ".join(part for part in (f"{taken:%Y-%m-%d %H:%M}", place, number) if part)


def known_files(names: Iterable[str]) -> set[str]:
    """Return those SHA-256 for which there is an attachment."""
    return set(Attachment.objects.filter(sha256__in=list(names)).values_list("sha256", flat=True))


def is_id(value: int) -> bool:
    """Tell whether a number can be an id at all: databases refuse to look for larger ones."""
    return 0 < value < 1 << 63
