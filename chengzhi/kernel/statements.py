"""How collected rows become statements: on SQLite one after the other, on PostgreSQL a step's rows in one prepared statement.

Each message to PostgreSQL costs more than the few rows in it, and planning an INSERT costs more than doing it. What a step writes travels
as one statement of many parts (`WITH w0 AS (INSERT …), w1 AS (UPDATE …) SELECT 1`), prepared once per connection and shape.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from chengzhi.kernel import transactions

# What a step writes stands far below this; a large import goes out in several statements, of which none is worth remembering.
MOST_TOGETHER = 2_000
MOST_AT_ONCE = 30_000
# Values of these kinds go to the driver as they are; preparing each anew would take a fifth of a step's time.
_AS_THEY_ARE = frozenset(
    {"BigIntegerField", "IntegerField", "CharField", "TextField", "BooleanField", "FloatField", "ForeignKey", "OneToOneField"}
)
Prepare = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Inserted:
    """New rows of one table."""

    model: type[models.Model]
    rows: Sequence[models.Model]

    @property
    def shape(self) -> tuple[Any, ...]:
        """What the statement's text depends on."""
        return (self.model, len(self.rows))

    def values(self, database: Any) -> list[Any]:
        """Return the parameters in their order."""
        columns = list(_columns(self.model).values())
        return [column.value(row, database) for row in self.rows for column in columns]


@dataclass(frozen=True, slots=True)
class Changed:
    """One row with the attributes that have changed."""

    model: type[models.Model]
    key: Any
    row: models.Model
    attributes: tuple[str, ...]

    @property
    def shape(self) -> tuple[Any, ...]:
        """What the statement's text depends on."""
        return (self.model, self.attributes)

    def values(self, database: Any) -> list[Any]:
        """Return the parameters in their order: the new values, then the key."""
        columns = _columns(self.model)
        primary = self.model._meta.pk
        return [*(columns[name].value(self.row, database) for name in self.attributes), primary.get_db_prep_save(self.key, database)]


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: its name, the attribute that holds its value, and how that is prepared, if at all."""

    name: str
    attribute: str
    prepare: Prepare | None

    def value(self, row: models.Model, database: Any) -> Any:
        held = getattr(row, self.attribute)
        return held if self.prepare is None else self.prepare(held, database)


@functools.cache
def _columns(model: type[models.Model]) -> dict[str, _Column]:
    filled_by_database: frozenset[str] = getattr(model, "database_fills", frozenset())
    fields = [field for field in model._meta.local_concrete_fields if field.name not in filled_by_database]
    return {
        field.attname: _Column(
            field.column or "", field.attname, None if field.get_internal_type() in _AS_THEY_ARE else field.get_db_prep_save
        )
        for field in fields
    }


@functools.cache
def _insert(model: type[models.Model], rows: int) -> str:
    columns = _columns(model).values()
    names = ", ".join(f'"{column.name}"' for column in columns)
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ' + ", ".join([one] * rows)


@functools.cache
def _update(model: type[models.Model], attributes: tuple[str, ...]) -> str:
    columns = _columns(model)
    sets = ", ".join(f'"{columns[name].name}" = %s' for name in attributes)
    return f'UPDATE "{model._meta.db_table}" SET {sets} WHERE "{model._meta.pk.column}" = %s'


def _text(shape: tuple[Any, ...]) -> str:
    model, rest = shape
    return _insert(model, rest) if isinstance(rest, int) else _update(model, rest)


@functools.lru_cache(maxsize=512)
def _together(shapes: tuple[tuple[Any, ...], ...]) -> str:
    """Return one statement that does all, with numbered parameters."""
    parts = [_text(shape) for shape in shapes]
    whole = "WITH " + ", ".join(f"w{n} AS ({part})" for n, part in enumerate(parts)) + " SELECT 1" if len(parts) > 1 else parts[0]
    pieces = whole.split("%s")
    return pieces[0] + "".join(f"${n}{piece}" for n, piece in enumerate(pieces[1:], 1))


def _portions(inserted: Inserted) -> Iterable[Inserted]:
    most = max(1, MOST_AT_ONCE // len(_columns(inserted.model)))
    if len(inserted.rows) <= most:
        return [inserted]
    return [Inserted(inserted.model, inserted.rows[start : start + most]) for start in range(0, len(inserted.rows), most)]


def plain(writes: Sequence[Inserted | Changed]) -> list[tuple[str, list[Any]]]:
    """Return each write as a statement of its own with its parameters, in order."""
    database = connections[DEFAULT_DB_ALIAS]
    return [(_text(write.shape), write.values(database)) for write in writes]


def send(inserts: Sequence[Inserted], changes: Sequence[Changed]) -> None:
    """Send all writes of a service; on PostgreSQL this queues statements and waits for nothing."""
    writes = [portion for whole in inserts for portion in _portions(whole)] + [*changes]
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            for sql, parameters in plain(writes):
                cursor.execute(sql, parameters)
    elif writes:
        with connection.wrap_database_errors:
            _send_to_postgresql(writes)


def _send_to_postgresql(writes: Sequence[Inserted | Changed]) -> None:
    database = connections[DEFAULT_DB_ALIAS]
    values = [write.values(database) for write in writes]
    connection.ensure_connection()
    cursor = psycopg.RawCursor(connection.connection)
    if sum(map(len, values)) <= MOST_TOGETHER:
        statement = _together(tuple(write.shape for write in writes))
        cursor.execute(statement.encode(), [value for some in values for value in some], prepare=True)
        return
    transactions.begin()
    for write, some in zip(writes, values, strict=True):
        cursor.execute(_together((write.shape,)).encode(), some, prepare=False)
