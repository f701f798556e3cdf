"""The product as `chengzhi serve` serves it: collected files under the addresses of their content; not one may be missing."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlparse
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Response, expect

from tests.journeys.conftest import PASSWORD
from tests.test_power_cut import BINARY, ROOT, free_port, in_product

pytestmark = pytest.mark.browser
FOUND = f"""
import json, django
django.setup()
from django.contrib.auth.hashers import make_password
from chengzhi.incidents.tests.telling import report, tell
from chengzhi.organisation.models import Account
from tests.world import found_small_world
world = found_small_world()
Account.objects.update(password=make_password({PASSWORD!r}))
given = tell(world, report(world), ("pass_on", "file_case", "dispatch", "sign", "finish"))
tell(world, report(world, n=1), ("pass_on", "file_case"))
tell(world, report(world, n=2), ("pass_on", "file_case", "dispatch", "sign"))
print(json.dumps({{"number": given.matter.number}}))
"""
# Whose page, where, and what stands there only when its scripts have run.
SCREENS = (
    ("", "/sign-in", ".gate-form"),
    ("", "/c/", ".home-link"),
    ("", "/c/report", "[data-ready], form"),
    ("", "/tools/deadlines", "form"),
    ("chief", "/", "#preview .preview, .nothing-here"),
    ("chief", "/incidents", "tr.entry"),
    ("chief", "/incidents/{number}", ".map-canvas canvas"),
    ("chief", "/incidents/{number}/print", ".paper"),
    ("acceptor", "/report", "#report"),
    ("acceptor", "/desk/", "#strip"),
    ("dispatcher", "/work/dispatch/", "[data-map][data-ready]"),
    ("road", "/work/board/", ".task-card"),
    ("inspector", "/m/", "main, #app"),
    ("sys_admin", "/settings/", ".settings"),
    ("sys_admin", "/settings/me", ".settings"),
    ("sys_admin", "/notices", "main h1"),
    ("sys_admin", "/notices/sent", "main h1"),
    ("chief", "/nowhere", ".message-page"),
)
WITH_CONTENT = re.compile(r"/static/.+\.[0-9a-f]{12}\.\w+$")


@dataclass(frozen=True)
class City:
    """A served city: where it answers, and the number of a case."""

    url: str
    number: str


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A small city that is served by the product's own command, with its files collected as `make prepare` does."""
    kept: Path = tmp_path_factory.mktemp("served")
    environment = {**os.environ, "CHENGZHI_VAR": str(kept), "DJANGO_SETTINGS_MODULE": "chengzhi.site.settings", "PYTHONPATH": str(ROOT)}
    environment.pop("CHENGZHI_DATABASE", None)
    for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"]):
        subprocess.run([str(BINARY), *command], env=environment, cwd=ROOT, check=True)
    number = in_product(FOUND, environment)["number"]
    port = free_port()
    served = [sys.executable, "-m", "chengzhi.site.cli", "serve", "--port", str(port), "--workers", "1", "--only", "web"]
    process = subprocess.Popen(served, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield City(f"http://127.0.0.1:{port}", number)
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer within a minute.")


def sign_in(page: Page, city: City, role: str) -> None:
    """Sign somebody in at the served city."""
    page.goto(f"{city.url}/sign-in")
    page.fill("[name=username]", f"{role}.990102")
    page.fill("[name=password]", PASSWORD)
    page.click(".gate-form button.wide")
    page.wait_for_url(f"{city.url}/")


def test_no_screen_misses_a_file_and_each_file_is_named_by_its_content(open_page: Callable[..., Page], city: City) -> None:
    seen: list[Response] = []
    pages: dict[str, Page] = {}
    for role, path, whole in SCREENS:
        if role not in pages:
            pages[role] = open_page()
            pages[role].on("response", lambda answer: seen.append(answer))
            if role:
                sign_in(pages[role], city, role)
        pages[role].goto(city.url + path.format(number=city.number))
        expect(pages[role].locator(whole).first).to_be_visible(timeout=20_000)
        pages[role].wait_for_load_state("networkidle")
    files = [(urlparse(one.url).path, one.status) for one in seen if "/static/" in one.url]
    assert len({path for path, _ in files}) > 30
    assert [(path, status) for path, status in files if status not in {200, 304}] == []
    assert sorted({path for path, _ in files if not WITH_CONTENT.search(path)}) == []
    scripts = {path for path, _ in files if path.endswith(("js", "mjs"))}
    plain = [re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", path) for path in scripts]
    assert sorted(plain) == sorted(set(plain)), "a script that is loaded under two addresses runs twice"


def test_the_files_of_a_page_may_be_kept_for_good(city: City) -> None:
    with urlopen(f"{city.url}/sign-in") as answer:
        named = re.findall(r"/static/[\w./-]+", answer.read().decode())
    assert len(named) > 5
    for address in named:
        with urlopen(city.url + address) as answer:
            assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable", address
