"""Counts how often a program waits for PostgreSQL: each change from sending to receiving in libpq's own trace is one round trip."""

import itertools
import tempfile
from collections.abc import Callable

from django.db import connection
from psycopg import pq


def round_trips(work: Callable[[], object]) -> tuple[int, list[str]]:
    """Run something and return how many round trips it made, with the messages for a failing test to show."""
    connection.ensure_connection()
    raw = connection.connection.pgconn
    with tempfile.TemporaryFile() as file:
        raw.trace(file.fileno())
        raw.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS)
        try:
            work()
        finally:
            raw.untrace()
        file.seek(0)
        lines = [line for line in file.read().decode(errors="replace").splitlines() if line[:1] in {"F", "B"}]
    turns = sum(1 for sent, received in itertools.pairwise(lines) if sent[0] == "F" and received[0] == "B")
    return turns, [line[:160] for line in lines if "Parse" in line or "Query" in line]
