"""Stand-ins for providers on this machine: an HTTP server that answers as told and remembers what it got, and a small SMTP server."""

import contextlib
import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Got:
    """One request as the provider saw it."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Provider:
    """A running provider: its address, what it got, how many at once, how it answers (status, body, seconds before it does)."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    most_at_once: int = 0
    answer: Callable[[Got], tuple[int, Any, float]] = lambda got: (200, {"errcode": 0, "errmsg": "ok", "code": 0}, 0.0)

    def always(self, status: int, body: Any, seconds: float = 0.0) -> None:
        """Answer the same to everything."""
        self.answer = lambda got: (status, body, seconds)


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider for a test."""
    known = Provider()
    asking: set[int] = set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            got = Got(parts.path, query, dict(self.headers.items()), json.loads(content) if content else None)
            known.got.append(got)
            asking.add(id(self))
            known.most_at_once = max(known.most_at_once, len(asking))
            status, body, seconds = known.answer(got)
            time.sleep(seconds)
            asking.discard(id(self))
            answer = body if isinstance(body, bytes) else json.dumps(body).encode()
            with contextlib.suppress(OSError):  # the caller may have given up
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        do_GET = do_POST

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    known.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Post:
    """A running mail server: its port, the mails it took, and its answers to RCPT, DATA, the mail itself and QUIT."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    rcpt: str = "250 ok"
    end: str = "250 taken"
    quit: str = "221 bye"
    hang_up: bool = False


class _Desk(socketserver.StreamRequestHandler):
    """One talk with the mail server."""

    def say(self, line: str) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        office: Post = self.server.office  # type: ignore[attr-defined]  # set by post_office
        answers = {"RCPT": office.rcpt, "QUIT": office.quit}
        self.say("220 stand-in")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                office.mails.append(self.taken())
                if office.hang_up:
                    return
                self.say(office.end)
            else:
                self.say(answers.get(verb, "250 ok"))

    def taken(self) -> str:
        return "".join(line.decode() for line in iter(self.rfile.readline, b".\r\n"))


@contextlib.contextmanager
def post_office() -> Iterator[Post]:
    """Run a mail server for a test."""
    known = Post()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Desk)
    server.daemon_threads = True
    server.office = known  # type: ignore[attr-defined]  # read by the desk
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    known.port = server.server_address[1]
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()


HOSTILE = "[点这里](http://evil.example) <@all> @所有人 **粗** <script>x</script>\n# 题\r\n> `引`\u202e\u200b"
