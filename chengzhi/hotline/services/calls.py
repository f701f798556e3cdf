"""Verbs of one call, by hand as long as no telephone system tells them: ring, answer, hang up, end; number, draft, transfer."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from chengzhi.hotline import queries, rules
from chengzhi.hotline.models import Call, Transfer
from chengzhi.hotline.models.calls import BY_HAND, SERVICES
from chengzhi.hotline.queries.calls import locked_call
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Conflict, Invalid, Refused
from chengzhi.kernel.rules import Rule, broken
from chengzhi.parties import services as parties

SOURCE = "12319"
KEEP_CALLER = timedelta(days=366)  # a caller of whom nothing was registered is forgotten after the year that the caller card counts
MOST_OPEN = 5
LONGEST_DRAFT = 12_000
LONGEST_SAID = 2000


@writes.service
def ring(*, act: Act, phone: str = "", hidden: bool = False, answered: bool = False) -> Call:
    """Note that a call comes in, with its number if it is shown; `answered` when it is taken at the same moment."""
    node = queries.mine(act.actor)
    waiting = len(queries.open_calls(act.actor))
    if waiting >= MOST_OPEN:
        raise Conflict(
            f"您有{waiting}个来电尚未结束，请先结束其中一个，再接新来电。",
            f"{waiting} of your calls have not ended; end one of them before you take another.",
            code="too_many_calls",
        )
    row = Call(node_id=node, account=act.actor.id, rang_at=act.at, hidden=hidden and not phone, answered_at=act.at if answered else None)
    row.person = _caller(phone, act)
    row.draft = _sealed(row, {"caller_phone": phone.strip()} if row.person else {})
    writes.add(row)
    return row


def _caller(phone: str, act: Act) -> int | None:
    if not phone.strip():
        return None
    keep = timezone.localdate(act.at) + KEEP_CALLER
    return parties.register_person(name="", phone=phone, source=SOURCE, act=act, keep_until=keep).pk


@writes.service
def answer(*, call_id: int, act: Act) -> Call:
    """Note that the call was taken."""
    row = locked_call(call_id, act)
    refuse_unless(rules.ANSWER, queries.facts_of(row, act.actor))
    return _changed(row, answered_at=act.at)


@writes.service
def hang_up(*, call_id: int, act: Act) -> Call:
    """Note that the caller is gone; what is left is done after the call."""
    row = locked_call(call_id, act)
    refuse_unless(rules.HANG_UP, queries.facts_of(row, act.actor))
    return _changed(row, hung_up_at=act.at)


@writes.service
def end(*, call_id: int, act: Act, result: str = "") -> Call:
    """End the work on a call; without anything done it takes a result by hand. What was typed and not sent is dropped."""
    row = locked_call(call_id, act)
    if result and result not in BY_HAND:
        raise Invalid(
            f"来电结果“{result[:20]}”不可选，可选：{'、'.join(BY_HAND)}。",
            f"A call cannot end with “{result[:20]}”; choose one of {', '.join(BY_HAND)}.",
            code="unknown_result",
        )
    refuse_unless(rules.END, queries.facts_of(row, act.actor, result))
    hung_up = row.hung_up_at or (act.at if row.answered_at else None)
    return _changed(row, ended_at=act.at, hung_up_at=hung_up, result=row.result or result, draft="")


@writes.service
def set_number(*, call_id: int, act: Act, phone: str = "", hidden: bool = False) -> Call:
    """Note the number of the caller, or that it is hidden, when it becomes known later."""
    row = locked_call(call_id, act)
    refuse_unless(rules.TYPE, queries.facts_of(row, act.actor))
    typed = {**draft_of(row), "caller_phone": phone.strip()}
    return _changed(row, person=_caller(phone, act), hidden=hidden and not phone.strip(), draft=_sealed(row, typed))


@writes.service
def type_draft(*, call_id: int, act: Act, typed: dict[str, Any]) -> Call:
    """Keep what is typed about a call so far, sealed, until the call ends."""
    row = locked_call(call_id, act)
    refuse_unless(rules.TYPE, queries.facts_of(row, act.actor))
    return _changed(row, draft=_sealed(row, typed))


def _sealed(row: Call, typed: dict[str, Any]) -> str:
    text = json.dumps(typed, ensure_ascii=False) if typed else ""
    if len(text) > LONGEST_DRAFT:
        raise Invalid(
            f"暂存内容最多{LONGEST_DRAFT}个字符，现为{len(text)}个，请缩短。",
            f"A draft takes at most {LONGEST_DRAFT} characters, but has {len(text)}; shorten it.",
            code="draft_too_long",
        )
    return parties.seal(text, place=_drawer(row))


def draft_of(row: Call) -> dict[str, Any]:
    """Return what was typed about a call so far; nothing when nothing was kept."""
    found: dict[str, Any] = json.loads(parties.unseal(row.draft, place=_drawer(row))) if row.draft else {}
    return found


def _drawer(row: Call) -> str:
    return f"call.{row.pk}.draft"


@writes.service
def transfer(*, call_id: int, act: Act, service: str, to_whom: str = "", said: str = "") -> Transfer:
    """Note that the call was passed on to 110, 119 or 120, with the words of danger that called for it. The city's case may go on."""
    row = locked_call(call_id, act)
    refuse_unless(rules.WORK, queries.facts_of(row, act.actor))
    if service not in SERVICES:
        raise Invalid(
            f"不能转“{service[:10]}”，可转：{'、'.join(SERVICES)}。",
            f"A call cannot be passed to “{service[:10]}”; possible are {', '.join(SERVICES)}.",
            code="unknown_service",
        )
    words = " ".join(danger.word for danger in queries.dangers_in(said))
    made = Transfer(
        call=row,
        service=service,
        to_whom=_short("to_whom", to_whom, 60),
        words=words[:200],
        said=_short("said", said, LONGEST_SAID),
        account=act.actor.id,
        at=act.at,
    )
    writes.add(made)
    done(row, "transferred")
    return made


def _short(field: str, text: str, longest: int) -> str:
    kept = text.strip()
    if len(kept) > longest:
        raise Invalid(
            f"{field} 最多{longest}个字符，现为{len(kept)}个，请缩短。",
            f"{field} takes at most {longest} characters, but has {len(kept)}; shorten it.",
            code=f"{field}_length",
        )
    return kept


def done(row: Call, result: str) -> None:
    """Note the first thing that was done in a call as its result."""
    if not row.result:
        _changed(row, result=result)


def refuse_unless(needs: tuple[Rule[rules.CallFacts], ...], facts: rules.CallFacts) -> None:
    """Raise Refused with every rule that these facts break."""
    faults = [rule.fault() for rule in broken(needs, facts)]
    if faults:
        raise Refused("；".join(f.zh for f in faults) + "。", " ".join(f.en for f in faults), faults=faults)


def _changed(row: Call, **values: Any) -> Call:
    for name, value in values.items():
        setattr(row, name, value)
    writes.change(row, *values)
    return row
