"""A new class for an incident (H2): before filing at once, after filing with limits counted anew from the moment of filing."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident, Task
from chengzhi.incidents.queries import registers
from chengzhi.incidents.services import inputs, timing
from chengzhi.incidents.services.common import in_hand, note
from chengzhi.incidents.services.filing import total
from chengzhi.kernel import clocks, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.models import Clock
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.workflow import Timing, step
from chengzhi.organisation import queries as organisation

INCIDENT, TASK = workflow.INCIDENT, workflow.TASK


@step(INCIDENT, "reclass")
def reclass(
    *, matter_id: int, act: Act, class_code: inputs.ClassCode, condition: inputs.NewCondition = "", opinion: inputs.Reason
) -> Incident:
    """Give an incident another class; after filing the chief names the condition, and every limit counts anew from filing."""
    family, row = in_hand(matter_id, act)
    _refuse_unknown(class_code)
    filed = row.filed_at
    chosen = _condition(class_code, condition) if filed is not None else ""
    facts = queries.facts_after(family, act, new_class_differs=class_code != row.class_code)
    countable = facts.after.tasks_can_be_counted and not any(_was_moved(clock) for clock in _clocks_to_count(family))
    facts = replace(facts, after=replace(facts.after, tasks_can_be_counted=countable))
    facts = replace(facts, condition_fits=bool(chosen) if filed is not None else None)
    body: dict[str, Any] = {"opinion": opinion, "was": row.class_code, "class": class_code}
    timings: dict[str, Timing] = {}
    if filed is not None and chosen:
        note(row, class_code=class_code, condition=chosen)
        _freeze_again(row)
        timings["total"] = replace(total(row, replace(act, at=filed)), since=_begun(family, row))
        body |= {"condition": chosen, "limit": {"amount": row.limit_amount, "unit": row.limit_unit, "version": row.limit_version}}
    elif filed is None:
        note(row, class_code=class_code, condition="")
    INCIDENT.move(family, "reclass", act=act, facts=facts, holder=family.matter.holder_id, timings=timings, body=body)
    if filed is not None:
        _count_tasks_anew(family, row, act)
    return row


def _refuse_unknown(class_code: str) -> None:
    if registers.class_view(class_code) is None:
        raise Invalid(
            f"没有小类“{class_code}”，请从小类表中选择，例如 SJ0101。",
            f"There is no class “{class_code}”; choose a valid one, for example SJ0101.",
            code="unknown_class",
        )


def _condition(class_code: str, given: str) -> str:
    """Return the code of a condition given by code or name; the only one of a class need not be given."""
    known = registers.conditions_of(class_code)
    if not given and len(known) == 1:
        return known[0].code
    return next((view.code for view in known if given in (view.code, view.name_zh, view.name_en) and given), "")


def _freeze_again(row: Incident) -> None:
    """Take the limit that was in force for the new class on the day of filing."""
    code, day = organisation.node(row.node_id).code, timezone.localtime(row.filed_at).date()
    found = registers.limit_for(row.class_code, row.condition, row.area_class, code, day)
    note(row, limit_amount=found.amount, limit_unit=found.unit, limit_scheme=found.scheme, limit_version=str(found.version))


def _count_tasks_anew(family: Family, row: Incident, act: Act) -> None:
    """Let the open tasks have the new limit; the trail keeps the deadline that they had.

    Those of the first dispatch count from filing or reopening, those given later by redirecting or rework from their own beginning.
    """
    begun, tasks = _begun(family, row), family.parts(TASK.name)
    first = min((task.matter.opened_at for task in tasks if task.matter.opened_at >= begun), default=begun)
    for task in family.parts(TASK.name, only_open=True):
        facts = queries.facts(task, act)
        limit = replace(timing.disposal(row), since=begun if task.matter.opened_at <= first else task.matter.opened_at)
        TASK.move(task, "recount", act=act.by_system(), facts=facts, holder=task.matter.holder_id, timings={"dispose": limit})
        changed = Task(matter_id=task.focus, limit_amount=limit.limit.amount, limit_unit=limit.limit.unit, limit_scheme=limit.scheme)
        writes.change(changed, "limit_amount", "limit_unit", "limit_scheme")


def _begun(family: Family, row: Incident) -> datetime:
    """Return the moment from which an incident's limits count: its filing, or its last reopening, with which its total clock began."""
    total_clock = family.clocks[family.focus].get("total")
    return total_clock.started_at if row.reopen_count and total_clock is not None else row.filed_at or family.matter.opened_at


def _clocks_to_count(family: Family) -> list[Clock]:
    """Return the clocks that a new class would count anew."""
    tasks = [family.clocks[task.focus].get("dispose") for task in family.parts(TASK.name, only_open=True)]
    return [clock for clock in (family.clocks[family.focus].get("total"), *tasks) if clock is not None and clock.ended_at is None]


def _was_moved(clock: Clock) -> bool:
    """Tell whether a deadline is not that of the limit alone, because the clock was suspended or extended."""
    scheme = clocks.scheme(clock.scheme, on=clock.started_at)
    return clock.extended > 0 or clock.due_at != clocks.add(clock.started_at, clocks.Limit(clock.amount, clock.unit), scheme)
