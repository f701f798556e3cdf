"""Registers: dated reference data kept in memory, valid for exactly one version of the register in the database.

A process asks for the versions at most once a second; whoever changes a register raises its version in the same transaction.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections

from chengzhi.kernel import writes
from chengzhi.kernel.models import RegisterVersion

T = TypeVar("T")
Database = tuple[str, object]
FRESH_SECONDS = 1.0
_BUMP = (
    'INSERT INTO "kernel_registerversion" ("register", "version") VALUES (%s, 2) '
    'ON CONFLICT ("register") DO UPDATE SET "version" = "kernel_registerversion"."version" + 1'
)

_lock = threading.RLock()
_registers: "list[Register[Any]]" = []
_versions: dict[str, int] = {}
_asked_at = 0.0
_asked_of: "Database" = ("", "")


def versions() -> dict[str, int]:
    """Return the versions of all registers, at most a second old."""
    global _versions, _asked_at, _asked_of
    database = _database()
    if database == _asked_of and time.monotonic() - _asked_at <= FRESH_SECONDS:  # asked dozens of times for a page: without the lock
        return _versions
    with _lock:
        if writes.raised():  # what this service has raised is not committed: nobody else may take it for true
            return _versions
        if time.monotonic() - _asked_at > FRESH_SECONDS or database != _asked_of:
            _versions = dict(RegisterVersion.objects.values_list("register", "version"))
            _asked_at, _asked_of = time.monotonic(), database
        return _versions


def _database() -> Database:
    named = connections.settings[DEFAULT_DB_ALIAS]
    return named["ENGINE"], named["NAME"]


def forget() -> None:
    """Ask for the versions again at the next use."""
    global _asked_at
    with _lock:
        _asked_at = 0.0


def raise_version(register: str) -> None:
    """Tell every process, from the commit on, that a register has changed; call it in the transaction that changes it."""
    with connection.cursor() as cursor:
        cursor.execute(_BUMP, [register])
    forget()
    writes.note_raised(register, forget)


class Register(Generic[T]):
    """One register in memory: `load` reads it whole; `get` returns it, read again when its version has changed."""

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self.name, self._load = name, load
        self._held: tuple[Database, int, T] | None = None
        _registers.append(self)

    def get(self) -> T:
        """Return the register as of its present version; within a service that changes it, as that service has left it so far."""
        if self.name in writes.raised():
            return self._load()
        key = (_asked_of, versions().get(self.name, 1))
        held = self._held
        if held is None or (held[0], held[1]) != (_asked_of, key[1]):
            loaded = self._load()
            self._held = held = (_asked_of, key[1], loaded)
        return held[2]

    def clear(self) -> None:
        """Forget what is held, for tests whose database is rolled back."""
        self._held = None
        forget()


def clear_all() -> None:
    """Forget what every register holds, after a database was emptied or rolled back."""
    for register in _registers:
        register.clear()
