"""The world in which calls come in."""

import pytest

from tests.world import World, found_small_world


@pytest.fixture
def world(db: None) -> World:
    """A city with two counties, their posts, people, departments and cells."""
    return found_small_world()
