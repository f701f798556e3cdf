"""Numbers: gap-free ones drawn under a row lock as late as can be, and unique ones with gaps that cost almost nothing."""

import os
import threading
from datetime import date

from django.db import connection

DRAW = (
    'INSERT INTO "kernel_counter" ("name", "value") VALUES (%s, 1) '
    'ON CONFLICT ("name") DO UPDATE SET "value" = "kernel_counter"."value" + 1 RETURNING "value"'
)
SEQUENCE = "kernel_numbers_with_gaps"
BLOCK = 50  # the sequence's increment on PostgreSQL, see the migration

_lock = threading.Lock()
_blocks: dict[str, tuple[int, int]] = {}


def _forget_after_fork() -> None:
    _blocks.clear()  # a child must not hand out its parent's numbers


os.register_at_fork(after_in_child=_forget_after_fork)


def draw(name: str) -> int:
    """Return the next value of a gap-free counter; the row stays locked until the service commits, a refusal gives it back."""
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [name])
        row = cursor.fetchone()
    return int(row[0])


def with_gaps() -> int:
    """Return a unique number whose neighbours may be missing.

    PostgreSQL: from a sequence, fifty at a time per process; a sequence does not roll back, so no number comes twice. SQLite has one writer
    at a time anyway and draws singly.
    """
    if connection.vendor != "postgresql":
        return draw("with_gaps")
    database = str(connection.settings_dict["NAME"])
    with _lock:
        following, last = _blocks.get(database, (1, 0))
        if following > last:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(%s)", [SEQUENCE])
                following = int(cursor.fetchone()[0])
            last = following + BLOCK - 1
        _blocks[database] = (following + 1, last)
    return following


def day_number(day: date, county: str, sequence: int) -> str:
    """Return a case number: date, six-digit county, six-digit sequence of the day."""
    return f"{day:%Y%m%d}{county}{sequence:06d}"
