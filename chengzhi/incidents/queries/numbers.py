"""Questions about the numbers and class lists of the loop, answered from memory; every answer belongs to a node and a date."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from chengzhi.incidents.models import ClassListing, LoopNumber, ResultPhrase
from chengzhi.kernel.problems import Refused
from chengzhi.kernel.registers import Register
from chengzhi.organisation import queries as organisation

NAME = "loop_numbers"
SEED = ""


@dataclass(frozen=True, slots=True)
class NumberView:
    """One number of the loop in force, with its words and how sure it is."""

    code: str
    amount: int
    unit: str
    name_zh: str
    name_en: str
    source: str
    mark: str
    valid_from: date
    valid_to: date | None

    def valid(self, on: date) -> bool:
        """Tell whether the number is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


@dataclass(frozen=True, slots=True)
class _Listed:
    class_code: str
    valid_from: date
    valid_to: date | None

    def valid(self, on: date) -> bool:
        """Tell whether the class is on the list on a day."""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, str]
    valid_from: date
    valid_to: date | None

    def valid(self, on: date) -> bool:
        """Tell whether the phrase is offered on a day."""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


@dataclass
class Snapshot:
    """All numbers and lists in memory; rows of one key stand newest first."""

    numbers: dict[tuple[str, str], list[NumberView]] = field(default_factory=lambda: defaultdict(list))
    lists: dict[tuple[str, str], list[_Listed]] = field(default_factory=lambda: defaultdict(list))
    phrases: dict[tuple[str, str], list[_Phrase]] = field(default_factory=lambda: defaultdict(list))


def _load() -> Snapshot:
    taken = Snapshot()
    columns = ("code", "amount", "unit", "name_zh", "name_en", "source", "mark", "valid_from", "valid_to")
    for node, *row in LoopNumber.objects.order_by("-valid_from", "-id").values_list("node_code", *columns):
        taken.numbers[node, row[0]].append(NumberView(*row))
    for listed in ClassListing.objects.order_by("class_code"):
        taken.lists[listed.node_code, listed.list].append(_Listed(listed.class_code, listed.valid_from, listed.valid_to))
    for phrase in ResultPhrase.objects.order_by("id"):
        told = _Phrase((phrase.text_zh, phrase.text_en or phrase.text_zh), phrase.valid_from, phrase.valid_to)
        taken.phrases[phrase.node_code, phrase.covers].append(told)
    return taken


REGISTER: Register[Snapshot] = Register(NAME, _load)


def number(code: str, county: str, on: date) -> NumberView:
    """Return a number in force on a day: the county's before the city's before the platform's. Raises Refused without any."""
    taken = REGISTER.get()
    for node in _nodes(county):
        found = next((view for view in taken.numbers.get((node, code), ()) if view.valid(on)), None)
        if found is not None:
            return found
    raise Refused(
        f"{on}没有规则数值“{code}”，请先载入基础数据。",
        f"There is no number “{code}” on {on}; load the seed registers first.",
        code="no_loop_number",
    )


def amount(code: str, node_id: int, at: datetime) -> int:
    """Return how much a number is at a command node at a moment. Raises Refused without any."""
    return number(code, organisation.node(node_id).code, timezone.localtime(at).date()).amount


def classes_on(name: str, county: str, on: date) -> frozenset[str]:
    """Return the classes on a list on a day: the county's own list, else the city's, else the platform's."""
    taken = REGISTER.get()
    for node in _nodes(county):
        found = frozenset(listed.class_code for listed in taken.lists.get((node, name), ()) if listed.valid(on))
        if found:
            return found
    return frozenset()


MAJOR = 4  # a major class is the first four characters of its minor ones


def result_phrases(class_code: str, county: str, on: date) -> tuple[tuple[str, str], ...]:
    """Return the words offered for what was done: those of the class before those of its major, the county's own before others."""
    taken = REGISTER.get()
    found = [
        phrase.words
        for covers in (class_code, class_code[:MAJOR])
        for node in _nodes(county)
        for phrase in taken.phrases.get((node, covers), ())
        if phrase.valid(on)
    ]
    return tuple(dict.fromkeys(found))


def _nodes(county: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((county, settings.CITY, SEED)))
