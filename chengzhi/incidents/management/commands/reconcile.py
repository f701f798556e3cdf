"""`chengzhi reconcile IMPORT`: what an import of old cases has taken, by class and month, beside what the file held."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from chengzhi.incidents import queries


class Command(BaseCommand):
    """Compare an import of old cases with what stands here now, by class and month."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.description = type(self).__doc__
        parser.add_argument("id", metavar="IMPORT", type=int, help="the id that `chengzhi import old_cases` printed as JSON")
        parser.add_argument("--json", action="store_true", help="print the comparison as JSON")

    def handle(self, *args: Any, **given: Any) -> None:
        """Print one line for each class and month, and the sums."""
        found = queries.reconciliation(given["id"])
        if given["json"]:
            self.stdout.write(json.dumps([asdict(line) for line in found], ensure_ascii=False, indent=2))
            return
        for line in found:
            counts = f"文件 file {line.in_file}  已入库 here {line.here}  错误 faulty {line.faulty}"
            self.stdout.write(f"{line.month}  {line.class_name}  {counts}")
        sums = [sum(getattr(line, name) for line in found) for name in ("in_file", "here", "faulty")]
        self.stdout.write(f"合计 total  文件 file {sums[0]}  已入库 here {sums[1]}  错误 faulty {sums[2]}")
