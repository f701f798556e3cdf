"""The tables of the demo city, read from the files beside this module."""

import csv
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONTEXTS = HERE.parents[1]


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one table of the demo city."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def grants() -> list[dict[str, str]]:
    """Return which role holds which capability, as every context brings it."""
    found: list[dict[str, str]] = []
    for file in sorted(CONTEXTS.glob("*/data/grants.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            found += csv.DictReader(lines)
    return found


def picture_of(class_code: str) -> str:
    """Return which generated picture shows a class of problem."""
    return next((row["scene"] for row in rows("mix") if row["class_code"] == class_code), "other")
