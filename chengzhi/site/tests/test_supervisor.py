"""The supervisor keeps its members running and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from chengzhi.kernel.problems import Invalid
from chengzhi.site.supervisor import Member, answers, check_port

WRITES_ITS_PID = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)"
SUPERVISES = """
import sys
from chengzhi.site.supervisor import Member, supervise
one = Member("one", [sys.executable, "-c", sys.argv[1], sys.argv[2]])
supervise([one], ready=lambda: True, announce=lambda: print("ready", flush=True))
"""


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_a_member_that_is_killed_is_started_again_and_ends_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    member = Member("one", [sys.executable, "-c", WRITES_ITS_PID, str(note)])
    member.watch()
    assert wait_for(note.exists)
    assert wait_for(lambda: note.read_text() != "")
    first = int(note.read_text())
    os.kill(first, signal.SIGKILL)

    def is_another() -> bool:
        member.watch()
        return note.read_text() not in ("", str(first))

    assert wait_for(is_another)
    second = int(note.read_text())
    member.ask_to_end()
    member.end(time.monotonic() + 5)
    assert not alive(first)
    assert not alive(second)


@pytest.mark.parametrize(
    ("situation", "number"), [("asked to stop", signal.SIGTERM), ("interrupted", signal.SIGINT), ("killed", signal.SIGKILL)]
)
def test_when_the_supervisor_ends_its_members_end(tmp_path: Path, situation: str, number: int) -> None:
    note = tmp_path / "pid"
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISES, WRITES_ITS_PID, str(note)], stdout=subprocess.PIPE)
    assert wait_for(lambda: note.exists() and note.read_text() != ""), situation
    supervisor.send_signal(number)
    supervisor.communicate(timeout=10)
    assert wait_for(lambda: not alive(int(note.read_text()))), situation


def test_a_member_that_dies_at_once_is_given_longer_and_longer_pauses() -> None:
    member = Member("one", [sys.executable, "-c", "raise SystemExit(1)"])
    starts = []
    for _ in range(4):
        member.next_start = 0
        member.watch()
        starts.append(member.started)
        assert member.process is not None
        member.process.wait()
        member.watch()
    assert member.quick_deaths == 4
    assert member.next_start - time.monotonic() > 2


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert answers("127.0.0.1", port)
        with pytest.raises(Invalid, match=f"Cannot listen on 127.0.0.1:{port}"):
            check_port("127.0.0.1", port)
    assert not answers("127.0.0.1", port)
