"""Verbs for attachments: store, attach, sweep."""

import math
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypedDict

from django.db import connection, transaction
from django.utils import timezone

from chengzhi.documents import pictures, queries, storage
from chengzhi.documents.models import Attachment, AttachmentKind, Evidence, Stage
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, TooLarge

LARGEST_BYTES = 10 * 1024 * 1024
LONGEST_NAME = 120
LONGEST_NOTE = 200
MOST_AT_ONCE = 30
KEEP_UNCLAIMED = timedelta(hours=48)
BATCH = 500
_CANDIDATES = """
    SELECT a.id, a.sha256, a.claimed_at IS NOT NULL,
           a.uploaded_by = %s OR EXISTS (SELECT 1 FROM documents_evidence e WHERE e.attachment_id = a.id AND e.root_id = %s),
           EXISTS (SELECT 1 FROM documents_evidence e WHERE e.attachment_id = a.id AND e.matter_id = %s AND e.stage = %s),
           a.kind, EXISTS (SELECT 1 FROM documents_evidence e WHERE e.attachment_id = a.id AND e.root_id = %s)
    FROM documents_attachment a WHERE a.id IN ({ids}) ORDER BY a.id {lock}"""


class Readable(Protocol):
    """A stream of bytes, such as an uploaded file."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""


class Attached(TypedDict):
    """What the trail keeps of a piece of evidence; the id is a text, because it is too large for some readers of JSON."""

    id: str
    sha256: str
    stage: str
    kind: str
    new: bool


class Candidate(NamedTuple):
    """An attachment as a step may find it: used before, usable by the actor, and already evidence of this matter at this stage."""

    id: int
    sha256: str
    claimed: bool
    usable: bool
    present: bool
    kind: str
    shared: bool


class Swept(TypedDict):
    """What a sweep has removed."""

    attachments: int
    files: int


def store(
    content: bytes | Readable,
    name: str,
    act: Act,
    *,
    taken_at: datetime | None = None,
    lon: float | None = None,
    lat: float | None = None,
    from_camera: bool = False,
    plain: bool = False,
) -> Attachment:
    """Store a file for use in a later step. The same bytes from the same person are the same attachment, as it was stored first.

    `plain` takes pictures only and keeps a copy of them without what a phone writes into a picture: where, when, with whose device.

    Raises TooLarge or Invalid, judging by the content and never by the name. The file is on disk before the row is committed.
    """
    shown = clean_name(name)
    place = _place(lon, lat)
    raw = _read(content, shown)
    seen = pictures.inspect(raw, shown)  # outside the transaction: nobody waits while a picture is decoded
    if plain:
        raw = _plain(raw, seen, shown)
        seen = pictures.inspect(raw, shown)
    row = Attachment(
        sha256=storage.keep(raw),
        kind=seen.kind,
        mime=seen.mime,
        size=len(raw),
        width=seen.width,
        height=seen.height,
        phash=seen.phash,
        original_name=shown,
        taken_at=timezone.make_aware(taken_at) if taken_at and timezone.is_naive(taken_at) else taken_at,
        lon=place[0],
        lat=place[1],
        from_camera=from_camera,
        uploaded_by=act.actor.id,
        uploaded_at=act.recorded_at,
    )
    return _record(row)


def _plain(raw: bytes, seen: pictures.Seen, name: str) -> bytes:
    if seen.kind != AttachmentKind.IMAGE:
        raise Invalid(
            f"photo“{name}”不是图片，请上传 JPEG 或 PNG 照片。",
            f"photo “{name}” is no picture; send a JPEG or PNG photo.",
            code="not_a_picture",
        )
    return pictures.plain(raw, name)


@writes.service
def _record(row: Attachment) -> Attachment:
    # Inserted at once: of two uploads of the same bytes that arrive together, the second waits here and finds the first.
    Attachment.objects.bulk_create([row], ignore_conflicts=True)
    kept = Attachment.objects.get(sha256=row.sha256, uploaded_by=row.uploaded_by)
    if kept.id != row.id and kept.claimed_at is None:
        kept.uploaded_at = row.uploaded_at  # it waits for its step from now on, and must not be swept before
        Attachment.objects.filter(id=kept.id).update(uploaded_at=kept.uploaded_at)
    return kept


@writes.service
def attach(*, matter_id: int, root_id: int, attachment_ids: Sequence[int], stage: str, act: Act, note: str = "") -> list[Attached]:
    """Make attachments evidence of a matter at a stage, within the service that takes the step; return what the trail keeps of them.

    One may use what one has uploaded oneself, and what already is evidence under the same root. Raises Invalid naming the first
    other id.
    """
    wanted = list(dict.fromkeys(attachment_ids))
    _check_attach(wanted, stage, note)
    found = _candidates(wanted, matter_id, root_id, stage, act)
    for identifier in wanted:
        candidate = found.get(identifier)
        if candidate is None or not candidate.usable:
            raise _not_usable(identifier)
        if not candidate.present:
            writes.add(Evidence(attachment_id=identifier, matter_id=matter_id, root_id=root_id, stage=stage, note=note, added_at=act.at))
        if not candidate.claimed:
            writes.change(Attachment(id=identifier, claimed_at=act.recorded_at), "claimed_at")
    return [_attached(found[identifier], stage) for identifier in wanted]


def _attached(found: Candidate, stage: str) -> Attached:
    return Attached(id=str(found.id), sha256=found.sha256, stage=stage, kind=found.kind, new=not found.shared)


def _check_attach(wanted: list[int], stage: str, note: str) -> None:
    if stage not in Stage.values:
        raise Invalid(
            f"stage“{stage}”未知，可用：{'、'.join(Stage.values)}。",
            f"stage “{stage}” is unknown; usable: {', '.join(Stage.values)}.",
            code="stage_unknown",
        )
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(
            f"attachments 一次最多{MOST_AT_ONCE}个，现为{len(wanted)}个，请分次提交。",
            f"attachments takes at most {MOST_AT_ONCE} at once, but has {len(wanted)}; send them in several steps.",
            code="attachments_too_many",
        )
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            f"note 最多{LONGEST_NOTE}个字符，现为{len(note)}个，请缩短。",
            f"note takes at most {LONGEST_NOTE} characters, but has {len(note)}; shorten it.",
            code="note_too_long",
        )


def _candidates(wanted: list[int], matter_id: int, root_id: int, stage: str, act: Act) -> dict[int, Candidate]:
    """Find and lock what is to be attached, so that the sweeper leaves it alone."""
    ids = [identifier for identifier in wanted if queries.is_id(identifier)]
    if not ids:
        return {}
    # Written out, because Django locks only in a transaction that it has begun itself.
    sql = _CANDIDATES.format(ids=", ".join(["%s"] * len(ids)), lock="FOR UPDATE OF a" if connection.vendor == "postgresql" else "")
    with connection.cursor() as cursor:
        cursor.execute(sql, [act.actor.id, root_id, matter_id, stage, root_id, *ids])
        return {row[0]: Candidate(*row) for row in cursor.fetchall()}


def _not_usable(identifier: int) -> Invalid:
    return Invalid(
        f"attachments 中的“{identifier}”不存在或不是您上传的，请先上传文件再使用返回的编号。",
        f"attachments names “{identifier}”, which does not exist or was not uploaded by you; upload the file and use the id you get.",
        code="attachment_unknown",
    )


def sweep(before: datetime) -> Swept:
    """Remove attachments that nobody has used and that were stored before a moment, and then files without any row."""
    gone = 0
    while removed := _forget_unclaimed(before=before):
        gone += removed
    files = 0
    waiting: list[str] = []
    for sha256 in storage.untouched_since(before):
        waiting.append(sha256)
        if len(waiting) == BATCH:
            files += _remove_without_row(waiting, before)
            waiting = []
    return Swept(attachments=gone, files=files + _remove_without_row(waiting, before))


def _forget_unclaimed(*, before: datetime) -> int:
    with transaction.atomic():  # what a step is just using is locked, and left for the next sweep
        unclaimed = Attachment.objects.filter(claimed_at__isnull=True, uploaded_at__lt=before).select_for_update(skip_locked=True)
        ids = list(unclaimed.order_by("id").values_list("id", flat=True)[:BATCH])
        Attachment.objects.filter(id__in=ids).delete()
    return len(ids)


def _remove_without_row(names: list[str], before: datetime) -> int:
    needed = queries.known_files(names)
    return sum(storage.remove(name, before) for name in names if name not in needed)


def clean_name(name: str) -> str:
    """Return the name of a file without folders and invisible signs, its ending kept when it must be shortened."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    if not visible:
        return "附件"
    stem, dot, ending = visible.rpartition(".")
    if len(visible) <= LONGEST_NAME or not stem or len(ending) > 8:
        return visible[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending


def _read(content: bytes | Readable, name: str) -> bytes:
    raw = content if isinstance(content, bytes) else content.read(LARGEST_BYTES + 1)
    if not raw:
        raise Invalid(f"file“{name}”是空文件，请重新选择。", f"file “{name}” is empty; choose it again.", code="file_empty")
    if len(raw) > LARGEST_BYTES:
        raise TooLarge(
            f"file“{name}”超过10 MB，请压缩或降低分辨率后再上传。",
            f"file “{name}” is larger than 10 MB; make it smaller and send it again.",
            code="file_size",
        )
    return raw


def _place(lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    if lon is None and lat is None:
        return None, None
    for field, value, limit in (("lon", lon, 180), ("lat", lat, 90)):
        if value is None or not math.isfinite(value) or abs(value) > limit:
            raise Invalid(
                f"{field}“{'' if value is None else value}”不可用：经纬度须同时给出，{field} 为-{limit}至{limit}之间的度数。",
                f"{field} “{'' if value is None else value}” is not usable: give lon and lat together, {field} in degrees "
                f"from -{limit} to {limit}.",
                code=f"{field}_range",
            )
    return lon, lat
