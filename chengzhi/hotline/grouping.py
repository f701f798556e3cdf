"""Grouping texts that were made after one pattern, so that no pattern stands both in what is learnt and in what is asked."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from chengzhi.hotline.grams import pieces

SHARED = 0.5  # texts that share at least half of the smaller one's pairs are taken for one pattern
_VALUES = re.compile(r"[0-9０-９A-Za-z]+")


def skeleton(text: str, words: Iterable[str] = ()) -> str:
    """Return a text without numbers, codes, and the given words (names of classes), which patterns are filled with."""
    for word in words:
        text = text.replace(word, "□") if word else text
    return _VALUES.sub("□", text)


def groups(texts: Sequence[str]) -> list[int]:
    """Return for each text the number of its group.

    A text joins every group of which any text shares half of the pairs of the shorter of the two; a text that fits two groups makes
    one of them. So likeness passes on, and two groups have no pair of like texts between them.
    """
    kept: dict[frozenset[str], int] = {}
    root: list[int] = []
    where: dict[str, list[int]] = defaultdict(list)  # piece → distinct texts that hold it
    distinct: list[frozenset[str]] = []
    answer: list[int] = []
    for text in texts:
        held = frozenset(pieces(text))
        known = kept.get(held)
        if known is None:
            known = kept[held] = len(distinct)
            distinct.append(held)
            root.append(known)
            _join_like(known, held, where, distinct, root)
            for piece in held:
                where[piece].append(known)
        answer.append(known)
    return [_root(root, number) for number in answer]


def _join_like(new: int, held: frozenset[str], where: dict[str, list[int]], distinct: list[frozenset[str]], root: list[int]) -> None:
    shared = Counter(other for piece in held for other in where[piece])
    for other, common in shared.items():
        if common >= SHARED * min(len(held), len(distinct[other])):
            root[_root(root, other)] = _root(root, new)


def _root(root: list[int], number: int) -> int:
    while root[number] != number:
        root[number] = root[root[number]]
        number = root[number]
    return number


def parts(numbers: Sequence[int], folds: int) -> list[int]:
    """Return for each text the part in which its group is asked: the largest groups first, each into the smallest part so far."""
    size = Counter(numbers)
    filled = [0] * folds
    chosen: dict[int, int] = {}
    for group in sorted(size, key=lambda group: (-size[group], group)):
        part = filled.index(min(filled))
        chosen[group] = part
        filled[part] += size[group]
    return [chosen[number] for number in numbers]
