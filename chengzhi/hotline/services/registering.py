"""What a call brings: a new case, an answer at once, more words to a case, haste; and the reply that was promised."""

from typing import Any

from chengzhi.hotline import queries, rules
from chengzhi.hotline.models import Call, Ticket
from chengzhi.hotline.queries.calls import locked_call, locked_ticket
from chengzhi.hotline.services.calls import SOURCE, done, refuse_unless
from chengzhi.incidents import services as incidents
from chengzhi.incidents.models import Incident
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import read
from chengzhi.kernel.problems import Conflict, Invalid
from chengzhi.kernel.workflow import KINDS, forms, open_with, perform
from chengzhi.parties import services as parties

INCIDENT = KINDS["incident"]
OPENING, ANSWER, URGE = "register_call", "answer", "urge"
CONSULTATION = "SJ0682"
BY_PHONE = "电话咨询"
LONGEST_WORDS = 500


@writes.service
def register(
    *,
    call_id: int,
    act: Act,
    data: dict[str, Any],
    name: str = "",
    phone: str = "",
    wants_reply: bool = False,
    confidential: bool = False,
    merge_into: str = "",
) -> Ticket:
    """Register what a caller says as an incident, or merge it at once into an open one nearby.

    A confidential caller stays with the desk: the incident does not know him. A caller who wants a reply must have a number.
    """
    row = _at_work(call_id, act)
    if wants_reply and not phone.strip() and row.person is None:
        raise Invalid(
            "需要回复时请填写联系电话 caller_phone，例如 13900000000。",
            "A reply needs caller_phone, the number to call back, for example 13900000000.",
            code="reply_without_number",
        )
    given = {**data, "source": SOURCE, **({} if confidential else _reporter(name, phone))}
    if merge_into:
        made = incidents.register_duplicate(into=merge_into, slug=OPENING, data=given, act=act)
    else:
        made = open_with(INCIDENT, OPENING, given, act=act)
    person = _person(row, name, phone, act) if confidential or wants_reply else None
    ticket = _ticket(row, made.pk, made.matter.number, "registered", act)
    ticket.person, ticket.wants_reply, ticket.confidential = person, wants_reply, confidential
    ticket.merged_into, ticket.to_locate = merge_into, made.lon is None
    return ticket


def _reporter(name: str, phone: str) -> dict[str, str]:
    return {key: value for key, value in (("caller_name", name), ("caller_phone", phone)) if value.strip()}


def _person(row: Call, name: str, phone: str, act: Act) -> int | None:
    if not name.strip() and not phone.strip():
        return row.person
    return parties.register_person(name=name, phone=phone, source=SOURCE, act=act).pk


@writes.service
def answer_at_once(
    *, call_id: int, act: Act, data: dict[str, Any], reply: str, page: int | None = None, name: str = "", phone: str = ""
) -> Ticket:
    """Register a question and answer it in the same moment: the incident is closed with what was said."""
    row = _at_work(call_id, act)
    inputs = forms.check(INCIDENT.forms[ANSWER], {"reply": reply})
    given = {**data, "source": SOURCE, "class_code": CONSULTATION, **_reporter(name, phone)}
    if not given.get("address") and given.get("lon") is None:
        given["address"] = BY_PHONE
    made: Incident = open_with(INCIDENT, OPENING, given, act=act)
    INCIDENT.services[ANSWER](matter_id=made.pk, act=act, **inputs)
    ticket = _ticket(row, made.pk, made.matter.number, "answered", act)
    ticket.page = page
    return ticket


@writes.service
def supplement(*, call_id: int, act: Act, number: str, words: str) -> Ticket:
    """Add what the caller says to an open case of the node; it stands in its time line."""
    row = _at_work(call_id, act)
    kept = words.strip()
    if not 1 <= len(kept) <= LONGEST_WORDS:
        raise Invalid(
            f"补充内容 words 须为1至{LONGEST_WORDS}个字，现为{len(kept)}个，请改正。",
            f"What is added (words) must have 1 to {LONGEST_WORDS} characters, but has {len(kept)}; correct it.",
            code="words_length",
        )
    family = read(number, actor=act.actor)
    incidents.supplement(matter_id=family.focus, words=kept, act=act)
    return _ticket(row, family.focus, family.matter.number, "supplemented", act)


@writes.service
def urge(*, call_id: int, act: Act, number: str, version: int, data: dict[str, Any]) -> Ticket:
    """Urge an open case because its caller asks again; the step's own inputs and rules hold."""
    row = _at_work(call_id, act)
    family = read(number, actor=act.actor)
    perform(INCIDENT, family.focus, URGE, data, act=Act(act.actor, act.at, act.door, version, act.recorded_at))
    return _ticket(row, family.focus, family.matter.number, "urged", act)


@writes.service
def reply_given(*, ticket_id: int, act: Act) -> Ticket:
    """Note that the caller was told how his case has ended."""
    row = locked_ticket(ticket_id, act)
    if not row.wants_reply or row.replied_at is not None:
        raise Conflict(
            "该工单无需回复或已回复，请刷新页面。", "This ticket needs no reply, or has had it; reload the page.", code="reply_not_owed"
        )
    row.replied_at, row.replied_by = act.at, act.actor.id
    writes.change(row, "replied_at", "replied_by")
    return row


def _at_work(call_id: int, act: Act) -> Call:
    row = locked_call(call_id, act)
    refuse_unless(rules.WORK, queries.facts_of(row, act.actor))
    return row


def _ticket(row: Call, matter_id: int, number: str, what: str, act: Act) -> Ticket:
    ticket = Ticket(call=row, matter_id=matter_id, number=number, what=what, account=act.actor.id, at=act.at)
    writes.add(ticket)
    done(row, what)
    return ticket
