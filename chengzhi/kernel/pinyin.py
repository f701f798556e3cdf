"""The first letters of the pinyin of a name, by which officers find a unit, a class or a place.

The whole dictionary of phrases costs every process 45 MB of memory; here a short table says how the characters with several
readings are read in names (`data/readings.csv`). The settings keep the large dictionary from being loaded.
"""

import csv
from pathlib import Path

from pypinyin import Style, lazy_pinyin, load_phrases_dict

READINGS = Path(__file__).parent / "data" / "readings.csv"

with READINGS.open(encoding="utf-8", newline="") as _file:
    load_phrases_dict({row["word"]: [[reading] for reading in row["readings"].split()] for row in csv.DictReader(_file)})


def initials(text: str) -> str:
    """Return the first letters of a text in small letters: 银行 gives yh. What is no Chinese character stays as it is."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
