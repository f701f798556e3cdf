"""What only PostgreSQL needs: a sequence for numbers with gaps, and the transaction id of each event as the horizon of the feed."""

from django.db import migrations

FORWARD = (
    "CREATE SEQUENCE kernel_numbers_with_gaps INCREMENT BY 50",
    "ALTER TABLE kernel_event ALTER COLUMN horizon SET DEFAULT (pg_current_xact_id()::text)::bigint",
)
BACKWARD = (
    "ALTER TABLE kernel_event ALTER COLUMN horizon DROP DEFAULT",
    "DROP SEQUENCE kernel_numbers_with_gaps",
)


def on_postgresql(statements):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(on_postgresql(FORWARD), on_postgresql(BACKWARD))]
