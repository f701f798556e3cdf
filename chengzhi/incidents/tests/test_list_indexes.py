"""Each supported pair of filter and order is answered by the index that its row in the table names."""

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.history import History, Kinds
from tests.test_history_rows import FINISHED, UNFINISHED, as_city
from tests.world import World, found_small_world

ROWS = 3000


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A world with some thousands of incidents, loaded once for all questions."""
    with django_db_blocker.unblock():
        made = found_small_world()
        History(as_city(made), Kinds(FINISHED, UNFINISHED, ("SJ0101", "SJ0203", "BJ0101"))).load(ROWS)
        yield made
