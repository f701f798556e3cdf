"""How often the doors of the loop wait for PostgreSQL: each create, step, list and detail over HTTP, with token and idempotency key."""

import itertools
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests.telling import CLASS, condition_of, photo, report, role_holding, tell
from chengzhi.kernel import registers
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.kernel.tests.round_trips import round_trips
from chengzhi.organisation import services as organisation
from tests.world import COUNTY, World, found_small_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]

URL = "/api/v1/incidents"
MOST_OF_A_CREATE, MOST_OF_A_STEP = 2, 5
STEPS = (
    ("pass_on", "acceptor"),
    ("file_case", "chief"),
    ("dispatch", "dispatcher"),
    ("sign", "road"),
    ("finish", "road"),
    ("send_check", "acceptor"),
    ("pass_check", "*check"),
    ("close", "chief"),
)


class Caller:
    """The people of the small world, each calling with his token; how often the database was waited for is counted."""

    def __init__(self, world: World) -> None:
        self.world, self.client, self.keys = world, Client(), itertools.count(1)
        act = Act(actor=SYSTEM, at=timezone.now(), door="system")
        people = [name for county, name in world.accounts if county == COUNTY]
        self.tokens = {name: organisation.issue_token(account=world.account(name), name="test", act=act) for name in people}

    def headers(self, role: str, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role]}", **more}

    def get(self, role: str, path: str) -> int:
        headers = self.headers(role)
        return self._counted(lambda: self.client.get(URL + path, headers=headers), 200)

    def post(self, role: str, path: str, body: dict[str, Any], status: int, version: int | None = None) -> int:
        headers = self.headers(role, **{"Idempotency-Key": f"key {next(self.keys)}"})
        headers |= {"If-Match": str(version)} if version is not None else {}
        text = json.dumps(body)
        return self._counted(lambda: self.client.post(URL + path, text, content_type="application/json", headers=headers), status)

    @staticmethod
    def _counted(ask: Any, status: int) -> int:
        heard = []
        turns, _ = round_trips(lambda: heard.append(ask()))
        assert heard[0].status_code == status, heard[0].content.decode()
        return turns


@pytest.fixture
def caller(monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Callers whose process knows registers and duty plan already, as after the first second of a day; their versions stay fresh."""
    world = found_small_world()
    monkeypatch.setattr(registers, "FRESH_SECONDS", 3600.0)
    caller = Caller(world)
    tell(world, report(world), [slug for slug, _ in STEPS])
    caller.post("acceptor", "", a_call(world), 201)
    for role in caller.tokens:
        caller.get(role, "?limit=1")  # and the first use of a token on a day is noted
    return caller


def a_call(world: World) -> dict[str, Any]:
    lon, lat = world.point(1)
    return {"source": "110", "class_code": CLASS, "description": "门口有垃圾", "lon": lon, "lat": lat}


def inputs(world: World, row: Incident, slug: str, role: str) -> dict[str, Any]:
    """What a person sends with a step; his picture was uploaded before."""
    position = {"lon": row.lon, "lat": row.lat}
    given: dict[str, dict[str, Any]] = {
        "file_case": {"condition": condition_of(row)},
        "dispatch": {"unit": str(world.unit("road"))},
        "finish": {"result": "已清理"},
        "pass_check": position,
        "close": {"closing_met": True},
    }
    pictures = {"photos": [str(photo(world.act(role)))]} if slug in {"finish", "pass_check"} else {}
    return {**given.get(slug, {}), **pictures}


def test_creating_over_http_waits_few_times(caller: Caller) -> None:
    assert caller.post("acceptor", "", a_call(caller.world), 201) <= MOST_OF_A_CREATE


def test_each_step_of_the_main_line_over_http_waits_few_times(caller: Caller) -> None:
    row = report(caller.world)
    number, waits = row.matter.number, {}
    for slug, who in STEPS:
        row = Incident.objects.select_related("matter").get(pk=row.pk)
        role = role_holding(caller.world, row, "check") if who == "*check" else who
        body = inputs(caller.world, row, slug, role)
        waits[slug] = caller.post(role, f"/{number}/steps/{slug}", body, 200, row.matter.version)
    assert Incident.objects.get(pk=row.pk).matter.state == "closed"
    assert {slug: turns for slug, turns in waits.items() if turns > MOST_OF_A_STEP} == {}, waits


def test_reading_a_list_and_a_detail_waits_as_often_as_is_written_here(caller: Caller) -> None:
    number = report(caller.world).matter.number
    assert caller.get("acceptor", "?state=to_accept") == 1
    assert caller.get("acceptor", f"/{number}") <= 4
