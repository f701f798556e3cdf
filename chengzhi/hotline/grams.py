"""Pieces of text: pairs of neighbouring Chinese characters, and whole words of other scripts. Two characters are a word in Chinese."""

import re
import unicodedata

_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z]+|[0-9]+")
LONGEST_WORD = 24


def plain(text: str) -> str:
    """Return a text with full-width signs made narrow and capitals small."""
    return unicodedata.normalize("NFKC", text).casefold()


def pieces(text: str) -> list[str]:
    """Return the pieces of a text in their order: pairs of a Chinese run (the sign itself when it stands alone), other words whole."""
    found: list[str] = []
    for run in _RUNS.findall(plain(text)):
        if run[0] < "\u3400":
            found.append(run[:LONGEST_WORD])
        elif len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def signs_and_pairs(text: str) -> list[str]:
    """Return single Chinese characters and their pairs, for the classifier; numbers say nothing about a class and are left out."""
    found: list[str] = []
    for run in _RUNS.findall(plain(text)):
        if run[0] >= "\u3400":
            found += run
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        elif run.isalpha():
            found.append(run[:LONGEST_WORD])
    return found
