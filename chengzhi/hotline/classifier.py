"""The classifier of texts: TF-IDF cosine between a text and each class, over single characters and pairs. It keeps counts only.

A class is what was written about it: its names, everyday words, callers' phrases, and the texts of confirmed cases. A piece counts by
the logarithm of how often the class has it, and the more the fewer classes have it. Equal input gives equal output, everywhere.
"""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chengzhi.hotline.grams import signs_and_pairs

LONGEST_TEXT = 600  # beyond that a text says nothing more about its class
FEWEST_CHARACTERS = 2
MOST_WORDS = 3
CONFIRMED_SHARE = 0.4  # what confirmed cases add beside the words that are taught
SINGLE_SIGN = 0.25  # a single character says far less than a pair
Weights = npt.NDArray[np.float64]
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text that is known to belong to a class, `weight` times; what stands in `without` (its address) says nothing about the class."""

    text: str
    code: str
    weight: int = 1
    without: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """One class proposed for a text: how near, and the pieces of the text that speak for it, strongest first."""

    code: str
    nearness: float
    words: tuple[str, ...]


def learn(lessons: Iterable[Lesson]) -> dict[str, dict[str, int]]:
    """Return how often each class has each piece; a piece counts once in a text, however often it stands there."""
    counts: dict[str, Counter[str]] = {}
    for lesson in lessons:
        held = counts.setdefault(lesson.code, Counter())
        for piece in set(signs_and_pairs(lesson.text[:LONGEST_TEXT])) - set(signs_and_pairs(lesson.without)):
            held[piece] += lesson.weight
    return {code: dict(sorted(counts[code].items())) for code in sorted(counts)}


def pack(taught: Counts, confirmed: Counts) -> tuple[bytes, str]:
    """Return counts as bytes to be kept, with their fingerprint; equal counts give equal bytes."""
    text = json.dumps({"taught": taught, "confirmed": confirmed}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return zlib.compress(text, 9), hashlib.sha256(text).hexdigest()


def unpack(kept: bytes) -> dict[str, dict[str, dict[str, int]]]:
    """Return the counts that were packed, as `taught` and `confirmed`."""
    found: dict[str, dict[str, dict[str, int]]] = json.loads(zlib.decompress(kept))
    return found


class _Shelf:
    """Counts made ready for asking: for each piece the classes that have it, with what it adds to their nearness."""

    def __init__(self, counts: Counts, codes: Sequence[str]) -> None:
        pieces = sorted({piece for held in counts.values() for piece in held})
        self.at = {piece: place for place, piece in enumerate(pieces)}
        spread = Counter(piece for held in counts.values() for piece in held)
        rarity = np.array([np.log((1 + len(codes)) / spread[piece]) for piece in pieces])
        self._rarity = rarity * np.array([SINGLE_SIGN if len(piece) == 1 else 1.0 for piece in pieces])
        rows: list[list[tuple[int, float]]] = [[] for _ in pieces]
        length = np.zeros(len(codes))
        for number, code in enumerate(codes):
            for piece, times in counts.get(code, {}).items():
                weight = float((1 + np.log(times)) * self._rarity[self.at[piece]])
                rows[self.at[piece]].append((number, weight))
                length[number] += weight * weight
        self._length = np.sqrt(np.where(length > 0, length, 1.0))
        self._classes = [np.array([number for number, _ in row], dtype=np.int64) for row in rows]
        self._weights: list[Weights] = [np.array([weight for _, weight in row]) for row in rows]

    def near(self, asked: set[str]) -> Weights:
        """Return for each class how near these pieces are, 0 to 1."""
        known = sorted(self.at[piece] for piece in asked if piece in self.at)
        if not known:
            return np.zeros(len(self._length))
        classes = np.concatenate([self._classes[place] for place in known])
        added = np.concatenate([self._weights[place] * self._rarity[place] for place in known])
        size = float(np.sqrt((self._rarity[known] ** 2).sum())) or 1.0
        found: Weights = np.bincount(classes, weights=added, minlength=len(self._length)) / self._length / size
        return found

    def adds(self, piece: str, place: int) -> float:
        """Return what a piece adds to a class."""
        number = self.at.get(piece)
        if number is None:
            return 0.0
        held = int(np.searchsorted(self._classes[number], place))
        inside = held < len(self._classes[number]) and self._classes[number][held] == place
        return float(self._weights[number][held] * self._rarity[number] / self._length[place]) if inside else 0.0


class Classifier:
    """What is taught (names, everyday words, phrases) and what is confirmed (cases) side by side: many cases never drown the words."""

    def __init__(self, taught: Counts, confirmed: Counts) -> None:
        self.codes = sorted({*taught, *confirmed})
        self._shelves = ((_Shelf(taught, self.codes), 1.0), (_Shelf(confirmed, self.codes), CONFIRMED_SHARE))

    def guess(self, text: str, n: int = 3) -> list[Guess]:
        """Return the n classes nearest to a text, the nearest first; none for a text that shares nothing with any class."""
        asked = set(signs_and_pairs(text[:LONGEST_TEXT]))
        if len(text.strip()) < FEWEST_CHARACTERS or not asked or not self.codes:
            return []
        near = sum((shelf.near(asked) * share for shelf, share in self._shelves), np.zeros(len(self.codes)))
        # Rounded before sorting, so that two machines whose last digits differ still give the same order.
        best = np.lexsort((np.arange(len(near)), -np.round(near, 9)))[:n].tolist()
        return [Guess(self.codes[place], round(float(near[place]), 4), self._why(place, asked, text)) for place in best if near[place] > 0]

    def _why(self, place: int, asked: set[str], text: str) -> tuple[str, ...]:
        """Return the pieces of the text that add most to a class; pairs that overlap in the text are told as one word."""
        added = {piece: self._adds(piece, place) for piece in asked if len(piece) > 1}
        strongest = sorted((piece for piece in added if added[piece] > 0), key=lambda piece: (-round(added[piece], 9), piece))
        return _joined(strongest[: 2 * MOST_WORDS], text)[:MOST_WORDS]

    def _adds(self, piece: str, place: int) -> float:
        return sum(shelf.adds(piece, place) * share for shelf, share in self._shelves)


def _joined(pieces: list[str], text: str) -> tuple[str, ...]:
    found: list[str] = []
    for piece in pieces:
        for place, word in enumerate(found):
            longer = next((made for made in _laps(word, piece) if made in text), "")
            if longer:
                found[place] = longer
                break
        else:
            found.append(piece)
    return tuple(found)


def _laps(word: str, piece: str) -> list[str]:
    after = [word + piece[1:]] if word[-1] == piece[0] else []
    return after + ([piece + word[1:]] if piece[-1] == word[0] else [])


@dataclass(frozen=True, slots=True)
class Score:
    """How often the right class stood first, and among the first three."""

    asked: int
    first: int
    among_three: int

    def __add__(self, other: "Score") -> "Score":
        return Score(self.asked + other.asked, self.first + other.first, self.among_three + other.among_three)

    def shares(self) -> tuple[float, float]:
        """Return both shares, 0 where nothing was asked."""
        return (self.first / self.asked, self.among_three / self.asked) if self.asked else (0.0, 0.0)


def score(model: Classifier, held_out: Iterable[Lesson]) -> Score:
    """Ask the classifier about texts whose class is known."""
    asked = first = three = 0
    for lesson in held_out:
        codes: list[Any] = [guess.code for guess in model.guess(lesson.text)]
        asked += 1
        first += codes[:1] == [lesson.code]
        three += lesson.code in codes
    return Score(asked, first, three)
