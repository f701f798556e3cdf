"""The trail: how an entry is made, chained and checked.

hash = H(previous ‖ canonical header ‖ digest) and digest = H(salt ‖ payload). The payload may be erased by law (a hole that says so);
the header and the chain stay. What an anchor proves is written in `anchors`.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.models import Matter, TrailEntry, TrailPayload

HEADER = ("id", "root", "seq", "matter", "kind", "step", "from", "to", "at", "recorded_at", "actor", "post", "unit", "door", "clocks")


def canonical(value: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(value: datetime) -> str:
    """Return the one text of a moment: UTC, microseconds, Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest_of(salt: str, body: str) -> str:
    """Return the digest of a payload."""
    return hashlib.sha256((salt + body).encode()).hexdigest()


def header_of(entry: TrailEntry) -> dict[str, Any]:
    """Return the fields of an entry that its hash covers, in plain values; ids are strings as in the API."""
    return {
        "id": str(entry.id),
        "root": str(entry.root_id),
        "seq": entry.seq,
        "matter": str(entry.matter_id),
        "kind": entry.kind,
        "step": entry.step,
        "from": entry.from_state,
        "to": entry.to_state,
        "at": moment(entry.at),
        "recorded_at": moment(entry.recorded_at),
        "actor": str(entry.actor),
        "post": None if entry.post is None else str(entry.post),
        "unit": None if entry.unit is None else str(entry.unit),
        "door": entry.door,
        "clocks": entry.clocks,
    }


def hash_of(entry: TrailEntry) -> str:
    """Return the hash of an entry from its own fields."""
    return hashlib.sha256((entry.previous + canonical(header_of(entry)) + entry.digest).encode()).hexdigest()


def append(
    root: Matter,
    matter: Matter,
    *,
    step: str,
    frm: str,
    to: str,
    act: Act,
    body: Mapping[str, Any],
    clocks: Sequence[Mapping[str, Any]] = (),
) -> TrailEntry:
    """Chain one entry to the root's trail with its salted payload; part of the running write set."""
    text = canonical(body)
    salt = secrets.token_hex(16)
    root.trail_seq += 1
    entry = TrailEntry(
        root_id=root.id,
        seq=root.trail_seq,
        matter_id=matter.id,
        kind=matter.kind,
        step=step,
        from_state=frm,
        to_state=to,
        at=act.at,
        recorded_at=act.recorded_at,
        actor=act.actor.id,
        post=act.post,
        unit=act.unit,
        door=act.door,
        clocks=canonical(clocks) if clocks else "",
        previous=root.trail_head,
        digest=digest_of(salt, text),
    )
    entry.hash = hash_of(entry)
    root.trail_head = entry.hash
    writes.add(entry)
    writes.add(TrailPayload(entry_id=entry.id, salt=salt, body=text))
    writes.change(root, "trail_seq", "trail_head")
    return entry
