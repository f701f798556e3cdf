"""Choices that the forms of the side paths offer: new deadlines, crews, whom to supervise, and the words that a crew handed back."""

from dataclasses import replace

from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.queries import asking, numbers
from chengzhi.incidents.queries.choices import UNIT_WORDS, fixed_lists
from chengzhi.incidents.queries.crews import words_of_crews
from chengzhi.incidents.queries.facts import incident_family, incident_row
from chengzhi.kernel.access import Actor, act_now
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


def phrases_of(family: Family, actor: Actor) -> list[Option]:
    """Return the words offered for what was done about a case: those of its class and major class."""
    seen = incident_family(family)
    row = incident_row(seen, act_now(actor))
    county = organisation.node(seen.matter.node_id).code
    return [Option(zh, zh, en) for zh, en in numbers.result_phrases(row.class_code, county, timezone.localdate())]


@choices_of("textarea:finish")
def finish_words(family: Family, actor: Actor) -> list[Option]:
    """Return what the crew wrote, which fills the report, the phrases of the class, and the usual ones."""
    brought = [Option(text, text, text, proposed=place == 0) for place, text in enumerate(words_of_crews(family))]
    offered = [*brought, *phrases_of(family, actor), *fixed_lists().get("textarea:finish", ())]
    return list({option.zh: option for option in reversed(offered)}.values())[::-1]


@choices_of("textarea:crew_done")
def crew_words(family: Family, actor: Actor) -> list[Option]:
    """Return the phrases of the class for a crew, and the usual ones."""
    offered = [*phrases_of(family, actor), *fixed_lists().get("textarea:crew_done", ())]
    return list({option.zh: option for option in reversed(offered)}.values())[::-1]


@choices_of("leftovers")
def leftovers(_family: Family, _actor: Actor) -> list[Option]:
    """Return nothing and something, the first chosen beforehand."""
    return [replace(option, proposed=option.value == "none") for option in fixed_lists()["leftovers"]]


@choices_of("leg_units")
def leg_units(_family: Family, _actor: Actor) -> list[Option]:
    """Return the units in which a limit of its own is given to a unit beside the lead."""
    return [Option(unit, *UNIT_WORDS[unit]) for unit in ("working_hour", "hour", "working_day", "day")]
