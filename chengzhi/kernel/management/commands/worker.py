"""The worker: relays events, runs the timetable and does what is left of imports. Only one works at a time; a second one waits.

Each of the three has a thread of its own, so that a slow job holds up no event and a long import no job. When the database goes away
the worker ends; whoever supervises it starts it again, and the lock is taken anew.
"""

import contextlib
import fcntl
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from chengzhi.kernel import feed, imports, schedule

LOCK = 0x63656E67
IDLE_SECONDS = 0.2
LONGEST_GOODBYE = 10


class Command(BaseCommand):
    """Relay events upward, run periodic jobs and import files until told to stop."""

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
            if options["once"]:
                feed.relay()
                schedule.run_due()
                imports.run_waiting()
                return
            others = [threading.Thread(target=work, daemon=True) for work in (self._keep_timetable, self._keep_imports)]
            for thread in others:
                thread.start()
            while not self.stopping and all(thread.is_alive() for thread in others):
                if not feed.relay():
                    time.sleep(IDLE_SECONDS)
            for thread in others:
                thread.join(LONGEST_GOODBYE)

    def _keep_timetable(self) -> None:
        while not self.stopping:
            schedule.run_due()
            time.sleep(1)

    def _keep_imports(self) -> None:
        while not self.stopping:
            imports.run_waiting()
            time.sleep(1)

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
