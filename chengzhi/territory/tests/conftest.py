"""The register is forgotten around each test, because a rolled-back database gives the same version to other contents."""

from collections.abc import Iterator

import pytest

from chengzhi.territory.queries import TERRITORY


@pytest.fixture(autouse=True)
def _forgotten_register() -> Iterator[None]:
    TERRITORY.clear()
    yield
    TERRITORY.clear()
