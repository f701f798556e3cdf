"""The one verb of the demo that removes anything: emptying a database that holds nothing but a demo."""

from django.core.management import call_command
from django.utils import timezone

from chengzhi.kernel import anchors, guards, registers


def empty() -> None:
    """Empty every table and put the guards of the trail back; the anchors of the removed trail are laid aside, not deleted."""
    guards.remove()
    try:
        call_command("flush", interactive=False, verbosity=0)
    finally:
        guards.install()
    kept = anchors.file()
    if kept.exists():
        kept.rename(kept.with_name(f"anchors-{timezone.now():%Y%m%dT%H%M%S}.jsonl"))
    registers.clear_all()
