"""The server under test: the same command that `chengzhi serve --only web` runs, with the yardstick view beside the product."""

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import client
from chengzhi.site.management.commands.serve import THREADS, web_command

WORKERS = min(4, os.cpu_count() or 1)
PATIENCE = 60.0


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> float:
    """Wait for the first good answer of /healthz and return how many seconds that took."""
    began = time.perf_counter()
    asked = client.request("GET", "/healthz")
    while time.perf_counter() - began < PATIENCE and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
                if client.ask(sock, asked)[0] == 200:
                    return time.perf_counter() - began
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"The server did not answer within {PATIENCE:.0f} seconds, or has ended.")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask a server to end, and see to it."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def web() -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Serve the city and give the port and the process."""
    port = free_port()
    process = subprocess.Popen(web_command("127.0.0.1", port, WORKERS, THREADS))
    try:
        wait_for(port, process)
        yield port, process
    finally:
        stop(process)


def start_seconds() -> float:
    """Return how long `chengzhi serve` takes from its start to the first answer of /healthz."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "chengzhi.site.cli", "serve", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        return time.perf_counter() - began
    finally:
        stop(process)


def memory_mb(process: "subprocess.Popen[bytes]") -> float:
    """Return the memory of the largest web process in MB; what processes share is counted in shares."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return max(_kept_kb(int(child)) for child in children) / 1024


def _kept_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def drive(port: int, requests: list[list[bytes]], *, seconds: float, again: bool, warm: float = 1.0) -> dict[str, Any]:
    """Let the client process put its requests to the server and return what it measured."""
    plan = client.Plan(port, warm, seconds, again, requests)
    with tempfile.NamedTemporaryFile(suffix=".plan") as file:
        file.write(pickle.dumps(plan))
        file.flush()
        done = subprocess.run([sys.executable, "-m", "benchmarks.client", file.name], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def once(port: int, asked: bytes) -> tuple[int, bytes]:
    """Ask once and return status and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        status, _, body = client.ask(sock, asked)
        return status, body
