"""Checks an exported trail without Chengzhi: python check_trail.py trail.jsonl [PUBLIC_KEY_HEX]

Needs Python 3.11 and the package cryptography. Prints what is wrong and exits 1, or prints counts and exits 0.
Give the public key that you kept yourself; without it the key named in the anchors is used, which proves less.
"""

import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEADER = ("id", "root", "seq", "matter", "kind", "step", "from", "to", "at", "recorded_at", "actor", "post", "unit", "door", "clocks")


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def merkle(level: list[str]) -> str:
    while len(level) > 1:
        level = [sha(level[i] + level[min(i + 1, len(level) - 1)]) for i in range(0, len(level), 2)]
    return level[0] if level else ""


def check_entry(row: dict, heads: dict, hashes: dict, wrong: list[str]) -> None:
    place = f"root {row['root']} entry {row['seq']} ({row['step']})"
    seq, head = heads.get(row["root"], (0, ""))
    if row["seq"] != seq + 1:
        wrong.append(f"{place}: expected entry {seq + 1}; entries are missing or in the wrong order")
    if row["previous"] != head:
        wrong.append(f"{place}: does not follow the entry before")
    if sha(row["previous"] + canonical({key: row[key] for key in HEADER}) + row["digest"]) != row["hash"]:
        wrong.append(f"{place}: was changed")
    if row["body"] is not None and sha(row["salt"] + row["body"]) != row["digest"]:
        wrong.append(f"{place}: its payload was changed")
    heads[row["root"]] = (row["seq"], row["hash"])
    hashes[row["root"], row["seq"]] = row["hash"]


def check_anchor(line: str, state: dict, hashes: dict, key: str, wrong: list[str]) -> None:
    content = json.loads(line)
    place = f"anchor {content['n']}"
    if content["previous"] != state["previous"] or content["n"] != state["n"] + 1:
        wrong.append(f"{place}: does not follow the anchor before")
    unsigned = {name: value for name, value in content.items() if name != "signature"}
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key or content["key"]))
        public.verify(bytes.fromhex(content["signature"]), canonical(unsigned).encode())
    except (InvalidSignature, ValueError):
        wrong.append(f"{place}: its signature does not hold")
    if merkle([sha(f"{root}:{seq}:{head}") for root, seq, head in content["leaves"]]) != content["root"]:
        wrong.append(f"{place}: its Merkle root does not fit its leaves")
    for root, seq, head in content["leaves"]:
        if hashes.get((root, seq)) != head:
            wrong.append(f"{place}: root {root} was rewritten, entry {seq} is not the anchored one")
    state["previous"], state["n"] = sha(line), content["n"]


def main(path: str, key: str = "") -> int:
    heads: dict = {}
    hashes: dict = {}
    wrong: list[str] = []
    state = {"previous": "", "n": 0}
    with Path(path).open(encoding="utf-8") as source:
        for line in source:
            row = json.loads(line)
            if "entry" in row:
                check_entry(row["entry"], heads, hashes, wrong)
            else:
                check_anchor(row["anchor"], state, hashes, key, wrong)
    for sentence in wrong:
        print(sentence)
    print(f"{len(heads)} roots, {len(hashes)} entries, {state['n']} anchors, {len(wrong)} findings")
    return 1 if wrong or not hashes else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
