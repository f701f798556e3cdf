"""Keeps the processes of one machine running: each is watched, started again when it dies, and ended with the supervisor."""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from chengzhi.kernel.problems import Invalid

logger = logging.getLogger(__name__)

PATIENCE = 20.0
STEADY = 30.0
LONGEST_PAUSE = 10.0
DIE_WITH_PARENT = 1


@dataclass
class Member:
    """One process that is kept running."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    quick_deaths: int = 0
    next_start: float = field(default=0.0)

    def start(self) -> None:
        """Start the process in a group of its own, so that its children can be ended with it."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=_end_with_parent)

    def watch(self) -> None:
        """Start the process again when it has died; one that dies at once again and again is given longer and longer pauses."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._signal(signal.SIGKILL)
        self.quick_deaths = 0 if now - self.started > STEADY else self.quick_deaths + 1
        self.next_start = now + min(LONGEST_PAUSE, 0.2 * 2**self.quick_deaths - 0.2)
        logger.warning("%s ended with code %s and is started again.", self.name, code)
        self.process = None

    def ask_to_end(self) -> None:
        """Ask the process to finish what it is doing and end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self, until: float) -> None:
        """Wait for the end until a moment, then end it and its children in any case."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.warning("%s did not end in time and is killed.", self.name)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: int) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                return


def _end_with_parent() -> None:
    """Ask Linux to end this process when the supervisor itself is killed, so that no half of a city stays behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def check_port(host: str, port: int) -> None:
    """Raise Invalid when nothing can listen there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as fault:
        raise Invalid(
            f"无法监听 {host}:{port}（{fault.strerror}），请用 --port 换一个端口。",
            f"Cannot listen on {host}:{port} ({fault.strerror}); give another port with --port.",
        ) from None


def answers(host: str, port: int) -> bool:
    """Tell whether something accepts connections there."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not bound)
    try:
        with socket.create_connection((near, port), timeout=0.2):
            return True
    except OSError:
        return False


def supervise(members: Sequence[Member], *, ready: Callable[[], bool], announce: Callable[[], None]) -> None:
    """Keep the members running until a signal asks to stop; then end them all, the first member last.

    `announce` is called once, when `ready` first tells that the members answer.
    """
    stop = False

    def ask(_number: int, _frame: FrameType | None) -> None:
        nonlocal stop
        stop = True

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask)
    announced = False
    while not stop:
        for member in members:
            member.watch()
        if not announced and ready():
            announced = True
            announce()
        time.sleep(0.1)
    for member in reversed(members):
        member.ask_to_end()
    until = time.monotonic() + PATIENCE
    for member in reversed(members):
        member.end(until)
