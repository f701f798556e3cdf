"""Verbs of the knowledge base: a page is saved as a new version, and found by its pairs of characters from then on."""

from collections import Counter
from datetime import date

from chengzhi.hotline import grams
from chengzhi.hotline.models import KnowledgeGram, KnowledgePage, KnowledgeVersion
from chengzhi.hotline.queries import knowledge
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Conflict, Invalid
from chengzhi.organisation import queries as organisation

SHORTEST_LONGEST = {"question": (1, 200), "words": (0, 200), "answer": (1, 4000)}
IN_QUESTION, IN_WORDS, IN_ANSWER = 5, 5, 1


@writes.service
def save_page(
    *,
    act: Act,
    question: str,
    answer: str,
    valid_from: date,
    words: str = "",
    valid_to: date | None = None,
    unit: int | None = None,
    page_id: int | None = None,
    seen: int = 0,
) -> KnowledgePage:
    """Save a page as its next version; `seen` is the version that was edited, so that nobody overwrites another's words unknowingly.

    A page belongs to the node of who first saved it; pages of the city serve all counties. Raises Invalid, NotFound and Conflict.
    """
    home = knowledge.editor(act.actor)
    node = None if organisation.node(home).is_city else home
    texts = {name: _text(name, value) for name, value in (("question", question), ("words", words), ("answer", answer))}
    if valid_to is not None and valid_to < valid_from:
        raise Invalid(
            f"失效日期 valid_to“{valid_to}”早于生效日期 {valid_from}，请改正。",
            f"The last day valid_to “{valid_to}” lies before the first day {valid_from}; correct it.",
            code="dates_order",
        )
    if unit is not None and unit not in {view.id for view in organisation.units_of(home)}:
        raise Invalid(
            f"没有单位 unit“{unit}”，请从列表中选择。", f"There is no unit “{unit}”; choose one of the list.", code="unknown_unit"
        )
    values: dict[str, object] = {**texts, "valid_from": valid_from, "valid_to": valid_to}
    row = KnowledgePage(node_id=node, unit_id=unit, **values) if page_id is None else _next(page_id, node, seen, unit, values)
    if page_id is None:
        writes.add(row)
    writes.add(KnowledgeVersion(page=row, version=row.version, unit=unit, made_by=act.actor.id, made_at=act.at, **values))
    _file(row, new=page_id is None)
    return row


def _next(page_id: int, node: int | None, seen: int, unit: int | None, values: dict[str, object]) -> KnowledgePage:
    row = knowledge.locked_page(page_id, node)
    if row.version != seen:
        raise Conflict(
            f"该条目刚被他人修改（现为第{row.version}版），请刷新后再改。",
            f"This page has just been changed (now version {row.version}); reload and edit again.",
            code="stale_version",
            extra={"version": row.version},
        )
    for name, value in {**values, "unit_id": unit, "version": row.version + 1}.items():
        setattr(row, name, value)
    writes.change(row, *values, "unit_id", "version")
    return row


def _file(row: KnowledgePage, *, new: bool) -> None:
    weights: Counter[str] = Counter()
    for text, weight in ((row.question, IN_QUESTION), (row.words, IN_WORDS), (row.answer, IN_ANSWER)):
        for gram in set(grams.pieces(text)):
            weights[gram] += weight
    if not new:
        KnowledgeGram.objects.filter(page=row).delete()
    for gram, weight in sorted(weights.items()):
        writes.add(KnowledgeGram(page=row, gram=gram, weight=weight))


def _text(name: str, value: str) -> str:
    kept, (shortest, longest) = value.strip(), SHORTEST_LONGEST[name]
    if not shortest <= len(kept) <= longest:
        raise Invalid(
            f"{name} 须为{shortest}至{longest}个字符，现为{len(kept)}个，请改正。",
            f"{name} must have {shortest} to {longest} characters, but has {len(kept)}; correct it.",
            code=f"{name}_length",
        )
    return kept
