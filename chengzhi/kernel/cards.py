"""Cards: how the kernel's pages show matters of kinds that it does not know.

A context registers one query per kind (`@cards_of`), one provider per list of choices that its forms ask for (`@choices_of`), the query
that gives the first picture (`@shows_pictures`), and the one that names people (`@names_people`). The kernel's pages call them; none of
them knows a context.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chengzhi.kernel.access import Actor
from chengzhi.kernel.matter import Family
from chengzhi.kernel.workflow.kind import Kind

MOST_TAGS = 3


@dataclass(frozen=True, slots=True)
class Tag:
    """A small mark on a row: urgent is filled, the others are outlined."""

    slug: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Photo:
    """One picture of a matter: the addresses of its small and large copies, and what it shows."""

    small: str
    large: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a row and a preview say about one matter: `url` opens its page, `number` is that of the page."""

    number: str
    url: str
    zh: str
    en: str
    address: str = ""
    source: tuple[str, str] = ("", "")
    text: str = ""
    place: tuple[str, str] = ("", "")
    tags: tuple[Tag, ...] = ()

    @property
    def first_tags(self) -> tuple[Tag, ...]:
        """The tags that fit into a row."""
        return self.tags[:MOST_TAGS]

    @property
    def more_tags(self) -> int:
        """How many tags do not fit."""
        return max(0, len(self.tags) - MOST_TAGS)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field: its value, its words, and a line that explains it; `proposed` is what the platform proposes."""

    value: str
    zh: str
    en: str
    note: tuple[str, str] = ("", "")
    proposed: bool = False


Cards = Callable[[Sequence[int]], Mapping[int, Card]]
Choices = Callable[[Family, Actor], Sequence[Option]]
CARDS: dict[str, Cards] = {}
CHOICES: dict[str, Choices] = {}
Pictures = Callable[[Family, Actor], Photo | None]
_pictures: list[Pictures] = []
_people: list[Callable[[int], str]] = []
_absent: list[Callable[[int], Mapping[int, str]]] = []


def cards_of(kind: Kind[Any]) -> Callable[[Cards], Cards]:
    """Register the query that gives the cards of a kind."""

    def register(query: Cards) -> Cards:
        CARDS[kind.name] = query
        return query

    return register


def choices_of(name: str) -> Callable[[Choices], Choices]:
    """Register the provider of the options that `Ask(choices=name)` asks for."""

    def register(query: Choices) -> Choices:
        CHOICES[name] = query
        return query

    return register


def shows_pictures(query: Pictures) -> Pictures:
    """Register the query that gives the first picture of a matter that a person may see."""
    _pictures[:] = [query]
    return query


def picture(family: Family, actor: Actor) -> Photo | None:
    """Return the first picture of a matter that a person may see, None when there is none."""
    return _pictures[0](family, actor) if _pictures else None


def names_people(query: Callable[[int], str]) -> Callable[[int], str]:
    """Register the query that gives the name of the person behind an account."""
    _people[:] = [query]
    return query


def tells_stand_ins(query: Callable[[int], Mapping[int, str]]) -> Callable[[int], Mapping[int, str]]:
    """Register the query that gives the posts in which a person only stands in, each with the name of who is away."""
    _absent[:] = [query]
    return query


def stand_ins(account_id: int) -> Mapping[int, str]:
    """Return the posts in which a person only stands in today, each with the name of who is away."""
    return _absent[0](account_id) if _absent else {}


def person(account_id: int) -> str:
    """Return the name of the person behind an account, empty when nobody gives names."""
    return _people[0](account_id) if _people else ""


def cards(matters: Mapping[int, str]) -> dict[int, Card]:
    """Return the cards of matters given as id → kind, with one query per kind; a kind without cards gives none."""
    found: dict[int, Card] = {}
    for kind, query in CARDS.items():
        ids = [key for key, name in matters.items() if name == kind]
        if ids:
            found.update(query(ids))
    return found


def options(name: str, family: Family, actor: Actor) -> list[Option]:
    """Return the options of a list of choices for a matter; TypeError names a list that nobody provides."""
    if name not in CHOICES:
        raise TypeError(f"No query provides the choices {name!r}: register one with @choices_of({name!r}).")
    return list(CHOICES[name](family, actor))
