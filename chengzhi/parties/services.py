"""Verbs for parties: register, reveal, erase."""

from datetime import date
from typing import TypedDict

from django.db.models import Q

from chengzhi.kernel import writes
from chengzhi.kernel.access import SYSTEM_ID, Act
from chengzhi.kernel.problems import Invalid, NotAllowed, Refused
from chengzhi.parties import crypto, inputs, queries
from chengzhi.parties.models import Organisation, Person, Reveal

LONGEST_REASON = 200
SHORTEST_REASON = 2
LONGEST_SOURCE = 24
BATCH = 500


class Clear(TypedDict):
    """A person in clear."""

    name: str
    phone: str


@writes.service
def register_person(*, name: str, phone: str, source: str, act: Act, keep_until: date | None = None) -> Person:
    """Register who reports or is dealt with: the same phone number is the same person, whose known name stays.

    A person without a phone number is always a new one. `keep_until` is the last day on which the data are needed; the latest
    one counts, and none at all means that nobody has set an end.
    """
    name, digits = inputs.person_name(name), inputs.phone_number(phone)
    if not name and not digits:
        raise Invalid("name 和 phone 不能都为空，请至少填写一项。", "name and phone are both empty; give at least one of them.")
    row = Person(source=_text("source", source, 1, LONGEST_SOURCE), keep_until=keep_until)
    _seal(row, name=name, phone=digits)
    if not digits:
        writes.add(row)
        return row
    row.phone_index = crypto.blind_index(digits)
    # Inserted at once and not with the rest: of two reports from one number that arrive together, the second waits for the first.
    Person.objects.bulk_create([row], ignore_conflicts=True)
    kept = Person.objects.get(phone_index=row.phone_index)
    if kept.id != row.id:
        _learn(kept, name, keep_until)
    return kept


def _learn(kept: Person, name: str, keep_until: date | None) -> None:
    learnt: dict[str, object] = {}
    if name and not kept.name_masked:
        learnt |= {"name_cipher": crypto.encrypt(name, bound_to=_place(kept.id, "name")), "name_masked": inputs.masked_name(name)}
    latest = max(kept.keep_until, keep_until) if kept.keep_until and keep_until else None
    if latest != kept.keep_until:
        learnt["keep_until"] = latest
    if learnt:  # at once as well: the same person may be registered twice in one step
        Person.objects.filter(id=kept.id).update(**learnt)
        kept.refresh_from_db(fields=list(learnt))


@writes.service
def register_organisation(*, name: str, credit_code: str, act: Act) -> Organisation:
    """Register an organisation: the same credit code is the same organisation, which takes the name given last."""
    row = Organisation(name=inputs.organisation_name(name), credit_code=inputs.credit_code(credit_code))
    if row.credit_code is None:
        writes.add(row)
        return row
    Organisation.objects.bulk_create([row], ignore_conflicts=True)
    kept = Organisation.objects.get(credit_code=row.credit_code)
    if kept.name != row.name:
        kept.name = row.name
        writes.change(kept, "name")
    return kept


@writes.service
def reveal(*, person_id: int, purpose: str, act: Act) -> Clear:
    """Give a person's name and phone number in clear. The purpose is asked once per shift and person; every look is kept."""
    _need(queries.REVEAL, "查看当事人明文信息", "see personal data in clear", act)
    person = queries.person(person_id)
    if person.erased_at is not None:
        raise Refused(
            "该当事人的个人信息已清除，无法查看。",
            "The data of this person have been erased; there is nothing to show.",
            code="erased",
        )
    given = purpose.strip() or queries.purpose_of_shift(person_id, act) or ""
    kept = _text("purpose", given, SHORTEST_REASON, LONGEST_REASON)
    clear = _open(person)
    writes.add(Reveal(account=act.actor.id, person=person, purpose=kept, shift_date=queries.shift_date(act.at), at=act.at))
    return clear


