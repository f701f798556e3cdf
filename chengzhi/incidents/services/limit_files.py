"""The import of limits: a county's own list as Excel or CSV, compared row by row with what it has before anything is applied."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from chengzhi.incidents.models import CaseClass, Condition, DisposalLimit
from chengzhi.incidents.queries.registers import NAME, SEED, rows_in_force
from chengzhi.incidents.services.registers import MOST, LimitLine, adopt_limits, authorise, refuse_past
from chengzhi.kernel.access import Act, act_now
from chengzhi.kernel.imports import Asked, Column, Difference, Importer, Row, RowError, Setting, Unfit, choice, register, whole
from chengzhi.kernel.models import ImportRow
from chengzhi.kernel.problems import Invalid
from chengzhi.organisation import queries as organisation

UNIT_WORDS = {
    "紧急工作时": "hour",
    "小时": "hour",
    "工作时": "working_hour",
    "工作小时": "working_hour",
    "工作日": "working_day",
    "日历天": "day",
    "自然日": "day",
    "天": "day",
}
LEVEL_WORDS = {
    "A": "A",
    "B": "B",
    "C": "C",
    "*": "*",
    "A类": "A",
    "B类": "B",
    "C类": "C",
    "全部": "*",
}
Key = tuple[str, str, str]


def class_code(value: str) -> str:
    """Return a class code in capital letters."""
    code = value.upper()
    if re.fullmatch(r"(BJ|SJ)\d{4}", code) is None:
        raise Unfit("应为 BJ 或 SJ 加四位数字，例如 SJ0102", "must be BJ or SJ and four digits, for example SJ0102")
    return code


def condition_name(value: str) -> str:
    """Return the Chinese name of a condition; an English name in brackets behind it is left out."""
    name = re.sub(r"\s*[(（][^()（）]*[a-zA-Z][^()（）]*[)）]$", "", value)
    if len(name) > 60:
        raise Unfit("最多 60 个字", "must have at most 60 characters")
    return name


def amount(value: str) -> int:
    """Return a whole number above zero."""
    number = whole(value)
    if not 0 < number <= MOST:
        raise Unfit(f"应为 1 至 {MOST} 的整数", f"must be a whole number from 1 to {MOST}")
    return number


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks need: classes, condition codes by class and name, the node's own rows, and what it inherits."""

    node_code: str
    valid_from: date
    classes: frozenset[str]
    conditions: Mapping[tuple[str, str], str]
    own: Mapping[Key, DisposalLimit]
    inherited: Mapping[Key, DisposalLimit]

    def key(self, values: Mapping[str, Any]) -> Key:
        """Return class, condition code (empty while the condition is new) and level of a row."""
        code = values["class_code"]
        return code, self.conditions.get((code, values["condition"]), ""), values["level"]


