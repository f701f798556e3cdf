"""What a person is told of an import: counts, faults by code with their rows, differences, and a file of the faulty rows."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from chengzhi.kernel.imports.base import importer
from chengzhi.kernel.models import Import, ImportRow
from chengzhi.kernel.problems import NotFound

ROWS_SHOWN = 50
LABELS = ("row", "field", "code", "错误", "error")


def report(import_id: int) -> dict[str, Any]:
    """Return the state of an import, its counts, and its faults by code with one example and the first fifty row numbers."""
    record = _record(import_id)
    counts = record.counts
    return {
        "id": str(record.pk),
        "kind": record.kind,
        "file": record.file_name,
        "sha256": record.sha256,
        "encoding": record.encoding,
        "state": record.state,
        "rows": counts.get("rows", 0),
        "errors": counts.get("errors", 0),
        "by_code": _by_code(record),
        "new": counts.get("new", 0),
        "changed": counts.get("changed", 0),
        "same": counts.get("same", 0),
        "gone": counts.get("gone", 0),
        "columns": record.mapping,
        "ignored": counts.get("ignored", []),
        "fault_zh": counts.get("fault_zh", ""),
        "fault_en": counts.get("fault_en", ""),
        "register_version": record.register_version,
        "applied_at": record.applied_at.isoformat() if record.applied_at else None,
    }


def changes(import_id: int, *, limit: int = 200, after: int = -1) -> list[dict[str, Any]]:
    """Return rows after a row number that would change the register: what is there now and what would be."""
    rows = (
        ImportRow.objects.filter(of=_record(import_id), row_no__gt=after)
        .exclude(difference__in=("", ImportRow.SAME))
        .order_by("row_no", "id")
    )
    return [
        {
            "row": row.row_no,
            "difference": row.difference,
            "before": row.data if row.difference == ImportRow.GONE else row.before,
            "after": None if row.difference == ImportRow.GONE else row.data,
        }
        for row in rows[:limit]
    ]


def faults_csv(import_id: int) -> str:
    """Return the faulty rows as CSV that Excel opens: number, column, code, both sentences, and the row as it was."""
    record = _record(import_id)
    columns = _columns(record)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*LABELS, *columns])
    for row in ImportRow.objects.filter(of=record).exclude(code="").order_by("row_no"):
        cells = [str(row.data.get(column, "")) for column in columns]
        writer.writerow([row.row_no, row.field, row.code, row.message_zh, row.message_en, *map(_harmless, cells)])
    return "\ufeff" + out.getvalue()


RESULTS = {
    ImportRow.NEW: "新增 new",
    ImportRow.CHANGED: "变更 changed",
    ImportRow.SAME: "相同 same",
    ImportRow.GONE: "停用 ended",
    "": "错误 refused",
}


def rows_csv(import_id: int) -> Iterator[str]:
    """Yield every row of an import as CSV that Excel opens: number, what became of it, why, the row, and what was there before."""
    record = _record(import_id)
    columns = _columns(record)
    yield "\ufeff" + _csv_line(["row", "结果 result", "field", "错误", "error", *columns, *(f"原 {column}" for column in columns)])
    for row in ImportRow.objects.filter(of=record).order_by("row_no", "id").iterator(chunk_size=1000):
        before = row.before or {}
        cells = [*(str(row.data.get(column, "")) for column in columns), *(str(before.get(column, "")) for column in columns)]
        yield _csv_line([row.row_no or "", RESULTS[row.difference], row.field, row.message_zh, row.message_en, *map(_harmless, cells)])


def _csv_line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _columns(record: Import) -> list[str]:
    """Return the columns of a file in the order of its importer: a database may keep them in another one."""
    return [column.name for column in importer(record.kind).columns if column.name in record.mapping]


def _by_code(record: Import) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    faulty = ImportRow.objects.filter(of=record).exclude(code="").order_by("row_no")
    for code, no, zh, en in faulty.values_list("code", "row_no", "message_zh", "message_en"):
        entry = found.setdefault(code, {"code": code, "count": 0, "zh": zh, "en": en, "rows": []})
        entry["count"] += 1
        if len(entry["rows"]) < ROWS_SHOWN:
            entry["rows"].append(no)
    return sorted(found.values(), key=lambda entry: (-entry["count"], entry["code"]))


def _harmless(cell: str) -> str:
    # A cell that begins like a formula would be run by a spreadsheet.
    return "'" + cell if cell[:1] in {"=", "+", "-", "@", "\t"} else cell


def _record(import_id: int) -> Import:
    record = Import.objects.filter(pk=import_id).first()
    if record is None:
        raise NotFound(f"没有编号为 {import_id} 的导入。", f"There is no import with the id {import_id}.")
    return record
