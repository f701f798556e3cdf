"""What is linked to an incident: reports merged into it, and what happened at its place before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.queries.cards import class_words
from chengzhi.kernel import place
from chengzhi.kernel.access import Actor
from chengzhi.kernel.workflow.table import State
from chengzhi.organisation import queries as organisation
from chengzhi.parties import queries as parties

Words = tuple[str, str]
MOST, EXAMINED = 10, 400


@dataclass(frozen=True, slots=True)
class MergedReport:
    """One report that was merged in: its number, source and reporter (masked)."""

    number: str
    source: Words
    reporter: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """One earlier case at this place."""

    number: str
    klass: Words
    state: State
    opened_at: datetime
    metres: int


def merged_reports(row: Incident, actor: Actor) -> tuple[MergedReport, ...]:
    """Return the reports merged into an incident that a person may see, each with its reporter masked."""
    found = list(Incident.objects.filter(merged_into_id=row.pk, node_id__in=actor.nodes).select_related("matter").order_by("pk"))
    people = parties.masked({one.reporter_person for one in found if one.reporter_person})
    return tuple(
        MergedReport(
            one.matter.number, INCIDENT_SOURCES.get(one.source, (one.source, one.source)), _reporter(one, people), one.matter.opened_at
        )
        for one in found
    )


def _reporter(row: Incident, people: dict[int, parties.Masked]) -> str:
    if row.reporter_account is not None:
        return organisation.staff_name(row.reporter_account)
    known = people.get(row.reporter_person or 0)
    return f"{known['name']} {known['phone']}".strip() if known else ""


def earlier_here(row: Incident, actor: Actor) -> tuple[EarlierCase, ...]:
    """Return the newest cases before an incident, as near and late as the city has set, at nodes that a person may read."""
    if row.lon is None or row.lat is None or not actor.nodes:
        return ()
    near_by, days = (numbers.amount(code, row.node_id, timezone.now()) for code in ("earlier_metres", "earlier_days"))
    around = Q()
    for first, last in place.ranges_around(row.lon, row.lat, near_by):
        around |= Q(matter__place_key__range=(first, last))
    reported = row.matter.opened_at
    closed = Q(matter__open=False, matter__parent__isnull=True, matter__place_key__isnull=False)
    near = Incident.objects.filter(closed, around, matter__kind=workflow.INCIDENT.name, node_id__in=actor.nodes)
    dated = near.filter(matter__opened_at__lt=reported, matter__opened_at__gte=reported - timedelta(days=days)).exclude(pk=row.pk)
    found = []
    for one in dated.select_related("matter").order_by("-matter__opened_at")[:EXAMINED]:
        metres = place.distance(row.lon, row.lat, one.lon or 0, one.lat or 0)
        if metres <= near_by:
            state = workflow.INCIDENT.states[one.matter.state]
            found.append(EarlierCase(one.matter.number, class_words(one.class_code), state, one.matter.opened_at, round(metres)))
    return tuple(found[:MOST])
