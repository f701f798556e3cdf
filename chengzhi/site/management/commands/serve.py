"""`chengzhi serve`: the web server and the worker of this machine, watched over."""

import os
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from chengzhi.kernel.problems import Invalid
from chengzhi.site.supervisor import Member, answers, check_port, supervise

APPLICATION = "chengzhi.site.wsgi:application"
MOST_WORKERS = 4
THREADS = 4
HEAD_START = 1.5


class Command(BaseCommand):
    """Serve the platform."""

    help = "Serve pages and API, and run the worker; both are started again if they die."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on (default 127.0.0.1).")
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on (default 8000).")
        workers = min(MOST_WORKERS, os.cpu_count() or 1)
        parser.add_argument("--workers", type=int, default=workers, help="Web processes (default: one a core, at most 4).")
        parser.add_argument("--threads", type=int, default=THREADS, help="Threads of each web process (default 4).")
        parser.add_argument("--only", choices=("web", "worker"), help="Run one half only: several machines share a city.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check what was asked, start the members, print the address when it answers."""
        host, port, only = options["host"], options["port"], options["only"]
        members = []
        if only != "worker":
            _check_numbers(options)
            check_port(host, port)
            members.append(Member("web", web_command(host, port, options["workers"], options["threads"])))
        if only != "web":
            # A moment later than the web, which somebody waits for.
            start = time.monotonic() + (HEAD_START if members else 0)
            members.append(Member("worker", [sys.executable, "-m", "chengzhi.site.cli", "worker"], next_start=start))
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/" if only != "worker" else "worker"
        supervise(
            members,
            ready=lambda: only == "worker" or answers(host, port),
            announce=lambda: self.stdout.write(f"城治 {address}   (Ctrl-C to stop)"),
        )


def web_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Return the command line of the web server."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(threads),
        "--blocking-threads-idle-timeout": "600",
        "--respawn-interval": "0.5",
        "--workers-kill-timeout": "15",
        "--log-level": "warning",
    }
    named = [part for pair in options.items() for part in pair]
    return [sys.executable, "-m", "granian", *named, "--respawn-failed-workers", "--no-ws", APPLICATION]


def _check_numbers(options: dict[str, Any]) -> None:
    limits = {"port": (1, 65535), "workers": (1, 64), "threads": (1, 64)}
    for name, (least, most) in limits.items():
        value = options[name]
        if not least <= value <= most:
            raise Invalid(
                f"--{name} 应为 {least} 到 {most}，现为 {value}。",
                f"--{name} must be from {least} to {most}, but is {value}.",
            )
