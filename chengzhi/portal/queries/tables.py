"""The tables of the citizens' pages: pictures and their classes, words that call for another number, answers: all data."""

import csv
from functools import lru_cache
from pathlib import Path

from chengzhi.kernel.cards import Option
from chengzhi.portal.rules import PictureRow, Warned

FOLDER = Path(__file__).resolve().parents[1] / "data"


def rows_in(name: str) -> list[dict[str, str]]:
    """Return the rows of one file of this context's data."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.casefold() for part in text.split("|") if part)


@lru_cache(maxsize=1)
def picture_rows() -> tuple[PictureRow, ...]:
    """Return which classes stand behind the eight pictures, each with the words that speak for it."""
    return tuple(
        PictureRow(
            row["picture"],
            row["name_zh"],
            row["name_en"],
            row["icon"],
            row["class_code"],
            _parts(row["hints"]),
            row["nearby"] == "1",
        )
        for row in rows_in("pictures.csv")
    )


@lru_cache(maxsize=1)
def picture_choices() -> tuple[PictureRow, ...]:
    """Return the eight pictures in their order."""
    return tuple({row.picture: row for row in reversed(picture_rows())}.values())[::-1]


@lru_cache(maxsize=1)
def nearby_classes() -> frozenset[str]:
    """Return the classes that are told to everybody nearby: those that point at nobody's shop, house or noise."""
    return frozenset(row.class_code for row in picture_rows() if row.nearby)


@lru_cache(maxsize=2)
def warned(name: str) -> tuple[Warned, ...]:
    """Return the words of a list, `emergency` or `private`, with whom to call."""
    rows = (row for row in rows_in("words.csv") if row["list"] == name)
    return tuple(Warned(_parts(row["words"]), row["zh"], row["en"], tuple(row["numbers"].split())) for row in rows)


@lru_cache(maxsize=32)
def referral(reason: str) -> Warned | None:
    """Return who is responsible instead when a report was refused for a reason."""
    found = next((row for row in rows_in("referrals.csv") if row["reason"] == reason), None)
    return Warned((), found["zh"], found["en"], tuple(found["numbers"].split())) if found else None


@lru_cache(maxsize=2)
def answers(name: str) -> tuple[Option, ...]:
    """Return the answers of a list: `score`, best first, or `why`."""
    return tuple(Option(row["value"], row["name_zh"], row["name_en"]) for row in rows_in("answers.csv") if row["list"] == name)
