"""Cards of the loop: what a row of the work list and the preview say about an incident or one of its parts."""

from collections.abc import Mapping, Sequence
from typing import Any

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident, Task
from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries import registers
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Card, Photo, Tag, cards_of, shows_pictures
from chengzhi.kernel.matter import Family
from chengzhi.kernel.models import Matter

STAGES = {
    "report": ("上报", "Report"),
    "verify": ("核实", "Verification"),
    "dispose": ("处置", "Disposal"),
    "check": ("核查", "Check"),
    "other": ("其他", "Other"),
}
URGENT = Tag("urgent", "紧急", "urgent")
REPLAYED = Tag("plain", "回放", "replayed")
LEAD, CO = Tag("plain", "主办", "lead"), Tag("plain", "协办", "joint")


def tags_of(*, urgent: bool, rework: int, replayed: bool) -> tuple[Tag, ...]:
    """Return the tags of an incident in the order of the trade: urgent, rework, origin."""
    found = [URGENT] if urgent else []
    if rework:
        found.append(Tag("rework", f"返工×{rework}", f"rework ×{rework}"))
    return (*found, *([REPLAYED] if replayed else []))


def class_words(class_code: str) -> tuple[str, str]:
    """Return major and minor class in both languages, the code when the class is unknown."""
    known = registers.class_view(class_code)
    if known is None:
        return class_code, class_code
    return f"{known.major_zh}·{known.name_zh}", f"{known.major_en} · {known.name_en}"


def photo(piece: documents.Piece) -> Photo:
    """Return a picture of the case page or of a preview."""
    zh, en = STAGES.get(piece["stage"], STAGES["other"])
    base = f"/api/v1/attachments/{piece['id']}"
    return Photo(f"{base}/small", f"{base}/large", f"{zh}照片", f"{en} photo")


@cards_of(workflow.INCIDENT)
def incident_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of incidents."""
    return {row.pk: _card(row) for row in Incident.objects.filter(pk__in=ids).select_related("matter", "node")}


def _card(row: Incident, more: tuple[Tag, ...] = ()) -> Card:
    zh, en = class_words(row.class_code)
    return Card(
        number=row.matter.number,
        url=f"/incidents/{row.matter.number}",
        zh=zh,
        en=en,
        address=row.address,
        source=INCIDENT_SOURCES.get(row.source, (row.source, row.source)),
        text=row.description,
        place=(row.node.name_zh, row.node.name_en),
        tags=(*tags_of(urgent=row.urgent, rework=row.rework_count, replayed=row.replayed), *more),
    )


def pictures(family: Family, actor: Actor) -> list[documents.Piece]:
    """Return the pictures under a root that a person may see: those of the matters that he may read, oldest stage first."""
    visible = {key for key in family.members if family.at(key).visible_to(actor)}
    return [piece for piece in documents.of_matter(family.root.id) if piece["kind"] == "image" and piece["matter"] in visible]


@shows_pictures
def first_picture(family: Family, actor: Actor) -> Photo | None:
    """Return the first picture of a matter that a person may see."""
    return next((photo(piece) for piece in pictures(family, actor)), None)


def _part_cards(ids: Sequence[int], more: Mapping[int, tuple[Tag, ...]] | None = None) -> dict[int, Card]:
    """Return the cards of parts: those of their incidents, with what the part itself adds."""
    parents: dict[int, Any] = dict(Matter.objects.filter(pk__in=ids).values_list("id", "parent_id"))
    rows = {row.pk: row for row in Incident.objects.filter(pk__in=set(parents.values())).select_related("matter", "node")}
    return {key: _card(rows[parent], (more or {}).get(key, ())) for key, parent in parents.items() if parent in rows}


@cards_of(workflow.TASK)
def task_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of tasks, marked as lead or joint where several units work together."""
    joint = {key: (LEAD if lead else CO,) for key, lead in Task.objects.filter(pk__in=ids).values_list("pk", "lead") if not lead}
    return _part_cards(ids, joint)


@cards_of(workflow.VERIFICATION)
def verification_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of verifications."""
    return _part_cards(ids)


@cards_of(workflow.CHECK)
def check_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of checks."""
    return _part_cards(ids)


@cards_of(workflow.VOID_REQUEST)
def void_request_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of requests to void."""
    return _part_cards(ids)
