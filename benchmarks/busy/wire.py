"""A small asynchronous HTTP client: one connection a person, opened again when the server was killed, and the same request sent again."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 40.0
PAUSE = 0.2


@dataclass
class Answer:
    """Status, headers in small letters, and body of an answer, with how long it took and how often it had to be asked."""

    status: int
    headers: dict[str, str]
    body: bytes
    took: float
    attempts: int

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


@dataclass
class Line:
    """One person's connection to the server; `headers` say who he is."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", content_type: str = "application/json", **more: str) -> Answer:
        """Ask until there is an answer; a broken connection is no answer, and the same key makes the repetition harmless.

        `took` counts the last attempt only: what a killed server costs is reported as attempts.
        """
        sent = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **self.headers, **{k.replace("_", "-"): v for k, v in more.items()}}
        if body:
            sent["Content-Type"] = content_type
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in sent.items()) + "\r\n"
        until, attempts = time.monotonic() + PATIENCE, 0
        while True:
            attempts, began = attempts + 1, time.perf_counter()
            try:
                status, headers, text = await asyncio.wait_for(self._once(head.encode() + body), PATIENCE)
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                self.close()
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(PAUSE)
                continue
            return Answer(status, headers, text, time.perf_counter() - began, attempts)

    async def post(self, path: str, value: Any, **more: str) -> Answer:
        """Send JSON with a key of its own."""
        return await self.ask("POST", path, json.dumps(value, ensure_ascii=False).encode(), Idempotency_Key=str(uuid.uuid4()), **more)

    async def upload(self, path: str, name: str, content: bytes) -> Answer:
        """Send one file."""
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        return await self.ask("POST", path, body, content_type=f"multipart/form-data; boundary={mark}")

    async def _once(self, message: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        self.writer.write(message)
        await self.writer.drain()
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(lines[0].split()[1]), headers, body

    def close(self) -> None:
        """Hang up; the next question opens a new connection."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None
