"""Each supported pair of filter and order is answered by the index that its row in the table names."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from benchmarks.history import History, Kinds
from benchmarks.works import questions
from chengzhi.incidents.queries import lists
from chengzhi.incidents.queries.lists import LISTS, Filter
from chengzhi.kernel.access import Actor
from chengzhi.kernel.models import Matter
from tests.test_history_rows import FINISHED, UNFINISHED, as_city
from tests.world import CITY, World, found_small_world

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 4000
CLASSES = ("SJ0101", "SJ0102", "SJ0201")


@pytest.fixture
def world() -> World:
    """A world with some thousands of incidents, after ANALYZE."""
    made = found_small_world()
    History(as_city(made), Kinds(FINISHED, UNFINISHED, CLASSES)).load(ROWS)
    return made


def plan_of(actor: Actor, asked: Filter, cursor: str = "") -> str:
    """How the database answers a page, in its own words."""
    sent: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        lists.page(actor, asked, cursor=cursor)
    (sql, params), = [one for one in sent if "incidents_incident" in one[0]]
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as database:
        database.execute(explain + sql, params)
        return "".join(f"{row[-1]}\n" for row in database.fetchall())


@pytest.mark.parametrize("county", ["990102", CITY])
def test_each_supported_pair_is_answered_by_the_index_it_names(county: str, world: World) -> None:
    actor, faults = world.actor("leader", county), []
    # Of a node without incidents any index answers as fast, and PostgreSQL takes the smallest.
    busy = set(Matter.objects.filter(kind="incident", node__in=actor.nodes).values_list("node", flat=True))
    assert busy
    for listing in LISTS:
        for asked in (Filter(**one) for one in questions(listing) if one.get("class_code", CLASSES[0]) in CLASSES):
            for cursor in ("", lists.page(actor, asked)["cursor"]):
                plan = plan_of(actor, asked, cursor)
                if not len(busy) <= plan.count(listing.index) <= len(actor.nodes):
                    faults.append(f"{asked} cursor={cursor!r} does not use {listing.index} for each busy node:\n{plan}")
    assert not faults, "\n".join(faults)
