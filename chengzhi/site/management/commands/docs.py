"""`chengzhi docs`: the pages that are made from the code."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengzhi.site import documentation


class Command(BaseCommand):
    """Make docs/generated."""

    help = "Make docs/generated from the code, or check that it is fresh."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--check", action="store_true", help="Write nothing; fail when a page is stale.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what changed, or name what is stale and the command to run."""
        if not options["check"]:
            changed = documentation.write()
            self.stdout.write("\n".join(f"docs/generated/{name}" for name in changed) or "Nothing has changed.")
            return
        stale = documentation.stale()
        if stale:
            names = ", ".join(f"docs/generated/{name}" for name in stale)
            raise CommandError(f"已过期 stale: {names}。请运行 make docs 并提交。Run `make docs` and commit the result.")
        self.stdout.write("The generated pages are fresh.")
