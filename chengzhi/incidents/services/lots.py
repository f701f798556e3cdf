"""Drawing by lot: nobody can foretell it, unless a demo city brings a source of its own, so that the same seed gives the same city."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

_HONEST = random.SystemRandom()
_source: ContextVar[random.Random | None] = ContextVar("lots", default=None)


def pick(among: Sequence[T]) -> T:
    """Return one of those that stand to be drawn."""
    return _lots().choice(among)


def sample(among: Sequence[T], count: int) -> list[T]:
    """Return so many of those that stand to be drawn, none of them twice."""
    return _lots().sample(among, count)


@contextmanager
def drawn_from(source: random.Random) -> Iterator[None]:
    """Draw from this source within the block, in this thread alone; what is served meanwhile draws as ever."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def _lots() -> random.Random:
    return _source.get() or _HONEST
