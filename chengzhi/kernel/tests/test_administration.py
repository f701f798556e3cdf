"""The list of changes shows of each register only what was changed where the reader may look at that register."""

import pytest
from django.utils import timezone

from chengzhi.kernel import administration
from chengzhi.kernel.access import Actor
from chengzhi.kernel.administration import SHEETS, Sheet
from chengzhi.kernel.models import RegisterChange

HERE, THERE = 1, 2


def _sheet(slug: str, reads: str) -> Sheet:
    return Sheet(slug, slug, slug, ("", ""), (reads,), (), lambda actor, look: ())


@pytest.mark.django_db
def test_a_right_at_one_node_for_one_register_opens_no_other_register_there(monkeypatch):
    for slug in ("people", "limits"):
        monkeypatch.setitem(SHEETS, slug, _sheet(slug, f"test.{slug}.read"))
        for node in (HERE, THERE):
            kept = {"page": slug, "node": node, "register": f"{slug}{node}"}
            RegisterChange.objects.create(verb="change", account=1, at=timezone.now(), version=1, **kept)
    rights = {"test.people.read": frozenset({HERE}), "test.limits.read": frozenset({THERE})}
    seen = administration.changes(Actor(1, "张", rights, frozenset({HERE, THERE})))
    assert sorted(change.register for change in seen) == ["limits2", "people1"]
