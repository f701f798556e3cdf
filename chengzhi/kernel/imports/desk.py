"""What the page of imports shows: what a post may import, what a file would change, what was imported before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.db.models import Q
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from chengzhi.kernel import administration, cards
from chengzhi.kernel.access import Actor
from chengzhi.kernel.administration import Sheet
from chengzhi.kernel.imports import judging, pipeline, reports
from chengzhi.kernel.imports.base import IMPORTERS, MANAGE, Asked, Column, Importer, Words, top
from chengzhi.kernel.models import Import, ImportRow, ImportWork
from chengzhi.kernel.pages import FieldView
from chengzhi.kernel.problems import Invalid, NotAllowed, NotFound

PAGE, MOST_SHOWN = 50, 50
REFUSED = "refused"
TABS: dict[str, Words] = {
    REFUSED: ("错误", "Refused"),
    ImportRow.CHANGED: ("变更", "Changed"),
    ImportRow.NEW: ("新增", "New"),
    ImportRow.GONE: ("停用", "Ended"),
    ImportRow.SAME: ("相同", "Same"),
}
STATES: dict[str, Words] = {
    Import.UPLOADED: ("读取中", "Being read"),
    Import.STAGED: ("检查中", "Being checked"),
    Import.CHECKED: ("待确认", "To be confirmed"),
    Import.APPLIED: ("已生效", "Applied"),
    Import.CANCELLED: ("已放弃", "Given up"),
    Import.FAILED: ("未能导入", "Not imported"),
}
STAGES: dict[str, tuple[str, Words]] = {  # what is being done with a file in a state
    Import.UPLOADED: ("read", ("读取", "Read")),
    Import.STAGED: ("compare", ("比对", "Compare")),
    Import.CHECKED: ("write", ("写入", "Write")),
}
FAULTY: Words = ("有错误，未导入", "Faulty, not imported")
APPLYING: Words = ("写入中", "Being written")
NAMES: dict[str, Words] = {
    "file": ("文件", "File"),
    ImportRow.NEW: TABS[ImportRow.NEW],
    ImportRow.CHANGED: TABS[ImportRow.CHANGED],
    ImportRow.GONE: TABS[ImportRow.GONE],
}
ENCODINGS = {"utf-8": "UTF-8", "gb18030": "GBK / GB18030", "utf-16": "UTF-16", "xlsx": "Excel"}
TEXT = "@"


def _named(name: str) -> Words:
    found = IMPORTERS.get(name)
    if found is not None:
        return found.zh, found.en
    asked = {one.name: (one.zh, one.en) for kind in IMPORTERS.values() for one in kind.asks}
    return NAMES.get(name) or asked.get(name, (name, name))


SHEET = administration.sheet(
    Sheet(
        pipeline.PAGE,
        "数据导入",
        "Imports",
        ("数据", "Data"),
        (MANAGE,),
        (),
        lambda actor, look: (),
        note=("整表导入：先看差异，再一次生效", "Whole tables: first the differences, then all at once"),
        own_page="/settings/imports/",
        named=_named,
    )
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of import and whether this post may use it."""

    importer: Importer[Any]
    open: bool


def offers(actor: Actor) -> list[Offer]:
    """Return all kinds of import, those that a person may use first. Raises NotAllowed for a post that imports nothing."""
    administration.sheet_for(SHEET.slug, actor)
    return sorted((Offer(one, one.open_to(actor)) for one in IMPORTERS.values()), key=lambda offer: not offer.open)


def kind_for(kind: str, actor: Actor) -> Importer[Any]:
    """Return the importer of a kind. Raises NotFound for an unknown kind, NotAllowed for a post that may not use it."""
    administration.sheet_for(SHEET.slug, actor)
    found = IMPORTERS.get(kind)
    if found is None:
        raise NotFound(f"没有“{kind[:40]}”这种导入。", f"There is no import of kind “{kind[:40]}”.")
    pipeline.permit(kind, actor)
    return found


def fields_of(importer: Importer[Any], actor: Actor, typed: Mapping[str, str]) -> list[FieldView]:
    """Return the options that are asked for with a file, as fields with what was typed."""
    return [_field(asked, actor, typed) for asked in importer.asks]


def _field(asked: Asked, actor: Actor, typed: Mapping[str, str]) -> FieldView:
    offered = tuple(administration.OPTIONS[asked.choices](actor)) if asked.choices else ()
    given = typed.get(asked.name, offered[0].value if len(offered) == 1 else "")
    return FieldView(asked.name, asked.zh, asked.en, asked.widget, asked.required, (given,), offered, asked.help, ())


