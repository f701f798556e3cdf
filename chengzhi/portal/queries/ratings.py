"""What citizens answered, for the staff: newest first, those who wish that it is done again apart."""

from dataclasses import dataclass
from datetime import datetime

from chengzhi.incidents.queries import citizens
from chengzhi.kernel.access import Actor, capability
from chengzhi.kernel.cards import Option
from chengzhi.kernel.problems import NotAllowed
from chengzhi.portal.models import AskedAgain, Rating
from chengzhi.portal.queries.tables import answers

READ = capability("portal.rating.read", "查看市民评价", "read what citizens answered")
MOST = 200


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One answer with its incident; the citizen is known to nobody here."""

    number: str
    klass: tuple[str, str]
    score: int
    score_words: Option
    why: Option | None
    words: str
    redo: bool
    asked: int
    at: datetime


def ratings(actor: Actor, *, only_redo: bool = False) -> list[RatingRow]:
    """Return the newest answers at the nodes where the actor may read them. Raises NotAllowed without the capability."""
    nodes = actor.capabilities.get(READ, frozenset()) & actor.nodes
    if not actor.may_somewhere(READ):
        raise NotAllowed(
            f"您的岗位没有“查看市民评价”的权限，请向管理员申请 {READ}。",
            f"Your post may not read what citizens answered; ask the administrator for {READ}.",
        )
    rows = Rating.objects.select_related("followed").filter(followed__incident__node_id__in=nodes)
    found = list((rows.filter(redo=True) if only_redo else rows).order_by("-at")[:MOST])
    cases = citizens.short_words([row.followed.incident_id for row in found])
    asked = _asked([row.followed.incident_id for row in found])
    return [_row(row, cases[row.followed.incident_id], asked.get(row.followed.incident_id, 0)) for row in found]


def _asked(ids: list[int]) -> dict[int, int]:
    counted: dict[int, int] = {}
    for incident in AskedAgain.objects.filter(followed__incident_id__in=ids).values_list("followed__incident_id", flat=True):
        counted[incident] = counted.get(incident, 0) + 1
    return counted


def _row(row: Rating, case: tuple[str, tuple[str, str], int], asked: int) -> RatingRow:
    number, klass, _ = case
    score = next(option for option in answers("score") if option.value == str(row.score))
    why = next((option for option in answers("why") if option.value == row.why), None)
    return RatingRow(number, klass, row.score, score, why, row.words, row.redo, asked, row.at)
