"""The base of every integration: what it is given, what it answers, and what its class must say about itself.

To add one: a folder here with `adapter.py` (a subclass of `Integration`),
`template.py` (the words as the provider wants them) and `tests/`,
and one line in the registry (`integrations/__init__.py`). Secrets come from the settings, never from the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings

SENT, AGAIN, REFUSED, UNSURE = "sent", "again", "refused", "unsure"
LONGEST_ANSWER = 300


def configured() -> dict[str, Any]:
    """Return what the environment says about messages."""
    found: dict[str, Any] = settings.NOTIFICATION
    return found


@dataclass(frozen=True, slots=True)
class Letter:
    """One message ready to go: `id` stays the same however often it is tried; `address` is a number, an address, or the name of a robot."""

    id: int
    address: str
    title: str
    text: str
    link: str = ""
    english: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter, and the provider's own words.

    `sent`: taken by the provider. `again`: surely not taken, worth another try, after `wait` seconds if the provider asks for it.
    `refused`: another try would be refused too. `unsure`: nobody knows whether it was taken.
    """

    result: str
    answer: str = ""
    wait: int = 0


class Integration:
    """One way to reach people. Subclasses say what they need and how they send; they keep no state but what a provider hands out."""

    code: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    to_group: ClassVar[bool] = False  # speaks to a group by a robot, not to a person
    address_zh: ClassVar[str] = ""  # what a person must have given to be reached by it
    address_en: ClassVar[str] = ""
    per_minute: ClassVar[int | None] = None  # what the provider allows at most

    def missing(self, entry: str) -> str:
        """Return the name of the environment variable that is missing, or lacks this entry; empty when it can send."""
        return ""

    def repeats_safely(self, settings: Mapping[str, Any]) -> bool:
        """Tell whether the provider recognises a letter that it has taken before, so that it may be sent again when in doubt."""
        return False

    def send(self, letter: Letter) -> Outcome:
        """Hand one letter to the provider and tell what became of it; never raises for what the provider does."""
        return Outcome(REFUSED, f"{self.code} sends nothing")


def entries(text: str) -> dict[str, str]:
    """Return the named entries of a variable such as `road=abc,clean=def`."""
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return {name.strip(): value.strip() for name, _, value in pairs}


# Full-width twins of the characters that mean something in Markdown, in HTML or in mentions: they read the same and do nothing.
_HARMLESS = str.maketrans(
    {**{sign: chr(ord(sign) + 0xFEE0) for sign in "*_`[]()<>#@!|\\~&"}, **{chr(code): " " for code in range(32)}, "\x7f": " "}
)
_UNSEEN = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF}


def plain(text: str) -> str:
    """Return one line of a text without control or invisible characters."""
    kept = (" " if ord(sign) < 32 or ord(sign) == 127 or sign in "\u2028\u2029\x85" else sign for sign in text if ord(sign) not in _UNSEEN)
    return " ".join("".join(kept).split())


def harmless(text: str) -> str:
    """Return a text in which nothing can act as Markdown, as HTML or as a mention, whatever somebody has typed."""
    return plain(text).translate(_HARMLESS)


def cut(text: str, most: int) -> str:
    """Return a text of at most so many bytes in UTF-8, with … where something was left out."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode(errors="ignore") + "…"
