"""Filing by the duty chief: the limit is computed and frozen, the case number is drawn (B1–B3)."""

from typing import Any

from django.utils import timezone

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import registers
from chengzhi.incidents.services import inputs, timing
from chengzhi.incidents.services.common import end_open_parts, in_hand, note
from chengzhi.kernel import clocks, numbers
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.workflow import Timing, step
from chengzhi.organisation import queries as organisation

INCIDENT = workflow.INCIDENT


@step(INCIDENT, "file_case")
def file_case(*, matter_id: int, act: Act, condition: inputs.ConditionCode, opinion: inputs.Opinion = "") -> Incident:
    """File an incident under one condition of its class: freeze the disposal limit, draw the case number, start the total clock."""
    family, row = in_hand(matter_id, act)
    known = {found.code: found for found in registers.conditions_of(row.class_code)}
    facts = queries.facts_with(family, act, condition_fits=condition in known)
    note(row, condition=condition, urgent=row.urgent or registers.urgent_condition(row.class_code, condition))
    timings = timing.stage("dispatch", row, act)
    if condition in known:
        freeze(row, act)
        timings["total"] = total(row, act)
        number_it(family, row, act)
    INCIDENT.move(
        family,
        "file_case",
        act=act,
        facts=facts,
        holder=organisation.post_of(family.matter.node_id, "dispatcher"),
        timings=timings,
        body={"condition": condition, "opinion": opinion, "number": family.matter.number, "limit": _limit(row)},
    )
    return row


def _limit(row: Incident) -> dict[str, Any]:
    return {"amount": row.limit_amount, "unit": row.limit_unit, "scheme": row.limit_scheme, "version": row.limit_version}


def freeze(row: Incident, act: Act) -> None:
    """Take the disposal limit in force today for class, condition and area, and keep it for good."""
    found = registers.limit_for(
        row.class_code, row.condition, row.area_class, organisation.node(row.node_id).code, timezone.localtime(act.at).date()
    )
    note(
        row,
        limit_amount=found.amount,
        limit_unit=found.unit,
        limit_scheme=found.scheme,
        limit_version=str(found.version),
        filed_by=act.actor.id,
        filed_at=act.at,
    )


def number_it(family: Family, row: Incident, act: Act) -> None:
    """Give the gap-free case number (案卷号) of the commanding county and day; the report number stays valid for finding it."""
    matter = family.matter
    if matter.earlier_number is None:
        matter.earlier_number, matter.number = matter.number, case_number(row, act)


def case_number(row: Incident, act: Act) -> str:
    """Draw the next case number of the incident's command node on the day of the act."""
    day, code = timezone.localtime(act.at).date(), organisation.node(row.node_id).code
    return numbers.day_number(day, code, numbers.draw(f"case:{code}:{day:%Y%m%d}"))


def total(row: Incident, act: Act) -> Timing:
    """Return the total limit: disposal plus the limits of the stages that follow filing, in working minutes of the class's scheme."""
    minutes = clocks.minutes_of(timing.disposal(row).limit)
    for stage in timing.TOTAL_STAGES:
        limit = registers.stage_limit(stage, row.urgent, organisation.node(row.node_id).code, timezone.localtime(act.at).date())
        minutes += clocks.minutes_of(clocks.Limit(limit.amount, limit.unit))
    unit = "working_minute" if row.limit_unit.startswith("working") else "minute"
    return Timing(clocks.Limit(minutes, unit), row.limit_scheme)


@step(INCIDENT, "refuse_filing")
def refuse_filing(*, matter_id: int, act: Act, reason: inputs.FilingReason, opinion: inputs.Opinion = "") -> Incident:
    """Decide not to file, with a reason."""
    family, row = in_hand(matter_id, act)
    end_open_parts(family, act)
    note(row, reason=reason)
    INCIDENT.move(family, "refuse_filing", act=act, facts=queries.facts(family, act), body={"reason": reason, "opinion": opinion})
    return row


@step(INCIDENT, "send_back")
def send_back(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Send a report back to acceptance with a reason."""
    family, row = in_hand(matter_id, act)
    INCIDENT.move(
        family,
        "send_back",
        act=act,
        facts=queries.facts(family, act),
        holder=organisation.post_of(family.matter.node_id, "acceptor"),
        timings=timing.stage("accept", row, act),
        body={"opinion": opinion},
    )
    return row
