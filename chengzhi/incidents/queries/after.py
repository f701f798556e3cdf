"""Questions about what follows a closed incident: what is to be looked at, which later cases came of it, which picture shows the report."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import CaseLink, Incident, LookAgain, SampleCheck
from chengzhi.incidents.models.after import LINKS
from chengzhi.incidents.queries.cards import photo, pictures
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Photo
from chengzhi.kernel.matter import Family

Words = tuple[str, str]
REPORTED = "report"


@dataclass(frozen=True, slots=True)
class Linked:
    """A case linked to this one: earlier or later, why, and how often the problem had come back by then."""

    number: str
    kind: Words
    is_later: bool
    count: int
    closed_at: datetime | None


def links_of(incident_id: int, actor: Actor) -> tuple[Linked, ...]:
    """Return the cases linked to an incident that the actor may read, earlier ones first."""
    rows = CaseLink.objects.select_related("earlier__matter", "later__matter")
    earlier = [(link, link.earlier, False) for link in rows.filter(later_id=incident_id).order_by("id")]
    later = [(link, link.later, True) for link in rows.filter(earlier_id=incident_id).order_by("id")]
    return tuple(
        Linked(other.matter.number, LINKS[link.kind], is_later, link.count, other.closed_at)
        for link, other, is_later in [*earlier, *later]
        if other.node_id in actor.nodes
    )


def report_photo(family: Family, actor: Actor) -> Photo | None:
    """Return the first picture of the report of an incident, to be laid over the camera's image at a check."""
    return next((photo(piece) for piece in pictures(family, actor) if piece["stage"] == REPORTED), None)


def closed_on(node: int, day: date) -> list[int]:
    """Return what closed on a day at a node after its whole loop: neither answered at once, nor a county's run, nor replayed."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    closed = _closed(node).filter(closed_at__gte=start, closed_at__lt=start + timedelta(days=1))
    return list(closed.order_by("pk").values_list("pk", flat=True))


def without_sample(incidents: Iterable[int]) -> list[int]:
    """Return those incidents for which no sampled check was asked yet."""
    picked = list(incidents)
    known = set(SampleCheck.objects.filter(matter__parent_id__in=picked).values_list("matter__parent_id", flat=True))
    return [identifier for identifier in picked if identifier not in known]


def closed_to_look_at(node: int, classes: Collection[str], days: int, since: datetime, until: datetime) -> list[int]:
    """Return what closed between two moments in classes that come back easily and was not asked to be looked at for these days."""
    asked = LookAgain.objects.filter(matter__parent_id=OuterRef("pk"), days=days, matter__opened_at__gte=OuterRef("closed_at"))
    closed = _closed(node).filter(closed_at__gt=since, closed_at__lte=until, class_code__in=sorted(classes))
    return list(closed.filter(~Exists(asked)).order_by("pk").values_list("pk", flat=True))


def _closed(node: int) -> QuerySet[Incident]:
    closed = Incident.objects.filter(node_id=node, closed_at__isnull=False, matter__state=workflow.CLOSED, matter__parent__isnull=True)
    return closed.filter(operate_direct=False, replayed=False)
