"""Questions about parties. Everything here is masked; clear names and numbers are given by `services.reveal` only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from django.utils import timezone

from chengzhi.kernel.access import Act, capability
from chengzhi.kernel.problems import NotFound
from chengzhi.parties import crypto, inputs
from chengzhi.parties.models import Organisation, Person, Reveal

REVEAL = capability("parties.person.reveal", "查看当事人明文信息", "See a person's name and phone number in clear")
AUDIT = capability("parties.reveal.audit", "审计明文查看记录", "audit looks at personal data")
ERASE = capability("parties.person.erase", "清除当事人个人信息", "Erase a person's data")


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the data of a person in clear."""

    account: int
    person: int
    purpose: str
    shift_date: date
    at: datetime


class Masked(TypedDict):
    """A person as everybody may see him."""

    id: int
    name: str
    phone: str
    erased: bool


def masked(ids: Iterable[int]) -> dict[int, Masked]:
    """Return masked name and phone number of each person that exists."""
    return {row.id: _masked(row) for row in Person.objects.filter(id__in=set(ids))}


def by_phone(phone: str) -> Masked | None:
    """Return the person who has this phone number, however it is written. Raises Invalid when it is no phone number."""
    digits = inputs.phone_number(phone)
    row = Person.objects.filter(phone_index=crypto.blind_index(digits)).first() if digits else None
    return _masked(row) if row else None


def number_in(phone: str) -> str:
    """Return the one form of a phone number, however it is written, empty for none. Raises Invalid when it is no phone number."""
    return inputs.phone_number(phone)


def organisation_by_code(credit_code: str) -> Organisation | None:
    """Return the organisation with this unified social credit code. Raises Invalid when it is no such code."""
    code = inputs.credit_code(credit_code)
    return Organisation.objects.filter(credit_code=code).first() if code else None


def shift_date(at: datetime) -> date:
    """Return the day of the shift of a moment, in the city's zone."""
    return timezone.localdate(at)


def person(person_id: int) -> Person:
    """Return a person for the services of this context. Raises NotFound."""
    row = Person.objects.filter(id=person_id).first()
    if row is None:
        raise NotFound(
            f"没有编号为 {person_id} 的当事人，请刷新页面后再试。",
            f"There is no person {person_id}; reload the page and try again.",
        )
    return row


def purpose_of_shift(person_id: int, act: Act) -> str | None:
    """Return the purpose that the actor gave for this person earlier in this shift, if any."""
    seen = Reveal.objects.filter(account=act.actor.id, person=person_id, shift_date=shift_date(act.at)).order_by("-id")
    return seen.values_list("purpose", flat=True).first()


def looks(accounts: Iterable[int], most: int) -> list[Seen]:
    """Return the newest looks of these accounts at personal data."""
    rows = Reveal.objects.filter(account__in=set(accounts)).order_by("-id")[:most]
    return [Seen(row.account, row.person_id, row.purpose, row.shift_date, row.at) for row in rows]


def _masked(row: Person) -> Masked:
    return Masked(id=row.id, name=row.name_masked, phone=row.phone_masked, erased=row.erased_at is not None)
