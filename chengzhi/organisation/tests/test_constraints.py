"""What the database itself refuses, whoever writes."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from chengzhi.kernel.models import Holder
from chengzhi.organisation import services
from chengzhi.organisation.models import (
    Account,
    ApiToken,
    Assignment,
    CommandNode,
    Crew,
    Duty,
    Grant,
    Post,
    Role,
    Shift,
    Staff,
    Unit,
)

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 1)


def _holder() -> Holder:
    return Holder.objects.create(kind="unit", name_zh="x")


def _node(**more) -> CommandNode:
    return CommandNode(**{"holder": _holder(), "code": "990199", "level": "county", "short_zh": "某区", **more})


def _unit(**more) -> Unit:
    return Unit(**{"holder": _holder(), "code": "Z", "kind": "department", "valid_from": FIRST, **more})


def _himself(staff: Staff, post: Post) -> Assignment:
    return Assignment(staff=staff, post=post, valid_from=FIRST, substitute_for=staff)


ROWS = {
    "node of an unknown level": lambda c: _node(level="town", parent=c.node["市"]),
    "city with a parent": lambda c: _node(level="city", parent=c.node["市"]),
    "node that nobody commands": lambda c: _node(does_own_command=False),
    "second node of a division": lambda c: _node(code="990102", parent=c.node["市"]),
    "unit of an unknown kind": lambda c: _unit(kind="office"),
    "second unit of a code": lambda c: _unit(code="E-1"),
    "unit that ends before it begins": lambda c: _unit(valid_to=LAST),
    "daily parent of a department": lambda c: _unit(parent=c.unit["局"], daily_parent=c.unit["街道"]),
    "squad with a daily parent only": lambda c: _unit(kind="squad", daily_parent=c.unit["街道"]),
    "squad with one parent twice": lambda c: _unit(kind="squad", parent=c.unit["街道"], daily_parent=c.unit["街道"]),
    "post that ends before it begins": lambda c: Post(
        holder=_holder(), unit=c.unit["局"], role_id="chief", valid_from=FIRST, valid_to=LAST
    ),
    "role with an unknown scope": lambda c: Role(code="boss", name_zh="x", name_en="x", reads="all"),
    "grant twice": lambda c: Grant(role_id="chief", capability="test.matter.file"),
    "person who left before he came": lambda c: Staff(name="x", hired_on=FIRST, left_on=LAST),
    "assignment that ends before it begins": lambda c: Assignment(
        staff=c.person("a"), post=c.post("局", "chief"), valid_from=FIRST, valid_to=LAST
    ),
    "substitute for himself": lambda c: _himself(c.person("a"), c.post("局", "chief")),
    "second account of a name": lambda c: Account(username=c.account("zhang").username),
    "second account of a person": lambda c: Account(username="other", staff=c.account("zhang").staff),
    "shift without length": lambda c: Shift(node=c.node["东"], name_zh="x", starts=time(8), ends=time(8)),
}


@pytest.mark.parametrize("situation", ROWS)
def test_the_database_refuses(city, situation):
    row = ROWS[situation](city)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_database_refuses_a_person_twice_in_a_shift(city):
    shift = services.open_shift(node=city.node["东"], name_zh="早班", starts=time(8), ends=time(16), act=city.act)
    staff, one, other = city.person("张某"), city.post("东中心", "inspector"), city.post("东中心", "inspector")
    Duty.objects.create(date=FIRST, shift=shift, post=one, staff=staff)
    Duty.objects.create(date=LAST, shift=shift, post=one, staff=staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(date=FIRST, shift=shift, post=other, staff=staff)


def test_the_database_refuses_the_same_assignment_and_the_same_token_twice(city):
    post = city.post("局", "chief")
    account = city.account("zhang", post)
    given = Assignment.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(staff=account.staff, post=post, valid_from=given.valid_from)
    services.issue_token(account=account, name="t", act=city.act)
    token = ApiToken.objects.get()
    for changed in ({"name": "u"}, {"sha256": "0" * 64}):
        again = {
            "account": account,
            "name": token.name,
            "sha256": token.sha256,
            "created_at": token.created_at,
            **changed,
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.create(**again)


def test_a_node_belongs_to_itself_and_its_bodies_to_it(city):
    east = city.id_of("东")
    assert Holder.objects.get(pk=east).node_id == east
    assert set(Holder.objects.filter(node=east).values_list("kind", flat=True)) == {"node", "unit", "crew"}
    assert Crew.objects.get(holder=city.crew["二班"].holder_id).is_contractor
