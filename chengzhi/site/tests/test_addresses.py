"""Addresses that lead nowhere, that miss or have a slash, or that only take a form: each reader is led to where he may go on."""

import pytest
from django.test import Client

from chengzhi.organisation.models import Account
from tests.world import World, found_small_world

HOME, LOOKUP, SIGN_IN = 'href="/c/"', 'href="/c/f/"', 'href="/sign-in"'
WORK, CASES = 'class="btn btn-primary" href="/"', 'class="btn" href="/incidents"'


@pytest.fixture
def world(db: None) -> World:
    """A city with two counties."""
    return found_small_world()


def reader(world: World, role: str) -> Client:
    """Return the browser of somebody of the first county, or of a stranger for no role."""
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(Account.objects.get(pk=world.account(role).pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/incidents/", "/incidents"),
        ("/incidents/?state=closed&due=open", "/incidents?state=closed&due=open"),
        ("/c/report/", "/c/report"),
        ("/notices///", "/notices"),
        ("/sign-in/", "/sign-in"),
        ("/desk", "/desk/"),
        ("/c", "/c/"),
        ("/settings", "/settings/"),
    ],
)
def test_a_needless_or_missing_slash_leads_to_the_right_address_for_good(world: World, typed: str, meant: str) -> None:
    answer = reader(world, "chief").get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (301, meant)


@pytest.mark.parametrize("path", ["/nowhere/", "/%2Fexample.com/", "/incidents/a/b/c/"])
def test_what_leads_nowhere_either_way_stays_not_found(world: World, path: str) -> None:
    assert reader(world, "chief").get(path).status_code == 404


def test_a_form_is_never_sent_on_to_another_address(world: World) -> None:
    assert reader(world, "").post("/c/report/", {"text": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "path", "status", "offered", "spared"),
    [
        ("", "/c/nowhere", 404, (HOME, LOOKUP), (WORK, CASES, SIGN_IN)),
        ("chief", "/c/nowhere", 404, (HOME, LOOKUP), (WORK, CASES)),
        ("", "/c/f/AAAAAA", 404, (HOME, LOOKUP), (WORK, CASES, SIGN_IN)),
        ("", "/c/photo", 405, (HOME,), (WORK, CASES, SIGN_IN)),
        ("", "/nowhere", 404, (SIGN_IN, HOME), (WORK, CASES)),
        ("chief", "/nowhere", 404, (WORK, CASES), (SIGN_IN,)),
        ("chief", "/c/poster/?cell=%3Cb%3E", 422, (WORK, CASES), (SIGN_IN,)),
        ("", "/crew/nowhere/", 404, (), (WORK, CASES, SIGN_IN)),
        ("chief", "/matters/steps/close", 405, (WORK, CASES), (SIGN_IN,)),
        ("", "/sign-out", 405, (SIGN_IN,), (WORK, CASES)),
    ],
)
def test_each_reader_is_offered_a_way_that_is_his(
    world: World, role: str, path: str, status: int, offered: tuple[str, ...], spared: tuple[str, ...]
) -> None:
    answer = reader(world, role).get(path)
    page = answer.content.decode()
    assert answer.status_code == status
    assert [way for way in offered if way not in page] == []
    assert [way for way in spared if way in page] == []


def test_an_address_that_only_takes_a_form_says_so_and_names_the_method(world: World) -> None:
    answer = reader(world, "chief").get("/language")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "这个地址只用于提交表单" in answer.content.decode()
    told = reader(world, "chief").get("/language", headers={"Accept": "application/json"})
    assert told.json()["code"] == "wrong_method"


@pytest.mark.parametrize("verb", ["rate", "ask", "phone"])
def test_opening_the_address_of_a_citizens_form_leads_to_the_page_of_the_code(world: World, verb: str) -> None:
    answer = reader(world, "").get(f"/c/f/K7M4QD/{verb}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/c/f/K7M4QD")


@pytest.mark.parametrize(("path", "home"), [("/c/", HOME), ("/incidents", 'class="btn" href="/"')])
def test_a_fault_offers_the_readers_own_home(world: World, monkeypatch: pytest.MonkeyPatch, path: str, home: str) -> None:
    def broken(*_given: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("chengzhi.incidents.queries.listpage.list_page", broken)
    monkeypatch.setattr("chengzhi.portal.views.home.shown", broken)
    answer = reader(world, "chief").get(path)
    assert answer.status_code == 500
    assert f'<p class="message-actions"><a class="btn btn-primary" href="{path}">' in answer.content.decode()
    assert home in answer.content.decode().partition("message-actions")[2]
