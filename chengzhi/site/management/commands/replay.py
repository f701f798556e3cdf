"""`chengzhi replay FILE --mapping M`: real input from elsewhere through the services of this city."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import IntegrityError
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.kernel.problems import Conflict, Invalid
from chengzhi.site.replay import mapping
from chengzhi.site.replay.reading import read
from chengzhi.site.replay.running import Outcome, Replay
from chengzhi.territory import queries as territory

WIDTH = 40
SHOWN_ERRORS = 10


class Command(BaseCommand):
    """Replay a file of reports."""

    help = "Run a CSV file of real reports through the loop at its own times; again adds nothing, an interrupted run goes on."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, UTF-8 or GB18030, may be gzipped")
        parser.add_argument("--mapping", type=Path, required=True, metavar="M.toml", help="what its columns and words mean here")
        parser.add_argument("--json", action="store_true", help="Answer as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything, let it happen, and tell the counts."""
        city = territory.extent()
        if city is None:
            raise Invalid(
                "还没有城市可供回放，请先运行 make demo SERVE=0（或 chengzhi demo），或导入单元网格。",
                "There is no city to replay into; run `make demo SERVE=0` (or `chengzhi demo`) first, or import cells.",
                code="no_city",
            )
        now = timezone.now()
        known = mapping.load(options["mapping"])
        try:
            outcome = Replay(read(options["file"], known, city, now), now, self._progress).run()
        except IntegrityError:
            raise Conflict(
                "这个文件似乎正在被另一个进程回放，请等它结束后再运行；已写入的都完好。",
                "Another process seems to replay this file; run again when it has ended. What has been written is whole.",
                code="replayed_twice_at_once",
            ) from None
        self._progress(0, 0)
        self.stdout.write(json.dumps(_plain(outcome), ensure_ascii=False) if options["json"] else _told(outcome))

    def _progress(self, done: int, whole: int) -> None:
        if sys.stderr.isatty():
            bar = "█" * (WIDTH * done // whole) if whole else ""
            text = f"\r\033[K{bar:░<{WIDTH}} {done:,}/{whole:,}" if whole else "\r\033[K"
            self.stderr.write(text, ending="")


def _plain(outcome: Outcome) -> dict[str, Any]:
    plain = asdict(outcome)
    order = ("rows", "incidents", "merged", "errors", "states", "repeated", "seconds")
    return {key: plain[key] for key in order} | ({"unfinished": plain["unfinished"]} if outcome.unfinished else {})


def _told(outcome: Outcome) -> str:
    lines = [
        f"{outcome.rows:,} 行 rows = {outcome.incidents:,} 案件 incidents + {len(outcome.errors):,} 错误 errors；"
        f"并案 merged {outcome.merged:,}，此前已有 repeated {outcome.repeated:,}，{outcome.seconds} s"
    ]
    for state, count in outcome.states.items():
        known = workflow.INCIDENT.states[state]
        lines.append(f"  {known.zh} {known.en}: {count:,}")
    for name, found in (("错误 error", outcome.errors), ("未办完 unfinished", outcome.unfinished)):
        for code in sorted({error.code for error in found}):
            rows = [str(error.row) for error in found if error.code == code]
            more = " …" if len(rows) > SHOWN_ERRORS else ""
            lines.append(f"  {name} {code}: {len(rows):,}（行 rows {', '.join(rows[:SHOWN_ERRORS])}{more}）")
    return "\n".join(lines)
