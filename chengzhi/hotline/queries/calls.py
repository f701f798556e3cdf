"""Questions about calls: one's own open ones, today's, and the replies that are owed."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from chengzhi.hotline import rules
from chengzhi.hotline.models import Call, Ticket
from chengzhi.hotline.models.calls import RESULTS
from chengzhi.kernel.access import Act, Actor, capability
from chengzhi.kernel.problems import NotAllowed, NotFound
from chengzhi.parties import queries as parties

DESK = capability("hotline.call.take", "接听热线来电", "take calls of the hotline")
MOST_TODAY, MOST_OWED = 50, 30
LARGEST_ID = 1 << 63
PHASES = {
    "ringing": ("来电中", "Ringing"),
    "talking": ("通话中", "On the line"),
    "wrap_up": ("话后整理", "After the call"),
    "ended": ("已结束", "Ended"),
}
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the record of calls, the caller masked."""

    call: Call
    caller: str
    phase: str
    phase_words: Words
    result: Words
    numbers: tuple[str, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Owed:
    """One reply that a caller was promised, its incident having ended."""

    ticket: Ticket
    caller: str
    visible: bool


def mine(actor: Actor) -> int:
    """Return the node at whose desk a person takes calls; NotAllowed without that right."""
    if actor.node is not None and actor.may(DESK, actor.node):
        return actor.node
    raise NotAllowed(
        f"您的岗位没有“接听热线来电”的权限，请向管理员申请 {DESK}。",
        f"Your post may not take calls of the hotline; ask the administrator for {DESK}.",
    )


def call(call_id: int, actor: Actor) -> Call:
    """Return a call that one took oneself; NotFound for any other, so that nobody learns of it."""
    mine(actor)
    found = Call.objects.filter(pk=call_id, account=actor.id, node_id__in=actor.nodes).first() if call_id < LARGEST_ID else None
    if found is None:
        raise NotFound(f"没有找到来电“{call_id}”，请返回坐席页面。", f"There is no call “{call_id}”; go back to the desk.")
    return found


def locked_call(call_id: int, act: Act) -> Call:
    """Return a call of one's own, locked until the service ends; NotFound for any other."""
    mine(act.actor)
    known = Call.objects.select_for_update().filter(pk=call_id, account=act.actor.id, node_id__in=act.actor.nodes)
    found = known.first() if call_id < LARGEST_ID else None
    return found or call(call_id, act.actor)


def facts_of(row: Call, actor: Actor, result: str = "") -> rules.CallFacts:
    """Return what the rules need to know about a call."""
    return rules.CallFacts(
        mine=row.account == actor.id,
        answered=row.answered_at is not None,
        hung_up=row.hung_up_at is not None,
        ended=row.ended_at is not None,
        result=row.result or result,
    )


def phase_of(row: Call) -> str:
    """Return the phase of a call, as its moments tell it."""
    if row.ended_at is not None:
        return "ended"
    if row.hung_up_at is not None:
        return "wrap_up"
    return "talking" if row.answered_at is not None else "ringing"


def open_calls(actor: Actor) -> list[CallRow]:
    """Return one's own calls that have not ended, oldest first: the one on the line, and those put aside."""
    return _rows(list(Call.objects.filter(account=actor.id, ended_at__isnull=True, node_id__in=actor.nodes).order_by("id")))


def today(actor: Actor) -> list[CallRow]:
    """Return one's own calls of today that have ended, newest first."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    ended = Call.objects.filter(account=actor.id, rang_at__gte=start, ended_at__isnull=False, node_id__in=actor.nodes)
    return _rows(list(ended.order_by("-rang_at", "-id")[:MOST_TODAY]))


def _rows(calls: list[Call]) -> list[CallRow]:
    known = parties.masked(call.person for call in calls if call.person is not None)
    numbers: dict[int, list[str]] = {}
    for key, number in Ticket.objects.filter(call__in=calls).order_by("id").values_list("call_id", "number"):
        numbers.setdefault(key, []).append(number)
    return [_row(call, known, tuple(dict.fromkeys(numbers.get(call.pk, ())))) for call in calls]


def _row(row: Call, known: dict[int, parties.Masked], numbers: tuple[str, ...]) -> CallRow:
    phase = phase_of(row)
    return CallRow(
        call=row,
        caller=_caller(known.get(row.person or 0)),
        phase=phase,
        phase_words=PHASES[phase],
        result=RESULTS.get(row.result, ("", "")),
        numbers=numbers,
        seconds=_seconds(row.answered_at, row.hung_up_at),
    )


def _seconds(start: datetime | None, end: datetime | None) -> int:
    return 0 if start is None else max(0, int(((end or timezone.now()) - start).total_seconds()))


def replies_owed(actor: Actor) -> list[Owed]:
    """Return the promised replies of one's node whose incidents have ended, oldest first."""
    node = mine(actor)
    owed = Ticket.objects.filter(wants_reply=True, replied_at__isnull=True, matter__open=False, call__node_id=node)
    rows = list(owed.select_related("matter").order_by("id")[:MOST_OWED])
    known = parties.masked(row.person for row in rows if row.person is not None)
    return [Owed(row, _caller(known.get(row.person or 0)), row.matter.node_id in actor.nodes) for row in rows]


def _caller(person: parties.Masked | None) -> str:
    return f"{person['name']} {person['phone']}".strip() if person else ""


def locked_ticket(ticket_id: int, act: Act) -> Ticket:
    """Return a ticket of one's node, locked until the service ends; NotFound otherwise."""
    node = mine(act.actor)
    known = Ticket.objects.select_for_update().filter(pk=ticket_id, call__node_id=node) if ticket_id < LARGEST_ID else None
    found = known.first() if known is not None else None
    if found is None:
        raise NotFound(f"没有找到工单“{ticket_id}”，请刷新页面。", f"There is no ticket “{ticket_id}”; reload the page.")
    return found
