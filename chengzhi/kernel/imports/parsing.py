"""Reading the text of one cell: a reader returns a value or raises `Unfit`, which says what would be right."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")


class Unfit(ValueError):
    """A cell cannot be read as what its column holds."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def text(value: str) -> str:
    """Return the text as it is."""
    return value


def matching(pattern: str, zh: str, en: str) -> Callable[[str], str]:
    """Return a reader of texts that match a pattern; the two sentences say what is expected."""
    compiled = re.compile(pattern)

    def read(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise Unfit(zh, en)
        return value

    return read


class Choice:
    """A reader of one word out of several, which can also say a stored word in the language of files."""

    def __init__(self, synonyms: Mapping[str, str]) -> None:
        """Take synonyms (any language) as keys and the words that are stored as values."""
        self._known = {key.casefold(): word for key, word in synonyms.items()} | {word.casefold(): word for word in synonyms.values()}
        self._listed = "、".join(dict.fromkeys(synonyms)), ", ".join(dict.fromkeys(synonyms.values()))
        self._said = {word: key for key, word in reversed(list(synonyms.items()))}

    def __call__(self, value: str) -> str:
        """Return the stored word. Raises Unfit."""
        found = self._known.get(value.casefold())
        if found is None:
            raise Unfit(f"应为其中之一：{self._listed[0]}", f"must be one of {self._listed[1]}")
        return found

    def said(self, word: str) -> str:
        """Return the first synonym of a stored word, or the word itself."""
        return self._said.get(word, word)


def choice(synonyms: Mapping[str, str]) -> Choice:
    """Return a reader of one word out of several; synonyms (any language) are keys, stored words are values."""
    return Choice(synonyms)


def whole(value: str) -> int:
    """Return a whole number."""
    if re.fullmatch(r"[+-]?\d{1,18}(\.0+)?", value) is None:
        raise Unfit("应为整数，例如 4", "must be a whole number, for example 4")
    return int(value.partition(".")[0])


def number(value: str) -> Decimal:
    """Return a decimal number."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise Unfit("应为数字，例如 4.5", "must be a number, for example 4.5") from None
    if not found.is_finite():
        raise Unfit("应为数字，例如 4.5", "must be a number, for example 4.5")
    return found


def day(value: str) -> date:
    """Return a date; 2026-08-15, 2026/8/15 and 2026年8月15日 are understood."""
    found = DATE.fullmatch(value)
    try:
        if found is None:
            raise ValueError(value)
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise Unfit("应为日期，例如 2026-08-15", "must be a date, for example 2026-08-15") from None
