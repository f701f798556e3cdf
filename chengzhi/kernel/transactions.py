"""The transaction of a service: a pipeline on PostgreSQL, a place in the queue of writers on SQLite.

On PostgreSQL a service that reads opens its transaction with the first question, in a pipeline: `BEGIN` travels with it and `COMMIT` with
the writes. A service that only writes needs none: what it has collected goes out as one statement, which is atomic by itself. On SQLite
writers queue on a file lock before `BEGIN IMMEDIATE`, so that nobody burns his time slice in busy waiting.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction


class _Opening:
    """The transaction on PostgreSQL that opens itself with the first statement; Django calls it around each statement of its own."""

    def __init__(self, raw: Any, stack: ExitStack) -> None:
        self.raw, self.stack, self.begun = raw, stack, False

    def begin(self) -> None:
        """Open the transaction, once."""
        if not self.begun:
            self.begun = True
            self.stack.enter_context(self.raw.pipeline())
            self.raw.execute("BEGIN")

    def __call__(self, execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        """Open the transaction before a statement of Django's."""
        self.begin()
        return execute(sql, parameters, many, context)


_opening: ContextVar[_Opening | None] = ContextVar("chengzhi_opening", default=None)


def begin() -> None:
    """Open the transaction of the running service, if it has none yet: for statements that do not go through Django."""
    opening = _opening.get()
    if opening is not None:
        opening.begin()


def opened() -> AbstractContextManager[None]:
    """Return the transaction of a service as a context: committed at its end, rolled back by an exception."""
    if connection.in_atomic_block:
        return _inside_another()
    return _on_postgresql() if connection.vendor == "postgresql" else _on_sqlite()


@contextmanager
def _inside_another() -> Iterator[None]:
    with transaction.atomic():
        yield


@contextmanager
def _on_sqlite() -> Iterator[None]:
    with _queue_of_writers(), transaction.atomic():
        yield


@contextmanager
def _queue_of_writers() -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or "mode=memory" in name:
        yield
        return
    lock = os.open(f"{name}.writers", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def _on_postgresql() -> Iterator[None]:
    # Django's own atomic() would wait for BEGIN and for COMMIT separately.
    connection.ensure_connection()
    raw = connection.connection
    connection.in_atomic_block, connection.autocommit = True, False  # Django's own notes; no statement is sent for them
    opening = None
    try:
        with connection.wrap_database_errors, ExitStack() as stack:
            opening = _Opening(raw, stack)
            token = _opening.set(opening)
            stack.callback(_opening.reset, token)
            stack.enter_context(connection.execute_wrapper(opening))
            yield
            if opening.begun:
                raw.execute("COMMIT")
    except BaseException:
        if opening is not None and opening.begun:
            _roll_back(raw)
        raise
    finally:
        connection.in_atomic_block, connection.autocommit = False, True
        connection.needs_rollback = False
    connection.run_and_clear_commit_hooks()


def _roll_back(raw: Any) -> None:
    connection.run_on_commit = []
    try:
        raw.execute("ROLLBACK")
    except Exception:  # the server is gone: it has rolled back by itself, and the connection is of no more use
        connection.in_atomic_block = False
        connection.close()
