"""Excel files of lists (导出): written row by row while they are sent, so that a long list costs no more memory than a short one.

Text is text: what a spreadsheet could take for a formula is marked as text, phone and identity numbers in free words are masked,
and characters that XML forbids are left out.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.http import StreamingHttpResponse
from django.utils import timezone

from chengzhi.kernel.problems import Invalid

MOST_ROWS = 100_000
LONGEST_CELL = 32_000
CHUNK = 64 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_GAP = r"[\s\-‐‑–—.·()（）]?"
# Signs between the digits and 86 or 0 before them hide no number.
_MOBILE = re.compile(rf"(?<!\d)((?:\+?86{_GAP}|0)?[1１]{_GAP}[3-9３-９]{_GAP}\d){_GAP}(?:\d{_GAP}){{4}}(\d{_GAP}\d{_GAP}\d{_GAP}\d)(?!\d)")
_BANK = re.compile(r"(?<!\d)(\d{4})[ -]?(?:\d{4}[ -]?){2}\d{0,4}[ -]?\d{0,3}(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[ -]?\d{3,4}(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PIECES = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_SHEETS}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
Row = Sequence[object]


class _Pipe:
    """Takes what a zip file writes and gives it out again in pieces; it can neither seek nor read, so nothing is kept."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take one piece."""
        self._kept.append(bytes(data))
        self._size += len(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: what was taken is given out when there is enough of it."""

    def taken(self, *, least: int = 0) -> bytes:
        """Give out what has come since the last time, nothing when it is less than asked for."""
        if self._size < max(least, 1):
            return b""
        data, self._kept, self._size = b"".join(self._kept), [], 0
        return data


def workbook(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Row], *, end: Callable[[int], str]) -> Iterator[bytes]:
    """Yield an Excel file: one line that says what it is, the heads of the columns (name, width), the rows, and a last line if any.

    `end` gets the number of rows and returns the last line, empty for none.
    """
    pipe = _Pipe()
    target: BinaryIO = pipe  # type: ignore[assignment]  # a zip file only writes to it
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, text in _PIECES.items():
            archive.writestr(name, _HEAD + text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for line in _sheet(title, columns, rows, end):
                sheet.write(line.encode())
                if ready := pipe.taken(least=CHUNK):
                    yield ready
    yield pipe.taken()


def _sheet(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Row], end: Callable[[int], str]) -> Iterator[str]:
    widths = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, (_, width) in enumerate(columns, start=1))
    frozen = '<sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/></sheetView>'
    yield f'{_HEAD}<worksheet xmlns="{_SHEETS}"><sheetViews>{frozen}</sheetViews><cols>{widths}</cols><sheetData>'
    yield _line([title]) + _line([name for name, _ in columns], bold=True)
    count = 0
    for row in rows:
        count += 1
        yield _line(row)
    last = end(count)
    yield (_line([last]) if last else "") + "</sheetData></worksheet>"


def _line(values: Row, *, bold: bool = False) -> str:
    style = ' s="1"' if bold else ""
    return "<row>" + "".join(_cell(value, style) for value in values) + "</row>"


def _cell(value: object, style: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"<c{style}><v>{value}</v></c>"
    text = harmless(written(value))
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(text)}</t></is></c>' if text else f"<c{style}/>"


def written(value: object) -> str:
    """Return a value as a cell shows it: moments in the city's zone to the minute."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, without forbidden characters, cut to what a cell holds."""
    clean = _FORBIDDEN.sub("", text)[:LONGEST_CELL]
    return f"'{clean}" if clean.lstrip(" \n\u00a0\u200b\ufeff").startswith(FORMULA) or clean.startswith(FORMULA) else clean


def masked(text: str) -> str:
    """Return a free text in which phone numbers and identity numbers can no longer be read."""
    for pattern in (_IDENTITY, _MOBILE, _LANDLINE, _BANK):
        text = pattern.sub(r"\1****\2", text)
    return text


def first_row(title: str, narrowed: str, who: str, at: datetime, say: Callable[[tuple[str, str]], str]) -> str:
    """Return the line above a list: what it is, how it was narrowed, when it was made, by whom, and that it is masked."""
    made = written(at)
    return say(
        (
            f"{title}；筛选：{narrowed}；导出时间：{made}；导出人：{who}；个人信息已脱敏",
            f"{title}; filter: {narrowed}; made at {made} by {who}; personal data masked",
        )
    )


def last_row(count: int, say: Callable[[tuple[str, str]], str]) -> str:
    """Return the line below a list: nothing, that there was nothing, or that it was cut and what to do."""
    if count == 0:
        return say(("没有符合筛选条件的记录", "Nothing fits this filter"))
    if count < MOST_ROWS:
        return ""
    return say(
        (f"仅导出前 {MOST_ROWS:,} 行，请缩小筛选范围后分次导出", f"Only the first {MOST_ROWS:,} rows; narrow the filter and export again")
    )


def file_name(parts: Iterable[str], day: datetime) -> str:
    """Return the name of a file from what it holds: 案件_东城_超期_20261123.xlsx, without characters that a file system refuses."""
    kept = [re.sub(r'[\\/:*?"<>|\s\x00-\x1f_]+', "", part)[:40] for part in parts]
    return "_".join([*(part for part in kept if part), f"{timezone.localtime(day):%Y%m%d}"]) + ".xlsx"


def answer(name: str, content: Iterator[bytes]) -> StreamingHttpResponse:
    """Return the answer that sends a file while it is written. Raises Invalid when nothing comes at all."""
    first = next(content, b"")
    if not first:
        raise Invalid("没有可导出的内容，请换一个筛选。", "There is nothing to export; choose another filter.")

    def pieces() -> Iterator[bytes]:
        yield first
        yield from content

    sent = StreamingHttpResponse(pieces(), content_type=XLSX)
    sent["Content-Disposition"] = f"attachment; filename=\"export.xlsx\"; filename*=UTF-8''{quote(name)}"
    sent["Cache-Control"] = "no-store"
    return sent
