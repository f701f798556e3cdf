"""What a stranger sends to any door: numbers that no database has, bodies without end; and what he may read of the inside."""

import pytest
from django.db import DatabaseError
from django.test import Client

from chengzhi.organisation.models import Account
from chengzhi.site import health
from tests.world import World, found_small_world

HUGE = (str(1 << 63), "9" * 40)
BY_NUMBER = (
    ("chief", "/matters/{}/preview"),
    ("chief", "/matters/{}/steps/file"),
    ("chief", "/maps/areas/{}"),
    ("road", "/work/board/{}"),
    ("dispatcher", "/work/dispatch/units/{}"),
    ("sys_admin", "/settings/knowledge/{}"),
    ("acceptor", "/settings/knowledge/{}"),
    ("chief", "/notices?before={}"),
    ("sys_admin", "/notices/sent?before={}"),
    ("dispatcher", "/work/dispatch/plan?matter={}"),
    ("chief", "/incidents?cursor={}"),
)
POSTED = ("/notices/{}/open", "/notices/{}/retry", "/desk/tickets/{}/replied", "/desk/calls/{}/answer")


@pytest.fixture
def world(db: None) -> World:
    """A city with two counties."""
    return found_small_world()


def staff(world: World, role: str) -> Client:
    """Return a browser in which somebody of the first county is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(Account.objects.get(pk=world.account(role).pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(("role", "path"), BY_NUMBER)
def test_a_number_too_large_for_any_database_is_told_in_one_sentence(world, role, path, number):
    answer = staff(world, role).get(path.format(number))
    assert answer.status_code < 500, path


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("path", POSTED)
def test_a_form_for_a_number_too_large_is_told_in_one_sentence(world, path, number):
    answer = staff(world, "acceptor").post(path.format(number))
    assert answer.status_code < 500, path


@pytest.mark.parametrize("path", ["/c/photo", "/c/report", "/crew/x/", "/api/v1/attachments", "/sign-in"])
def test_a_body_larger_than_any_form_is_refused_before_it_is_read(world, path):
    answer = Client(raise_request_exception=False).post(path, {"a": "1"}, CONTENT_LENGTH=str(2 << 30))
    assert answer.status_code == 413, path


def test_whether_the_city_is_ready_names_no_server_and_no_user(db, monkeypatch):
    def broken():
        raise DatabaseError('connection to server at "10.2.3.4", port 5432 failed: password authentication failed for user "chengzhi"')

    monkeypatch.setattr(health.guards, "missing", broken)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert b"10.2.3.4" not in answer.content
    assert b"chengzhi" not in answer.content
