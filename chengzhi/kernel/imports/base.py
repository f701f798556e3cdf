"""What every importer is made of: columns, checks of a row, checks across rows, the difference to the register, and applying."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

from chengzhi.kernel.access import SYSTEM, SYSTEM_ID, Act, Actor, capability
from chengzhi.kernel.imports.parsing import Choice, Unfit, text
from chengzhi.kernel.problems import Invalid

C = TypeVar("C")
Words = tuple[str, str]
Top = Callable[[], int]
MANAGE = capability("kernel.register.import", "导入基础数据", "Import register files")
PROBE = "？"  # no cell means anything by it: what a reader says of it tells what the column expects
_top: list[Top] = []


def top_node(query: Top) -> Top:
    """Register the query that gives the node above all others: registers of the whole city are imported there."""
    _top[:] = [query]
    return query


def top() -> int | None:
    """Return the node above all others, None while nobody tells it."""
    return (_top[0]() or None) if _top else None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register file: its name, the Chinese headers under which it is found, and how its text is read."""

    name: str
    zh: tuple[str, ...] = ()
    required: bool = True
    parse: Callable[[str], Any] = text

    @property
    def label(self) -> str:
        """The Chinese name by which a person knows the column."""
        return self.zh[0] if self.zh else self.name

    @property
    def words(self) -> Words:
        """The name of the column in both languages."""
        return self.label, self.name.replace("_", " ")

    def said(self, stored: str) -> Words:
        """Return a stored value as a person knows it, in both languages."""
        return (self.parse.said(stored), stored.replace("_", " ")) if isinstance(self.parse, Choice) else (stored, stored)

    @property
    def expects(self) -> Words:
        """What the reader of the column asks of a cell, in both languages; nothing when any text will do."""
        try:
            self.parse(PROBE)
        except Unfit as unfit:
            return ("", "") if PROBE in unfit.zh else (unfit.zh, unfit.en)
        return "", ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the importer sees it: its number in the file, its parsed values by column, its difference once known."""

    no: int
    values: Mapping[str, Any]
    difference: str = ""


@dataclass(frozen=True, slots=True)
class RowError:
    """One fault of one row; `row` may be left out in `check`, where it is clear."""

    code: str
    zh: str
    en: str
    field: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """How a row differs from the register, and what the register says now where the row says something else."""

    word: str
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """Under which conditions a file is checked: its options, whether it is the whole register, the day, and for whom."""

    on: date
    options: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False
    actor: Actor = SYSTEM


@dataclass(frozen=True, slots=True)
class Asked:
    """One option that is asked for with a file: its name, its words, how it is drawn, and the list that it is chosen from."""

    name: str
    zh: str
    en: str
    widget: str = "text"
    choices: str = ""
    required: bool = False
    help: Words = ("", "")


class Importer(ABC, Generic[C]):
    """Base of all importers. A context subclasses it in its services and registers one instance with `imports.register`.

    `context` reads once what all checks need; it is given to every other method. The framework itself finds empty
    required cells, unreadable values and keys that come twice; `check` sees only rows that could be read. A register of
    the whole city is imported by posts of the city only; one that is not (`everywhere` is false) judges in `refuse` and
    `check` for whom it may be written.
    """

    kind: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    note: ClassVar[Words] = ("", "")
    register: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    key: ClassVar[tuple[str, ...]] = ()
    asks: ClassVar[tuple[Asked, ...]] = ()
    needs: ClassVar[tuple[str, ...]] = (MANAGE,)
    everywhere: ClassVar[bool] = True
    may_be_complete: ClassVar[bool] = True
    private: ClassVar[bool] = False  # its rows tell of people: on the page only who gave the file reads them again

    def open_to(self, actor: Actor) -> bool:
        """Tell whether a post may import here: at the city for a register of the whole city, else anywhere."""
        if actor.id == SYSTEM_ID:
            return True
        return all(actor.may(code, top()) if self.everywhere else actor.may_somewhere(code) for code in self.needs)

    def refuse(self, setting: Setting) -> None:
        """Refuse options that cannot be used, or not by this person, before a file is read. Raises Invalid, NotAllowed, NotFound."""

    @abstractmethod
    def context(self, setting: Setting) -> C:
        """Return what the checks need to know of the database, read once."""

    def check(self, row: Row, context: C) -> list[RowError]:
        """Return the faults of one row by itself."""
        return []

    def check_all(self, rows: Sequence[Row], context: C) -> list[RowError]:
        """Return faults that only show across rows; each names its row."""
        return []

    @abstractmethod
    def difference(self, row: Row, context: C) -> Difference:
        """Tell how a row differs from the register."""

    def gone(self, rows: Sequence[Row], context: C) -> list[Mapping[str, Any]]:
        """Return, for a complete file, the entries of the register that it no longer has, as values by column."""
        return []

    @abstractmethod
    def apply(self, rows: Sequence[Row], context: C, act: Act) -> None:
        """Write the rows that are new, changed or gone; called inside the one transaction, never with a faulty row."""


IMPORTERS: dict[str, Importer[Any]] = {}


def register(importer: Importer[Any]) -> None:
    """Make an importer known by its kind."""
    IMPORTERS[importer.kind] = importer


def importer(kind: str) -> Importer[Any]:
    """Return the importer of a kind; an unknown kind is refused with the kinds there are."""
    found = IMPORTERS.get(kind)
    if found is None:
        known = ", ".join(sorted(IMPORTERS)) or "—"
        raise Invalid(
            f"没有“{kind}”这种导入，请从这些中选：{known}。",
            f"There is no import of kind “{kind}”; choose one of: {known}.",
            code="import_kind_unknown",
        )
    return found
