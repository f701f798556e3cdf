"""`measure`: prepare a city with its history in an empty database, measure every work, print the table."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, connections

from benchmarks import city as founding
from benchmarks import page, serving, works, yardsticks
from benchmarks.history import History
from benchmarks.inside import INSIDE_WORKS
from benchmarks.report import Row, Table
from benchmarks.works import HTTP_WORKS, Bench
from chengzhi.site.management.commands.serve import THREADS

WORKS = ("create", "step", "list", "detail", "locate", "deadline", "relay", "start")
MOST_START = 3.0
MOST_MEMORY = 250


class Command(BaseCommand):
    """Measure the platform on the present database, which must be empty."""

    help = "Measure the platform on an empty database (started by `python -m benchmarks`)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--rows", type=int, required=True)
        parser.add_argument("--seconds", type=float, required=True)
        parser.add_argument("--only", default="")
        parser.add_argument("--tier", default=founding.TIER)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, measure, print; end with 1 when an answer was a refusal or a fault."""
        only = set(options["only"].split(",")) - {""} or set(WORKS)
        city = self._prepared(options["tier"], options["rows"])
        size = f"{options['rows']:,} incidents, {len(city.plan.cells):,} cells"
        table = Table(f"\n{_database()}, {size}, {serving.WORKERS} × {THREADS} threads")
        measured = table.add(Row("yardstick (a): bare SQL of a report", ratio=1.0))
        measured.rate = yardsticks.bare_rate(city, options["seconds"])
        if connection.vendor == "postgresql":
            crowd = yardsticks.bare_rate(city, options["seconds"], works.CONNECTIONS)
            table.add(Row(f"bare SQL of a report, {works.CONNECTIONS} scripts at once", rate=crowd, ratio=crowd / measured.rate))
        for name in INSIDE_WORKS:
            if name in only:
                for work in INSIDE_WORKS[name]:
                    self._say(name)
                    work(city, table)
        measured.rate = self._over_http(city, table, only, measured.rate, options["seconds"])
        self.stdout.write(str(table))
        if table.faults:
            sys.exit(1)

    def _prepared(self, tier: str, rows: int) -> founding.City:
        began = time.perf_counter()
        city = founding.found(tier)
        self._say(f"city founded in {time.perf_counter() - began:.0f} s")
        history = History(city)
        began = time.perf_counter()
        history.load(rows, lambda done: self._say(f"{done:,} incidents") if done % 20_000 == 0 else None)
        self._say(f"history of {rows:,} loaded in {time.perf_counter() - began:.0f} s")
        return city

    def _over_http(self, city: founding.City, table: Table, only: set[str], bare: float, seconds: float) -> float:
        if not only & {*HTTP_WORKS, "start"}:
            return bare
        with serving.web() as (port, process):
            bench = Bench(city, port, seconds, bare, 0.0, table)
            works.one_row(bench)
            for work in (work for name, group in HTTP_WORKS.items() if name in only for work in group):
                self._say((work.__doc__ or "").partition(":")[0].rstrip("."))
                work(bench)
            if "start" in only:
                page.first_page(bench)
                table.add(_within("memory of a web process", serving.memory_mb(process), "MB", 0, MOST_MEMORY))
        if "start" in only:
            connections.close_all()
            table.add(_within("start to first answer", serving.start_seconds(), "s", 2, MOST_START))
        return bench.bare_rate

    def _say(self, text: str) -> None:
        print(f"  {text}", file=sys.stderr, flush=True)


def _within(work: str, value: float, unit: str, digits: int, most: float) -> Row:
    return Row(work, shown=f"{value:.{digits}f} {unit}", limit=f"< {most:g} {unit}", within=value < most)


def _database() -> str:
    if connection.vendor == "sqlite":
        return "SQLite"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
