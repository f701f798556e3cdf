"""The JSON API as its own description says: whatever is sent, no answer is a server error, and every refusal is problem details."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from chengzhi.incidents.tests.telling import report
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.organisation import services as organisation
from chengzhi.site.wsgi import application
from tests.world import World, found_small_world

schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
pytestmark = pytest.mark.django_db


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's own connection: outside a test a server closes it between requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def caller(db: None, one_connection: None) -> tuple[World, str, str]:
    """A chief's token and the number of an incident that exists."""
    world = found_small_world()
    act = world.act("chief")
    issuer = Act(actor=SYSTEM, at=act.at, door="system")
    token = organisation.issue_token(account=world.account("chief"), name="schema", act=issuer)
    return world, token, report(world).matter.number


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_makes_a_server_error(case: Any, caller: tuple[World, str, str]) -> None:
    _, token, number = caller
    if "number" in (case.path_parameters or {}) and len(str(case.path_parameters["number"])) % 2:
        case.path_parameters["number"] = number
    response = case.call(headers={"Authorization": f"Bearer {token}"})
    case.validate_response(response, checks=[not_a_server_error])
    if response.status_code >= 400 and response.headers.get("content-type", [""])[0].startswith("application/problem"):
        assert {"zh", "en"} <= set(response.json()["detail"])
