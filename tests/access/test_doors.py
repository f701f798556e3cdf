"""County isolation through every door: pages, API, exports, maps, search, live, pictures, links of crews."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from chengzhi.incidents.models import Incident
from chengzhi.kernel.models import Clock, Event, Matter, TrailEntry
from chengzhi.notification.models import Notice
from chengzhi.organisation.models import Account
from tests.access.doors import filled, routes, unknown
from tests.access.scene import WORDS, Scene, first_county
from tests.access.stories import add_person
from tests.world import CENTRE_ROLES, COUNTY, OTHER_COUNTY, World, found_small_world

# One who reads his node, one who reads what he holds: the others differ from them in rights alone, and those are in test_matrix.
ROLES = ("chief", "inspector")
EVERY_ROLE = (*ROLES, *(role for role in CENTRE_ROLES if role not in ROLES), "road", "dept_lead")
METHODS = ("get", "post")
WAITS_FOR_WORKERS = "/readyz"
OPEN_TO_THE_OWN = {
    "incidents",
    "incidents/<str:number>",
    "incidents/<str:number>/print",
    "incidents/export.xlsx",
    "search",
    "maps/incidents",
    "matters/<int:matter_id>/preview",
    "api/v1/incidents",
    "api/v1/incidents/<number>",
    "api/v1/incidents/<number>/trail",
}
OF_NOBODY = {"/sign-out"}
ENDS_SESSION = "sign-out"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take every role to the doors when that is asked for: `pytest tests/access/test_doors.py --every-role`."""
    if metafunc.function is test_nothing_of_another_county_comes_through_any_door:
        metafunc.parametrize("role", EVERY_ROLE if metafunc.config.getoption("--every-role") else ROLES)


@pytest.fixture
def scene(db: None) -> Scene:
    """The first county with everything that one may have, seen by every role of the other one."""
    made = found_small_world()
    for county in (COUNTY, OTHER_COUNTY):
        add_person(made, "dept_lead", "road", "dept_lead", county)
    return first_county(made)


def client_of(world: World, role: str, county: str = OTHER_COUNTY) -> Client:
    """Return the browser of a role."""
    client = Client(raise_request_exception=False)
    client.force_login(Account.objects.get(pk=world.account(role, county).pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def said(answer: HttpResponseBase) -> str:
    """Return everything that an answer says: its text, its address, and what lies in a sheet."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as sheet:
            content = b"".join(sheet.read(name) for name in sheet.namelist())
    text = content.decode("utf-8", "replace")
    if "\\u" in text:  # JSON may spell its characters
        text += text.encode("latin-1", "replace").decode("unicode_escape", "replace")
    return text + answer.headers.get("Location", "")


def leaks(text: str, asked: str, scene: Scene) -> list[str]:
    """Return what of the first county stands in an answer; an answer may say back what it was asked."""
    secrets = [*WORDS, *scene.numbers]
    return [secret for secret in secrets if secret in text and secret not in asked]


def everything() -> tuple[int, ...]:
    """Count what a step would write."""
    return tuple(table.objects.count() for table in (TrailEntry, Event, Matter, Clock, Incident))


def read_of(scene: Scene) -> tuple[Any, ...]:
    """Return what others could have changed of the first county without a step."""
    notices = tuple(Notice.objects.filter(node=scene.world.county).order_by("pk").values_list("pk", "state", "read_at", "attempts"))
    return (*notices, *Matter.objects.filter(node=scene.world.county).order_by("pk").values_list("pk", "version", "state"))


def test_every_address_can_be_tried() -> None:
    missing = [line for route, one in routes() for line in unknown(route, one.pattern.regex.groupindex or one.pattern.converters)]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize(
    ("route", "names", "words"),
    [
        ("new/<int:thing_id>", ["thing_id"], "Add “thing_id” or “new/<int:thing_id>:thing_id” to PARAMETERS"),
        ("new/list", [], "Add “new/list” to ASKED"),
    ],
)
def test_a_new_address_is_named_with_what_must_be_added(route: str, names: list[str], words: str) -> None:
    assert [line.startswith(words) for line in unknown(route, names)] == [True]


def test_nothing_of_another_county_comes_through_any_door(role: str, scene: Scene) -> None:
    client, before, kept = client_of(scene.world, role), everything(), read_of(scene)
    found = []
    for route, pattern in routes():
        for path, query in filled(route, pattern, scene):
            for method in METHODS:
                found += _tried(client, method, path, query, scene)
        if ENDS_SESSION in route:
            client = client_of(scene.world, role)
    assert not found, "\n".join(sorted(set(found))[:60])
    assert read_of(scene) == kept
    assert everything() == before


def _tried(client: Client, method: str, path: str, query: Mapping[str, str], scene: Scene) -> list[str]:
    answer = getattr(client, method)(path, query)
    where = f"{method} {path} {dict(query)}: {answer.status_code}"
    if answer.status_code >= 500 and path != WAITS_FOR_WORKERS:
        return [f"{where} fails"]
    if answer.status_code == 401 or answer.headers.get("Location", "").startswith("/sign-in"):
        return [f"{where} is answered as to nobody"] if path not in OF_NOBODY else []
    return [f"{where} says {secret}" for secret in leaks(said(answer), f"{path} {' '.join(query.values())}", scene)]


@pytest.mark.parametrize("role", ["chief"])
def test_the_same_doors_do_open_for_the_own_county(role: str, scene: Scene) -> None:
    """Else a door that is shut for all would pass as one that keeps counties apart."""
    client = client_of(scene.world, role, COUNTY)
    opened = {
        route for route, one in routes() for path, query in filled(route, one, scene) if leaks(said(client.get(path, query)), "", scene)
    }
    assert opened >= OPEN_TO_THE_OWN
    picture = f"/api/v1/attachments/{scene.attachments[0]}/small"
    assert client.get(picture).status_code == 200
    assert client_of(scene.world, role).get(picture).status_code == 404
