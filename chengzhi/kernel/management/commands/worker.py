"""The worker: relays events and runs the timetable. Only one works at a time; a second one waits for the first to end.

Events and timetable have a thread each, so that a slow job holds up no event. When the database goes away the worker ends; whoever
supervises it starts it again, and the lock is taken anew.
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

from chengzhi.kernel import feed, schedule

LOCK = 0x63656E67
IDLE_SECONDS = 0.2
LONGEST_GOODBYE = 10


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
            if options["once"]:
                feed.relay()
                schedule.run_due()
                return
            timetable = threading.Thread(target=self._keep_timetable, daemon=True)
            timetable.start()
            while not self.stopping and timetable.is_alive():
                if not feed.relay():
                    time.sleep(IDLE_SECONDS)
            timetable.join(LONGEST_GOODBYE)

    def _keep_timetable(self) -> None:
        while not self.stopping:
            schedule.run_due()
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
