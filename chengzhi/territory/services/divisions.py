"""The importer of administrative divisions (行政区划): codes of GB/T 2260 (6 digits), GB/T 10114 (9) and communities (12)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chengzhi.kernel import imports
from chengzhi.kernel.access import Act
from chengzhi.kernel.imports import Column, Difference, Row, RowError, Setting, Unfit
from chengzhi.kernel.models import ImportRow
from chengzhi.territory.models import Division
from chengzhi.territory.queries import REGISTER

BATCH = 500
DAY = timedelta(days=1)
DIGITS = {Division.CITY: 6, Division.COUNTY: 6, Division.TOWN: 9, Division.COMMUNITY: 12}
PREFIX = {Division.COUNTY: 4, Division.TOWN: 6, Division.COMMUNITY: 9}
NAMES = {Division.CITY: "市", Division.COUNTY: "区县", Division.TOWN: "街道乡镇", Division.COMMUNITY: "社区村"}
LEVELS = {
    "市": Division.CITY, "地级": Division.CITY,
    "区县": Division.COUNTY, "县级": Division.COUNTY, "县": Division.COUNTY, "区": Division.COUNTY,
    "街道乡镇": Division.TOWN, "乡级": Division.TOWN, "街道": Division.TOWN,
    "乡镇": Division.TOWN, "镇": Division.TOWN, "乡": Division.TOWN,
    "社区村": Division.COMMUNITY, "村级": Division.COMMUNITY, "社区": Division.COMMUNITY, "村": Division.COMMUNITY,
}  # fmt: skip


def division_code(value: str) -> str:
    """Read a division code; statistical codes padded with zeros to 12 digits lose the padding."""
    if re.fullmatch(r"\d{2}|\d{6}|\d{9}|\d{12}", value) is None:
        raise Unfit("应为6位、9位或12位数字", "must have 6, 9 or 12 digits")
    while len(value) > 6 and value.endswith("000"):
        value = value[:-3]
    return value


def _name(value: str) -> str:
    if len(value) > 80:
        raise Unfit("最多80个字", "must have at most 80 characters")
    return value


@dataclass(frozen=True, slots=True)
class Known:
    """What the register says: valid rows and their parents by code, the last day of codes that have ended, and the setting."""

    rows: Mapping[str, Division]
    parents: Mapping[str, str]
    ended: Mapping[str, date]
    setting: Setting

    def start(self, row: Row) -> date:
        """Return the day from which a row shall hold."""
        day: date = row.values["valid_from"] or self.setting.on
        return day


class DivisionImporter(imports.Importer[Known]):
    """Divisions of a city; a changed name or parent becomes a new dated row, so that what was stays known."""

    kind = "divisions"
    zh, en = "行政区划", "Divisions"
    note = ("市、区县、街道乡镇、社区村的代码和名称", "Codes and names of city, counties, towns and communities")
    register = REGISTER
    key = ("code",)
    columns = (
        Column("code", ("代码", "区划代码", "行政区划代码", "统计用区划代码", "编码"), parse=division_code),
        Column("level", ("级别", "层级", "类型"), parse=imports.choice(LEVELS)),
        Column("name_zh", ("名称", "区划名称", "中文名称", "单位名称"), parse=_name),
        Column("parent_code", ("上级代码", "上级区划代码", "父级代码", "上级"), required=False, parse=division_code),
        Column("name_en", ("英文名称", "英文名"), required=False, parse=_name),
        Column("valid_from", ("生效日期", "启用日期"), required=False, parse=imports.day),
    )

    def context(self, setting: Setting) -> Known:
        """Read the register."""
        rows: dict[str, Division] = {}
        parents: dict[str, str] = {}
        ended: dict[str, date] = {}
        for row in Division.objects.select_related("parent").order_by("valid_from"):
            if row.valid_to is None:
                rows[row.code], parents[row.code] = row, row.parent.code if row.parent else ""
            else:
                ended[row.code] = max(ended.get(row.code, row.valid_to), row.valid_to)
        return Known(rows, parents, ended, setting)

    def check(self, row: Row, context: Known) -> list[RowError]:
        """Check the length of the code for its level, the parent's code, and the day from which the row shall hold."""
        code, level, parent = row.values["code"], row.values["level"], row.values["parent_code"] or ""
        if len(code) != DIGITS[level]:
            return [
                RowError(
                    "code_length",
                    f"{NAMES[level]}的代码应为{DIGITS[level]}位，“{code}”是{len(code)}位，请改代码或级别。",
                    f"The code of a {level} has {DIGITS[level]} digits, “{code}” has {len(code)}; correct the code or the level.",
                    "code",
                )
            ]
        if level == Division.CITY:
            return _city_parent(code, parent) or _dates(row, context)
        return _parent_code_fault(code, level, parent) or _dates(row, context)

    def check_all(self, rows: Sequence[Row], context: Known) -> list[RowError]:
        """Check that every parent is in the file or the register, and of the level above."""
        levels = {code: division.level for code, division in context.rows.items()}
        for values in self.gone(rows, context) if context.setting.complete else ():
            levels.pop(values["code"])
        levels |= {row.values["code"]: row.values["level"] for row in rows}
        faults = (_parent_fault(row, levels) for row in rows if row.values["level"] != Division.CITY and row.values["parent_code"])
        return [fault for fault in faults if fault is not None]

    def difference(self, row: Row, context: Known) -> Difference:
        """Compare level, names and parent with the valid row of the same code."""
        known = context.rows.get(row.values["code"])
        if known is None:
            return Difference(ImportRow.NEW)
        present: dict[str, Any] = {"level": known.level, "name_zh": known.name_zh, "parent_code": context.parents[known.code]}
        wanted = {"level": row.values["level"], "name_zh": row.values["name_zh"], "parent_code": _parent_code(row)}
        if row.values["name_en"] is not None:
            present["name_en"], wanted["name_en"] = known.name_en, row.values["name_en"]
        before = {name: value for name, value in present.items() if value != wanted[name]}
        return Difference(ImportRow.CHANGED, before) if before else Difference(ImportRow.SAME)

    def gone(self, rows: Sequence[Row], context: Known) -> list[Mapping[str, Any]]:
        """Return valid divisions below the topmost ones of the file that the file lacks."""
        codes = {row.values["code"] for row in rows}
        tops = [row for row in rows if row.values["parent_code"] not in codes]
        roots = tuple(row.values["code"][:4] if row.values["level"] == Division.CITY else row.values["code"] for row in tops)
        return [
            {"code": code, "level": known.level, "name_zh": known.name_zh, "parent_code": context.parents[code]}
            for code, known in sorted(context.rows.items())
            if code not in codes and code.startswith(roots)
        ]

    def apply(self, rows: Sequence[Row], context: Known, act: Act) -> None:
        """End what is changed or gone on the day before, and write the new rows, parents first."""
        again = [row for row in rows if row.difference == ImportRow.CHANGED and _same_day(row, context)]
        others = [row for row in rows if not (row.difference == ImportRow.CHANGED and _same_day(row, context))]
        _end([row for row in others if row.difference != ImportRow.NEW], context)
        by_code = dict(context.rows)
        coming = [row for row in others if row.difference != ImportRow.GONE]
        fresh: list[Division] = []
        for row in sorted(coming, key=lambda row: Division.LEVELS.index(row.values["level"])):
            known = context.rows.get(row.values["code"])
            division = Division(code=row.values["code"], valid_from=context.start(row), name_en=known.name_en if known else "")
            _fill(division, row, by_code)
            by_code[division.code] = division
            fresh.append(division)
        Division.objects.bulk_create(fresh, batch_size=BATCH)
        for row in again:
            _fill(context.rows[row.values["code"]], row, by_code)
        corrected = [context.rows[row.values["code"]] for row in again]
        Division.objects.bulk_update(corrected, ["level", "name_zh", "name_en", "parent"], batch_size=BATCH)


