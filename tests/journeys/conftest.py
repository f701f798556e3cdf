"""The city of the journeys: a small world with passwords, served with its files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from PIL import Image
from playwright.sync_api import Page

from chengzhi.organisation.models import Account
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
