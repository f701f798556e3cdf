"""Reading a register file: CSV in UTF-8 or GB18030, or an Excel workbook. Whatever is neither is refused with one sentence."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from chengzhi.kernel.imports.base import Column
from chengzhi.kernel.problems import Invalid, TooLarge

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_UNPACKED = 512 * 1024 * 1024
LARGEST_RATIO = 200
MOST_COLUMNS = 200
LONGEST_CELL = 20_000
DISGUISED = (
    ((b"%pdf",), " PDF", "a PDF"),
    ((b"\x89png", b"\xff\xd8\xff", b"gif8"), "图片", "a picture"),
    ((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b"), "压缩包", "an archive"),
    ((b"mz\x90", b"\x7felf"), "程序", "a program"),
    ((b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<?xml"), "网页（HTML 或 XML）", "a web page (HTML or XML)"),
    ((b"{\"", b"[{", b"{\n"), " JSON", "JSON"),
)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Table:
    """A file that could be opened: its encoding, its headers, and its rows (number in the file, cells), read one by one."""

    encoding: str
    headers: list[str]
    rows: Iterator[tuple[int, list[str]]]


def content_of(source: Path | str | bytes) -> bytes:
    """Return the bytes of a file; a missing or too large one is refused before it is read."""
    if isinstance(source, bytes):
        refuse_large(len(source))
        return source
    path = Path(source)
    if not path.is_file():
        raise Invalid(f"找不到文件“{path}”，请检查路径。", f"There is no file “{path}”; check the path.", code="import_file_missing")
    refuse_large(path.stat().st_size)
    return path.read_bytes()


def refuse_large(size: int) -> None:
    """Refuse a file of so many bytes when it is more than is taken. Raises TooLarge."""
    if size > LARGEST_FILE:
        raise TooLarge(
            f"文件有 {size / 1048576:.0f} MB，最多 64 MB，请分成几份导入。",
            f"The file has {size / 1048576:.0f} MB, at most 64 MB are taken; import it in parts.",
            code="import_file_too_large",
        )


def open_table(content: bytes, name: str) -> Table:
    """Open a file by its content, not by its name, and read its headers."""
    if content.startswith(ZIP):
        return _table("xlsx", _workbook_rows(content, name))
    if content.startswith(OLD_OFFICE):
        raise _unusable(name, "是旧版 Excel（.xls）文件，请另存为 .xlsx 或 CSV", "is an old Excel file (.xls); save it as .xlsx or CSV")
    _refuse_disguised(content, name)
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise _unusable(
            name,
            "不是真正的 Excel 文件，请用 Excel 重新另存为 .xlsx",
            "is no Excel workbook in spite of its name; save it again as .xlsx",
        )
    encoding, text = _decoded(content, name)
    return _table(encoding, _csv_rows(text, name))


def _refuse_disguised(content: bytes, name: str) -> None:
    """Refuse what other programs make and people take for a table, by how it begins."""
    head = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for begins, zh, en in DISGUISED:
        if head.startswith(begins):
            raise _unusable(name, f"其实是{zh}，不是表格，请另存为 .xlsx 或 CSV", f"is in truth {en} and no table; save it as .xlsx or CSV")


def match(columns: Sequence[Column], headers: Sequence[str], mapping: dict[str, str]) -> dict[str, int]:
    """Find each column's position among the headers: by the given mapping, else by its name or a Chinese synonym."""
    _refuse_unknown_mapping(columns, headers, mapping)
    positions: dict[str, int] = {}
    for column in columns:
        wanted = {_plain(mapping[column.name])} if column.name in mapping else {_plain(name) for name in (column.name, *column.zh)}
        found = [place for place, header in enumerate(headers) if _plain(header) in wanted]
        if len(found) > 1:
            raise Invalid(
                f"列“{column.label}”出现 {len(found)} 次，请只留一列。",
                f"Column “{column.name}” is there {len(found)} times; keep one.",
                code="import_column_twice",
            )
        if found:
            positions[column.name] = found[0]
    _refuse_missing(columns, headers, positions)
    return positions


def _refuse_unknown_mapping(columns: Sequence[Column], headers: Sequence[str], mapping: dict[str, str]) -> None:
    names = [column.name for column in columns]
    plain = {_plain(header) for header in headers}
    for name, header in mapping.items():
        if name not in names:
            raise Invalid(
                f"没有“{name}”这一列，可用：{'、'.join(names)}。",
                f"There is no column “{name}” to map; choose one of: {', '.join(names)}.",
                code="import_mapping",
            )
        if _plain(header) not in plain:
            raise Invalid(
                f"文件中没有表头“{header}”，实际表头：{'、'.join(headers)}。",
                f"The file has no header “{header}”; it has: {', '.join(headers)}.",
                code="import_mapping",
            )


