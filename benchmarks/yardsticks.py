"""Yardstick (a): the rows of one report, written by bare SQL in one transaction, for one county, without any program around them.

The statements are those that the platform itself sends for a report, taken down once; each repetition gets ids and texts of its own.
"""

import json
import os
import re
import sqlite3
import subprocess
import tempfile
import time
import uuid
from datetime import date, datetime
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks.city import City
from benchmarks.stories import call
from chengzhi.kernel import statements, writes
from chengzhi.kernel.models import Once

Statement = tuple[str, list[Any]]


def rows_of_a_report(city: City) -> list[Statement]:
    """Return the INSERT statements of one report, with the row that remembers its idempotency key."""
    county = city.counties[0]
    with writes.unit_of_work() as work:
        call(city, county, city.cells[county][0], timezone.now())
        writes.add(Once(caller=1, key=str(uuid.uuid4()), digest="0" * 64, status=201, answer="{}" * 150, made_at=timezone.now()))
        return statements.plain(work.collected()[0])


def changing(statements: list[Statement]) -> dict[Any, int]:
    """Return what must differ from one repetition to the next: the ids of new rows, numbers and keys, each with a place."""
    named: dict[Any, int] = {}
    for sql, params in statements:
        columns = re.findall(r'"(\w+)"', sql.partition("(")[2].partition(")")[0])
        own = {"id", "matter_id", "root_id", "root", "matter", "entry_id", "number", "key"}
        for column, value in zip(columns * (len(params) // len(columns)), params, strict=True):
            if column in own and value is not None:
                named.setdefault(value, len(named))
    return named


def bare_rate(city: City, seconds: float, scripts: int = 1) -> float:
    """Return how many reports a second bare SQL writes on this database, by one script or, on PostgreSQL, by several at once."""
    statements = rows_of_a_report(city)
    return _sqlite(statements, seconds) if connection.vendor == "sqlite" else _postgresql(statements, seconds, scripts)


def _sqlite(statements: list[Statement], seconds: float) -> float:
    named = changing(statements)
    database = sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), isolation_level=None, timeout=30)
    database.executescript(connection.settings_dict["OPTIONS"]["init_command"])
    prepared = [(sql.replace("%s", "?"), params) for sql, params in statements]
    done, base = 0, -int(time.time() * 1_000_000)
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        base -= len(named)
        database.execute("BEGIN IMMEDIATE")
        for sql, params in prepared:
            database.execute(sql, [_fresh(value, named, base) for value in params])
        database.execute("COMMIT")
        done += 1
    rate = done / (time.perf_counter() - began)
    database.close()
    return rate


def _fresh(value: Any, named: dict[Any, int], base: int) -> Any:
    place = named.get(value)
    if place is None:
        return value
    return base + place if isinstance(value, int) else f"Y{base + place}"


def _postgresql(statements: list[Statement], seconds: float, scripts: int) -> float:
    named = changing(statements)
    lines = ["\\set base random(1, 1000000000000000)", "BEGIN;"]
    for sql, params in statements:
        values = iter(params)
        lines.append(re.sub("%s", lambda _, values=values: _literal(next(values), named), sql) + ";")  # type: ignore[misc]  # it may have no rows
    url = urlparse(os.environ["CHENGZHI_DATABASE"])
    where = ["-h", str(url.hostname), "-p", str(url.port or 5432), "-U", str(url.username)]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("\n".join([*lines, "COMMIT;\n"]))
        script.flush()
        load = ["-n", "-c", str(scripts), "-j", "1", "-T", str(max(1, round(seconds)))]
        command = ["pgbench", *where, *load, "-f", script.name, url.path[1:]]
        secret = {**os.environ, "PGPASSWORD": url.password or ""}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=secret)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None or done.returncode:
        raise RuntimeError(f"pgbench did not finish: {done.stderr[:500]}")
    return float(found[1])


def _literal(value: Any, named: dict[Any, int]) -> str:
    place = named.get(value) if not isinstance(value, bool | dict | list) else None
    if place is not None:
        negative = f"(-1 * (:base * {len(named) + 1} + {place}))"
        return negative if isinstance(value, int) else f"'Y' || {negative}"
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value).upper() if isinstance(value, bool) else repr(value)
    if isinstance(value, datetime | date):
        return f"'{value.isoformat()}'"
    plain = getattr(value, "obj", value)  # a JSON value comes wrapped
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return "'" + text.replace("'", "''") + "'"
