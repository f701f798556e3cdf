"""`python -m benchmarks`: measures each database in a folder and a database of its own, and leaves nothing behind."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse, urlunparse

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
NAMES = {"sqlite": ("sqlite",), "postgres": ("postgres",), "both": ("sqlite", "postgres")}
LARGE = {"k": 1_000, "m": 1_000_000}


def count(text: str) -> int:
    """Read a number of rows: 100000, 100k, 1M."""
    found = re.fullmatch(r"(\d+)([kKmM]?)", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of rows; examples: 100000, 100k, 1M")
    return int(found[1]) * LARGE.get(found[2].lower(), 1)


def asked() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=count, default=100_000, help="incidents in the history: 100000, 100k, 1M (default 100000)")
    parser.add_argument("--database", choices=NAMES, default="both", help="default both")
    parser.add_argument("--seconds", type=float, default=5, help="how long each work is measured (default 5)")
    parser.add_argument("--tier", default="bench", choices=("S", "M", "L", "XL", "bench"), help="size of the city (default: 30,000 cells)")
    parser.add_argument("--only", default="", help="some works, by commas: create,step,list,detail,locate,deadline,relay,start")
    return parser.parse_args()


@contextmanager
def database(name: str) -> Iterator[str]:
    """Give the address of an empty database: none for SQLite, which lies in the folder; a fresh one for PostgreSQL."""
    if name == "sqlite":
        yield ""
        return
    server = os.environ.get("CHENGZHI_DATABASE") or _own_cluster()
    fresh = sql.Identifier(f"bench_{os.getpid()}_{int(time.time())}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(fresh))
    try:
        yield urlunparse(urlparse(server)._replace(path=f"/{fresh.as_string().strip(chr(34))}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(fresh))


def _own_cluster() -> str:
    subprocess.run([ROOT / "scripts" / "postgres.sh", "start"], check=True)
    return subprocess.run([ROOT / "scripts" / "postgres.sh", "url"], check=True, capture_output=True, text=True).stdout.strip()


def measure(name: str, options: argparse.Namespace) -> int:
    """Measure one database in a process of its own and return its exit code."""
    with tempfile.TemporaryDirectory(prefix="chengzhi-bench-") as folder, database(name) as address:
        print(f"→ {name}: preparing and measuring, some minutes", file=sys.stderr, flush=True)
        place = {"CHENGZHI_VAR": folder, "CHENGZHI_DATABASE": address, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        python = [sys.executable, "-m", "django"]
        environment = {**os.environ, **place, "PYTHONPATH": str(ROOT)}
        quiet = [*python, "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(quiet, cwd=ROOT, env=environment, check=False)
        command = [*python, "measure", f"--rows={options.rows}", f"--seconds={options.seconds}", f"--only={options.only}"]
        command.append(f"--tier={options.tier}")
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main() -> int:
    """Measure what was asked; 1 when anything went wrong, never because something was slow."""
    options = asked()
    return max(measure(name, options) for name in NAMES[options.database])


if __name__ == "__main__":
    raise SystemExit(main())
