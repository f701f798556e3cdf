"""Django's migrate, after which the guards of the trail stand again."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from chengzhi.kernel import guards


class Command(Migrate):
    """Bring the database to the present tables and put the append-only guards back."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then install the guards; a table rebuilt by a migration would have lost them."""
        super().handle(*args, **options)
        if not options.get("plan") and not options.get("check_unapplied"):
            guards.install()
