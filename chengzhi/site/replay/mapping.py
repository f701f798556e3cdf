"""The mapping of a replay: which column of a foreign file is what, and what its words mean here."""

import tomllib
from collections.abc import Mapping as Readable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries import registers
from chengzhi.kernel.problems import Invalid

CLOSED, OPEN, VOID, REFUSED = "closed", "open", "void", "refused"
OUTCOMES = (CLOSED, OPEN, VOID, REFUSED)
COLUMNS = ("id", "time", "lon", "lat", "closed")
TABLES = {"type": "classes", "status": "outcomes", "source": "sources"}
KNOWN = frozenset({*COLUMNS, *TABLES, "zone", "time_format", "extent"})
Extent = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a type of the foreign file is here: a class, and words for the description."""

    class_code: str
    text: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """How to read the file. `columns` holds id, time, lon, lat, closed, type, status, source; an absent one is not in the file."""

    columns: Readable[str, str]
    classes: Readable[str, Meaning]
    outcomes: Readable[str, str]
    sources: Readable[str, str]
    zone: tzinfo
    time_format: str
    extent: Extent | None


def load(path: Path) -> Mapping:
    """Read a mapping file. Raises Invalid naming the key, the value and the fix."""
    raw = _parsed(path)
    for key in raw:
        if key not in KNOWN:
            names = ", ".join(sorted(KNOWN))
            raise _wrong(key, raw[key], f"不认识的键，可用：{names}", f"no such key; there are {names}")
    columns = {key: _text(raw, key) for key in COLUMNS if key == "id" or key in raw}
    for key in ("time", "lon", "lat"):
        columns[key] = _text(raw, key)
    words = {key: _table(raw, key, columns) for key in TABLES}
    return Mapping(
        columns,
        {word: _meaning(word, value) for word, value in words["type"].items()},
        {word: _one_of(f"status.outcomes.{word}", value, OUTCOMES) for word, value in words["status"].items()},
        {word: _one_of(f"source.sources.{word}", value, _sources()) for word, value in words["source"].items()},
        _zone(raw),
        _text(raw, "time_format") if "time_format" in raw else "",
        _extent(raw.get("extent")),
    )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise Invalid(
            f"--mapping“{path}”读不了（{fault.strerror}），请检查路径。",
            f"--mapping “{path}” cannot be read ({fault.strerror}); check the path.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Invalid(f"--mapping“{path}”不是有效的 TOML：{fault}。", f"--mapping “{path}” is no valid TOML: {fault}.") from None


def _table(raw: dict[str, Any], key: str, columns: dict[str, str]) -> dict[str, Any]:
    """Read one of the tables: its column goes to `columns`, its words are returned."""
    table = raw.get(key)
    if not isinstance(table, dict) or not isinstance(table.get("column"), str) or not isinstance(table.get(TABLES[key]), dict):
        raise _wrong(key, table, f"应有 column 和 [{key}.{TABLES[key]}]", f"it needs column and [{key}.{TABLES[key]}]")
    columns[key] = table["column"]
    words: dict[str, Any] = table[TABLES[key]]
    return words


def _meaning(word: str, value: Any) -> Meaning:
    code, text = (value.get("class"), value.get("text", "")) if isinstance(value, dict) else (value, "")
    known = registers.class_view(code) if isinstance(code, str) else None
    if known is None or not isinstance(text, str):
        raise _wrong(
            f"type.classes.{word}",
            code,
            "没有这个小类，请改为小类代码，例如 SJ0102",
            "there is no such class; give a class code, for example SJ0102",
        )
    return Meaning(known.code, text or known.name_zh)


def _sources() -> tuple[str, ...]:
    return tuple(source for source in INCIDENT_SOURCES if source != "inspector")  # what an inspector reports carries his own photo


def _one_of(key: str, value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise _wrong(key, value, f"应为 {'、'.join(known)} 之一", f"it must be one of {', '.join(known)}")
    return str(value)


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise _wrong(key, value, "应为一个字符串，例如列名", "it must be a text, for example the name of a column")
    return value


def _zone(raw: dict[str, Any]) -> tzinfo:
    name = _text(raw, "zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong("zone", name, "没有这个时区，例如 Asia/Shanghai", "there is no such zone; for example Asia/Shanghai") from None


def _extent(value: Any) -> Extent | None:
    if value is None:
        return None
    fits = isinstance(value, list) and len(value) == 4 and all(isinstance(part, int | float) for part in value)
    if not fits or not (value[0] < value[2] and value[1] < value[3]):
        raise _wrong("extent", value, "应为 [西, 南, 东, 北] 四个度数", "it must be [west, south, east, north] in degrees")
    return float(value[0]), float(value[1]), float(value[2]), float(value[3])


def _wrong(key: str, value: Any, zh: str, en: str) -> Invalid:
    shown_zh, shown_en = ("（缺少）", "(missing)") if value is None else (str(value)[:80], str(value)[:80])
    return Invalid(f"映射文件 {key}“{shown_zh}”不可用：{zh}。", f"{key} “{shown_en}” in the mapping: {en}.", code="mapping")
