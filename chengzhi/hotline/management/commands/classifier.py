"""`chengzhi classifier`: train the classifier of texts, or tell how good it is on cases that it has not seen."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from chengzhi.hotline import services
from chengzhi.hotline.classifier import Score
from chengzhi.hotline.queries import classifying
from chengzhi.kernel.access import SYSTEM, act_now


class Command(BaseCommand):
    """Train the classifier of texts, or tell how good it is on cases that it has not seen."""

    help = "Train the classifier of texts, or tell how good it is on cases that it has not seen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what is to be done."""
        parser.add_argument("what", choices=("train", "evaluate"), help="train a new version, or evaluate on held-out cases")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and tell the outcome with counts."""
        self.stdout.write("\n".join(_trained() if options["what"] == "train" else _evaluated()))


def _trained() -> list[str]:
    row = services.train(act=act_now(SYSTEM, door="system"))
    if row is None:
        return ["Nothing has changed since the newest version."]
    return [f"Version {row.number}: {row.texts} taught texts, {row.confirmed} confirmed cases, fingerprint {row.fingerprint[:12]}."]


def _evaluated() -> list[str]:
    found = classifying.evaluate()
    if not found.cases:
        return ["There are no confirmed cases yet: nothing to evaluate on."]
    return [
        f"{found.cases} confirmed cases in {found.groups} groups of like texts; {classifying.FOLDS} parts, no group in two parts.",
        _line("All held-out cases", found.every),
        _line("Text does not name its class", found.unnamed),
        _line("  the same, names and phrases only", found.taught_only),
        "In a demo city these texts are generated from patterns: the shares say little about what citizens say.",
    ]


def _line(what: str, score: Score) -> str:
    first, three = score.shares()
    return f"{what:36} top-1 {first:7.2%} ({score.first}/{score.asked})   top-3 {three:7.2%} ({score.among_three}/{score.asked})"
