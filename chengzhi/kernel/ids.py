"""Ids: 63-bit, ordered by time, given by the application, so that all rows of a step can go out together."""

import fcntl
import os
import threading
import time
from datetime import UTC, datetime
from typing import IO

from django.conf import settings

EPOCH_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
NODE_BITS, SLOT_BITS, SEQUENCE_BITS = 4, 6, 12
SLOTS = 1 << SLOT_BITS
SEQUENCES = 1 << SEQUENCE_BITS
TIME_SHIFT = NODE_BITS + SLOT_BITS + SEQUENCE_BITS


class _Generator:
    """One generator per process; a process owns its slot by a file lock that the operating system frees at its death."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: int | None = None
        self._held: IO[str] | None = None
        self._last_ms = 0
        self._sequence = 0

    def _claim_slot(self) -> int:
        folder = settings.VAR / "slots"
        folder.mkdir(parents=True, exist_ok=True)
        for slot in range(SLOTS):
            held = (folder / f"{slot:02d}.lock").open("w")
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                held.close()
                continue
            self._held = held
            return int(settings.NODE) << SLOT_BITS | slot
        raise RuntimeError(f"No free process slot in {folder}: more than {SLOTS} processes use this data folder.")

    def next(self) -> int:
        """Return the next id; never the same twice, never smaller than the one before in this process."""
        with self._lock:
            if self._process is None:
                self._process = self._claim_slot()
            now = max(time.time_ns() // 1_000_000, self._last_ms)
            self._sequence = self._sequence + 1 if now == self._last_ms else 0
            if self._sequence >= SEQUENCES:
                now, self._sequence = now + 1, 0
            self._last_ms = now
            return (now - EPOCH_MS) << TIME_SHIFT | self._process << SEQUENCE_BITS | self._sequence


_generator = _Generator()


def _start_anew_after_fork() -> None:
    global _generator  # a child must not share its parent's slot
    _generator = _Generator()


os.register_at_fork(after_in_child=_start_anew_after_fork)


def new_id() -> int:
    """Return a new 63-bit id."""
    return _generator.next()


def made_at(identifier: int) -> datetime:
    """Return the aware moment (to the millisecond) at which an id was given."""
    return datetime.fromtimestamp(((identifier >> TIME_SHIFT) + EPOCH_MS) / 1000, tz=UTC)


def first_at(moment: datetime) -> int:
    """Return the smallest id that could have been given at a moment, so that newer rows are found by their ids alone."""
    return max(0, int(moment.timestamp() * 1000) - EPOCH_MS) << TIME_SHIFT
