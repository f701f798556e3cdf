"""The table of role × step × scope (matrix.csv): what each post may do, in its own county, in another one, and in the city above.

A cell is one of: `yes` (let through to the rules of the step), `capability` (the post has no such right), `holder` (it has the right, but
somebody else has the matter), `hidden` (there is no such matter for this post).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chengzhi.kernel.workflow import KINDS

FILE = Path(__file__).with_name("matrix.csv")
SCOPES = ("own", "other", "city")
ANSWERS = ("yes", "capability", "holder", "hidden")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one post is answered at one step in one scope."""

    kind: str
    slug: str
    scope: str
    role: str
    answer: str


@cache
def cells() -> tuple[Cell, ...]:
    """Return all cells of the table."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(_cells(csv.DictReader(lines)))


def _cells(lines: "csv.DictReader[str]") -> Iterator[Cell]:
    for line in lines:
        kind, slug, scope = line.pop("kind"), line.pop("step"), line.pop("scope")
        yield from (Cell(kind, slug, scope, role, answer) for role, answer in line.items())


def person_steps() -> list[tuple[str, str]]:
    """Return every step of every kind that a person takes on something that exists."""
    kinds = [kind for kind in KINDS.values() if not kind.name.startswith("toy")]
    return [(kind.name, step.slug) for kind in kinds for step in kind.steps.values() if step.by and step.frm]
