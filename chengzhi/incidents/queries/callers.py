"""What a desk above the loop asks: the cases of a person, the texts whose class was confirmed, the addresses that were given."""

from dataclasses import dataclass

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries.cards import class_words
from chengzhi.kernel.access import Actor

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a short list: its number, class, address, state, and what a step on it needs to know."""

    id: int
    number: str
    version: int
    klass: Words
    address: str
    state: Words
    open: bool


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One text whose class the duty chief has confirmed by filing, with the address that stood beside it."""

    id: int
    text: str
    class_code: str
    address: str
    node: int
    lon: float | None
    lat: float | None


def cases_of(person: int, actor: Actor, also: list[int], n: int = 5) -> list[CaseLine]:
    """Return the last cases of a person among those that the actor may read, newest first; `also` names more of them by id."""
    own = Incident.objects.filter(reporter_person=person, node_id__in=actor.nodes).order_by("-matter_id").values_list("pk", flat=True)[:n]
    keys = {*own, *also}
    rows = Incident.objects.filter(pk__in=keys, node_id__in=actor.nodes).select_related("matter").order_by("-matter_id")[:n]
    return [_line(row) for row in rows]


def _line(row: Incident) -> CaseLine:
    matter = row.matter
    state = workflow.INCIDENT.states[matter.state]
    return CaseLine(matter.id, matter.number, matter.version, class_words(row.class_code), row.address, (state.zh, state.en), matter.open)


def confirmed(after: int = 0, n: int = 5000, *, newest: bool = False) -> list[Confirmed]:
    """Return filed incidents of all nodes with an id above one, oldest first; `newest` takes the last n of them."""
    filed = Incident.objects.filter(filed_at__isnull=False, matter_id__gt=after).order_by("-matter_id" if newest else "matter_id")
    columns = ("matter_id", "description", "class_code", "address", "node_id", "lon", "lat")
    found = [Confirmed(*row) for row in filed.values_list(*columns)[:n]]
    return found[::-1] if newest else found
