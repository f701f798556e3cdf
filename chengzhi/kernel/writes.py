"""One write set per step: rows are collected while a service thinks, and go out together with the commit."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db import models

from chengzhi.kernel import statements, transactions

P = ParamSpec("P")
R = TypeVar("R")


class WriteSet:
    """Rows to insert and rows to change, each once, in the order of their first mention."""

    def __init__(self) -> None:
        self._new: dict[type[models.Model], dict[Any, models.Model]] = {}
        self._changed: dict[tuple[type[models.Model], Any], tuple[models.Model, set[str]]] = {}
        # Matter id or number → its locked family, so that a service called by a service sees the same rows.
        self.locked: dict[int | str, Any] = {}
        self.raised: dict[str, Callable[[], None]] = {}  # registers that this service changes, and what to do after the commit

    def add(self, row: models.Model) -> None:
        """Insert this row at the end of the service."""
        self._new.setdefault(type(row), {})[row.pk] = row

    def change(self, row: models.Model, *attributes: str) -> None:
        """Write these attributes (column attribute names) of this row at the end of the service; of two objects of one row both count."""
        new = self._new.get(type(row), {}).get(row.pk)
        held, changed = (new, set[str]()) if new is not None else self._changed.setdefault((type(row), row.pk), (row, set()))
        changed.update(attributes)
        for attribute in attributes if held is not row else ():
            setattr(held, attribute, getattr(row, attribute))

    def collected(self) -> tuple[list[statements.Inserted], list[statements.Changed]]:
        """Return the new rows, table by table, and the changed ones, in the order of their first mention."""
        inserts = [statements.Inserted(model, list(rows.values())) for model, rows in self._new.items()]
        changes = [
            statements.Changed(model, key, row, tuple(sorted(attributes)))
            for (model, key), (row, attributes) in self._changed.items()
            if attributes
        ]
        return inserts, changes

    def flush(self) -> None:
        """Send what has been collected so far; it is committed with the service."""
        transactions.begin()
        self.send_last()

    def send_last(self) -> None:
        """Send what is left, as the last that the service does."""
        statements.send(*self.collected())
        self._new.clear()
        self._changed.clear()


_current: ContextVar[WriteSet | None] = ContextVar("chengzhi_write_set", default=None)


def current() -> WriteSet:
    """Return the write set of the running service; outside a service there is none, which is a fault of the caller."""
    found = _current.get()
    if found is None:
        raise RuntimeError("Rows are written by services only: this code does not run inside a @service.")
    return found


def add(row: models.Model) -> None:
    """Insert this row with the running service."""
    current().add(row)


def change(row: models.Model, *attributes: str) -> None:
    """Change these attributes of this row with the running service."""
    current().change(row, *attributes)


def raised() -> frozenset[str]:
    """Return the registers that the running service has changed so far."""
    found = _current.get()
    return frozenset(found.raised) if found is not None and found.raised else frozenset()


def note_raised(register: str, after: Callable[[], None]) -> None:
    """Remember that the running service changes a register; `after` is called when it has committed or failed."""
    found = _current.get()
    if found is not None:
        found.raised[register] = after


@contextmanager
def unit_of_work() -> Iterator[WriteSet]:
    """Open the write set and its transaction, or join the one that is open; an exception leaves nothing behind."""
    joined = _current.get()
    if joined is not None:
        yield joined
        return
    work = WriteSet()
    token = _current.set(work)
    try:
        with transactions.opened():
            yield work
            work.send_last()
    finally:
        _current.reset(token)
        for after in work.raised.values():
            after()


def service(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a verb: it runs in one transaction, and all it writes goes out in one pipeline."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with unit_of_work():
            return function(*args, **kwargs)

    return run
