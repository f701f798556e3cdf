"""A light HTTP client that keeps a few connections busy: `python -m benchmarks.client PLAN` prints what it measured as JSON.

A process of its own, raw sockets and requests made beforehand, so that little of the machine goes to asking. PLAN is a pickled `Plan`.
"""

import json
import pickle
import re
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

VERSION = b"@version@"
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
_ETAG = re.compile(rb'\r\netag: (?:W/)?"(\d+)"\r\n', re.IGNORECASE)
MOST_FAULTS = 5


@dataclass
class Plan:
    """What to ask: for each connection its requests in order. With `again`, a connection that is through begins from the start."""

    port: int
    warm: float
    seconds: float
    again: bool
    requests: list[list[bytes]]


@dataclass
class Heard:
    """What one connection has heard: when each answer came, how long it took, and what went wrong."""

    at: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    failed: int = 0


def request(method: str, path: str, *, token: str = "", body: str = "", **headers: str) -> bytes:
    """Return one request as bytes; `If_Match=VERSION` takes the version of the answer before."""
    content = body.encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if content:
        lines.append("Content-Type: application/json")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def ask(sock: socket.socket, asked: bytes) -> tuple[int, bytes, bytes]:
    """Send a request and return status, head and body of its answer."""
    sock.sendall(asked)
    got = b""
    while b"\r\n\r\n" not in got:
        more = sock.recv(65536)
        if not more:
            raise ConnectionError("the server has closed the connection")
        got += more
    end = got.index(b"\r\n\r\n") + 4
    head = got[:end]
    length = _LENGTH.search(head)
    whole = end + (int(length.group(1)) if length else 0)
    while len(got) < whole:
        got += sock.recv(65536)
    return int(head[9:12]), head, got[end:whole]


def work(plan: Plan, requests: list[bytes], heard: Heard, start: float) -> None:
    """Keep one connection busy until the time is over or nothing is left to ask."""
    sock = socket.create_connection(("127.0.0.1", plan.port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    until, version, number = start + plan.warm + plan.seconds, b"1", 0
    while number < len(requests) or plan.again:
        asked = requests[number % len(requests)].replace(VERSION, version)
        number += 1
        before = time.perf_counter()
        if before >= until:
            break
        status, head, body = ask(sock, asked)
        after = time.perf_counter()
        heard.at.append(after)
        heard.took.append(after - before)
        tag = _ETAG.search(head)
        version = tag.group(1) if tag else version
        if status >= 300:
            heard.failed += 1
            heard.faults.append(f"{status} {asked[:90].splitlines()[0].decode()}: {body[:300].decode(errors='replace')}")
    sock.close()


def measured(plan: Plan, heard: list[Heard], start: float) -> dict[str, object]:
    """Return rate and percentiles of what came after the warm-up."""
    after = start + plan.warm
    took = sorted(t for h in heard for at, t in zip(h.at, h.took, strict=True) if at >= after)
    last = max((h.at[-1] for h in heard if h.at), default=after)
    span = max(last - after, 1e-9)
    return {
        "count": len(took),
        "rate": len(took) / span,
        **{f"p{p}": 1000 * took[min(len(took) - 1, len(took) * p // 100)] if took else 0.0 for p in (50, 95, 99)},
        "failed": sum(h.failed for h in heard),
        "faults": [fault for h in heard for fault in h.faults][:MOST_FAULTS],
    }


def main(path: str) -> int:
    """Run a plan and print the result as one line of JSON."""
    plan: Plan = pickle.loads(Path(path).read_bytes())
    heard = [Heard() for _ in plan.requests]
    start = time.perf_counter()
    threads = [threading.Thread(target=work, args=(plan, asked, h, start)) for asked, h in zip(plan.requests, heard, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(measured(plan, heard, start)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