def _above(level: str) -> str:
    return Division.LEVELS[Division.LEVELS.index(level) - 1]


def _city_parent(code: str, parent: str) -> list[RowError]:
    # The province above a city is not part of the register; its two digits (or 620000) may be given.
    if parent in {"", code[:2], code[:2] + "0000"}:
        return []
    return [
        RowError(
            "parent_code",
            f"市“{code}”的上级代码“{parent}”不对，应为省代码 {code[:2]} 或留空。",
            f"The parent “{parent}” of city “{code}” is wrong; give the province's code {code[:2]} or nothing.",
            "parent_code",
        )
    ]


def _parent_code_fault(code: str, level: str, parent: str) -> list[RowError]:
    prefix, digits = code[: PREFIX[level]], DIGITS[_above(level)]
    if parent.startswith(prefix) and len(parent) == digits:
        return []
    return [
        RowError(
            "parent_code",
            f"{NAMES[level]}“{code}”的上级代码“{parent}”不对，应为以 {prefix} 开头的{digits}位代码。",
            f"The parent “{parent}” of {level} “{code}” is wrong; it has {digits} digits and begins with {prefix}.",
            "parent_code",
        )
    ]


def _dates(row: Row, context: Known) -> list[RowError]:
    code, start = row.values["code"], context.start(row)
    known = context.rows.get(code)
    earliest = known.valid_from if known is not None and row.values["valid_from"] else context.ended.get(code, date.min)
    if start > earliest or (known is not None and start == earliest):
        return []
    return [
        RowError(
            "date_too_early",
            f"“{code}”在 {earliest} 已有记录，生效日期 {start} 应晚于它。",
            f"“{code}” has a record up to {earliest} already; valid_from {start} must be later.",
            "valid_from",
        )
    ]


def _parent_fault(row: Row, levels: Mapping[str, str]) -> RowError | None:
    code, level, parent = row.values["code"], row.values["level"], row.values["parent_code"]
    found = levels.get(parent)
    if found is None:
        return RowError(
            "orphan",
            f"“{code}”的上级“{parent}”既不在文件中也不在系统中，请补上这一行。",
            f"The parent “{parent}” of “{code}” is neither in the file nor in the register; add its row.",
            "parent_code",
            row.no,
        )
    if found == _above(level):
        return None
    return RowError(
        "parent_level",
        f"“{code}”是{NAMES[level]}，上级应为{NAMES[_above(level)]}，而“{parent}”是{NAMES[found]}。",
        f"“{code}” is a {level}, whose parent must be a {_above(level)}, but “{parent}” is a {found}.",
        "parent_code",
        row.no,
    )


def _parent_code(row: Row) -> str:
    return "" if row.values["level"] == Division.CITY else row.values["parent_code"]


def _same_day(row: Row, context: Known) -> bool:
    return context.rows[row.values["code"]].valid_from >= context.start(row)


def _end(rows: Sequence[Row], context: Known) -> None:
    for row in rows:
        known = context.rows[row.values["code"]]
        known.valid_to = max(known.valid_from, context.start(row) - DAY)
    Division.objects.bulk_update([context.rows[row.values["code"]] for row in rows], ["valid_to"], batch_size=BATCH)


def _fill(division: Division, row: Row, by_code: Mapping[str, Division]) -> None:
    division.level, division.name_zh = row.values["level"], row.values["name_zh"]
    division.name_en = row.values["name_en"] or division.name_en
    division.parent = by_code[row.values["parent_code"]] if _parent_code(row) else None


imports.register(DivisionImporter())
