"""Choices that the forms of the side paths offer: new deadlines, crews, whom to supervise, and the words that a crew handed back."""

from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.queries import asking
from chengzhi.incidents.queries.choices import fixed_lists
from chengzhi.incidents.queries.crews import words_of_crews
from chengzhi.incidents.queries.facts import incident_family
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Option, choices_of
from chengzhi.kernel.matter import Family
from chengzhi.organisation import queries as organisation

FIELD = "%Y-%m-%dT%H:%M"


@choices_of("extend_until")
def extend_until(family: Family, _actor: Actor) -> list[Option]:
    """Return the latest deadline that the rules grant, with the sentence that says so; nothing when no extension is left."""
    granted = asking.allowances(family)
    if granted.extend_until is None:
        return []
    return [Option(timezone.localtime(granted.extend_until).strftime(FIELD), *granted.words[0])]


@choices_of("task_deadline")
def task_deadline(family: Family, _actor: Actor) -> list[Option]:
    """Return the deadline of the task: a crew's limit is not later."""
    due = asking.disposal_clock(family).due_at
    if due is None:
        return []
    local = timezone.localtime(due)
    return [Option(local.strftime(FIELD), f"不晚于任务期限 {local:%m-%d %H:%M}", f"Not later than the task's deadline {local:%m-%d %H:%M}")]


@choices_of("crews")
def crews(family: Family, _actor: Actor) -> list[Option]:
    """Return the crews of the unit that has the task."""
    unit = family.matter.asker_id or family.matter.holder_id or 0
    found = organisation.crews_of(unit)
    outside = ("外包", "contractor")
    return [
        Option(str(view.id), view.name, view.name_en, outside if view.is_contractor else ("", ""), proposed=len(found) == 1)
        for view in found
    ]


def in_hand_of(family: Family) -> list[int]:
    """Return who has an incident in hand: the units of its open tasks, else its holder."""
    seen = incident_family(family)
    units = [part.matter.asker_id or part.matter.holder_id for part in seen.parts(workflow.TASK.name, only_open=True)]
    known = [unit for unit in units if unit] or ([seen.matter.holder_id] if seen.matter.holder_id else [])
    return list(dict.fromkeys(known))


@choices_of("supervised")
def supervised(family: Family, _actor: Actor) -> list[Option]:
    """Return whom a supervision can be addressed to."""
    known = in_hand_of(family)
    names = organisation.holder_names(known)
    return [Option(str(key), *names[key], proposed=place == 0) for place, key in enumerate(known) if key in names]


@choices_of("textarea:finish")
def finish_words(family: Family, _actor: Actor) -> list[Option]:
    """Return what the crew wrote, which fills the report, and the usual phrases."""
    brought = [Option(text, text, text, proposed=place == 0) for place, text in enumerate(words_of_crews(family))]
    return brought + list(fixed_lists().get("textarea:finish", ()))
