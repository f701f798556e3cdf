"""Gathering what the rules of the loop judge."""

from dataclasses import replace
from typing import Any

from django.conf import settings

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.models.incident import SOURCES_TO_VERIFY
from chengzhi.incidents.queries import registers
from chengzhi.incidents.rules import IncidentFacts
from chengzhi.kernel import rows
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.organisation import queries as organisation

_INCIDENT = f"""
    SELECT EXISTS (
        SELECT 1 FROM incidents_task t JOIN kernel_matter m ON m.id = t.matter_id
        WHERE m.parent_id = i.matter_id AND (t.signed_by = %s OR t.finished_by = %s)
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
    """Return the incident of this family, read once per family, with `handled_by_actor` beside it."""
    seen = incident_family(family)
    if seen.focus not in seen.nouns:
        found = rows.ask(_INCIDENT, [act.actor.id, act.actor.id, seen.focus])[0]
        seen.nouns[seen.focus] = rows.build(Incident, found[1:])
        seen.nouns[seen.focus].handled_by_actor = bool(found[0])
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
        open_tasks=open_parts.count(workflow.TASK.name),
        check_result=row.check_result,
        four_eyes=settings.FOUR_EYES,
        filed_by_actor=row.filed_by == act.actor.id,
        handled_by_actor=bool(getattr(row, "handled_by_actor", False)),
        void_requested=workflow.VOID_REQUEST.name in open_parts,
    )


def facts_with(family: Family, act: Act, **inputs: Any) -> IncidentFacts:
    """Return the facts together with the inputs of a step."""
    return replace(facts(family, act), **inputs)


for kind in (workflow.INCIDENT, *workflow.PARTS):
    kind.facts_of(facts)
