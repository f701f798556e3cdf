"""Cards of the loop: what a row of the work list and the preview say about an incident or one of its parts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident, Task, TaskRequest
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
SUPERVISED = Tag("supervised", "督办", "supervised")
EXTENDED = Tag("plain", "延", "extended")
SELF_HANDLED = Tag("plain", "自", "self-handled")
REPLAYED = Tag("plain", "回放", "replayed")
LEAD, CO = Tag("plain", "主办", "lead"), Tag("plain", "协办", "joint")


def tags_of(
    *,
    urgent: bool,
    rework: int,
    replayed: bool,
    supervised: bool = False,
    urged: int = 0,
    extended: bool = False,
    recurrences: int = 0,
    self_handled: bool = False,
    reopened: int = 0,
) -> tuple[Tag, ...]:
    """Return the tags of an incident in the order of the trade: urgent, supervised, urged, rework, extended, come back, self-handled."""
    found = (
        (urgent, URGENT),
        (supervised, SUPERVISED),
        (urged, Tag("urged", f"催×{urged}", f"urged ×{urged}")),
        (rework, Tag("rework", f"返工×{rework}", f"rework ×{rework}")),
        (extended, EXTENDED),
        (recurrences, Tag("warn", f"第{recurrences + 1}次", f"time no. {recurrences + 1}")),
        (self_handled, SELF_HANDLED),
        (reopened, Tag("rework", f"重办×{reopened}", f"redone ×{reopened}")),
        (replayed, REPLAYED),
    )
    return tuple(tag for held, tag in found if held)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside incidents and shows as a tag: which are under supervision, which have got an extension."""

    supervised: frozenset[int]
    extended: frozenset[int]


def beside(ids: Collection[int]) -> Beside:
    """Return what stands beside these incidents, by two questions however many they are."""
    supervised = Matter.objects.filter(parent_id__in=ids, kind=workflow.SUPERVISION.name, open=True).values_list("parent_id", flat=True)
    granted = TaskRequest.objects.filter(task__matter__parent_id__in=ids, kind="extension", answer="granted")
    return Beside(frozenset(supervised), frozenset(key for key in granted.values_list("task__matter__parent_id", flat=True) if key))


def tags_of_row(row: Mapping[str, Any], known: Beside) -> tuple[Tag, ...]:
    """Return the tags of one row of a list."""
    return tags_of(
        urgent=row["urgent"],
        rework=row["rework_count"],
        replayed=row["replayed"],
        supervised=row["id"] in known.supervised,
        urged=row["urged"],
        extended=row["id"] in known.extended,
        recurrences=row["recurrences"],
        self_handled=row["self_handled"],
        reopened=row["reopen_count"],
    )


COUNTED = ("urgent", "rework_count", "replayed", "urged", "recurrences", "self_handled", "reopen_count")


def tags_of_incident(row: Incident, known: Beside) -> tuple[Tag, ...]:
    """Return the tags of an incident by its row in the database."""
    return tags_of_row({"id": row.pk, **{name: getattr(row, name) for name in COUNTED}}, known)


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
    known = beside(ids)
    return {row.pk: _card(row, known) for row in Incident.objects.filter(pk__in=ids).select_related("matter", "node")}


def _card(row: Incident, known: Beside, more: tuple[Tag, ...] = ()) -> Card:
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
        tags=(*tags_of_incident(row, known), *more),
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
    known = beside(list(rows))
    return {key: _card(rows[parent], known, (more or {}).get(key, ())) for key, parent in parents.items() if parent in rows}


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


@cards_of(workflow.RETURN_VISIT)
def return_visit_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of return visits."""
    return _part_cards(ids)


@cards_of(workflow.SAMPLE_CHECK)
def sample_check_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of sampled checks."""
    return _part_cards(ids)


@cards_of(workflow.LOOK_AGAIN)
def look_again_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of second looks."""
    return _part_cards(ids)


@cards_of(workflow.APPEAL)
def appeal_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of appeals."""
    return _part_cards(ids)


@cards_of(workflow.VOID_REQUEST)
def void_request_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of requests to void."""
    return _part_cards(ids)


@cards_of(workflow.SUPERVISION)
def supervision_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of supervisions, marked as such."""
    return _part_cards(ids, dict.fromkeys(ids, (SUPERVISED,)))


@cards_of(workflow.CREW_JOB)
def crew_job_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Return the cards of work given to crews: those of the tasks that it belongs to."""
    tasks: dict[int, Any] = dict(Matter.objects.filter(pk__in=ids).values_list("id", "parent_id"))
    known = task_cards(list(set(tasks.values())))
    return {key: known[task] for key, task in tasks.items() if task in known}
