"""Keys of the tests stay in a folder of their own."""

import pytest

from chengzhi.parties import crypto


@pytest.fixture(autouse=True)
def keys_apart(settings, tmp_path):
    """Give every test its own folder of keys."""
    settings.VAR = tmp_path
    settings.PERSONAL_KEY = ""
    crypto._read.cache_clear()
    yield tmp_path / "keys"
    crypto._read.cache_clear()
