"""The dated tables of this package: limits, schemes and holidays are data with a source, never code."""

import csv
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one table as they stand in its file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_day(text: str) -> date:
    """Return the first day on which a row is valid; an empty cell means always."""
    return date.fromisoformat(text) if text else date.min


def last_day(text: str) -> date:
    """Return the last day on which a row is valid; an empty cell means until replaced."""
    return date.fromisoformat(text) if text else date.max
