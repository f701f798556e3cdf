"""What every test has: the choice of tests for the present database, and guards that step aside when one is emptied."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import TransactionTestCase

from tests.databases import empty_database

OF_THE_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server", "client", "admin_client"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option of the second run."""
    parser.addoption("--database-bound", action="store_true", help="Only tests that touch the database, not those in a browser.")
    parser.addoption("--every-role", action="store_true", help="Every role at every door, which takes minutes; two of them else.")


def pytest_configure() -> None:
    """Without collected static files (`make test` collects them) pages name the files as they are."""
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


def touches_database(item: pytest.Item) -> bool:
    """Tell whether a test needs a database."""
    return item.get_closest_marker("django_db") is not None or bool(OF_THE_DATABASE & set(getattr(item, "fixturenames", ())))


def wanted(item: pytest.Item, vendor: str, database_bound: bool) -> bool:
    """Tell whether a test belongs to this run: the second one repeats only what may differ between databases."""
    if item.get_closest_marker({"postgresql": "sqlite_only", "sqlite": "postgres_only"}[vendor]):
        return False
    return not database_bound or (touches_database(item) and item.get_closest_marker("browser") is None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the present database does not promise; nothing is skipped silently later."""
    vendor = "postgresql" if "postgresql" in settings.DATABASES["default"]["ENGINE"] else "sqlite"
    chosen = [item for item in items if wanted(item, vendor, config.getoption("--database-bound"))]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.fixture(autouse=True, scope="session")
def _test_databases_are_emptied_quickly() -> Iterator[None]:
    # Django truncates every table and tells post_migrate: seconds per test, and refused by the guards of the trail.
    with patch.object(TransactionTestCase, "_fixture_teardown", lambda _case: empty_database()):
        yield
