"""Cases of the platform that a city had before: taken in as ended incidents, each with its old number and the history of its export.

One row is one case; its columns are the usual statistics fields of deployed platforms (number, source, class, text, place, the moments of
the stages and who did them). What is still open there is ended there or registered anew here: two platforms never hold one case.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries import registers
from chengzhi.incidents.services.report import report_number
from chengzhi.kernel import place, trail, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.ids import new_id
from chengzhi.kernel.imports import Asked, Column, Difference, Importer, Row, RowError, Setting, Unfit, number, register, whole
from chengzhi.kernel.models import ImportRow, Matter
from chengzhi.kernel.problems import Problem
from chengzhi.organisation import queries as organisation
from chengzhi.territory import queries as territory

REGISTER = "old_cases"
LONGEST_NUMBER = 40
MIDDLE = (104.0, 35.0)  # any position of the country: it only tells whether a system is known
AT_ONCE = 500
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")
# Stage, the column of its moment, the column of who did it, the step and the state that followed.
STAGES = (
    ("reported_at", "reporter", "register_call", workflow.TO_ACCEPT),
    ("filed_at", "filer", "file_case", workflow.TO_DISPATCH),
    ("dispatched_at", "dispatcher", "dispatch", workflow.DISPOSING),
    ("finished_at", "handler", "tasks_done", workflow.TO_SEND_CHECK),
    ("checked_at", "checker", "checked", workflow.TO_CLOSE),
    ("closed_at", "closer", "close", workflow.CLOSED),
    ("voided_at", "closer", "void", workflow.VOIDED),
)


def moment(value: str) -> datetime:
    """Read a moment in the city's zone."""
    for form in FORMATS:
        try:
            return datetime.strptime(value, form).replace(tzinfo=timezone.get_default_timezone())
        except ValueError:
            continue
    raise Unfit("应为时间，例如 2025-11-03 16:50", "must be a moment, for example 2025-11-03 16:50")


def at_most(most: int) -> Callable[[str], str]:
    """Return a reader of texts that are short enough."""

    def read(value: str) -> str:
        if len(value) > most:
            raise Unfit(f"最多{most}个字", f"must have at most {most} characters")
        return value

    return read


def source(value: str) -> str:
    """Read a source by its code or its Chinese name."""
    by_name = {zh: code for code, (zh, _) in INCIDENT_SOURCES.items()}
    found = value if value in INCIDENT_SOURCES else by_name.get(value)
    if found is None:
        raise Unfit(f"应为其中之一：{'、'.join(by_name)}", f"must be one of {', '.join(INCIDENT_SOURCES)}")
    return found


def yes_or_no(value: str) -> bool:
    """Read 是/否, 1/0, yes/no."""
    word = value.strip().casefold()
    if word not in {"是", "否", "1", "0", "yes", "no"}:
        raise Unfit("应为 是 或 否", "must be yes or no")
    return word in {"是", "1", "yes"}


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks need: numbers that are taken, classes by code and by name, command nodes by county, positions' system."""

    numbers: Mapping[str, str]
    classes: Mapping[str, str]
    nodes: Mapping[str, int]
    crs: str
    now: datetime


