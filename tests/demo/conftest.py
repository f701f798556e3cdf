"""The demo city, founded once for the tests of this folder: on a Tuesday afternoon in late November, which is now for all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from chengzhi.kernel import registers
from chengzhi.site.demo import queries
from chengzhi.site.demo.founding import Result, demo
from chengzhi.site.demo.services import empty

CITY_TIME = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 15, 20, tzinfo=CITY_TIME)
SEED = 7
FEW = 40  # reports where the numbers are not looked at: on PostgreSQL, whose promises to the demo city are the same


def silent(text: str) -> None:
    """Tell nothing."""


@dataclass
class City:
    """What the founding answered, and the counts of what stands then."""

    result: Result
    told: dict[str, Any]


@pytest.fixture(scope="package")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[City]:
    """One demo city for the tests of this folder, which only look at it; it is emptied afterwards."""
    with django_db_blocker.unblock(), patch.object(timezone, "now", return_value=NOW):
        registers.clear_all()
        result = demo("S", None if connection.vendor == "sqlite" else FEW, SEED, fresh=False, progress=silent)
        yield City(result, queries.tally(NOW))
        empty()
        registers.clear_all()


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with patch.object(timezone, "now", return_value=NOW):
        yield
