"""Judging the rows of a file: readable cells, the importer's checks, and the difference to the register. Writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chengzhi.kernel.imports.base import Column, Importer, Row, RowError, Setting
from chengzhi.kernel.imports.parsing import Unfit
from chengzhi.kernel.models import ImportRow

EXCESS = "+"  # cells beyond the last header are kept under this key, so that a shifted row is found


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found: one row for each of the file, and those that the register has and a complete file has not."""

    rows: list[ImportRow]
    gone: list[ImportRow]

    def counts(self) -> dict[str, Any]:
        """Return how many rows are faulty, by code too, and how many differ in which way."""
        words = Counter(row.difference for row in self.rows if not row.code)
        return {
            "errors": sum(1 for row in self.rows if row.code),
            "by_code": dict(sorted(Counter(row.code for row in self.rows if row.code).items())),
            "new": words[ImportRow.NEW],
            "changed": words[ImportRow.CHANGED],
            "same": words[ImportRow.SAME],
            "gone": len(self.gone),
        }


def judge(importer: Importer[Any], staged: Sequence[tuple[int, dict[str, Any]]], setting: Setting) -> Judgement:
    """Judge all rows: readable cells first, then keys that come twice, then the importer's own checks, then the differences."""
    context = importer.context(setting)
    faults: dict[int, list[RowError]] = defaultdict(list)
    rows: list[Row] = []
    for no, data in staged:
        values, unreadable = parsed(importer, data)
        if unreadable:
            faults[no] += unreadable
        else:
            rows.append(Row(no, values))
    for fault in _twice(importer, rows):
        faults[fault.row].append(fault)
    for row in rows:
        faults[row.no] += importer.check(row, context)
    for fault in importer.check_all(rows, context):
        faults[fault.row].append(fault)
    by_number = {row.no: row for row in rows}
    judged = [_judged(importer, no, data, by_number.get(no), faults[no], context) for no, data in staged]
    gone = importer.gone(rows, context) if setting.complete and not any(faults.values()) else []
    return Judgement(judged, [ImportRow(row_no=0, data=plain(values), difference=ImportRow.GONE) for values in gone])


def parsed(importer: Importer[Any], data: Mapping[str, Any]) -> tuple[dict[str, Any], list[RowError]]:
    """Read the cells of one staged row; an empty cell of an optional column is None."""
    values: dict[str, Any] = {}
    faults = [_excess(data[EXCESS])] if EXCESS in data else []
    for column in importer.columns:
        cell = str(data.get(column.name, ""))
        if cell:
            fault = _read(column, cell, values)
        elif column.required:
            fault = _empty(column)
        else:
            values[column.name], fault = None, None
        if fault:
            faults.append(fault)
    return values, faults


def plain(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values as the texts that a file would hold."""
    return {key: value.isoformat() if isinstance(value, date) else "" if value is None else str(value) for key, value in values.items()}


def _read(column: Column, cell: str, values: dict[str, Any]) -> RowError | None:
    try:
        values[column.name] = column.parse(cell)
    except Unfit as unfit:
        shown = cell if len(cell) <= 40 else cell[:40] + "…"
        return RowError(
            "bad_value",
            f"{column.label}“{shown}”不对：{unfit.zh}。",
            f"{column.name} “{shown}” is wrong: it {unfit.en}.",
            column.name,
        )
    return None


def _empty(column: Column) -> RowError:
    return RowError("empty", f"{column.label}不能为空，请填写。", f"{column.name} must not be empty; fill it in.", column.name)


def _excess(cells: Sequence[str]) -> RowError:
    shown = "、".join(cells)[:60]
    return RowError(
        "too_many_cells",
        f"本行的列比表头多（多出“{shown}”），请检查是否错位。",
        f"The row has more cells than there are headers (“{shown}”); check whether it is shifted.",
    )


def _twice(importer: Importer[Any], rows: Sequence[Row]) -> list[RowError]:
    first: dict[tuple[Any, ...], int] = {}
    faults = []
    for row in rows if importer.key else ():
        key = tuple(row.values[name] for name in importer.key)
        earlier = first.setdefault(key, row.no)
        if earlier != row.no:
            shown = " / ".join(str(part) for part in key)
            faults.append(
                RowError(
                    "duplicate",
                    f"“{shown}”在第 {earlier} 行已经有了，请删去其中一行。",
                    f"“{shown}” is in row {earlier} already; remove one of the two rows.",
                    importer.key[0],
                    row.no,
                )
            )
    return faults


def _judged(importer: Importer[Any], no: int, data: dict[str, Any], row: Row | None, faults: Sequence[RowError], context: Any) -> ImportRow:
    judged = ImportRow(row_no=no, data=data)
    if row is None or faults:
        judged.code, judged.field = faults[0].code, faults[0].field
        judged.message_zh, judged.message_en = "".join(fault.zh for fault in faults), " ".join(fault.en for fault in faults)
        return judged
    difference = importer.difference(row, context)
    judged.difference = difference.word
    judged.before = None if difference.before is None else plain(difference.before)
    return judged