class OldCaseImporter(Importer[Known]):
    """Ended cases of an earlier platform; option `crs` names the system of their positions (cgcs2000 when left out)."""

    kind = "old_cases"
    zh, en = "原平台已结案件", "Ended cases of the earlier platform"
    note = ("只收已结案或已作废的案件，保留原案号和经过", "Only cases that have ended; their numbers and histories are kept")
    asks = (Asked("crs", "坐标系", "System of positions", help=("不填即 cgcs2000", "cgcs2000 when left empty")),)
    may_be_complete = False
    private = True
    register = REGISTER
    key = ("number",)
    columns = (
        Column("number", ("案卷号", "案件编号", "任务号"), parse=at_most(LONGEST_NUMBER)),
        Column("source", ("问题来源", "来源"), parse=source),
        Column("class_code", ("小类代码", "小类编码", "小类名称", "小类"), parse=at_most(60)),
        Column("description", ("问题描述", "描述"), parse=at_most(2000)),
        Column("address", ("地址描述", "地址"), required=False, parse=at_most(200)),
        Column("county", ("县区代码", "区划代码"), required=False, parse=at_most(6)),
        Column("lon", ("经度", "X坐标"), required=False, parse=lambda value: float(number(value))),
        Column("lat", ("纬度", "Y坐标"), required=False, parse=lambda value: float(number(value))),
        Column("urgent", ("是否紧急", "紧急"), required=False, parse=yes_or_no),
        Column("unit", ("主责部门", "处置单位", "责任单位"), required=False, parse=at_most(80)),
        Column("result", ("处置结果", "处置意见"), required=False, parse=at_most(1000)),
        Column("rework", ("返工次数",), required=False, parse=whole),
        Column("reported_at", ("上报时间", "登记时间"), parse=moment),
        Column("filed_at", ("立案时间",), required=False, parse=moment),
        Column("dispatched_at", ("派遣时间",), required=False, parse=moment),
        Column("finished_at", ("处置结束时间", "处置完成时间", "反馈时间"), required=False, parse=moment),
        Column("checked_at", ("核查结束时间", "核查时间"), required=False, parse=moment),
        Column("closed_at", ("结案时间",), required=False, parse=moment),
        Column("voided_at", ("作废时间",), required=False, parse=moment),
        Column("reporter", ("上报人", "登记人"), required=False, parse=at_most(40)),
        Column("filer", ("立案人",), required=False, parse=at_most(40)),
        Column("dispatcher", ("派遣人", "派遣员"), required=False, parse=at_most(40)),
        Column("handler", ("处置人",), required=False, parse=at_most(40)),
        Column("checker", ("核查人", "核查员"), required=False, parse=at_most(40)),
        Column("closer", ("结案人",), required=False, parse=at_most(40)),
    )

    def refuse(self, setting: Setting) -> None:
        """Refuse positions in a system that is not known."""
        territory.position(*MIDDLE, _crs(setting))

    def context(self, setting: Setting) -> Known:
        """Read the numbers that are taken, classes and nodes."""
        taken = Matter.objects.filter(kind=workflow.INCIDENT.name, earlier_number__isnull=False)
        old = {earlier or "": outside for earlier, outside in taken.values_list("earlier_number", "as_incident__outside_number").iterator()}
        return Known(
            numbers={**dict.fromkeys(Matter.objects.values_list("number", flat=True).iterator(), ""), **old},
            classes={name: view.code for view in registers.classes() for name in (view.code, view.name_zh)},
            nodes={node.code: organisation.commanding(node.id).id for node in organisation.nodes()},
            crs=_crs(setting),
            now=timezone.now(),
        )

    def check(self, row: Row, context: Known) -> list[RowError]:
        """Refuse what is open, unknown, nowhere, in the future or out of order, and a number that is another case's here."""
        faults = (_number_fault(row, context), _class_fault(row, context), _place_fault(row, context), _order_fault(row, context))
        return [fault for fault in faults if fault is not None]

    def difference(self, row: Row, context: Known) -> Difference:
        """A number that was taken in before is the same case: it is never written twice."""
        return Difference(ImportRow.SAME if row.values["number"] in context.numbers else ImportRow.NEW)

    def apply(self, rows: Sequence[Row], context: Known, act: Act) -> None:
        """Write the cases with their history, some hundred at a time."""
        for start in range(0, len(rows), AT_ONCE):
            for row in rows[start : start + AT_ONCE]:
                _take_in(row.values, context, act)
            writes.current().flush()


def _crs(setting: Setting) -> str:
    return setting.options.get("crs") or "cgcs2000"


def _fault(code: str, zh: str, en: str, field: str) -> RowError:
    return RowError(code, zh, en, field)


def _number_fault(row: Row, context: Known) -> RowError | None:
    value = row.values["number"]
    if value in context.numbers and context.numbers[value] != value:
        zh = f"案卷号“{value}”在本平台已是另一案件的编号，请在旧案号前加前缀，例如 旧{value}。"
        return _fault("number_taken", zh, f"The number “{value}” is another incident's here; give it a prefix.", "number")
    return None


def _class_fault(row: Row, context: Known) -> RowError | None:
    value = row.values["class_code"]
    if value in context.classes:
        return None
    zh = f"没有小类“{value}”，请改为本平台的小类代码或名称，例如 SJ0101。"
    return _fault("unknown_class", zh, f"There is no class “{value}”; give a code or name of this platform.", "class_code")


def _place_fault(row: Row, context: Known) -> RowError | None:
    values = row.values
    if (values["lon"] is None) != (values["lat"] is None):
        return _fault("position_half", "经度和纬度须同时填写或同时留空。", "Give both lon and lat, or neither.", "lon")
    try:
        _found(values, context)
    except Problem as problem:
        return _fault("position_unusable", problem.zh, problem.en, "lon")
    if _node(values, context) is None:
        zh = f"不知道案件属于哪个县区：县区代码“{values['county'] or ''}”没有指挥节点，位置也不在任何网格内。"
        en = "The county is unknown: neither its code nor the position belongs to a command node of this city."
        return _fault("county_unknown", zh, en, "county")
    return None