def options_in(importer: Importer[Any], typed: Mapping[str, str]) -> dict[str, str]:
    """Return the options of a kind as they were typed, without empty ones."""
    given = {asked.name: typed.get(asked.name, "").strip() for asked in importer.asks}
    missing = next((asked for asked in importer.asks if asked.required and not given[asked.name]), None)
    if missing is not None:
        raise Invalid(f"请选择“{missing.zh}”。", f"Choose “{missing.en}”.", code="import_option")
    return {name: value for name, value in given.items() if value}


def template_of(importer: Importer[Any], *, chinese: bool) -> bytes:
    """Return an empty workbook with the header row of a kind, its cells as text, and a second sheet that explains the columns."""
    book = Workbook()
    rows, about = book.worksheets[0], book.create_sheet("说明" if chinese else "Columns")
    rows.title = (importer.zh if chinese else importer.en)[:31]
    rows.append([_header(column, chinese) for column in importer.columns])
    about.append(["列", "必填", "要求"] if chinese else ["column", "required", "what it holds"])
    for place, column in enumerate(importer.columns, start=1):
        shown = rows.column_dimensions[get_column_letter(place)]
        shown.number_format, shown.width = TEXT, 18
        needed = ("是" if chinese else "yes") if column.required else ""
        about.append([_said(column.words, chinese), needed, _said(column.expects, chinese)])
    for letter, width in (("A", 22), ("B", 8), ("C", 70)):
        about.column_dimensions[letter].width = width
    rows.freeze_panes = "A2"
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _header(column: Column, chinese: bool) -> str:
    return (column.label if chinese else column.name) + ("*" if column.required else "")


def _said(words: Words, chinese: bool) -> str:
    return words[0] if chinese else words[1]


@dataclass(frozen=True, slots=True)
class Past:
    """One import as the list of imports shows it."""

    id: int
    name: Words
    file: str
    who: str
    at: datetime
    state: Words
    word: str
    counts: Mapping[str, Any]


def history(actor: Actor, kind: str = "") -> list[Past]:
    """Return the newest imports at the nodes where a person imports, of kinds that are open to him."""
    kinds = [one.kind for one in IMPORTERS.values() if one.open_to(actor) and kind in {"", one.kind}]
    rows = Import.objects.filter(_seen_by(actor), kind__in=kinds).order_by("-id").select_related("work").defer("work__content")
    return [_past(row) for row in rows[:MOST_SHOWN]]


def _seen_by(actor: Actor) -> Q:
    nodes = actor.capabilities.get(MANAGE, frozenset())
    return Q(node__in=nodes) | Q(node=None) if top() in nodes else Q(node__in=nodes)


def _past(row: Import) -> Past:
    name = _named(row.kind)
    word, state = _state(row, _work(row))
    return Past(row.pk, name, row.file_name, cards.person(row.made_by) or "系统", row.applied_at or row.made_at, state, word, row.counts)


def _work(row: Import) -> ImportWork | None:
    return getattr(row, "work", None)


def _state(row: Import, work: ImportWork | None) -> tuple[str, Words]:
    if row.state == Import.CHECKED and work is not None:
        return ("working", APPLYING) if work.task == ImportWork.APPLY else ("working", STATES[Import.STAGED])
    if row.state in (Import.UPLOADED, Import.STAGED):
        return "working", STATES[row.state]
    return ("faulty", FAULTY) if row.state == Import.CHECKED and row.counts["errors"] else (row.state, STATES[row.state])


@dataclass(frozen=True, slots=True)
class Tab:
    """One way in which rows differ, with how many do."""

    slug: str
    zh: str
    en: str
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row: its column, what the file says, and what the register says where that is something else."""

    column: Words
    now: Words
    before: Words | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: its number, its cells, and, if it is refused, in which column, with which value, and why."""

    no: int
    cells: Sequence[Cell]
    field: Words = ("", "")
    value: str = ""
    fault: Words = ("", "")


@dataclass(frozen=True, slots=True)
class Opened:
    """One import as its page shows it."""

    past: Past
    record: Import
    importer: Importer[Any]
    working: bool
    stage: str
    stages: Sequence[tuple[Words, bool]]
    may_give_up: bool
    waits: bool
    encoding: str
    options: Sequence[tuple[Words, Words]]
    tabs: Sequence[Tab]
    shown: str
    lines: Sequence[Line]
    columns: Sequence[Words]
    page: int
    pages: int
    changing: int
    fault: Words
    hidden: bool