class LimitImporter(Importer[Known]):
    """Disposal limits of one city or county; option `county` names it, option `from` the day of effect (today when left out)."""

    kind = "limits"
    zh, en = "处置时限", "Disposal limits"
    note = ("一个市或区县自己的时限，作为新版本从某天起生效", "The limits of one city or county, as a new version from a day on")
    asks = (
        Asked("county", "适用节点", "For the node", widget="select", choices="register_nodes", required=True),
        Asked("from", "生效日期", "From", widget="date", help=("不填即今天", "Today when left empty")),
    )
    everywhere = False
    register = NAME
    key = ("class_code", "condition", "level")
    columns = (
        Column("class_code", ("小类代码", "小类编码", "类别代码"), parse=class_code),
        Column("condition", ("立案条件", "立案情形", "细类"), parse=condition_name),
        Column("level", ("区域类别", "区域等级", "区域级别"), parse=choice(LEVEL_WORDS)),
        Column("amount", ("时限", "处置时限", "时限数值"), parse=amount),
        Column("unit", ("单位", "时限单位", "计时单位"), parse=choice(UNIT_WORDS)),
        Column("condition_en", ("立案条件英文",), required=False),
        Column("source", ("依据", "来源"), required=False),
    )

    def refuse(self, setting: Setting) -> None:
        """Refuse a county that is not the person's, and a day that cannot be read or is past."""
        authorise(act_now(setting.actor), _county(setting))
        _beginning(setting)

    def context(self, setting: Setting) -> Known:
        """Read classes, conditions and limits; refuse a missing or unknown county and an unreadable day."""
        node = organisation.node_by_code(_county(setting))
        begins = _beginning(setting)
        names = Condition.objects.values_list("case_class_id", "name_zh", "code")
        above = [code for code in (SEED, _city_above(node.parent)) if code is not None]
        inherited: dict[Key, DisposalLimit] = {}
        for code in above:
            inherited |= rows_in_force(code, begins)
        return Known(
            node_code=node.code,
            valid_from=begins,
            classes=frozenset(CaseClass.objects.values_list("code", flat=True)),
            conditions={(code, name): condition for code, name, condition in names},
            own=rows_in_force(node.code, begins),
            inherited=inherited,
        )

    def check(self, row: Row, context: Known) -> list[RowError]:
        """Refuse an unknown class, naming those nearest to it."""
        code = row.values["class_code"]
        if code in context.classes:
            return []
        near = get_close_matches(code, sorted(context.classes), n=3, cutoff=0.6)
        zh, en = "、".join(near) or "见小类表", ", ".join(near) or "see the list of classes"
        return [
            RowError(
                "unknown_class",
                f"没有小类“{code}”，相近的有：{zh}。",
                f"There is no class “{code}”; near it: {en}.",
                "class_code",
            )
        ]

    def difference(self, row: Row, context: Known) -> Difference:
        """Compare with the node's own rows; a new row shows what has been inherited so far."""
        key = context.key(row.values)
        own = context.own.get(key)
        if own is None:
            inherited = context.inherited.get(key)
            return Difference(ImportRow.NEW, _shown(inherited) if inherited else None)
        if (own.amount, own.unit) == (row.values["amount"], row.values["unit"]):
            return Difference(ImportRow.SAME)
        return Difference(ImportRow.CHANGED, _shown(own))

    def gone(self, rows: Sequence[Row], context: Known) -> list[Mapping[str, Any]]:
        """Return the node's own rows that a complete file no longer has."""
        kept = {context.key(row.values) for row in rows}
        names = {(code, condition): name for (code, name), condition in context.conditions.items()}
        return [
            {"class_code": key[0], "condition": names[key[0], key[1]], "level": key[2], **_shown(row)}
            for key, row in sorted(context.own.items(), key=lambda item: item[0])
            if key not in kept
        ]

    def apply(self, rows: Sequence[Row], context: Known, act: Act) -> None:
        """Make a new dated version of the node's limits."""
        kept = [row.values for row in rows if row.difference != ImportRow.GONE]
        lines = [
            LimitLine(
                class_code=values["class_code"],
                condition=values["condition"],
                level=values["level"],
                amount=values["amount"],
                unit=values["unit"],
                condition_en=values["condition_en"] or "",
                source=values["source"] or "",
            )
            for values in kept
        ]
        gone = [
            (row.values["class_code"], row.values["condition"], row.values["level"]) for row in rows if row.difference == ImportRow.GONE
        ]
        adopt_limits(node_code=context.node_code, lines=lines, valid_from=context.valid_from, act=act, gone=gone)


def _shown(row: DisposalLimit) -> dict[str, Any]:
    return {"amount": row.amount, "unit": row.unit, "source": row.source}


def _county(setting: Setting) -> str:
    code = setting.options.get("county", "")
    if re.fullmatch(r"\d{6}", code) is None:
        raise Invalid(
            f"选项 county“{code}”不对：请给出这份时限所属区县（或市）的 6 位行政区划代码，例如 county=990102。",
            f"Option county “{code}” is wrong: give the six-digit division code of the county (or city) whose limits they are, "
            "for example county=990102.",
            code="limits_county",
        )
    return code


def _beginning(setting: Setting) -> date:
    text = setting.options.get("from", "")
    try:
        begins = date.fromisoformat(text) if text else setting.on
    except ValueError:
        raise Invalid(
            f"选项 from“{text}”不是日期，请写成 2026-12-01。",
            f"Option from “{text}” is no date; write it like 2026-12-01.",
            code="limits_from",
        ) from None
    refuse_past(begins, setting.on)
    return begins


def _city_above(parent: int | None) -> str | None:
    return organisation.node(parent).code if parent is not None else None


register(LimitImporter())