def _order_fault(row: Row, context: Known) -> RowError | None:
    told = [(column, row.values[column]) for column, *_ in STAGES if row.values[column] is not None]
    if told[-1][0] not in {"closed_at", "voided_at"}:
        zh = "案件在旧平台尚未结束：请先在旧平台办结或作废，或在本平台重新登记。"
        return _fault("still_open", zh, "The case is still open there: end it there, or register it here anew.", "closed_at")
    for (_, before), (column, after) in itertools.pairwise(told):
        if after < before:
            zh = f"{column} 早于上一环节的时间，请核对。"
            return _fault("moments_out_of_order", zh, f"{column} is earlier than the stage before it; correct it.", column)
    if told[-1][1] > context.now:
        zh = f"{told[-1][0]} 在将来，请核对。"
        return _fault("future_time", zh, f"{told[-1][0]} lies in the future; correct it.", told[-1][0])
    return None


def _found(values: Mapping[str, Any], context: Known) -> tuple[float, float, territory.Place | None] | None:
    if values["lon"] is None or values["lat"] is None:
        return None
    x, y = territory.position(values["lon"], values["lat"], context.crs)
    return x, y, territory.locate(x, y)


def _node(values: Mapping[str, Any], context: Known) -> int | None:
    if values["county"] in context.nodes:
        return context.nodes[values["county"]]
    found = _found(values, context)
    return context.nodes.get(found[2].county_code) if found and found[2] else None


def _take_in(values: Mapping[str, Any], context: Known, act: Act) -> None:
    told = [(values[column], values[who] or "", slug, state) for column, who, slug, state in STAGES if values[column] is not None]
    identifier, found = new_id(), _found(values, context)
    matter = Matter(
        id=identifier,
        kind=workflow.INCIDENT.name,
        number=report_number(Act(actor=act.actor, at=told[0][0], door=act.door, recorded_at=act.recorded_at)),
        earlier_number=values["number"],
        root_id=identifier,
        state=told[-1][3],
        open=False,
        node_id=_node(values, context) or 0,
        place_key=place.key(found[0], found[1]) if found else None,
        opened_at=told[0][0],
    )
    row = _row(values, context, matter, found)
    writes.add(matter)
    writes.add(row)
    frm = ""
    for at, who, slug, state in told:
        _enter(matter, at, who, slug, frm, state, values, act)
        frm = state


def _row(values: Mapping[str, Any], context: Known, matter: Matter, found: Any) -> Incident:
    code = values["county"] or (found[2].county_code if found and found[2] else "")
    row = Incident(
        matter_id=matter.id,
        node_id=matter.node_id,
        source=values["source"],
        class_code=context.classes[values["class_code"]],
        urgent=bool(values["urgent"]),
        description=values["description"],
        address=values["address"] or "",
        county_code=code,
        outside_number=values["number"],
        replayed=True,
        rework_count=values["rework"] or 0,
        filed_at=values["filed_at"],
        closed_at=values["closed_at"],
    )
    if found:
        row.lon, row.lat, row.raw_position = found[0], found[1], f"{context.crs}:{values['lon']},{values['lat']}"
        if found[2]:
            row.cell_code, row.community_code = found[2].cell_code, found[2].community_code
            row.duty_grid, row.area_class = found[2].duty_grid, found[2].area_class
    return row


def _enter(matter: Matter, at: datetime, who: str, slug: str, frm: str, state: str, values: Mapping[str, Any], act: Act) -> None:
    said = {"opinion": "；".join(part for part in (f"原平台经办：{who}" if who else "", _words(slug, values)) if part), "old": True}
    stage = Act(actor=act.actor, at=at, door="import", recorded_at=act.recorded_at)
    if not frm:
        said |= {"number": values["number"], "text": values["description"], "source": values["source"]}
    trail.append(matter, matter, step=slug, frm=frm, to=state, act=stage, body=said)


def _words(slug: str, values: Mapping[str, Any]) -> str:
    if slug == "dispatch" and values["unit"]:
        return f"处置单位：{values['unit']}"
    return str(values["result"] or "") if slug == "tasks_done" else ""


register(OldCaseImporter())
