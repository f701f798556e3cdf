"""A long history in bulk: incidents spread over counties, classes, ends and days, two in a hundred still open."""

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from benchmarks.city import City, centre
from benchmarks.copying import TABLES, Place, Story
from benchmarks.stories import CLASSES, FINISHED, UNFINISHED, Kind, tell
from chengzhi.kernel import ids, numbers
from chengzhi.territory.city_plan.plan import PlannedCell

FIRST_SEQUENCE = 500_000  # copies are numbered from here, so that they never meet what the services number
FIRST_REPORT = 5_000_000
SINCE = datetime(2025, 1, 2, tzinfo=UTC)
OPEN_SHARE = 0.02
OPEN_DAYS = 4
CHUNK = 1000
USUAL = 20  # kinds of at least this weight are told for every class
JITTER = 0.0001  # about ten metres: well inside the cell
TOLD_AGO = timedelta(hours=30)
Rows = dict[type[models.Model], list[list[Any]]]


@dataclass(frozen=True)
class Kinds:
    """Which stories are told: source, steps and weight of each, ended and still open ones, and the classes of the usual ones."""

    finished: tuple[Kind, ...] = FINISHED
    unfinished: tuple[Kind, ...] = UNFINISHED
    classes: tuple[str, ...] = CLASSES


class History:
    """Originals told once by the services, and the copies made of them."""

    def __init__(self, city: City, kinds: Kinds = Kinds(), seed: int = 7) -> None:
        self.city, self.classes, self.rng = city, kinds.classes, random.Random(seed)
        self.sequences: Counter[tuple[str, str]] = Counter()
        self.reports = itertools.count(FIRST_REPORT)
        self.next_id = 0
        self.cells: dict[tuple[str, str], list[PlannedCell]] = defaultdict(list)
        for county in city.counties:
            for cell in city.cells[county]:
                self.cells[county, cell.area_class].append(cell)
        self.finished = self._told(kinds.finished)
        self.unfinished = self._told(kinds.unfinished)

    def _told(self, kinds: tuple[Kind, ...]) -> list[tuple[Story, int]]:
        """Tell each kind of story in each county, the usual ones for several classes, and weigh them."""
        told: list[tuple[Story, int]] = []
        start = timezone.now().replace(second=0, microsecond=0) - TOLD_AGO
        for county in self.city.counties:
            for number, (source, steps, weight) in enumerate(kinds):
                classes = self.classes if weight >= USUAL else (self.classes[number % len(self.classes)],)
                for class_code in classes:
                    cell = self.rng.choice(self.city.cells[county])
                    row, ends = tell(self.city, county, cell, start, steps, source=source, class_code=class_code)
                    row.refresh_from_db()
                    told.append((Story(row, ends), max(1, weight * 100 // len(classes))))
        return told

    def load(self, count: int, told: Callable[[int], None] = lambda done: None) -> None:
        """Load so many incidents, the oldest first, so that ids follow time."""
        prepare, finish, put = WAYS[connection.vendor]
        prepare()
        try:
            planned = self._planned(count)
            for done in range(0, count, CHUNK):
                rows: Rows = {model: [] for model in TABLES}
                for story, at in itertools.islice(planned, CHUNK):
                    self._copy(story, at, rows)
                with transaction.atomic():
                    for model in TABLES:
                        put(model, rows[model])
                told(min(count, done + CHUNK))
        finally:
            finish()

    def _planned(self, count: int) -> Iterator[tuple[Story, datetime]]:
        """Yield stories with the moment at which each opens, in the order of these moments."""
        now = timezone.now()
        still_open = round(count * OPEN_SHARE)
        end = now - timedelta(days=OPEN_DAYS)
        past = (end - SINCE).total_seconds()
        recent = timedelta(days=OPEN_DAYS).total_seconds() * 0.9
        for stories, many, since, span in ((self.finished, count - still_open, SINCE, past), (self.unfinished, still_open, end, recent)):
            drawn = self.rng.choices([story for story, _ in stories], [weight for _, weight in stories], k=many)
            for story, away in zip(drawn, sorted(self.rng.uniform(0, span) for _ in range(many)), strict=True):
                yield story, since + timedelta(seconds=away)

    def _copy(self, story: Story, at: datetime, rows: Rows) -> None:
        shift = timedelta(minutes=round((at - story.opened).total_seconds() / 60))
        opened = story.opened + shift
        base = max(self.next_id, self._id_at(opened))
        self.next_id = base + len(story.ids)
        cell = self.rng.choice(self.cells[story.county, story.area])
        lon, lat = (round(value + self.rng.uniform(-JITTER, JITTER), 7) for value in centre(cell))
        day = timezone.localtime(opened).date()
        report = f"S{day:%y%m%d}{next(self.reports):08d}"
        self.sequences[story.county, f"{day}"] += 1
        case = numbers.day_number(day, story.county, FIRST_SEQUENCE + self.sequences[story.county, f"{day}"])
        where = Place(lon, lat, cell.code, cell.community, cell.duty_grid)
        story.copy(story.values(base, shift, where, report, case), rows)

    @staticmethod
    def _id_at(moment: datetime) -> int:
        return (int(moment.timestamp() * 1000) - ids.EPOCH_MS) << ids.TIME_SHIFT


def _columns(model: type[models.Model]) -> list[str]:
    return [f'"{field.column}"' for field in model._meta.local_concrete_fields]


def _put_sqlite(model: type[models.Model], rows: list[list[Any]]) -> None:
    columns = _columns(model)
    sql = f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES ({", ".join("?" * len(columns))})'
    connection.connection.executemany(sql, rows)


def _put_postgresql(model: type[models.Model], rows: list[list[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({", ".join(_columns(model))}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _prepare_sqlite() -> None:
    # Keys are right by construction and tested; checking each of millions would take most of the time.
    _execute("PRAGMA foreign_keys=OFF")
    _execute("PRAGMA synchronous=OFF")


def _finish_sqlite() -> None:
    _execute("PRAGMA synchronous=FULL")
    _execute("PRAGMA foreign_keys=ON")
    _execute("ANALYZE")
    _execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _prepare_postgresql() -> None:
    try:
        _execute("SET session_replication_role = replica")  # as above; only a superuser may, others load slowly
    except DatabaseError:
        _execute("SET synchronous_commit = off")


def _finish_postgresql() -> None:
    _execute("RESET session_replication_role")
    _execute("RESET synchronous_commit")
    _execute("VACUUM ANALYZE")
    _execute("CHECKPOINT")


WAYS: dict[str, tuple[Callable[[], None], Callable[[], None], Callable[[type[models.Model], list[list[Any]]], None]]] = {
    "sqlite": (_prepare_sqlite, _finish_sqlite, _put_sqlite),
    "postgresql": (_prepare_postgresql, _finish_postgresql, _put_postgresql),
}
