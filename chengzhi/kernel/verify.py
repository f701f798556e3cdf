"""Verification of the trail: names every changed, removed, inserted or reordered row, and says what is provable."""

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chengzhi.kernel import anchors
from chengzhi.kernel.models import Matter, TrailEntry, TrailPayload
from chengzhi.kernel.trail import digest_of, hash_of, header_of

CHUNK = 2000
PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what, at which place of which root."""

    code: str
    root: str
    seq: int
    text: str


@dataclass(slots=True)
class Report:
    """The result of a verification."""

    roots: int = 0
    entries: int = 0
    erased: int = 0
    anchors: int = 0
    anchored_entries: int = 0
    last_anchor_at: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """Return the report in plain values, with a sentence on what is provable."""
        rest = self.entries - self.anchored_entries
        provable = (
            f"{self.anchored_entries} of {self.entries} entries are fixed by {self.anchors} signed anchors "
            f"(last {self.last_anchor_at or 'never'}); "
            f"{rest} entries are chained but not anchored yet."
        )
        return {**dataclasses.asdict(self), "good": self.good, "provable": provable}


def verify(since: datetime | None = None) -> Report:
    """Check every chain (or those with an entry since a moment), every payload and every anchor."""
    report = Report()
    roots = TrailEntry.objects.filter(recorded_at__gte=since).values("root_id") if since else None
    entries = TrailEntry.objects.select_related("payload").order_by("root_id", "seq")
    heads_wanted = Matter.objects.filter(parent__isnull=True)
    if roots is not None:
        entries, heads_wanted = entries.filter(root_id__in=roots), heads_wanted.filter(id__in=roots)
    heads = {row[0]: row[1:] for row in heads_wanted.values_list("id", "trail_seq", "trail_head")}
    hashes: dict[tuple[str, int], str] = {}
    seen: set[int] = set()
    for root, group in itertools.groupby(entries.iterator(chunk_size=CHUNK), key=lambda entry: entry.root_id):
        chain = list(group)
        seen.add(root)
        report.roots += 1
        report.entries += len(chain)
        hashes.update({(str(root), entry.seq): entry.hash for entry in chain})
        report.erased += sum(1 for entry in chain if _is_erased(entry))
        if _of_root(chain, heads.get(root, (0, ""))):
            report.findings += _of_root(*_steady(root))  # it may only have grown since its head was read: look again
    for root in sorted(set(heads) - seen):
        report.findings.append(Finding("removed", str(root), 0, f"All {heads[root][0]} entries of root {root} are missing."))
    _anchors(report, hashes, whole=since is None)
    return report


def _chain(chain: list[TrailEntry], head: tuple[int, str]) -> list[Finding]:
    """Follow the links of one root; name each entry that does not stand where its links say."""
    if not chain:
        return []
    root = str(chain[0].root_id)
    by_previous = {entry.previous: entry for entry in chain}
    found: list[Finding] = []
    linked: dict[int, int] = {}
    position, entry = 1, by_previous.get("")
    while entry is not None and entry.id not in linked:
        linked[entry.id] = position
        position, entry = position + 1, by_previous.get(entry.hash)
    expected = 1
    for entry in chain:
        for missing in range(expected, entry.seq):
            found.append(Finding("removed", root, missing, f"Entry {missing} of root {root} is missing."))
        expected = entry.seq + 1
        found += _entry(entry, root, linked.get(entry.id))
    for missing in range(expected, head[0] + 1):
        found.append(Finding("removed", root, missing, f"Entry {missing} of root {root} is missing."))
    if not found and (chain[-1].seq, chain[-1].hash) != head:
        found.append(Finding("head", root, chain[-1].seq, f"The head kept with root {root} is not the hash of its last entry."))
    return found


def _entry(entry: TrailEntry, root: str, position: int | None) -> list[Finding]:
    if hash_of(entry) == entry.hash:
        if position == entry.seq:
            return []
        return [Finding("inserted", root, entry.seq, f"Entry {entry.seq} ({entry.step}) of root {root} is not linked into the chain.")]
    if position is not None and position != entry.seq:
        seq, entry.seq = entry.seq, position
        moved = hash_of(entry) == entry.hash
        entry.seq = seq
        if moved:
            return [Finding("reordered", root, seq, f"Entry {seq} ({entry.step}) of root {root} belongs at place {position}.")]
    return [Finding("changed", root, entry.seq, f"Entry {entry.seq} ({entry.step}) of root {root} was changed: its hash does not fit it.")]


def _payload(entry: TrailEntry) -> list[Finding]:
    payload: TrailPayload | None = getattr(entry, "payload", None)
    root = str(entry.root_id)
    if payload is None:
        return [Finding("payload_removed", root, entry.seq, f"The payload of entry {entry.seq} of root {root} is missing.")]
    if payload.body is not None and digest_of(payload.salt, payload.body) != entry.digest:
        return [Finding("payload_changed", root, entry.seq, f"The payload of entry {entry.seq} of root {root} was changed.")]
    return []


def _anchors(report: Report, hashes: dict[tuple[str, int], str], *, whole: bool) -> None:
    previous, fixed = "", dict[str, int]()
    for line, content in anchors.lines():
        report.anchors += 1
        report.last_anchor_at = content["at"]
        if content["previous"] != previous or content["n"] != report.anchors:
            report.findings.append(Finding("anchor_chain", "", content["n"], f"Anchor {content['n']} does not follow the one before."))
        if not anchors.signature_holds(content):
            report.findings.append(Finding("anchor_signature", "", content["n"], f"The signature of anchor {content['n']} does not hold."))
        for root, seq, head in content["leaves"]:
            if hashes.get((root, seq), "" if whole else head) != head:
                report.findings.append(
                    Finding(
                        "rewritten",
                        root,
                        seq,
                        f"Root {root} was rewritten after anchor {content['n']}: entry {seq} is not the anchored one.",
                    )
                )
            fixed[root] = max(seq, fixed.get(root, 0))
        previous = hashlib.sha256(line.encode()).hexdigest()
    report.anchored_entries = sum(1 for root, seq in hashes if seq <= fixed.get(root, 0))


def export() -> Iterator[str]:
    """Yield the whole trail and its anchors as JSON lines that `scripts/check_trail.py` verifies without this program."""
    entries = TrailEntry.objects.select_related("payload").order_by("root_id", "seq")
    for entry in entries.iterator(chunk_size=CHUNK):
        row = {**header_of(entry), "previous": entry.previous, "digest": entry.digest, "hash": entry.hash}
        payload: TrailPayload = entry.payload
        row |= {"salt": payload.salt, "body": payload.body, "erased": payload.erased_why}
        yield json.dumps({"entry": row}, ensure_ascii=False)
    for line, _ in anchors.lines():
        yield json.dumps({"anchor": line}, ensure_ascii=False)


def holds(root_id: int) -> bool:
    """Tell whether the chain of one root and all its payloads are intact; anchors are looked at by `verify` only."""
    chain, head = _steady(root_id)
    return bool(chain) and not _of_root(chain, head)


def _steady(root_id: int) -> tuple[list[TrailEntry], tuple[int, str]]:
    """Return the entries and the head of a root as they stood together, although others go on working on it."""
    head = _head(root_id)
    for _ in range(PATIENCE):
        chain = list(TrailEntry.objects.select_related("payload").filter(root_id=root_id).order_by("seq"))
        before, head = head, _head(root_id)
        if before == head:
            break
    return chain, head


def _head(root_id: int) -> tuple[int, str]:
    return Matter.objects.filter(id=root_id).values_list("trail_seq", "trail_head").first() or (0, "")


def _of_root(chain: list[TrailEntry], head: tuple[int, str]) -> list[Finding]:
    return _chain(chain, head) + [finding for entry in chain for finding in _payload(entry)]


def _is_erased(entry: TrailEntry) -> bool:
    payload: TrailPayload | None = getattr(entry, "payload", None)
    return payload is not None and payload.body is None
