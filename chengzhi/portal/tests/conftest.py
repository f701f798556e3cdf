"""The world in which citizens report."""

import pytest
from django.test import Client

from tests.world import World, found_small_world


@pytest.fixture
def world(db: None) -> World:
    """A city with two counties, their posts, people, departments and cells."""
    return found_small_world()


@pytest.fixture
def citizen() -> Client:
    """A browser that nobody has signed in with; forms need their tokens as in the street."""
    return Client(enforce_csrf_checks=True)
