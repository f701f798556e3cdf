"""`chengzhi trail verify` and `chengzhi trail export`."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chengzhi.kernel import verify


class Command(BaseCommand):
    """Check the trail of every matter, or write it out for a check elsewhere."""

    help = "Verify or export the trail."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the action and its options."""
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("verify", help="Check chains, payloads and anchors.")
        check.add_argument("--since", help="Only roots with an entry since this moment, e.g. 2026-11-23 or 2026-11-23T08:00.")
        check.add_argument("--json", action="store_true", help="Print the report as JSON.")
        out = actions.add_parser("export", help="Write all entries and anchors as JSON lines.")
        out.add_argument("--to", default="-", help="File to write; - is the screen.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action; exit code 1 when the trail does not hold."""
        if options["action"] == "export":
            self._export(options["to"])
            return
        report = verify.verify(_moment(options["since"]))
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            for finding in report.findings:
                self.stdout.write(f"✗ {finding.code}: {finding.text}")
            self.stdout.write(f"{'✓ 留痕已校验' if report.good else '✗ 留痕不完整'}: {report.as_json()['provable']}")
        if not report.good:
            sys.exit(1)

    def _export(self, target: str) -> None:
        if target == "-":
            for line in verify.export():
                self.stdout.write(line)
            return
        with Path(target).open("w", encoding="utf-8") as out:
            for line in verify.export():
                out.write(line + "\n")


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"--since“{text}”不是时间，例如 2026-11-23T08:00 · --since must be a moment like 2026-11-23T08:00."
        ) from None
    return found if found.tzinfo else timezone.make_aware(found)
