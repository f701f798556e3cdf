"""Rows of hot questions: model instances from plain SQL, without building a query object each time."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import connection, models

from chengzhi.kernel import transactions

M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any, Any, Any], Any]


def ask(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return all rows of a hot question; PostgreSQL plans it once per connection: planning costs more than answering."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    connection.ensure_connection()
    transactions.begin()
    with connection.wrap_database_errors:
        return psycopg.Cursor(connection.connection).execute(sql.encode(), parameters, prepare=True).fetchall()


@cache
def columns(model: type[models.Model], alias: str) -> str:
    """Return the columns of a model for a SELECT, each with the alias of its table."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def width(model: type[models.Model]) -> int:
    """Return how many values of a row belong to a model."""
    return len(model._meta.concrete_fields)


@cache
def _shape(model: type[models.Model], vendor: str) -> tuple[list[str], list[tuple[int, list[Convert]]]]:
    names = [field.attname for field in model._meta.concrete_fields]
    if vendor == "postgresql":  # it returns Python values already; SQLite gives texts and 0/1
        return names, []
    converters = [(place, connection.ops.get_db_converters(field.cached_col)) for place, field in enumerate(model._meta.concrete_fields)]
    return names, [(place, found) for place, found in converters if found]


def build(model: type[M], values: Sequence[Any]) -> M:
    """Return an instance of a model from the values of its columns in their order."""
    names, converters = _shape(model, connection.vendor)
    given = list(values)
    for place, found in converters:
        for convert in found:
            given[place] = convert(given[place], None, connection)
    return model.from_db("default", names, given)
