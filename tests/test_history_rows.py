"""The bulk history is what the services write: each copy equals its original, column by column, but for what must differ."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models

from benchmarks.city import City
from benchmarks.copying import TABLES
from benchmarks.history import History, Kinds
from benchmarks.stories import CLOSED, REWORKED, VERIFIED
from chengzhi.documents.models import Evidence
from chengzhi.incidents.models import Incident
from chengzhi.kernel.models import Clock, Matter, TrailEntry, TrailPayload
from chengzhi.kernel.verify import verify
from tests.world import World, found_small_world

pytestmark = pytest.mark.django_db(transaction=True)

FINISHED = (("12345", (*VERIFIED, *CLOSED), 50), ("leader", REWORKED, 10))
UNFINISHED = (("110", (), 1), ("110", ("pass_on", "file_case", "dispatch"), 1))
COPIES = 100
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def as_city(world: World) -> City:
    """The small world as the benchmarks know a city."""
    city = City(world.plan, units=dict(world.units))
    for code, node in world.node.items():
        city.nodes[code], city.suffixes[code] = node.pk, code
        city.cells[code] = [cell for cell in world.plan.cells if cell.code.startswith(code)]
    return city


@pytest.fixture
def originals() -> Iterator[list[int]]:
    """Load a short history and give the ids of its originals."""
    history = History(as_city(found_small_world()), Kinds(FINISHED, UNFINISHED, ("SJ0101",)))
    told = list(Incident.objects.order_by("pk").values_list("pk", flat=True))
    history.load(COPIES)
    yield told


def shape(root: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """All rows of a root, table by table, with ids as places, moments as minutes after the opening, and the place taken out."""
    row = Incident.objects.select_related("matter").get(pk=root)
    known = {model: rows(model, root) for model in TABLES}
    places = {identifier: n for n, identifier in enumerate(sorted(own_ids(known)))}
    words = [row.matter.number, row.matter.earlier_number, row.raw_position, row.cell_code, row.community_code, row.duty_grid]
    return [
        (model._meta.db_table, [plain(one, places, [word for word in words if word], row.matter.opened_at) for one in found])
        for model, found in known.items()
    ]


def rows(model: type[models.Model], root: int) -> list[models.Model]:
    key = {Matter: "root_id", TrailEntry: "root_id", Evidence: "root_id", TrailPayload: "entry__root_id"}.get(model, "matter__root_id")
    return list(model.objects.filter(**{key: root}).order_by("pk"))  # type: ignore[attr-defined]  # a fixture of pytest


def own_ids(known: dict[type[models.Model], list[models.Model]]) -> Iterator[int]:
    for model in (Matter, Clock, TrailEntry, Evidence):
        yield from (one.pk for one in known[model])


FREE = {"lon", "lat", "place_key", "salt", "previous", "digest", "hash", "trail_head"}


def plain(row: models.Model, places: dict[int, int], words: list[str], opened: Any) -> dict[str, Any]:
    """One row in plain values that must be the same in a copy; of values that must differ, only whether they are there."""
    said: dict[str, Any] = {}
    for field in row._meta.local_concrete_fields:
        value = getattr(row, field.attname)
        if field.attname in FREE:
            said[field.attname] = bool(value)
        elif hasattr(value, "tzinfo"):
            said[field.attname] = (value - opened).total_seconds()
        elif isinstance(value, str):
            said[field.attname] = without(value, places, words)
        else:
            said[field.attname] = places.get(value, value)
    return said


def without(text: str, places: dict[int, int], words: list[str]) -> str:
    for n, word in enumerate(words):
        text = text.replace(word, f"<word {n}>")
    for identifier, place in places.items():
        text = text.replace(str(identifier), f"<id {place}>")
    return MOMENT.sub("<moment>", text)


def test_a_copy_equals_its_original_column_by_column(originals: list[int]) -> None:
    shapes = [shape(root) for root in originals]
    copies = Incident.objects.exclude(pk__in=originals).values_list("pk", flat=True)
    assert len(copies) == COPIES
    strange = [root for root in copies if shape(root) not in shapes]
    assert strange == []


def test_the_chains_of_copies_hold_and_their_moments_are_those_of_their_rows(originals: list[int]) -> None:
    report = verify()
    assert (report.roots, report.findings) == (COPIES + len(originals), [])
    for entry in TrailEntry.objects.filter(step="file_case"):
        started = {said["clock"]: said["due"] for said in json.loads(entry.clocks) if said["op"] == "start"}
        clock = Clock.objects.get(matter=entry.matter_id, kind="total")
        if clock.due_at is not None:
            assert started["total"] == f"{clock.due_at:%Y-%m-%dT%H:%MZ}"


def test_a_history_breaks_no_foreign_key_and_leaves_two_in_a_hundred_open(originals: list[int]) -> None:
    connection.check_constraints()
    loaded = Matter.objects.filter(kind="incident").exclude(pk__in=originals)
    assert (loaded.count(), loaded.filter(open=True).count()) == (COPIES, 2)
    opened = list(loaded.order_by("pk").values_list("opened_at", flat=True))
    assert opened == sorted(opened)
