"""Triggers that refuse any change of what is append-only; put back after every migrate on both databases, counted by `/readyz`."""

from django.db import connection

REFUSAL = "The trail is append-only."
ERASURE = "Only erasing is allowed: body set to null, with moment and reason."
PREFIX = "chengzhi_guard_"

_SQLITE = {
    "kernel_trailentry_update": f"BEFORE UPDATE ON kernel_trailentry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "kernel_trailentry_delete": f"BEFORE DELETE ON kernel_trailentry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "kernel_trailpayload_delete": f"BEFORE DELETE ON kernel_trailpayload BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "kernel_trailpayload_update": (
        "BEFORE UPDATE ON kernel_trailpayload WHEN NOT (NEW.entry_id = OLD.entry_id AND NEW.salt = OLD.salt AND NEW.body IS NULL "
        f"AND NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL AND NEW.erased_why <> '') BEGIN SELECT RAISE(ABORT, '{ERASURE}'); END"
    ),
}
_POSTGRES_FUNCTIONS = (
    f"""CREATE OR REPLACE FUNCTION {PREFIX}refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    f"""CREATE OR REPLACE FUNCTION {PREFIX}erase() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
      IF NOT (NEW.entry_id = OLD.entry_id AND NEW.salt = OLD.salt AND NEW.body IS NULL
              AND NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL AND NEW.erased_why <> '') THEN
        RAISE EXCEPTION '{ERASURE}';
      END IF;
      RETURN NEW;
    END $$""",
)
_POSTGRES = {
    "kernel_trailentry_update": f"BEFORE UPDATE ON kernel_trailentry FOR EACH ROW EXECUTE FUNCTION {PREFIX}refuse()",
    "kernel_trailentry_delete": f"BEFORE DELETE ON kernel_trailentry FOR EACH ROW EXECUTE FUNCTION {PREFIX}refuse()",
    "kernel_trailentry_truncate": f"BEFORE TRUNCATE ON kernel_trailentry FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}refuse()",
    "kernel_trailpayload_delete": f"BEFORE DELETE ON kernel_trailpayload FOR EACH ROW EXECUTE FUNCTION {PREFIX}refuse()",
    "kernel_trailpayload_truncate": f"BEFORE TRUNCATE ON kernel_trailpayload FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}refuse()",
    "kernel_trailpayload_update": f"BEFORE UPDATE ON kernel_trailpayload FOR EACH ROW EXECUTE FUNCTION {PREFIX}erase()",
}


def install() -> int:
    """Put every guard in place (again) and return how many there are."""
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for function in _POSTGRES_FUNCTIONS if on_postgresql else ():
            cursor.execute(function)
        for name, body in wanted().items():
            table = name.rsplit("_", 1)[0]
            cursor.execute(f"DROP TRIGGER IF EXISTS {PREFIX}{name}" + (f" ON {table}" if on_postgresql else ""))
            cursor.execute(f"CREATE TRIGGER {PREFIX}{name} {body}")
    return len(wanted())


def remove() -> None:
    """Take the guards away: for tests that need to forge the trail, and for nothing else."""
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name in wanted():
            cursor.execute(f"DROP TRIGGER IF EXISTS {PREFIX}{name}" + (f" ON {name.rsplit('_', 1)[0]}" if on_postgresql else ""))


def wanted() -> dict[str, str]:
    """Return the guards of this database by name."""
    return _POSTGRES if connection.vendor == "postgresql" else _SQLITE


def missing() -> list[str]:
    """Return the names of guards that are not in place."""
    table, column = ("pg_trigger", "tgname") if connection.vendor == "postgresql" else ("sqlite_master", "name")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {column} LIKE %s", [f"{PREFIX}%"])
        present = {row[0] for row in cursor.fetchall()}
    return sorted(name for name in wanted() if PREFIX + name not in present)
