"""`chengzhi deadline`: when a limit ends, which days were counted, and by which article."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from chengzhi.kernel import clocks


class Command(BaseCommand):
    """Tell when a statutory or a service limit ends and which days were counted."""

    help = "Tell when a statutory or a service limit ends and which days were counted."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the id of a statutory limit, or a service limit with its scheme."""
        parser.add_argument("id", nargs="?", default="", help="statutory limit, for example T_PAY")
        parser.add_argument("--start", default="", metavar="DATE[THH:MM]", help="day or moment from which the limit runs")
        parser.add_argument("--exclude", action="append", default=[], metavar="A..B", help="days not counted; may be repeated")
        parser.add_argument("--variant", default="", help="for example simplified, 2y, 5y")
        parser.add_argument("--extended", default="0", metavar="N", help="how many extensions were granted")
        parser.add_argument("--limit", default="", metavar="LIMIT", help="instead of an id, for example '4 working_hour'")
        parser.add_argument("--scheme", default="", metavar="CODE", help="scheme of a service limit: day, night, office, natural")
        parser.add_argument("--json", action="store_true", help="print plain values for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answer; what cannot be used is refused with one sentence in Chinese and English."""
        calendar = _calendar()
        found = clocks.asked(
            options["id"],
            start=options["start"],
            exclude=options["exclude"],
            variant=options["variant"],
            extended=str(options["extended"]),
            limit=options["limit"],
            scheme_code=options["scheme"],
            calendar=calendar,
        )
        text = json.dumps(clocks.answer(found), ensure_ascii=False) if options["json"] else clocks.as_text(found, calendar)
        self.stdout.write(text)


def _calendar() -> clocks.Calendar:
    """Return the city's calendar, or the one that comes with the platform where no database has been set up yet."""
    try:
        return clocks.current()
    except DatabaseError:
        return clocks.shipped()
