"""Gathering what the rules of the loop judge."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident, Task
from chengzhi.incidents.models.incident import SOURCES_OF_CITIZENS, SOURCES_TO_VERIFY
from chengzhi.incidents.queries import numbers, registers
from chengzhi.incidents.rules import AfterFacts, IncidentFacts
from chengzhi.kernel import rows
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.organisation import queries as organisation

_INCIDENT = f"""
    SELECT EXISTS (
        SELECT 1 FROM incidents_task t JOIN kernel_matter m ON m.id = t.matter_id
        WHERE m.parent_id = i.matter_id AND (t.signed_by = %s OR t.finished_by = %s)
    ), i.reporter_account = %s OR EXISTS (
        SELECT 1 FROM incidents_check c JOIN kernel_matter m ON m.id = c.matter_id WHERE m.parent_id = i.matter_id AND c.checked_by = %s
    ), {rows.columns(Incident, "i")} FROM incidents_incident i WHERE i.matter_id = %s"""


def incident_family(family: Family) -> Family:
    """Return the family seen from the incident that the matter in focus is, or is a part of."""
    step: Family | None = family
    while step is not None:
        if step.matter.kind == workflow.INCIDENT.name:
            return step
        step = step.parent
    raise TypeError(f"{family.matter.kind} {family.matter.number} is no part of an incident.")


def incident_row(family: Family, act: Act) -> Incident:
    """Return the incident of this family, read once per family, with `handled_by_actor` and `seen_by_actor` beside it."""
    seen = incident_family(family)
    if seen.focus not in seen.nouns:
        found = rows.ask(_INCIDENT, [*[act.actor.id] * 4, seen.focus])[0]
        seen.nouns[seen.focus] = rows.build(Incident, found[2:])
        seen.nouns[seen.focus].handled_by_actor, seen.nouns[seen.focus].seen_by_actor = bool(found[0]), bool(found[1])
    row: Incident = seen.nouns[seen.focus]
    return row


def family_of(row: Incident) -> Family:
    """Return the family of an incident that was just made or locked in this service."""
    return Family(row.pk, {row.pk: row.matter}, {}, {row.pk: row})


def facts(family: Family, act: Act) -> IncidentFacts:
    """Return the facts of an incident (or of the incident of a part) as they stand before any input."""
    seen = incident_family(family)
    row = incident_row(family, act)
    known = registers.class_view(row.class_code)
    open_parts = [part.matter.kind for part in seen.parts(only_open=True)]
    return IncidentFacts(
        class_known=known is not None,
        position_known=row.lon is not None,
        needs_verification=row.source in SOURCES_TO_VERIFY and not row.replayed,
        verified=row.verified,
        visible_on_site=known is None or known.visible_on_site,
        inspector_available=bool(organisation.inspectors_on_duty(seen.matter.node_id, row.duty_grid, act.at)),
        **_tasks(seen),
        check_result=row.check_result,
        four_eyes=settings.FOUR_EYES,
        filed_by_actor=row.filed_by == act.actor.id,
        handled_by_actor=bool(getattr(row, "handled_by_actor", False)),
        void_requested=workflow.VOID_REQUEST.name in open_parts,
        far_metres=numbers.amount("far_metres", seen.matter.node_id, act.at),
        after=_after(seen, row, act),
    )


def tasks_of(seen: Family) -> dict[int, Task]:
    """Return the rows of an incident's tasks, read once per family; one that is just being given has none yet."""
    missing = [part.focus for part in seen.parts(workflow.TASK.name) if part.focus not in seen.nouns]
    if missing:
        seen.nouns.update(Task.objects.in_bulk(missing))
    return {part.focus: seen.nouns[part.focus] for part in seen.parts(workflow.TASK.name) if part.focus in seen.nouns}


def _tasks(seen: Family) -> dict[str, Any]:
    """Return what the tasks say together; the usual single task is the lead, and no row is read to know it."""
    parts = seen.parts(workflow.TASK.name)
    known = tasks_of(seen) if len(parts) > 1 else {}
    leading = [part.matter for part in parts if part.focus not in known or known[part.focus].lead]
    needed = [part.matter for part in parts if part.focus not in known or known[part.focus].lead or known[part.focus].mandatory]
    open_ones = [part.matter for part in parts if part.matter.open]
    return {
        "open_tasks": sum(matter.open for matter in needed),
        "optional_open": len(open_ones) > sum(matter.open for matter in needed),
        "lead_done": bool(leading) and workflow.TASK.stands_after("finish", leading[-1]),
        "lead_open": any(matter.open for matter in leading),
        "all_open_hang": bool(open_ones) and all(workflow.TASK.stands_after("grant_suspension", matter) for matter in open_ones),
    }


def _after(seen: Family, row: Incident, act: Act) -> AfterFacts:
    day, county = timezone.localtime(act.at).date(), organisation.node(seen.matter.node_id).code
    below = [matter for matter in seen.descendants() if matter.id != seen.focus]
    tasks = seen.parts(workflow.TASK.name)
    return AfterFacts(
        consultation=row.class_code in numbers.classes_on("consultation", county, day),
        of_citizen=row.source in SOURCES_OF_CITIZENS,
        filed=row.filed_at is not None,
        actor_may_file=act.actor.may(workflow.FILE, seen.matter.node_id),
        of_county=seen.matter.parent_id is not None,
        county_runs=any(matter.kind == workflow.INCIDENT.name and matter.open for matter in below),
        tasks_can_be_counted=all(workflow.TASK.may_follow("recount", task.matter) for task in tasks if task.matter.open),
        satisfaction=row.satisfaction,
        reopenings_left=numbers.number("reopen_most", county, day).amount - row.reopen_count,
        unit_worked=any(task.matter.holder_id in act.actor.holders for task in tasks),
        seen_by_actor=bool(getattr(row, "seen_by_actor", False)),
    )


def facts_after(family: Family, act: Act, **inputs: Any) -> IncidentFacts:
    """Return the facts together with inputs of a step beside the main line."""
    found = facts(family, act)
    return replace(found, after=replace(found.after, **inputs))


def facts_with(family: Family, act: Act, **inputs: Any) -> IncidentFacts:
    """Return the facts together with the inputs of a step."""
    return replace(facts(family, act), **inputs)


for kind in (workflow.INCIDENT, *workflow.PARTS):
    kind.facts_of(facts)
