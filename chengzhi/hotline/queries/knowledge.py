"""Questions to the knowledge base: search by pairs of characters, one page with its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum
from django.utils import timezone

from chengzhi.hotline import grams
from chengzhi.hotline.models import KnowledgeGram, KnowledgePage, KnowledgeVersion
from chengzhi.kernel.access import Actor, capability
from chengzhi.kernel.problems import NotAllowed, NotFound
from chengzhi.organisation import queries as organisation

EDIT = capability("hotline.knowledge.edit", "维护知识库", "edit the knowledge base")
FOUND, LISTED = 8, 200
LONGEST_QUERY = 80
LARGEST_ID = 1 << 63
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PageView:
    """One page as it is shown: what it says, who owns it, and whether it holds today."""

    page: KnowledgePage
    unit: Words
    holds: bool


def editor(actor: Actor) -> int:
    """Return the node for which a person edits the knowledge base; NotAllowed without that right."""
    if actor.node is not None and actor.may(EDIT, actor.node):
        return actor.node
    raise NotAllowed(
        f"您的岗位没有“维护知识库”的权限，请向管理员申请 {EDIT}。",
        f"Your post may not edit the knowledge base; ask the administrator for {EDIT}.",
    )


def _seen_by(actor: Actor) -> Q:
    return Q(node__isnull=True) | Q(node_id__in=actor.nodes)


def search(text: str, actor: Actor, *, on: date | None = None) -> list[PageView]:
    """Return the pages of a day that hold at least half of the pairs of a text, best first; without a text the newest ones."""
    day = on or timezone.localdate()
    valid = KnowledgePage.objects.filter(_seen_by(actor), valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    if not text.strip():
        return _views(list(valid.order_by("-id")[:FOUND]), day)
    asked = sorted(set(grams.pieces(text[:LONGEST_QUERY])))
    shared = (
        KnowledgeGram.objects.filter(gram__in=asked, page__in=valid)
        .values("page_id")
        .annotate(kinds=Count("id"), weight=Sum("weight"))
        .filter(kinds__gte=(len(asked) + 1) // 2)
        .order_by("-kinds", "-weight", "page_id")
    )
    keys = [row["page_id"] for row in shared[:FOUND]] if asked else []
    rows = {row.pk: row for row in KnowledgePage.objects.filter(pk__in=keys)}
    return _views([rows[key] for key in keys], day)


def pages(actor: Actor) -> list[PageView]:
    """Return every page that a person may see in administration, newest first."""
    editor(actor)
    return _views(list(KnowledgePage.objects.filter(_seen_by(actor)).order_by("-id")[:LISTED]), timezone.localdate())


def page(page_id: int, actor: Actor) -> PageView:
    """Return one page; NotFound when it belongs to another node."""
    found = KnowledgePage.objects.filter(_seen_by(actor), pk=page_id).first() if page_id < LARGEST_ID else None
    if found is None:
        raise NotFound(f"没有知识条目“{page_id}”，请返回知识库。", f"There is no page “{page_id}” of the knowledge base; go back to it.")
    return _views([found], timezone.localdate())[0]


def history(page_id: int, actor: Actor) -> list[tuple[KnowledgeVersion, str]]:
    """Return the versions of a page with the names of those who made them, newest first."""
    page(page_id, actor)
    rows = KnowledgeVersion.objects.filter(page_id=page_id).order_by("-version")
    return [(row, organisation.staff_name(row.made_by)) for row in rows]


def locked_page(page_id: int, node: int | None) -> KnowledgePage:
    """Return a page of exactly this node (or of the city for none), locked until the service ends; NotFound otherwise."""
    known = KnowledgePage.objects.select_for_update().filter(pk=page_id, node_id=node) if page_id < LARGEST_ID else None
    found = known.first() if known is not None else None
    if found is None:
        raise NotFound(
            f"知识条目“{page_id}”不属于您的指挥中心，不能修改。",
            f"The page “{page_id}” is not of your command centre and cannot be changed by you.",
        )
    return found


def _views(rows: Sequence[KnowledgePage], day: date) -> list[PageView]:
    names = organisation.holder_names([row.unit_id for row in rows if row.unit_id is not None])
    return [
        PageView(row, names.get(row.unit_id or 0, ("", "")), row.valid_from <= day and (row.valid_to is None or row.valid_to >= day))
        for row in rows
    ]
