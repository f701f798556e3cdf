"""Reading the foreign file: each row becomes an entry, or an error with its row number (the header is row 1)."""

import csv
import gzip
import io
import math
import zlib
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Readable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from chengzhi.kernel.problems import Invalid
from chengzhi.site.replay.mapping import CLOSED, OPEN, Extent, Mapping, Meaning
from chengzhi.territory import queries as territory

GZIP = b"\x1f\x8b"
LONGEST_ID = 60
Place = tuple[float, float]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of the file: where it lay there (`raw`) and where it lies here (`at`)."""

    row: int
    id: str
    source: str
    meaning: Meaning
    outcome: str
    created: datetime
    closed: datetime | None
    raw: Place
    at: Place


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be replayed."""

    row: int
    code: str


class Unusable(Exception):
    """A row cannot be used; the argument is the error code."""


@dataclass(frozen=True, slots=True)
class Read:
    """A whole file: how many rows, the usable ones in order of time, and the errors."""

    rows: int
    entries: list[Entry]
    errors: list[RowError]


def read(path: Path, mapping: Mapping, city: Extent, now: datetime) -> Read:
    """Read a file. Raises Invalid when it is no CSV with the columns of the mapping; bad rows become errors."""
    table = csv.reader(io.StringIO(_text(path)))
    header = next(table, [])
    missing = [f"{key}={name}" for key, name in mapping.columns.items() if name not in header]
    if missing:
        present = "、".join(header)[:300]
        raise Invalid(
            f"文件“{path.name}”缺少映射指定的列 {'、'.join(missing)}；现有列：{present}。",
            f"The file “{path.name}” lacks the columns {', '.join(missing)} of the mapping; there are: {present}.",
            code="column_missing",
        )
    where = {key: header.index(name) for key, name in mapping.columns.items()}
    reader = _Rows(mapping, where, _onto(mapping.extent, city), now)
    rows = 0
    for number, cells in _numbered(table, path):
        rows += 1
        reader.take(number, cells, len(header))
    reader.entries.sort(key=lambda entry: (entry.created, entry.row))
    return Read(rows, reader.entries, reader.errors)


class _Rows:
    def __init__(self, mapping: Mapping, where: dict[str, int], onto: Callable[[float, float], Place], now: datetime) -> None:
        self.mapping, self.where, self.onto, self.now = mapping, where, onto, now
        self.entries: list[Entry] = []
        self.errors: list[RowError] = []
        self.ids: set[tuple[str, str]] = set()

    def take(self, number: int, cells: list[str], width: int) -> None:
        try:
            if len(cells) < width:
                raise Unusable("cells_missing")
            self.entries.append(self._entry(number, {key: cells[index].strip() for key, index in self.where.items()}))
        except Unusable as fault:
            self.errors.append(RowError(number, str(fault)))

    def _entry(self, number: int, row: dict[str, str]) -> Entry:
        if not row["lon"] or not row["lat"]:
            raise Unusable("position_missing")
        times = self._times(row)
        meaning = _known(self.mapping.classes, row["type"], "unknown_type")
        outcome = _known(self.mapping.outcomes, row["status"], "unknown_status")
        if times is None:
            raise Unusable("bad_time")
        raw = _position(row)
        at = self.onto(*raw)
        source = _known(self.mapping.sources, row["source"], "unknown_source")
        created, closed = times
        if max(created, closed or created) > self.now:
            raise Unusable("future_time")
        if outcome == CLOSED and closed is None:
            raise Unusable("closed_missing")
        self._once(source, row["id"])
        return Entry(number, row["id"], source, meaning, outcome, created, None if outcome == OPEN else closed, raw, at)

    def _once(self, source: str, identifier: str) -> None:
        if not 0 < len(identifier) <= LONGEST_ID:
            raise Unusable("bad_id")
        if (source, identifier) in self.ids:
            raise Unusable("id_repeated")
        self.ids.add((source, identifier))

    def _times(self, row: dict[str, str]) -> tuple[datetime, datetime | None] | None:
        """Return report and end, None when they cannot be read."""
        try:
            created = self._moment(row["time"])
            closed = self._moment(row["closed"]) if row.get("closed") else None
        except (ValueError, OverflowError):
            return None
        if closed is not None and closed < created:
            raise Unusable("negative_duration")
        return created, closed

    def _moment(self, text: str) -> datetime:
        form = self.mapping.time_format
        found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 - the zone follows
        return (found if found.tzinfo else found.replace(tzinfo=self.mapping.zone)).astimezone(UTC)


def _position(row: dict[str, str]) -> Place:
    try:
        lon, lat = float(row["lon"]), float(row["lat"])
    except ValueError:
        raise Unusable("bad_position") from None
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise Unusable("bad_position")
    return lon, lat


def _known(words: Readable[str, T], word: str, code: str) -> T:
    if word not in words:
        raise Unusable(code)
    return words[word]


def _onto(source: Extent | None, city: Extent) -> Callable[[float, float], Place]:
    """Return the affine map from the extent of the file onto that of the city; without an extent positions stay as they are.

    The city does not fill its extent: what falls beside it goes into the nearest cell.
    """
    if source is None:
        return lambda lon, lat: (lon, lat)
    west, south, east, north = city
    wide, high = (east - west) / (source[2] - source[0]), (north - south) / (source[3] - source[1])

    def onto(lon: float, lat: float) -> Place:
        if not (source[0] <= lon <= source[2] and source[1] <= lat <= source[3]):
            raise Unusable("bad_position")
        return territory.inside(west + (lon - source[0]) * wide, south + (lat - source[1]) * high)

    return onto


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw[:2] == GZIP:
            raw = gzip.decompress(raw)
    except OSError as fault:
        why = fault.strerror or fault
        raise Invalid(f"文件“{path}”读不了（{why}），请检查路径和内容。", f"The file “{path}” cannot be read: {why}.") from None
    except (EOFError, zlib.error) as fault:
        raise Invalid(f"文件“{path}”的压缩内容不完整：{fault}。", f"The compressed file “{path}” is broken: {fault}.") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(
        f"文件“{path.name}”的编码不是 UTF-8 或 GB18030，请另存为 UTF-8。",
        f"“{path.name}” is neither UTF-8 nor GB18030; save it as UTF-8.",
    )


def _numbered(table: Iterator[list[str]], path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        for number, cells in enumerate(table, start=2):
            if cells:
                yield number, cells
    except csv.Error as fault:
        raise Invalid(f"文件“{path.name}”不是有效的 CSV：{fault}。", f"“{path.name}” is no valid CSV: {fault}.") from None
