"""Anchors: signed Merkle roots of trail heads, appended to a file outside the database.

Before an anchor, whoever can write the database and run this code could rewrite a whole chain unseen. After it, the head at the
anchor's moment is fixed: any change, removal, insertion or reordering of an entry up to that head is proved by the file, as long as one
copy of the file and the public key are kept elsewhere. Each anchor names the digest of the line before, so that no anchor can be left out.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from chengzhi.kernel import feed
from chengzhi.kernel.models import Matter
from chengzhi.kernel.trail import canonical, moment

BATCH = 5000
TAIL = 65_536


def file() -> Path:
    """Return the path of the file of anchors."""
    return Path(settings.VAR) / "anchors" / "anchors.jsonl"


def _key() -> Ed25519PrivateKey:
    path = Path(settings.VAR) / "keys" / "anchor.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(pem)
    loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(loaded, Ed25519PrivateKey):
        raise RuntimeError(f"{path} is no Ed25519 key.")
    return loaded


def leaf(root: str, seq: int, head: str) -> str:
    """Return the digest of one leaf."""
    return hashlib.sha256(f"{root}:{seq}:{head}".encode()).hexdigest()


def merkle_root(digests: list[str]) -> str:
    """Return the Merkle root of digests in their order; an odd one is paired with itself."""
    level = digests
    while len(level) > 1:
        pairs = [(level[i], level[min(i + 1, len(level) - 1)]) for i in range(0, len(level), 2)]
        level = [hashlib.sha256((a + b).encode()).hexdigest() for a, b in pairs]
    return level[0] if level else ""


def lines() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every anchor as its exact line and its content; a torn last line (power cut) is left out."""
    if not file().exists():
        return
    with file().open(encoding="utf-8") as source:
        for line in source:
            if line.endswith("\n"):
                yield line, json.loads(line)


def drop(now: datetime) -> int:
    """Sign the heads that changed since the last anchor and append one line; return how many heads it holds."""
    last_line, last = _last()
    cursor = last.get("cursor", "0.0")
    roots: set[int] = set()
    while True:
        events, cursor = feed.since(cursor, limit=BATCH)
        roots |= {event["root"] for event in events}
        if len(events) < BATCH:
            break
    if not roots:
        return 0
    heads = Matter.objects.filter(id__in=roots).order_by("id").values_list("id", "trail_seq", "trail_head")
    leaves: list[tuple[str, int, str]] = [(str(identifier), seq, head) for identifier, seq, head in heads]
    key = _key()
    content: dict[str, Any] = {
        "n": last.get("n", 0) + 1,
        "at": moment(now),
        "cursor": cursor,
        "previous": hashlib.sha256(last_line.encode()).hexdigest() if last_line else "",
        "leaves": leaves,
        "root": merkle_root([leaf(*row) for row in leaves]),
        "key": key.public_key().public_bytes_raw().hex(),
    }
    content["signature"] = key.sign(canonical(content).encode()).hex()
    _append(canonical(content) + "\n")
    return len(leaves)


def _last() -> tuple[str, dict[str, Any]]:
    """Return the newest anchor without reading the whole file, which grows for years."""
    if not file().exists():
        return "", {}
    with file().open("rb") as source:
        end = source.seek(0, os.SEEK_END)
        tail = b""
        while end > 0 and tail.removesuffix(b"\n").count(b"\n") < 2:
            start = max(0, end - TAIL)
            source.seek(start)
            tail = source.read(end - start) + tail
            end = start
    whole = [line for line in tail.decode().splitlines(keepends=True) if line.endswith("\n")]
    return (whole[-1], json.loads(whole[-1])) if whole else ("", {})


def _append(line: str) -> None:
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    _drop_torn_line(path)
    with path.open("a", encoding="utf-8") as target:
        target.write(line)
        target.flush()
        os.fsync(target.fileno())


def _drop_torn_line(path: Path) -> None:
    """Remove a last line that a power cut has torn: it was never an anchor."""
    if not path.exists():
        return
    with path.open("rb+") as target:
        end = target.seek(0, os.SEEK_END)
        while end > 0:
            target.seek(end - 1)
            if target.read(1) == b"\n":
                break
            end -= 1
        target.truncate(end)


def signature_holds(content: dict[str, Any]) -> bool:
    """Tell whether an anchor's signature and Merkle root fit its content."""
    unsigned = {key: value for key, value in content.items() if key != "signature"}
    if merkle_root([leaf(*row) for row in content["leaves"]]) != content["root"]:
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(content["key"]))
        public.verify(bytes.fromhex(content["signature"]), canonical(unsigned).encode())
    except (InvalidSignature, ValueError):
        return False
    return True
