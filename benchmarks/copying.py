"""A story that the services have told, taken apart so that it can be written again many times.

Every row of the original is copied column by column. What differs in a copy is only its ids, numbers, moments, place, and therefore the
hashes of its chain, which are computed anew; a test compares copies with originals and verifies their chains. Events are not copied:
the feed of old days has been pruned.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models

from chengzhi.documents.models import Evidence
from chengzhi.incidents.models import Check, Incident, Task, Verification
from chengzhi.kernel import place, trail
from chengzhi.kernel.models import Clock, Matter, TrailEntry, TrailPayload

TABLES: tuple[type[models.Model], ...] = (Matter, Clock, TrailEntry, TrailPayload, Incident, Task, Verification, Check, Evidence)
ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)"


class Text:
    """A text some pieces of which change: between the pieces that stay, `slots` names what fills the gaps."""

    def __init__(self, pieces: list[str], slots: list[int]) -> None:
        self.template = "%s".join(piece.replace("%", "%%") for piece in pieces)
        self.slots = slots

    def __call__(self, values: list[Any]) -> str:
        return self.template % tuple([values[slot] for slot in self.slots])


@dataclass
class Recipe:
    """The rows of one table of a story: what stays, and at which column which changing value or text goes."""

    model: type[models.Model]
    rows: list[tuple[list[Any], list[tuple[int, int]], list[tuple[int, Text]]]] = field(default_factory=list)


@dataclass
class Link:
    """What the hash of one trail entry is made of: its header and its payload as changing texts."""

    header: Text
    body: Text


@dataclass
class Place:
    """Where a copy may lie."""

    lon: float
    lat: float
    cell: str
    community: str
    grid: str


class Story:
    """One original, taken apart so that it can be written again with other values.

    `values` of a copy is one list: its ids, its moments as stored, moments as written in texts, then numbers and place.
    """

    def __init__(self, row: Incident, ends: datetime) -> None:
        self.opened, self.ends = row.matter.opened_at, ends
        self.county, self.area = row.county_code, row.area_class
        known = {model: self._rows(model, row.pk) for model in TABLES}
        self.ids = sorted(value for rows in known.values() for value in self._keys(rows))
        self._place_of = {identifier: index for index, identifier in enumerate(self.ids)}
        self._changing: dict[str, tuple[str, Any]] = {text: ("word", word) for text, word in self._texts_of(row).items()}
        self._changing |= {str(identifier): ("id_text", index) for identifier, index in self._place_of.items()}
        self._pattern = re.compile("|".join([*map(re.escape, sorted(self._changing, key=len, reverse=True)), ISO]))
        self._exact = {("lon", row.lon): "lon", ("lat", row.lat): "lat", ("place_key", row.matter.place_key): "place_key"}
        self._slots: dict[Any, int] = {}
        self.recipes = [self._recipe(model, rows) for model, rows in known.items()]
        self.links = [self._link(entry) for entry in known[TrailEntry]]
        self._order()

    @staticmethod
    def _rows(model: type[models.Model], root: int) -> list[models.Model]:
        path = {Matter: "root_id", Clock: "matter__root_id", TrailEntry: "root_id", TrailPayload: "entry__root_id", Evidence: "root_id"}
        key = path.get(model, "matter__root_id")
        return list(model._default_manager.filter(**{key: root}).order_by("pk"))

    @staticmethod
    def _keys(rows: list[models.Model]) -> Iterator[int]:
        for row in rows:
            if isinstance(row, Matter | Clock | TrailEntry | Evidence):
                yield row.pk

    @staticmethod
    def _texts_of(row: Incident) -> dict[str, str]:
        matter = row.matter
        numbers_ = {matter.earlier_number or matter.number: "report"} | ({matter.number: "case"} if matter.earlier_number else {})
        place_ = {row.raw_position: "raw", row.cell_code: "cell", row.community_code: "community", row.duty_grid: "grid"}
        return {str(text): word for text, word in {**numbers_, **place_}.items() if text}

    def _slot(self, key: Any) -> int:
        return self._slots.setdefault(key, len(self._slots))

    def _recipe(self, model: type[models.Model], rows: list[models.Model]) -> Recipe:
        made = Recipe(model)
        for row in rows:
            fixed: list[Any] = []
            slots: list[tuple[int, int]] = []
            texts: list[tuple[int, Text]] = []
            for position, field_ in enumerate(model._meta.local_concrete_fields):
                value = getattr(row, field_.attname)
                fixed.append(field_.get_db_prep_save(value, connection))
                key = self._key(field_.attname, value)
                if key is not None:
                    slots.append((position, self._slot(key)))
                elif isinstance(value, str) and position not in SPECIAL.get(model, ()) and self._pattern.search(value):
                    texts.append((position, self._text(value)))
            made.rows.append((fixed, slots, texts))
        return made

    def _key(self, name: str, value: Any) -> Any:
        if isinstance(value, int) and value in self._place_of:
            return "id", self._place_of[value]
        if isinstance(value, datetime):
            return "moment", value
        exact = self._exact.get((name, value)) if value is not None else None
        return None if exact is None else ("exact", exact)

    def _text(self, text: str) -> Text:
        pieces, slots, last = [], [], 0
        for hit in self._pattern.finditer(text):
            slots.append(self._slot(self._changing.get(hit[0], ("written", hit[0]))))
            pieces.append(text[last : hit.start()])
            last = hit.end()
        return Text([*pieces, text[last:]], slots)

    def _link(self, entry: models.Model) -> Link:
        assert isinstance(entry, TrailEntry)
        return Link(self._text(trail.canonical(trail.header_of(entry))), self._text(entry.payload.body or ""))

    def _order(self) -> None:
        """Sort the slots by what fills them, so that a copy fills each in one loop."""
        self.by_kind: dict[str, list[tuple[int, Any]]] = {}
        for (kind, value), index in self._slots.items():
            self.by_kind.setdefault(kind, []).append((index, _parsed(value) if kind == "written" else value))
        self.width = len(self._slots)

    def values(self, base: int, shift: timedelta, where: Place, report: str, case: str) -> list[Any]:
        """Return what fills the slots of one copy."""
        made: list[Any] = [None] * self.width
        words = {"report": report, "case": case, "raw": f"cgcs2000:{where.lon},{where.lat}", "cell": where.cell}
        words |= {"community": where.community, "grid": where.grid}
        exact = {"lon": where.lon, "lat": where.lat, "place_key": place.key(where.lon, where.lat)}
        stored = STORED[connection.vendor]
        for index, number in self.by_kind.get("id", ()):
            made[index] = base + number
        for index, number in self.by_kind.get("id_text", ()):
            made[index] = str(base + number)
        for index, moment in self.by_kind.get("moment", ()):
            made[index] = stored(moment + shift)
        for index, (moment, whole) in self.by_kind.get("written", ()):
            made[index] = _written(moment + shift, whole)
        for index, word in self.by_kind.get("word", ()):
            made[index] = words[word]
        for index, name in self.by_kind.get("exact", ()):
            made[index] = exact[name]
        return made

    def copy(self, values: list[Any], rows: dict[type[models.Model], list[list[Any]]]) -> None:
        """Write one copy with these values into the rows of each table, its chain hashed anew."""
        chain = self._chain(values)
        for recipe in self.recipes:
            target = rows[recipe.model]
            special = SPECIAL.get(recipe.model)
            for number, (fixed, slots, texts) in enumerate(recipe.rows):
                row = fixed.copy()
                for position, index in slots:
                    row[position] = values[index]
                for position, text in texts:
                    row[position] = text(values)
                if special is not None:
                    for position, value in zip(special, chain[recipe.model][number], strict=True):
                        row[position] = value
                target.append(row)
        rows[Matter][-len(self.recipes[0].rows)][HEAD] = chain[TrailEntry][-1][2]

    def _chain(self, values: list[Any]) -> dict[type[models.Model], list[tuple[str, ...]]]:
        entries: list[tuple[str, ...]] = []
        payloads: list[tuple[str, ...]] = []
        previous = ""
        for link in self.links:
            salt, body = secrets.token_hex(16), link.body(values)
            digest = trail.digest_of(salt, body)
            made = hashlib.sha256((previous + link.header(values) + digest).encode()).hexdigest()
            entries.append((previous, digest, made))
            payloads.append((salt, body))
            previous = made
        return {TrailEntry: entries, TrailPayload: payloads}


def _position(model: type[models.Model], name: str) -> int:
    return [field_.attname for field_ in model._meta.local_concrete_fields].index(name)


SPECIAL: dict[type[models.Model], tuple[int, ...]] = {
    TrailEntry: tuple(_position(TrailEntry, name) for name in ("previous", "digest", "hash")),
    TrailPayload: tuple(_position(TrailPayload, name) for name in ("salt", "body")),
}
HEAD = _position(Matter, "trail_head")


# As Django stores moments, without its checks: a copy writes dozens, and all are in UTC.
STORED: dict[str, Callable[[datetime], object]] = {"sqlite": lambda at: at.isoformat(" ")[:-6], "postgresql": lambda at: at}


def _written(moment: datetime, whole: bool) -> str:
    """Return a moment as clocks (whole minutes) or the trail write it in texts."""
    return moment.isoformat(timespec="minutes" if whole else "microseconds")[: 16 if whole else 26] + "Z"


def _parsed(text: str) -> tuple[datetime, bool]:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    whole = len(text) == len("2026-01-01T00:00Z")
    if text != _written(moment, whole):
        raise ValueError(f"The moment {text} is written in a way that copies do not know.")
    return moment, whole
