"""The world in which people are told: a small city whose people have phones."""

import pytest

from chengzhi.organisation.models import Staff
from tests.world import World, found_small_world


@pytest.fixture
def world(db: None) -> World:
    """A city with two counties; everybody has a phone."""
    founded = found_small_world()
    Staff.objects.update(phone="13900000000")
    return founded
