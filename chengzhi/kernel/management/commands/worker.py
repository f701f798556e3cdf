"""The worker: relays events and runs the timetable. Only one works at a time; a second one waits for the first to end.

When the database goes away it ends with the fault; whoever supervises it starts it again, and the lock is taken anew.
"""

import contextlib
import fcntl
import signal
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from chengzhi.kernel import feed, schedule

LOCK = 0x63656E67
IDLE_SECONDS = 0.2


class Command(BaseCommand):
    """Relay events upward and run periodic jobs until told to stop."""

    help = "Relay events and run the timetable (one worker at a time)."
    stopping = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --once for a single round."""
        parser.add_argument("--once", action="store_true", help="Do what is due now and end.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or SIGINT."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        with _alone():
            while not self.stopping:
                busy = feed.relay() + len(schedule.run_due())
                if options["once"]:
                    return
                if not busy:
                    time.sleep(IDLE_SECONDS)

    def _stop(self, *_: Any) -> None:
        self.stopping = True


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield
        return
    with (settings.VAR / "worker.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
