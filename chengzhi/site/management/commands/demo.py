"""`chengzhi demo`: the demo city with its people and a generated day of reports."""

import json
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from chengzhi.kernel.problems import Invalid
from chengzhi.site.demo import queries
from chengzhi.site.demo.founding import Result, demo
from chengzhi.site.demo.organisation import PASSWORD
from chengzhi.territory.city_plan import TIERS

MOST_REPORTS = 100_000
COUNTED = {
    "reports": "上报",
    "merged": "并案",
    "refused": "不予受理/立案",
    "filed": "立案",
    "closed": "结案",
    "void": "作废",
    "open": "在办",
    "yellow": "黄灯",
    "red": "红灯",
}
ADDRESS = "http://127.0.0.1:8000/"


class Command(BaseCommand):
    """Found the demo city."""

    help = "Found the demo city with invented people and a generated day of reports, all through the real services."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--tier", default="S", help=f"How large: {', '.join(TIERS)} (default S).")
        parser.add_argument("--reports", type=int, default=None, help="How many reports (default 1250 for each county).")
        parser.add_argument("--seed", type=int, default=1, help="Another seed, another city day (default 1).")
        parser.add_argument("--fresh", action="store_true", help="Empty a database that holds only a demo, then found it anew.")
        parser.add_argument("--json", action="store_true", help="Answer as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Found what is missing and print the table, the address and one account for each kind of post."""
        reports = options["reports"]
        if reports is not None and not 0 <= reports <= MOST_REPORTS:
            raise Invalid(
                f"--reports 应为 0 到 {MOST_REPORTS}，现为 {reports}。",
                f"--reports must be from 0 to {MOST_REPORTS}, but is {reports}.",
            )
        self._begun, self._told_at, self._told = time.monotonic(), 0.0, ""
        result = demo(options["tier"], reports, options["seed"], fresh=options["fresh"], progress=self._progress)
        told = _told(result, time.monotonic() - self._begun)
        self._progress("")
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) if options["json"] else "\n".join(_lines(told)))

    def _progress(self, text: str) -> None:
        """Show where the work stands: in place on a terminal, a line every two seconds elsewhere."""
        now = time.monotonic()
        if sys.stderr.isatty():
            if now - self._told_at > 0.1 or not text:
                self.stderr.write(f"\r\033[K{text}", ending="")
                self._told_at = now
        elif text and (now - self._told_at > 2 or text[:4] != self._told[:4]):
            self.stderr.write(f"[{now - self._begun:5.1f} s] {text}")
            self._told_at, self._told = now, text


def _told(result: Result, seconds: float) -> dict[str, Any]:
    told = {"city": result.plan.code, "tier": result.plan.tier, "stood": result.stood, **queries.tally(timezone.now())}
    ran = result.ran
    if ran is not None:
        told |= {
            "pictures": ran.pictures,
            "day_seconds": round(ran.seconds, 1),
            "reports_per_second": round(ran.reports / ran.seconds, 1),
            "steps_per_second": round(ran.steps / ran.seconds, 1),
        }
    told |= {"seconds": round(seconds, 1), "address": ADDRESS}
    told |= {"accounts": queries.accounts(), "codes": queries.codes(), "password": PASSWORD}
    return told


def _lines(told: dict[str, Any]) -> list[str]:
    tier, seconds = told["tier"], told["seconds"]
    first = f"演示城市已建成（{tier} 档），用时 {seconds} 秒。The demo city stands (tier {tier}, {seconds} s)."
    if told["stood"]:
        first = f"演示城市已存在（{tier} 档），未作任何改动。The demo city stands already (tier {tier}); nothing was changed."
    lines = [first, "", _counts(told), ""]
    lines += [f"{'环节 stage':<24}{'应办 need':>10}{'按时 in time':>14}{'按时率 share':>13}"]
    lines += [f"{_wide(row['zh'], 24)}{row['need']:>10}{row['in_time']:>14}{row['share']:>13.1%}" for row in told["stages"]]
    lines += ["", f"{'部门 department':<38}{'任务 tasks':>9}{'按时 in time':>12}{'在办 open':>10}{'超期 overdue':>13}"]
    for row in told["departments"]:
        lines.append(f"{_wide(row['unit'], 38)}{row['tasks']:>11}{row['in_time']:>14}{row['open']:>12}{row['overdue']:>15}")
    if "day_seconds" in told:
        rate = f"每秒 {told['reports_per_second']} 件、{told['steps_per_second']} 步 reports and steps per second"
        lines += ["", f"{told['reports']} 件 reports, {told['steps']} 步 steps: {told['day_seconds']} s；{rate}"]
    lines += ["", f"网址 address   {told['address']}", f"口令 password  {told['password']}（全部演示账号 all demo accounts）"]
    lines += [f"  {row['username']:<20}{_wide(row['name'], 10)}{_wide(row['unit'], 34)}{row['post']}" for row in told["accounts"]]
    lines += ["", f"市民查询编码 codes of citizens   {told['address']}c/f/"] if told["codes"] else []
    return lines + [f"  {row['code']}  {row['state']}" for row in told["codes"]]


def _counts(told: dict[str, Any]) -> str:
    return "  ".join(f"{zh} {key} {told[key]}" for key, zh in COUNTED.items())


def _wide(text: str, width: int) -> str:
    """Return a text filled with spaces to a width in columns; a Chinese character takes two."""
    return text + " " * max(1, width - sum(2 if ord(sign) > 0x2E80 else 1 for sign in text))
