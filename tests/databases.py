"""What the tests do with a whole database: empty it, and put the rows of one moment back in hundredths of a second."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from chengzhi.kernel import guards

KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def filled_tables(cursor: Any) -> list[str]:
    """Return the tables that hold rows."""
    tables = [name for name in connection.introspection.django_table_names(only_existing=True, include_views=False) if name not in KEPT]
    cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables))
    return [row[0] for row in cursor.fetchall()]


def empty_database() -> None:
    """Delete all rows but those that migrate itself makes; the guards of the trail step aside and stand again afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        filled = filled_tables(cursor)
        on_postgresql = connection.vendor == "postgresql"
        guarded = any(guard.startswith(tuple(filled)) for guard in guards.wanted()) if filled else False
        if on_postgresql:
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        if guarded and not on_postgresql:
            guards.remove()
        for table in filled:
            cursor.execute(f'DELETE FROM "{table}"')
        if guarded and not on_postgresql:
            guards.install()


def is_empty() -> bool:
    """Tell whether the database holds no rows but those that migrate itself makes."""
    with connection.cursor() as cursor:
        return not filled_tables(cursor)


@dataclass(frozen=True)
class Rows:
    """All rows of a database at one moment, as the database itself writes them down: table by table."""

    tables: dict[str, Any]

    @classmethod
    def of_now(cls) -> "Rows":
        """Read the rows that are there now."""
        with transaction.atomic(), connection.cursor() as cursor:
            read = _copied_out if connection.vendor == "postgresql" else _selected
            return cls({table: read(cursor, table) for table in filled_tables(cursor)})

    def put_back(self) -> None:
        """Insert the rows into an empty database, numbers and all."""
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for table, data in self.tables.items():
                    with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                        copy.write(data)
                return
            for table, (columns, rows) in self.tables.items():
                marks = ", ".join(["%s"] * len(columns))
                names = ", ".join(f'"{name}"' for name in columns)
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


def _copied_out(cursor: Any, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(copy)


def _selected(cursor: Any, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    cursor.execute(f'PRAGMA table_info("{table}")')
    columns = [row[1] for row in cursor.fetchall()]
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(f'SELECT {names} FROM "{table}"')
    return columns, cursor.fetchall()
