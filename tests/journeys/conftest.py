"""The city of the journeys: a small world with passwords, served with its files."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from PIL import Image
from playwright.sync_api import Browser, Page

from chengzhi.organisation.models import Account
from tests.conftest import ARGUMENTS, CHROMIUM, PHONE
from tests.journeys.street import CAMERA, opened
from tests.world import World, found_small_world

PASSWORD = "open-sesame-2026"
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture
def world(transactional_db, settings) -> World:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": PLAIN}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    founded = found_small_world()
    Account.objects.update(password=make_password(PASSWORD))
    return founded


@pytest.fixture
def sign_in(live_server, world) -> Callable[..., Page]:
    """Sign a person in on a page and return it."""

    def enter(page: Page, role: str, county: str = "990102") -> Page:
        page.goto(f"{live_server.url}/sign-in")
        page.fill("[name=username]", f"{role}.{county}")
        page.fill("[name=password]", PASSWORD)
        page.click(".gate-form button.wide")
        page.wait_for_url(f"{live_server.url}/")
        return page

    return enter


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str], str]:
    """Make a small picture that is like no other and return its path."""

    def make(name: str) -> str:
        path = tmp_path / f"{name}.jpg"
        image = Image.radial_gradient("L").rotate(len(name) * 23).resize((320, 240)).convert("RGB")
        image.paste(tuple(sum(map(ord, name)) * factor % 255 for factor in (3, 7, 11)), (20, 20, 140, 120))
        image.save(path)
        return str(path)

    return make


@pytest.fixture(scope="module")
def camera_browser(browser: Browser) -> Iterator[Browser]:
    """A browser whose camera shows a test picture; its loop is that of the other one, which pytest keeps for the session."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    launched = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *CAMERA])
    yield launched
    launched.close()


@pytest.fixture
def street(camera_browser: Browser, live_server, world: World, sign_in) -> Iterator[Callable[..., Page]]:
    """Open the phone page of an inspector who stands in the third cell; faults of the page fail the test."""
    contexts, faults = [], []

    def enter(name: str = "inspector", point: int = 3, **options) -> Page:
        lon, lat = world.point(point)
        given = {"geolocation": {"longitude": lon, "latitude": lat, "accuracy": 8}, "permissions": ["geolocation", "camera"], **options}
        context = camera_browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport=PHONE, is_mobile=True, has_touch=True, **given
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        sign_in(page, name)
        opened(page, live_server)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)