@writes.service
def erase(*, person_id: int, why: str, act: Act) -> Person:
    """Erase a person's data for good; the row stays, so that matters still point to somebody, and says when and why."""
    _need(queries.ERASE, "清除当事人个人信息", "erase personal data", act)
    person = queries.person(person_id)
    if person.erased_at is not None:
        raise Refused("该当事人的个人信息此前已清除。", "The data of this person have been erased before.", code="erased")
    return _erase(person, _text("why", why, SHORTEST_REASON, LONGEST_REASON), act)


@writes.service
def erase_expired(*, act: Act) -> int:
    """Erase up to 500 persons whose data are needed no longer (keep_until is past), and return how many."""
    today = queries.shift_date(act.at)
    expired = Person.objects.filter(keep_until__lt=today, erased_at__isnull=True).order_by("keep_until")[:BATCH]
    return len([_erase(person, f"保存期限 {person.keep_until} 已过", act) for person in expired])


@writes.service
def renew_ciphers(*, act: Act) -> int:
    """Encrypt up to 500 persons anew whose data are not yet under the current key, and return how many."""
    number, _ = crypto.current_key()
    stale = Q(pk__in=[])
    for column in ("name_cipher", "phone_cipher"):
        stale |= ~Q(**{column: ""}) & ~Q(**{f"{column}__startswith": f"{number}."})
    found = list(Person.objects.filter(stale).order_by("id")[:BATCH])
    for person in found:
        clear = _open(person)
        _seal(person, name=clear["name"], phone=clear["phone"])
        writes.change(person, "name_cipher", "phone_cipher")
    return len(found)


def seal(text: str, *, place: str) -> str:
    """Return a text in which people may be named as it may be stored: encrypted, and bound to the place where it lies."""
    return crypto.encrypt(text, bound_to=place)


def unseal(sealed: str, *, place: str) -> str:
    """Return the text that was sealed for a place; empty for nothing."""
    return crypto.decrypt(sealed, bound_to=place)


def _place(person_id: int, column: str) -> str:
    """Return what a cipher is bound to, so that nobody can move it to another row or column."""
    return f"person.{person_id}.{column}"


def _seal(row: Person, *, name: str, phone: str) -> None:
    row.name_cipher, row.name_masked = crypto.encrypt(name, bound_to=_place(row.id, "name")), inputs.masked_name(name)
    row.phone_cipher, row.phone_masked = crypto.encrypt(phone, bound_to=_place(row.id, "phone")), inputs.masked_phone(phone)


def _open(row: Person) -> Clear:
    return Clear(
        name=crypto.decrypt(row.name_cipher, bound_to=_place(row.id, "name")),
        phone=crypto.decrypt(row.phone_cipher, bound_to=_place(row.id, "phone")),
    )


def _erase(person: Person, why: str, act: Act) -> Person:
    person.name_cipher = person.phone_cipher = person.name_masked = person.phone_masked = ""
    person.phone_index, person.erased_at, person.erased_why = None, act.at, why
    writes.change(person, "name_cipher", "phone_cipher", "name_masked", "phone_masked", "phone_index", "erased_at", "erased_why")
    return person


def _need(capability: str, zh: str, en: str, act: Act) -> None:
    if act.actor.id != SYSTEM_ID and not act.actor.may_somewhere(capability):
        raise NotAllowed(
            f"您的岗位没有“{zh}”的权限，请向管理员申请 {capability}。",
            f"Your post does not allow you to {en}; ask the administrator for {capability}.",
        )


def _text(field: str, value: str, shortest: int, longest: int) -> str:
    kept = value.strip()
    if not shortest <= len(kept) <= longest:
        raise Invalid(
            f"{field} 须为{shortest}至{longest}个字符，现为{len(kept)}个，请改正。",
            f"{field} must have {shortest} to {longest} characters, but has {len(kept)}; correct it.",
            code=f"{field}_length",
        )
    return kept
