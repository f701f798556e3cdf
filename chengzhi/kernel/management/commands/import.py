"""`chengzhi import KIND FILE`: stage, check, report, and apply a register file."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from chengzhi.kernel import imports
from chengzhi.kernel.access import SYSTEM, act_now
from chengzhi.kernel.problems import Invalid

FAULTY = 1


class Command(BaseCommand):
    """Import a register file (CSV in UTF-8 or GBK, or Excel): check every row, report, then apply all of it at once."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.description = type(self).__doc__
        parser.add_argument("kind", metavar="KIND", help=f"one of: {', '.join(sorted(imports.IMPORTERS))}")
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV (UTF-8, GBK, GB18030) or .xlsx, at most 64 MB")
        parser.add_argument(
            "--mapping", metavar="COLUMN=HEADER", action="append", default=[], help="which header of the file is which column"
        )
        parser.add_argument(
            "--option", metavar="NAME=VALUE", action="append", default=[], help="an option of this kind of import"
        )
        parser.add_argument("--complete", action="store_true", help="the file is the whole register: what it lacks is ended")
        parser.add_argument("--dry-run", action="store_true", help="check and report only")
        parser.add_argument("--faults", metavar="CSV", type=Path, help="write the faulty rows into this file")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **given: Any) -> None:
        """Run the import; exit code 0 when applied (or clean in a dry run), 1 when rows are faulty."""
        act = act_now(SYSTEM, door="command")
        record = imports.stage(
            given["kind"],
            given["file"],
            given["file"].name,
            act,
            mapping=_pairs("--mapping", given["mapping"]),
            options=_pairs("--option", given["option"]),
            complete=given["complete"],
            progress=self._progress,
        )
        self._progress("check", record.counts["rows"])
        faulty = imports.check(record.pk).counts["errors"] > 0
        if faulty and given["faults"]:
            given["faults"].write_text(imports.faults_csv(record.pk), encoding="utf-8")
        told = imports.report(record.pk)
        if faulty or given["dry_run"]:
            imports.cancel(record.pk, act)
        else:
            self._progress("apply", record.counts["rows"])
            imports.apply(record.pk, act)
            told = imports.report(record.pk)
        self._progress("", 0)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) if given["json"] else _told(told, faulty=faulty))
        if faulty:
            sys.exit(FAULTY)

    def _progress(self, stage: str, done: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r\033[K{stage} {done:,}" if stage else "\r\033[K", ending="")
            self.stderr.flush()


def _pairs(option: str, given: list[str]) -> dict[str, str]:
    for pair in given:
        if "=" not in pair:
            raise Invalid(
                f"{option}“{pair}”应写成 名称=值。", f"{option} “{pair}” must be written NAME=VALUE.", code="import_argument"
            )
    return {name.strip(): value.strip() for name, value in (pair.split("=", 1) for pair in given)}


def _told(told: dict[str, Any], *, faulty: bool) -> str:
    lines = [
        f"{told['file']} ({told['encoding']}): {told['rows']:,} 行 rows; "
        f"新增 new {told['new']:,}, 变更 changed {told['changed']:,}, "
        f"相同 same {told['same']:,}, 失效 gone {told['gone']:,}, 错误 errors {told['errors']:,}"
    ]
    for entry in told["by_code"]:
        rows = ", ".join(str(no) for no in entry["rows"][:10]) + (" …" if entry["count"] > 10 else "")
        lines += [f"  {entry['code']} ×{entry['count']} (行 rows {rows})", f"    {entry['zh']}", f"    {entry['en']}"]
    if faulty:
        lines.append("没有写入任何数据。Nothing has been written.")
    elif told["state"] == "applied":
        lines.append(f"已生效，版本 {told['register_version']}。Applied, version {told['register_version']}.")
    else:
        lines.append("仅检查，没有写入。Checked only, nothing has been written.")
    return "\n".join(lines)
