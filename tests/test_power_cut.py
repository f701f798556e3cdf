"""Nothing accepted is ever lost: web and worker are killed in the middle of work, and started again by their supervisor."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[1]
BINARY = Path(sys.executable).parent / "chengzhi"
PREPARE = """
import json, django
django.setup()
from chengzhi.kernel.access import SYSTEM, act_now
from chengzhi.organisation import services
from tests.world import found_small_world
world = found_small_world()
token = services.issue_token(account=world.account("acceptor"), name="load", act=act_now(SYSTEM, door="system"))
print(json.dumps({"token": token, "points": [world.point(n) for n in range(8)]}))
"""
COUNT = """
import json, django
django.setup()
from chengzhi.incidents.models import Incident
from chengzhi.kernel import feed, verify
from chengzhi.kernel.models import Event
report = verify.verify()
numbers = list(Incident.objects.values_list("outside_number", flat=True))
print(json.dumps({"numbers": numbers, "good": report.good, "anchors": report.anchors,
                  "waiting": feed.waiting()[0], "events": Event.objects.count()}))
"""


def in_product(script: str, environment: dict[str, str]) -> dict[str, Any]:
    """Run a few lines in the product's environment and return what they print."""
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def city(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An empty city of its own on a database of its own of the present kind, as environment of its processes."""
    present = os.environ.get("CHENGZHI_DATABASE", "")
    environment = {**os.environ, "CHENGZHI_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "chengzhi.site.settings", "PYTHONPATH": str(ROOT)}
    if present:
        environment["CHENGZHI_DATABASE"] = present.rsplit("/", 1)[0] + "/power_cut"
        administer(present, "DROP DATABASE IF EXISTS power_cut WITH (FORCE)")
        administer(present, "CREATE DATABASE power_cut")
    subprocess.run([str(BINARY), "migrate", "--verbosity", "0"], env=environment, cwd=ROOT, check=True)
    yield environment
    if present:
        administer(present, "DROP DATABASE IF EXISTS power_cut WITH (FORCE)")


def administer(url: str, statement: str) -> None:
    """Run one statement outside every database that is under test."""
    parts = urlparse(url)
    who = {"user": parts.username, "password": parts.password, "host": parts.hostname, "port": parts.port}
    with psycopg.connect(dbname="postgres", autocommit=True, **{key: value for key, value in who.items() if value}) as connection:
        connection.execute(statement)


class Load:
    """Several callers that register incidents, each again with the same key until it is answered."""

    def __init__(self, port: int, prepared: dict[str, Any]) -> None:
        self.port, self.prepared = port, prepared
        self.answered: dict[str, str] = {}
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(n,)) for n in range(4)]

    def _run(self, caller: int) -> None:
        turn = 0
        while not self.stop.is_set():
            key = f"{caller}-{turn}"
            number = self._post(key, turn)
            if number:
                self.answered[key] = number
                turn += 1
            else:
                time.sleep(0.05)

    def _post(self, key: str, turn: int) -> str:
        lon, lat = self.prepared["points"][turn % 8]
        body = {"source": "12345", "class_code": "SJ0101", "description": "门口有垃圾", "lon": lon, "lat": lat, "outside_number": key}
        headers = {"Authorization": f"Bearer {self.prepared['token']}", "Idempotency-Key": key, "Content-Type": "application/json"}
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("POST", "/api/v1/incidents", json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return ""
        assert answer.status in {201, 500, 503}, text
        return str(json.loads(text)["number"]) if answer.status == 201 else ""


def children_of(pid: int) -> dict[str, int]:
    """Return web and worker of a supervisor by name."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
            command = (entry.parent / "cmdline").read_bytes().decode().replace("\0", " ")
        except OSError:
            continue
        if int(fields[1]) == pid:
            found["worker" if " worker" in command else "web"] = int(entry.parent.name)
    return found


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.django_db
def test_what_was_answered_is_there_once_after_web_and_worker_were_killed(city: dict[str, str]) -> None:
    prepared = in_product(PREPARE, city)
    port = free_port()
    serving = subprocess.Popen([str(BINARY), "serve", "--port", str(port)], env=city, cwd=ROOT)
    load = Load(port, prepared)
    try:
        for thread in load.threads:
            thread.start()
        for turn in range(4):
            before = len(load.answered)
            wait_for(lambda before=before: len(load.answered) > before + 20)
            member = children_of(serving.pid).get("web" if turn % 2 == 0 else "worker")
            if member is not None:
                os.killpg(member, signal.SIGKILL)
        before = len(load.answered)
        wait_for(lambda: len(load.answered) > before + 20)
    finally:
        load.stop.set()
        for thread in load.threads:
            thread.join()
        serving.send_signal(signal.SIGTERM)
        serving.wait(30)
    found = in_product(COUNT, city)
    assert sorted(found["numbers"]) == sorted(set(found["numbers"]))
    assert set(load.answered) <= set(found["numbers"])
    assert len(set(load.answered.values())) == len(load.answered)
    assert (found["good"], found["waiting"]) == (True, 0)
    assert found["events"] == len(found["numbers"])


def wait_for(reached: Any, seconds: float = 40) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "the city did not come back in time"
        time.sleep(0.05)
