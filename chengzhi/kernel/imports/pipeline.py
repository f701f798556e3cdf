"""The way of a file into a register: staged in chunks, checked as a whole, applied in one transaction with one switch of version.

A killed staging goes on where it stopped when the same file is given again; a killed check or apply has left nothing behind.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import F
from django.utils import timezone

from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import SYSTEM, Act, Actor
from chengzhi.kernel.imports import judging, reading
from chengzhi.kernel.imports.base import Importer, Row, Setting, importer, top
from chengzhi.kernel.models import Import, ImportRow, ImportWork, RegisterChange, RegisterVersion
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound, Problem

CHUNK = 1000
PAGE = "imports"  # under this name an applied file stands among the changes of registers

Progress = Callable[[str, int], None]


def _silent(stage: str, done: int) -> None:
    """Show nothing."""


def stage(
    kind: str,
    source: Path | str | bytes,
    name: str,
    act: Act,
    *,
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    complete: bool = False,
    progress: Progress = _silent,
) -> Import:
    """Read a file into staging rows and return its import; nothing of the register changes.

    The same file of the same kind that still waits is taken up again instead of being staged twice. `complete` says that the
    file is the whole register, so that what it lacks is gone.
    """
    content = reading.content_of(source)
    record = begin(kind, content, name, act, mapping=mapping, options=options, complete=complete)
    return read_rows(record, content, progress)


@writes.service
def begin(
    kind: str,
    content: bytes,
    name: str,
    act: Act,
    *,
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    complete: bool = False,
) -> Import:
    """Note a file whose kind, headers and options can be used, or return the waiting import of the same file; no row is read yet."""
    permit(kind, act.actor)
    used = importer(kind)
    used.refuse(Setting(timezone.localdate(), dict(options or {}), complete, act.actor))
    table = reading.open_table(content, name)
    positions = reading.match(used.columns, table.headers, dict(mapping or {}))
    found = {column: table.headers[position] for column, position in positions.items()}
    return _begin(
        Import(
            kind=kind,
            file_name=Path(name).name[:200],
            sha256=hashlib.sha256(content).hexdigest(),
            encoding=table.encoding,
            mapping=found,
            options=dict(options or {}),
            complete=complete,
            counts={"rows": 0, "last_row": 0, "ignored": [header for header in table.headers if header not in found.values()]},
            made_by=act.actor.id,
            made_at=act.at,
            node=act.actor.node if act.actor.node is not None else top(),
        )
    )


def read_rows(record: Import, content: bytes, progress: Progress = _silent) -> Import:
    """Read the rows of a noted file, or those that a killed reading has left; a file that has been read stays as it is."""
    if record.state != Import.UPLOADED:
        return record
    table = reading.open_table(content, record.file_name)
    positions = {column: table.headers.index(header) for column, header in record.mapping.items()}
    return _stage_rows(record, table, positions, progress)


@writes.service
def check(import_id: int, actor: Actor = SYSTEM) -> Import:
    """Check every row of a staged file against its columns, its importer and the present register, and note the differences.

    It is checked for a person: a row that he may not write is faulty.
    """
    record = locked(import_id, (Import.STAGED, Import.CHECKED))
    setting = setting_of(record, actor)
    importer(record.kind).refuse(setting)
    found = judging.judge(importer(record.kind), _rows(record), setting)
    _write_judgement(record, found)
    record.counts = {**record.counts, **found.counts()}
    record.register_version = _version(importer(record.kind).register)
    record.state = Import.CHECKED
    writes.change(record, "counts", "register_version", "state")
    return record


@writes.service
def apply(import_id: int, act: Act) -> Import:
    """Write a checked file into its register: all of it in one transaction with one switch of version, or nothing.

    Refused while any row is faulty, and when the register has changed since the check. What it changed stands among the
    changes of registers.
    """
    record = locked(import_id, (Import.CHECKED,))
    permit(record.kind, act.actor)
    refuse_faulty(record)
    used, setting = importer(record.kind), setting_of(record, act.actor)
    used.refuse(setting)
    if any(record.counts[word] for word in (ImportRow.NEW, ImportRow.CHANGED, ImportRow.GONE)):
        _switch_version(record, used)
        used.apply(list(_changing_rows(record, used)), used.context(setting), act)
        writes.add(_change_of(record, used, act))
    ImportWork.objects.filter(of=record).delete()
    record.state, record.applied_at = Import.APPLIED, act.at
    writes.change(record, "state", "applied_at", "register_version")
    return record


@writes.service
def cancel(import_id: int, act: Act) -> Import:
    """Give up a file that has not been applied; its staging rows are removed."""
    record = locked(import_id, Import.WAITING)
    permit(record.kind, act.actor)
    record.state = Import.CANCELLED
    writes.change(record, "state")
    _let_go(record)
    return record


@writes.service
def fail(import_id: int, problem: Problem) -> Import:
    """Give up a file that cannot be read or checked, and keep why."""
    record = locked(import_id, Import.WAITING)
    record.state, record.counts = Import.FAILED, {**record.counts, "fault_zh": problem.zh, "fault_en": problem.en}
    writes.change(record, "state", "counts")
    _let_go(record)
    return record


def _let_go(record: Import) -> None:
    ImportRow.objects.filter(of=record).delete()
    ImportWork.objects.filter(of=record).delete()


def setting_of(record: Import, actor: Actor = SYSTEM) -> Setting:
    """Return the conditions under which a file is checked and applied."""
    return Setting(on=timezone.localdate(), options=record.options, complete=record.complete, actor=actor)


def permit(kind: str, actor: Actor) -> None:
    """Refuse a person who may not import files of a kind. Raises Invalid for an unknown kind, NotAllowed."""
    used = importer(kind)
    if used.open_to(actor):
        return
    where = ("市级", " of the city") if used.everywhere else ("", "")
    raise NotAllowed(
        f"“{used.zh}”仅可由{where[0]}有“导入基础数据”权限的岗位导入，请找系统管理员。",
        f"“{used.en}” is imported by posts{where[1]} that may “import register files”; ask the system administrator.",
    )


def _change_of(record: Import, used: Importer[Any], act: Act) -> RegisterChange:
    told = {word: str(record.counts[word]) for word in (ImportRow.NEW, ImportRow.CHANGED, ImportRow.GONE) if record.counts[word]}
    return RegisterChange(
        page=PAGE,
        verb=record.kind,
        account=act.actor.id,
        post=act.post,
        node=record.node,
        at=act.at,
        values={"file": record.file_name, **record.options, **told},
        register=used.register,
        version=record.register_version or 0,
    )


def _begin(wanted: Import) -> Import:
    waiting = Import.objects.filter(
        kind=wanted.kind,
        sha256=wanted.sha256,
        mapping=wanted.mapping,
        options=wanted.options,
        complete=wanted.complete,
        node=wanted.node,
        state__in=Import.WAITING,
    )
    known = waiting.order_by("-id").first()
    if known is None:
        writes.add(wanted)
    return known or wanted


def _stage_rows(record: Import, table: reading.Table, positions: dict[str, int], progress: Progress) -> Import:
    already = int(record.counts["last_row"])
    rows = ((no, _by_column(cells, positions, len(table.headers))) for no, cells in table.rows if no > already)
    try:
        for chunk in _chunks(rows):
            record = _add_chunk(record.pk, chunk, already)
            already = chunk[-1][0]
            progress("stage", record.counts["rows"])
        if not record.counts["rows"]:
            raise Invalid("文件只有表头，没有数据行。", "The file has headers only and no rows.", code="import_empty")
    except Problem as problem:
        if not isinstance(problem, Conflict):
            fail(record.pk, problem)
        raise
    return _staged(record.pk)


def _by_column(cells: list[str], positions: dict[str, int], width: int) -> dict[str, Any]:
    data: dict[str, Any] = {column: cells[place] if place < len(cells) else "" for column, place in positions.items()}
    if any(cells[width:]):
        data[judging.EXCESS] = [cell for cell in cells[width:] if cell]
    return data


def _chunks(rows: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


@writes.service
def _add_chunk(import_id: int, chunk: list[tuple[int, dict[str, Any]]], after: int) -> Import:
    record = locked(import_id, (Import.UPLOADED,))
    if record.counts["last_row"] != after:
        raise Conflict(
            "另一个进程正在导入同一份文件，请稍候。", "Another process is staging the same file; wait for it.", code="import_busy"
        )
    ImportRow.objects.bulk_create([ImportRow(of=record, row_no=no, data=data) for no, data in chunk], batch_size=500)
    record.counts = {**record.counts, "rows": record.counts["rows"] + len(chunk), "last_row": chunk[-1][0]}
    writes.change(record, "counts")
    return record


@writes.service
def _staged(import_id: int) -> Import:
    record = locked(import_id, (Import.UPLOADED,))
    record.state = Import.STAGED
    writes.change(record, "state")
    return record


def locked(import_id: int, allowed: tuple[str, ...]) -> Import:
    """Return an import in one of the allowed states, locked until the service ends. Raises NotFound, Conflict."""
    # Writing the row to itself locks it on both databases; what is read after that is the latest.
    Import.objects.filter(pk=import_id).update(state=F("state"))
    record = Import.objects.filter(pk=import_id).first()
    if record is None:
        raise NotFound(f"没有编号为 {import_id} 的导入。", f"There is no import with the id {import_id}.")
    if record.state not in allowed:
        needed = [STATES[state] for state in allowed]
        raise Conflict(
            f"这份导入现在是“{STATES[record.state][0]}”，此操作要求“{'、'.join(zh for zh, _ in needed)}”。",
            f"This import is {STATES[record.state][1]}; the operation needs it to be {' or '.join(en for _, en in needed)}.",
            code="import_state",
        )
    return record


STATES = {
    Import.UPLOADED: ("读取中", "being read"),
    Import.STAGED: ("待检查", "waiting for its check"),
    Import.CHECKED: ("已检查", "checked"),
    Import.APPLIED: ("已生效", "applied"),
    Import.CANCELLED: ("已取消", "cancelled"),
    Import.FAILED: ("已失败", "failed"),
}


def _rows(record: Import) -> list[tuple[int, dict[str, Any]]]:
    return list(ImportRow.objects.filter(of=record, row_no__gt=0).order_by("row_no").values_list("row_no", "data"))


def _write_judgement(record: Import, found: judging.Judgement) -> None:
    """Write rows with something to say anew, and mark the plain ones in bulk: far cheaper than one update for each row."""
    rows = ImportRow.objects.filter(of=record)
    rows.filter(row_no=0).delete()
    rows.exclude(code="", difference="", before=None).update(code="", field="", message_zh="", message_en="", difference="", before=None)
    spoken = [row for row in found.rows if row.code or row.before is not None]
    for start in range(0, len(spoken), CHUNK):
        rows.filter(row_no__in=[row.row_no for row in spoken[start : start + CHUNK]]).delete()
    for row in [*spoken, *found.gone]:
        row.of = record
    ImportRow.objects.bulk_create([*spoken, *found.gone], batch_size=500)
    for word in (ImportRow.NEW, ImportRow.CHANGED, ImportRow.SAME):
        plain = [row.row_no for row in found.rows if not row.code and row.before is None and row.difference == word]
        for start in range(0, len(plain), CHUNK):
            rows.filter(row_no__in=plain[start : start + CHUNK]).update(difference=word)


def _version(register: str) -> int:
    return RegisterVersion.objects.filter(pk=register).values_list("version", flat=True).first() or 1


def refuse_faulty(record: Import) -> None:
    """Refuse an import of which any row is faulty. Raises Conflict."""
    faulty = record.counts["errors"]
    if faulty:
        raise Conflict(
            f"还有 {faulty} 行有错误，全部改正并重新导入后才能生效；一行也没有写入。",
            f"{faulty} rows are faulty; correct them and import the file again. Nothing has been written.",
            code="import_faulty",
        )


def _switch_version(record: Import, used: Importer[Any]) -> None:
    registers.raise_version(used.register)  # first, because it takes the lock that makes two imports of one register wait for each other
    version = _version(used.register)
    if version != (record.register_version or 0) + 1:
        raise Conflict(
            "检查之后基础数据已有变动，请重新检查再生效。",
            "The register has changed since the check; check the file again, then apply it.",
            code="import_stale",
        )
    record.register_version = version


def _changing_rows(record: Import, used: Importer[Any]) -> Iterator[Row]:
    words = (ImportRow.NEW, ImportRow.CHANGED, ImportRow.GONE)
    for no, data, word in (
        ImportRow.objects.filter(of=record, difference__in=words).order_by("row_no").values_list("row_no", "data", "difference")
    ):
        yield Row(no, judging.parsed(used, data)[0], word)
