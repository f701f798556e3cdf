"""The list page in one question: rows with their lights and tags, the filters in use as chips, and what can be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries.cards import Beside, beside, class_words, tags_of_row
from chengzhi.incidents.queries.choices import KINDS_OF_UNITS, class_options
from chengzhi.incidents.queries.lists import Filter, page
from chengzhi.kernel import lights
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import MOST_TAGS, Option, Tag
from chengzhi.kernel.lights import Standing
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.workflow.table import State
from chengzhi.organisation import queries as organisation

ROWS = 40
DUE = {"open": ("未办结", "open"), "overdue": ("超期", "overdue")}
NAMES = ("state", "class", "source", "due", "unit", "month")
MONTHS = 24
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ListRow:
    """One incident of the list."""

    number: str
    state: State
    standing: Standing
    tags: tuple[Tag, ...]
    klass: Words
    address: str
    source: Words
    holder: Words
    county: str
    opened_at: Any

    @property
    def first_tags(self) -> tuple[Tag, ...]:
        """The tags that fit into a row."""
        return self.tags[:MOST_TAGS]

    @property
    def more_tags(self) -> int:
        """How many tags do not fit."""
        return max(0, len(self.tags) - MOST_TAGS)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in use, with the address of the list without it."""

    zh: str
    en: str
    without: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything that the list shows to one person."""

    rows: tuple[ListRow, ...]
    next: str
    narrow: bool
    export: str
    several: bool
    chips: tuple[Chip, ...]
    chosen: Mapping[str, str]
    states: tuple[Option, ...]
    sources: tuple[Option, ...]
    dues: tuple[Option, ...]
    units: tuple[Option, ...]
    months: tuple[Option, ...]
    classes: tuple[Option, ...]


def list_page(actor: Actor, given: Mapping[str, str]) -> ListPage:
    """Return the list narrowed by what stands in the address. Raises Invalid naming a filter that cannot be used."""
    chosen, offered, asked = read_filter(actor, given)
    found = page(actor, asked, cursor=given.get("cursor", ""), limit=ROWS)
    standings = lights.standings({row["id"]: (row["due_at"], row["amber_at"]) for row in found["rows"]})
    known = beside([row["id"] for row in found["rows"]])
    several = len({row["node_id"] for row in found["rows"]}) > 1
    return ListPage(
        rows=tuple(_row(row, standings[row["id"]], known, several) for row in found["rows"]),
        next="?" + urlencode({**chosen, "cursor": found["cursor"]}) if found["cursor"] else "",
        narrow=found["narrow"],
        export="?" + urlencode(chosen),
        several=several,
        chips=tuple(_chip(name, value, chosen, offered) for name, value in chosen.items()),
        chosen=chosen,
        states=offered["state"],
        sources=offered["source"],
        dues=offered["due"],
        units=offered["unit"],
        months=offered["month"],
        classes=offered["class"],
    )


def read_filter(actor: Actor, given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, tuple[Option, ...]], Filter]:
    """Return the filters that stand in an address, what each offers, and the question they make. Raises Invalid for an unknown value."""
    chosen = {name: given.get(name, "").strip() for name in NAMES if given.get(name, "").strip()}
    chosen["class"] = chosen.get("class", "").split(" ")[0]
    chosen = {name: value for name, value in chosen.items() if value}
    offered = _offered(actor)
    _refuse_unknown(chosen, offered)
    unit, month = chosen.get("unit"), chosen.get("month")
    since, until = _month(month) if month else (None, None)
    asked = Filter(
        state=chosen.get("state", ""),
        class_code=chosen.get("class", ""),
        source=chosen.get("source", ""),
        due=chosen.get("due", ""),
        unit=int(unit) if unit else None,
        since=since,
        until=until,
    )
    return chosen, offered, asked


def _month(month: str) -> tuple[datetime, datetime]:
    """Return the first moment of a month, given as 2026-11, and that of the next one, in the city's zone."""
    year, number = (int(part) for part in month.split("-"))
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    zone = timezone.get_default_timezone()
    return datetime(year, number, 1, tzinfo=zone), datetime(*following, 1, tzinfo=zone)


def _months() -> tuple[Option, ...]:
    today = timezone.localdate()
    numbers = [today.year * 12 + today.month - 1 - back for back in range(MONTHS)]
    return tuple(Option(name, name, name) for name in (f"{number // 12}-{number % 12 + 1:02d}" for number in numbers))


def _offered(actor: Actor) -> dict[str, tuple[Option, ...]]:
    units = [view for node in sorted(actor.nodes) for view in organisation.units_of(node, KINDS_OF_UNITS)]
    return {
        "state": tuple(Option(state.slug, state.zh, state.en) for state in workflow.INCIDENT.states.values()),
        "class": tuple(class_options()),
        "source": tuple(Option(value, zh, en) for value, (zh, en) in INCIDENT_SOURCES.items()),
        "due": tuple(Option(value, zh, en) for value, (zh, en) in DUE.items()),
        "month": _months(),
        "unit": tuple(Option(str(view.id), view.name, view.name_en) for view in units),
    }


def _refuse_unknown(chosen: Mapping[str, str], offered: Mapping[str, tuple[Option, ...]]) -> None:
    for name, value in chosen.items():
        if value not in {option.value for option in offered[name]}:
            raise Invalid(
                f"筛选“{name}”没有“{value[:40]}”这一项，请从列表中选择。",
                f"The filter “{name}” has no “{value[:40]}”; choose one from the list.",
                code="bad_filter",
            )


def _chip(name: str, value: str, chosen: Mapping[str, str], offered: Mapping[str, tuple[Option, ...]]) -> Chip:
    option = next(option for option in offered[name] if option.value == value)
    rest = {key: kept for key, kept in chosen.items() if key != name}
    return Chip(option.zh, option.en or option.zh, "?" + urlencode(rest))


def _row(row: Mapping[str, Any], standing: Standing, known: Beside, several: bool) -> ListRow:
    node = organisation.node(row["node_id"]) if several else None
    return ListRow(
        number=row["number"],
        state=workflow.INCIDENT.states[row["state"]],
        standing=standing,
        tags=tags_of_row(row, known),
        klass=class_words(row["class_code"]),
        address=row["address"],
        source=INCIDENT_SOURCES.get(row["source"], (row["source"], row["source"])),
        holder=(row["holder_zh"], row["holder_en"]),
        county=node.short if node else "",
        opened_at=row["opened_at"],
    )
