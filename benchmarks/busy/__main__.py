"""`python -m benchmarks.busy`: 200 people work a busy hour in three minutes beside 100,000 closed incidents; prints what they saw."""

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.__main__ import ROOT, count, database
from benchmarks.busy.people import Heard, Person, watch, work
from benchmarks.busy.wire import Line
from benchmarks.serving import free_port, stop, wait_for

# Post, share of the people, states in which it looks, steps in the order of its liking, seconds between two acts.
POSTS: tuple[tuple[str, int, tuple[str, ...], tuple[str, ...], bool, float], ...] = (
    ("acceptor", 20, ("to_accept", "to_accept", "to_send_check"), ("pass_on", "send_check"), True, 9.0),
    ("chief", 12, ("to_file", "to_close"), ("file_case", "close", "rework"), False, 2.0),
    ("dispatcher", 12, ("to_dispatch",), ("dispatch",), False, 2.0),
    ("operator", 90, ("disposing",), ("finish", "sign"), False, 6.0),
    ("inspector", 66, ("checking",), ("pass_check",), True, 18.0),
)
SECONDS = 180.0
MOST_P95 = 0.300
MOST_LAG = 5.0


def asked() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.busy", description=__doc__)
    parser.add_argument("--rows", type=count, default=100_000, help="closed incidents behind them (default 100000)")
    parser.add_argument("--people", type=int, default=200, help="how many people (default 200)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long (default 180: a busy hour at twenty times real time)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--tier", default="M", choices=("S", "M", "L"))
    return parser.parse_args()


def in_product(environment: dict[str, str], command: list[str]) -> dict[str, Any]:
    """Run one of the two commands beside the product and return the JSON that it prints last."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def people_of(prepared: dict[str, Any], port: int, many: int) -> list[Person]:
    """Return the people: each post has its share, and seats of one post are shared when there are more people than accounts."""
    made, rng = [], random.Random(17)
    whole = sum(share for _, share, *_ in POSTS)
    for post, share, states, slugs, reports, pause in POSTS:
        seats = prepared["seats"][post]
        for number in range(max(1, round(many * share / whole))):
            seat = seats[number % len(seats)]
            given = {**prepared["given"], "dispatch": {"unit": seat["unit"]}, "conditions": prepared["conditions"]}
            given |= {"acceptor": {}} if post == "acceptor" else {}
            api = Line(port, {"Authorization": f"Bearer {seat['token']}"})
            page = Line(port, {"Cookie": f"sessionid={seat['session']}"})
            own = random.Random(rng.random())
            made.append(Person(api, page, states, slugs, given, seat["points"], reports, own, pause))
    return made


async def hour(people: list[Person], supervisor: "subprocess.Popen[bytes]", seconds: float) -> Heard:
    """Let all work and watch, and kill web and worker in turn."""
    heard, until = Heard(), time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(work(person, heard, until))
            group.create_task(watch(person, heard, until))
        for turn in range(4):
            await asyncio.sleep(seconds / 5)
            _kill(supervisor.pid, "web" if turn % 2 == 0 else "worker")
    return heard


def _kill(supervisor: int, member: str) -> None:
    for entry in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
        command = Path(f"/proc/{entry}/cmdline").read_bytes().decode().replace("\0", " ")
        if ("worker" if " worker" in command else "web") == member:
            print(f"  killing {member}", file=sys.stderr, flush=True)
            os.killpg(int(entry), signal.SIGKILL)


def told(heard: Heard, after: dict[str, Any], seconds: float) -> str:
    """Return what was seen as a table with what was promised."""
    steps, reads, lags = sorted(heard.steps), sorted(heard.reads), sorted(heard.lags)
    lost = heard.created - set(after["numbers"])
    twice = len(after["numbers"]) - len(set(after["numbers"]))
    lines = [
        ("steps and reports", f"{len(steps):,} ({len(steps) / seconds:.0f}/s)", ""),
        ("step, p50 / p95 / p99", " / ".join(f"{1000 * at(steps, n):.0f} ms" for n in (50, 95, 99)), verdict(at(steps, 95) < MOST_P95)),
        ("reading, p50 / p95", " / ".join(f"{1000 * at(reads, n):.0f} ms" for n in (50, 95)), ""),
        ("live lag, p50 / p95 / most", " / ".join(f"{at(lags, n):.1f} s" for n in (50, 95, 100)), verdict(at(lags, 95) < MOST_LAG)),
        ("pictures uploaded", f"{heard.uploads:,}", ""),
        ("somebody else was quicker", f"{heard.conflicts:,}", ""),
        ("asked again after a kill", f"{heard.repeated:,}", ""),
        ("errors", str(len(heard.faults)), verdict(not heard.faults)),
        ("accepted but lost / there twice", f"{len(lost)} / {twice}", verdict(not lost and not twice)),
        ("trail verifies; events that wait", f"{after['good']}; {after['waiting']}", verdict(after["good"])),
        ("steps", ", ".join(f"{slug} {number}" for slug, number in heard.taken.most_common()), ""),
    ]
    return "\n".join(f"{name:34s} {value:46s} {met}" for name, value, met in lines) + "".join(f"\n  {f}" for f in heard.faults[:5])


def at(values: list[float], percent: int) -> float:
    """Return a percentile of sorted values, 0 without any."""
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0


def verdict(met: bool) -> str:
    """Return the word of the last column."""
    return "yes" if met else "NO"


def main() -> int:
    """Found, serve, work, count; 1 when anything was lost or an answer was a fault."""
    options = asked()
    with tempfile.TemporaryDirectory(prefix="chengzhi-busy-") as folder, database(options.database) as address:
        place = {"CHENGZHI_VAR": folder, "CHENGZHI_DATABASE": address, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        environment = {**os.environ, **place, "PYTHONPATH": str(ROOT)}
        prepared = in_product(environment, ["busy_city", f"--rows={options.rows}", f"--tier={options.tier}"])
        port = free_port()
        product = {**environment, "DJANGO_SETTINGS_MODULE": "chengzhi.site.settings"}
        serving = subprocess.Popen([sys.executable, "-m", "chengzhi.site.cli", "serve", "--port", str(port)], cwd=ROOT, env=product)
        try:
            wait_for(port, serving)
            heard = asyncio.run(hour(people_of(prepared, port, options.people), serving, options.seconds))
            time.sleep(5)  # the relay finishes
        finally:
            stop(serving)
        after = in_product(environment, ["busy_city", "--count"])
    print(f"{options.people} people, {options.rows:,} incidents behind them, {options.database}, {options.seconds:.0f} s")
    print(told(heard, after, options.seconds))
    return 1 if heard.faults or not after["good"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