def opened(import_id: int, actor: Actor, *, tab: str = "", page: int = 1) -> Opened:
    """Return one import with a page of its rows. Raises NotFound for one that this person may not see, NotAllowed."""
    administration.sheet_for(SHEET.slug, actor)
    row = Import.objects.filter(_seen_by(actor), pk=import_id).select_related("work").defer("work__content").first()
    if row is None or row.kind not in IMPORTERS or not IMPORTERS[row.kind].open_to(actor):
        raise NotFound(f"没有编号为 {import_id} 的导入。", f"There is no import with the id {import_id}.")
    importer, past, work = IMPORTERS[row.kind], _past(row), _work(row)
    judged = "new" in row.counts and row.state in (Import.CHECKED, Import.APPLIED)
    tabs = [Tab(slug, *words, count) for slug, words in TABS.items() if (count := _count(row, slug))] if judged else []
    shown = tab if tab in {one.slug for one in tabs} else next((one.slug for one in tabs), "")
    count = _count(row, shown) if shown else 0
    pages = max(1, -(-count // PAGE))
    place = min(max(page, 1), pages)
    columns = [column for column in importer.columns if column.name in row.mapping]
    hidden = importer.private and row.made_by != actor.id
    stage, working = STAGES.get(row.state, ("", ("", "")))[0], past.word == "working"
    rows = _rows(row, shown)[(place - 1) * PAGE : place * PAGE] if shown and not hidden else []
    return Opened(
        past=past,
        record=row,
        importer=importer,
        working=working,
        stage=stage,
        stages=[(words, slug == stage) for slug, words in STAGES.values()],
        may_give_up=stage == "write" and not working,
        waits=work is not None and work.begun_at is None,
        encoding=ENCODINGS.get(row.encoding, row.encoding),
        options=[_option(asked, row.options[asked.name], actor) for asked in importer.asks if asked.name in row.options],
        tabs=tabs,
        shown=shown,
        lines=[_line(importer, columns, found) for found in rows],
        columns=[column.words for column in columns],
        page=place,
        pages=pages,
        changing=sum(row.counts.get(word, 0) for word in (ImportRow.NEW, ImportRow.CHANGED, ImportRow.GONE)),
        fault=(row.counts.get("fault_zh", ""), row.counts.get("fault_en", "")),
        hidden=hidden,
    )


def _option(asked: Asked, value: str, actor: Actor) -> tuple[Words, Words]:
    offered = administration.OPTIONS[asked.choices](actor) if asked.choices else ()
    named = next(((option.zh, option.en) for option in offered if option.value == value), (value, value))
    return (asked.zh, asked.en), named


def _count(row: Import, slug: str) -> int:
    return int(row.counts.get("errors" if slug == REFUSED else slug, 0))


def _rows(row: Import, tab: str) -> Any:
    rows = ImportRow.objects.filter(of=row).order_by("row_no", "id")
    return rows.exclude(code="") if tab == REFUSED else rows.filter(code="", difference=tab)


def _line(importer: Importer[Any], columns: Sequence[Column], row: ImportRow) -> Line:
    if row.code:
        named = {column.name: column.words for column in importer.columns}
        fault = (row.message_zh, row.message_en)
        return Line(row.row_no, (), named.get(row.field, (row.field, row.field)), str(row.data.get(row.field, ""))[:80], fault)
    if row.difference == ImportRow.GONE:
        cells = [Cell(column.words, column.said(str(row.data.get(column.name, "")))) for column in columns]
        return Line(row.row_no, cells)
    return Line(row.row_no, list(_compared(importer, columns, row)))


def _compared(importer: Importer[Any], columns: Iterable[Column], row: ImportRow) -> Iterator[Cell]:
    values = judging.plain(judging.parsed(importer, row.data)[0])
    before: Mapping[str, str] = row.before or {}
    for column in columns:
        text = str(row.data.get(column.name, ""))
        was = before.get(column.name)
        differs = was is not None and was != values.get(column.name, "")
        yield Cell(column.words, (text, text), column.said(str(was)) if differs else None)


def file_of(import_id: int, actor: Actor, *, faulty: bool) -> tuple[str, Iterator[str]]:
    """Return the name of the report of an import and its lines: every row with what became of it, or the refused rows to correct."""
    found = opened(import_id, actor)
    if found.hidden:
        raise NotAllowed(
            "这份文件含个人信息，仅导入人可以下载报告。", "This file tells of people; only who imported it may have its report."
        )
    name = found.record.file_name.rsplit(".", 1)[0][:60]
    if faulty:
        return f"错误行_{name}.csv", iter([reports.faults_csv(import_id)])
    return f"导入报告_{found.importer.zh}_{name}.csv", reports.rows_csv(import_id)