def _refuse_missing(columns: Sequence[Column], headers: Sequence[str], positions: dict[str, int]) -> None:
    missing = [column for column in columns if column.required and column.name not in positions]
    if missing:
        seen = [header for header in headers if header][:20]
        labels = "、".join(f"{column.label}（{column.name}）" for column in missing)
        names = ", ".join(column.name for column in missing)
        raise Invalid(
            f"缺少列：{labels}；文件的表头是：{'、'.join(seen)}。请改表头，或指定对应关系。",
            f"Columns are missing: {names}; the file has: {', '.join(seen)}. Rename the headers or give a mapping.",
            code="import_columns",
        )


def _plain(header: str) -> str:
    return re.sub(r"[\s_*＊:：\-]|[（(].*?[）)]", "", header).casefold()


def _table(encoding: str, rows: Iterator[tuple[int, list[str]]]) -> Table:
    _, headers = next(rows, (0, []))
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise Invalid("文件是空的，第 1 行应为表头。", "The file is empty; its first row must hold the headers.", code="import_empty")
    return Table(encoding, headers, rows)


def _unusable(name: str, zh: str, en: str) -> Invalid:
    return Invalid(f"文件“{name}”{zh}。", f"The file “{name}” {en}.", code="import_file_unusable")


def _decoded(content: bytes, name: str) -> tuple[str, str]:
    if content.startswith(UTF_16):
        return "utf-16", content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise _unusable(name, "不是文本或 Excel 文件，请导出为 UTF-8 编码的 CSV", "is neither text nor Excel; export it as CSV in UTF-8")
    for encoding, label in (("utf-8-sig", "utf-8"), ("gb18030", "gb18030")):
        try:
            return label, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unusable(
        name,
        "的编码既不是 UTF-8 也不是 GBK，请另存为 UTF-8 编码的 CSV",
        "is neither in UTF-8 nor in GBK; save it as CSV in UTF-8",
    )


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    head = text.partition("\n")[0]
    delimiter = max(",\t;", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from _useful(reader, name)
    except csv.Error as fault:
        raise _unusable(
            name,
            f"在第 {reader.line_num} 行附近读不下去（引号不成对？）",
            f"cannot be read near line {reader.line_num} ({fault})",
        ) from fault


def _workbook_rows(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    damaged = _unusable(name, "已损坏，不是可读的 .xlsx 工作簿，请重新另存", "is damaged and no readable .xlsx workbook; save it again")
    try:
        _refuse_bomb(content, name)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from _useful(([_cell_text(cell) for cell in cells] for cells in sheet.iter_rows(values_only=True)), name)
    except BROKEN_WORKBOOK as fault:
        raise damaged from fault


def _refuse_bomb(content: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise _unusable(name, "是压缩包，不是 Excel 工作簿，请解压后再导入", "is an archive, not an Excel workbook; unpack it first")
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED or unpacked > LARGEST_RATIO * max(len(content), 65_536):
        raise _unusable(
            name,
            f"解压后有 {unpacked / 1048576:.0f} MB，超出允许的大小，请分成几份导入",
            f"would unpack to {unpacked / 1048576:.0f} MB, which is not taken; import it in parts",
        )


def _useful(rows: Iterable[Sequence[str]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Number the rows as the file does, trim the cells and leave out rows without any text."""
    for no, cells in enumerate(rows, start=1):
        trimmed = [cell.strip().strip("\ufeff") for cell in cells]
        if len(trimmed) > MOST_COLUMNS and any(trimmed[MOST_COLUMNS:]):
            raise _unusable(
                name,
                f"第 {no} 行超过 {MOST_COLUMNS} 列，请检查分隔符",
                f"has more than {MOST_COLUMNS} columns in row {no}; check its delimiter",
            )
        if any(len(cell) > LONGEST_CELL for cell in trimmed):
            raise _unusable(
                name,
                f"第 {no} 行有超过 {LONGEST_CELL} 字的单元格，请检查引号",
                f"has a cell of more than {LONGEST_CELL} characters in row {no}; check its quotes",
            )
        if any(trimmed):
            yield no, trimmed[:MOST_COLUMNS]


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # Excel keeps every number as a float: a code of 12 digits must not become 6.2e11
    return str(cell)
