"""`chengzhi where WORD`: where a rule stands, what it says, where it comes from, who needs it, how it is tested."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from chengzhi.kernel.problems import NotFound
from chengzhi.kernel.workflow import Step
from chengzhi.site import finding
from chengzhi.site.finding import Place


class Command(BaseCommand):
    """Find a rule or step."""

    help = "Find a rule or step by English, Chinese, code or article."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("word", nargs="+", help="For example: “cannot close”, 结案, incidents.is_open, 第四十二条, 42.")
        parser.add_argument("--json", action="store_true", help="Answer as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found; nothing found is one sentence and exit code 2."""
        word = " ".join(options["word"])
        rules, steps = finding.rules(word), finding.steps(word)
        if not rules and not steps:
            raise NotFound(f"没有规则或步骤含有“{word}”，请换一个词。", f"No rule or step contains “{word}”; try another word.")
        if options["json"]:
            answer = {"rules": [_rule_row(place) for place in rules], "steps": [_step_row(kind, step) for kind, step in steps]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        for place in rules:
            self.stdout.write(_rule_text(place))
        for kind, step in steps:
            self.stdout.write(_step_text(kind, step))


def _rule_row(place: Place) -> dict[str, Any]:
    rule = place.rule
    return {
        "code": rule.code,
        "zh": rule.zh,
        "en": rule.en,
        "source": str(rule.source),
        "mark": rule.source.mark,
        "file": place.file,
        "line": place.line,
        "steps": list(place.steps),
        "uses": list(place.uses),
        "tests": list(place.tests),
    }


def _rule_text(place: Place) -> str:
    rule = place.rule
    return "\n".join(
        [
            rule.code,
            f"  {rule.zh}",
            f"  {rule.en}",
            f"  依据 source  {rule.source} [{rule.source.mark}]",
            f"  代码 code    {place.file}:{place.line}",
            f"  步骤 steps   {', '.join(place.steps) or '—'}",
            *([f"  用于 used in {', '.join(place.uses)}"] if place.uses else []),
            f"  测试 tests   {', '.join(place.tests) or '—'}",
            "",
        ]
    )


def _step_row(kind: str, step: Step) -> dict[str, Any]:
    row = {"step": f"{kind}.{step.slug}", "zh": step.zh, "en": step.en, "from": list(step.frm), "to": step.to}
    return {**row, "by": step.by, "rules": [rule.code for rule in step.needs]}


def _step_text(kind: str, step: Step) -> str:
    way = f"{'|'.join(step.frm) or '∅'} → {step.to}"
    rules = ", ".join(rule.code for rule in step.needs) or "—"
    return f"{kind}.{step.slug}  {step.zh} / {step.en}\n  {way}  by {step.by or 'system'}\n  规则 rules   {rules}\n"
