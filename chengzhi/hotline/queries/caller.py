"""The caller card: who calls, masked; how often in twelve months; his last cases with what can be done with each."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from chengzhi.hotline.models import Call, Ticket
from chengzhi.incidents.queries import callers
from chengzhi.kernel.access import Actor
from chengzhi.kernel.workflow import KINDS
from chengzhi.parties import queries as parties

YEAR = timedelta(days=365)
LAST = 5


@dataclass(frozen=True, slots=True)
class CallerCard:
    """What is known of a caller; `person` is empty for an unknown or hidden number."""

    person: parties.Masked | None
    hidden: bool
    calls: int
    cases: tuple[callers.CaseLine, ...]
    may_urge: bool


def card(row: Call, actor: Actor) -> CallerCard:
    """Return the card of the caller of a call; calls and cases of other counties are not counted and not shown."""
    if row.person is None:
        return CallerCard(None, row.hidden, 0, (), False)
    person = parties.masked([row.person]).get(row.person)
    since = timezone.now() - YEAR
    calls = Call.objects.filter(person=row.person, rang_at__gte=since, node_id__in=actor.nodes).count()
    also = list(Ticket.objects.filter(person=row.person).order_by("-id").values_list("matter_id", flat=True)[:LAST])
    may_urge = actor.may_somewhere(KINDS["incident"].steps["urge"].by)
    return CallerCard(person, row.hidden, calls, tuple(callers.cases_of(row.person, actor, also, LAST)), may_urge)
