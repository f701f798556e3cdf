"""Proposing classes for the words of a report: names, everyday words and pairs of characters, without a model to be trained."""

import csv
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from chengzhi.incidents.models import EverydayWord
from chengzhi.incidents.queries import registers
from chengzhi.incidents.queries.registers import NAME, ClassView
from chengzhi.kernel.registers import Register

SYNONYMS_FILE = Path(__file__).resolve().parents[1] / "data" / "synonyms.csv"
LONGEST_TEXT = 2000
# A whole name or everyday word says far more than a pair of characters that several names share.
WORD_WEIGHT, PAIR_WEIGHT = 4.0, 1.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposed class with the words that speak for it, strongest first."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    score: float
    words: tuple[str, ...]


@dataclass
class _Index:
    classes: dict[str, ClassView]
    words: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # whole word → codes
    pairs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # pair of characters or English word → codes


def _load() -> _Index:
    index = _Index({view.code: view for view in registers.classes()})
    for view in index.classes.values():
        index.words[view.name_zh].add(view.code)
        for part in _parts(f"{view.name_zh} {view.name_en}"):
            index.pairs[part].add(view.code)
    for word, code in everyday_words():
        if code in index.classes:
            index.words[word.casefold()].add(code)
    return index


@lru_cache(maxsize=1)
def shipped_words() -> dict[tuple[str, str], str]:
    """Return every everyday word that comes with the platform, with the class that it speaks for and its source."""
    with SYNONYMS_FILE.open(encoding="utf-8", newline="") as file:
        return {(row["word"], row["class_code"]): row["source"] for row in csv.DictReader(file)}


def everyday_words() -> list[tuple[str, str]]:
    """Return every everyday word with its class: those that come with the platform as the city has changed them."""
    known = dict.fromkeys(shipped_words(), True)
    for word, code, active in EverydayWord.objects.order_by("id").values_list("word", "class_code", "active"):
        known[word, code] = active
    return [pair for pair, active in known.items() if active]


REGISTER: Register[_Index] = Register(NAME, _load)


def suggest(text: str, n: int = 3) -> list[Suggestion]:
    """Return the n classes that fit the words of a report best, best first; none when nothing fits. A code names its class."""
    index = REGISTER.get()
    wanted = text[:LONGEST_TEXT].casefold()
    scores: Counter[str] = Counter()
    reasons: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for weight, word, codes in _hits(index, wanted):
        for code in codes:
            scores[code] += weight / len(codes)  # type: ignore[assignment]  # Counter is typed for whole numbers only
            reasons[code].append((weight, word))
    best = sorted(scores, key=lambda code: (-scores[code], code))[:n]
    return [_suggestion(index.classes[code], scores[code], reasons[code]) for code in best]


def _hits(index: _Index, wanted: str) -> list[tuple[float, str, set[str]]]:
    code = wanted.strip().upper()
    hits = [(100.0, code, {code})] if code in index.classes else []
    hits += [(WORD_WEIGHT * len(word), word, codes) for word, codes in index.words.items() if word in wanted]
    for part in _parts(wanted):
        codes = index.pairs.get(part)
        if codes:
            hits.append((PAIR_WEIGHT * math.log(len(index.classes) / len(codes)), part, codes))
    return hits


def _suggestion(view: ClassView, score: float, reasons: list[tuple[float, str]]) -> Suggestion:
    words = tuple(dict.fromkeys(word for _, word in sorted(reasons, reverse=True)))
    return Suggestion(view.code, view.name_zh, view.name_en, view.kind, round(score, 2), words)


def _parts(text: str) -> set[str]:
    """Return the pairs of neighbouring Chinese characters and the English words of more than three letters in a text."""
    chinese = [text[i : i + 2] for i in range(len(text) - 1) if all("\u4e00" <= c <= "\u9fff" for c in text[i : i + 2])]
    english = "".join(c if c.isascii() and c.isalnum() else " " for c in text.casefold()).split()
    return set(chinese) | {word for word in english if len(word) > 3}
