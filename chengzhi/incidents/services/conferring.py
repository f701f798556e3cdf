"""Conferring about whose duty an incident is, while in danger a unit repairs first (C5)."""

from django.utils import timezone

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries.facts import tasks_of
from chengzhi.incidents.services import fields, inputs, timing
from chengzhi.incidents.services.common import in_hand, note
from chengzhi.incidents.services.dispatching import issue, recall, unit_of_level
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.workflow import step
from chengzhi.organisation import queries as organisation
from chengzhi.powers import services as powers

INCIDENT, TASK = workflow.INCIDENT, workflow.TASK


@step(INCIDENT, "confer")
def confer(
    *,
    matter_id: int,
    act: Act,
    opinion: inputs.Reason,
    bodies: fields.Bodies = (),  # type: ignore[assignment]  # an empty default that nobody can change
    nobody: fields.NobodysDuty = False,
    danger: fields.Danger = False,
    fallback: fields.Fallback = None,
) -> Incident:
    """Bring the question whose duty it is to the leader; open tasks are taken back, but in danger a fallback unit repairs first."""
    family, row = in_hand(matter_id, act)
    named = [unit_of_level(body, family, act).name for body in dict.fromkeys(bodies)]
    first = None if fallback is None else unit_of_level(fallback, family, act)
    facts = queries.facts_with(family, act, disputed=nobody or len(named) > 1, fallback_named=not danger or first is not None)
    leader = organisation.post_of(family.matter.node_id, "leader")
    said = {"opinion": opinion, "bodies": named, "nobody": nobody, "danger": danger, "units": [first.name] if first is not None else []}
    timings = timing.beside("confer", "confer_limit", row, act)
    INCIDENT.move(family, "confer", act=act, facts=facts, holder=leader, timings=timings, body=said)
    for task in family.parts(TASK.name, only_open=True):
        recall(task, act)
    if first is not None:
        note(row, lead_unit_id=first.id)
        issue(family, row, first, act, lead=True, fallback=True, instructions=opinion, timing_=timing.disposal(row))
    return row


@step(INCIDENT, "conclude")
def conclude(
    *,
    matter_id: int,
    act: Act,
    body: fields.NamedBody,
    opinion: inputs.Reason,
    remember: fields.Remember = False,
    area: fields.RememberArea = "community",
) -> Incident:
    """Name the body whose duty it is; on wish it is kept in the register of powers, so that the next such case is not asked again."""
    family, row = in_hand(matter_id, act)
    named = unit_of_level(body, family, act)
    said = {"opinion": opinion, "bodies": [named.name], "remembered": area if remember else ""}
    INCIDENT.move(
        family,
        "conclude",
        act=act,
        facts=queries.facts(family, act),
        holder=organisation.post_of(family.matter.node_id, "dispatcher"),
        timings=timing.stage("dispatch", row, act),
        body=said,
    )
    if remember:
        _remember(row, family, named.id, opinion, area, act)
    _go_on_after_repair(family, act.by_system())
    return row


def _remember(row: Incident, family: Family, body: int, opinion: str, area: str, act: Act) -> None:
    codes = {"duty_grid": row.duty_grid, "community": row.community_code, "county": row.county_code}
    if not codes[area]:
        raise Invalid(
            f"本案没有定位到“{area}”，不能写入权责清单，请换适用范围或不写入。",
            f"This incident is in no known {area}; choose another area or do not keep it.",
            code="no_area",
        )
    powers.assign(
        subject=row.class_code,
        body_id=body,
        basis_zh=opinion[:300],
        document=family.matter.number,
        source="会商认定",
        valid_from=timezone.localtime(act.at).date(),
        area_kind="duty_grid" if area == "duty_grid" else "division",
        area_code=codes[area],
        node_id=family.matter.node_id,
        act=act.by_system(),
    )


def _go_on_after_repair(family: Family, act: Act) -> None:
    """Let the incident follow the fallback unit's work: on to the check when it is done, back to disposal while it goes on."""
    rows = tasks_of(family)
    last = next((part for part in reversed(family.parts(TASK.name)) if part.focus in rows and rows[part.focus].lead), None)
    begun = family.clocks[family.focus]["confer"].started_at
    if last is None or not rows[last.focus].fallback or last.matter.opened_at < begun:
        return  # nobody repairs first, or did so after an earlier conference
    if queries.facts(family, act).lead_done:
        INCIDENT.services["repaired_meanwhile"](family=family, act=act)
    elif last.matter.open:
        INCIDENT.services["repair_goes_on"](family=family, act=act)
        if queries.facts(family, act).all_open_hang:
            INCIDENT.services["tasks_hung"](family=family, act=act)


@step(INCIDENT, "repair_goes_on")
def repair_goes_on(*, family: Family, act: Act) -> None:
    """Bring the incident back to disposal: the unit that repairs first is still at work."""
    INCIDENT.move(family, "repair_goes_on", act=act, facts=queries.facts(family, act))


@step(INCIDENT, "repaired_meanwhile")
def repaired_meanwhile(*, family: Family, act: Act) -> None:
    """Bring the incident on to its check: the unit that repaired first is done."""
    row = queries.incident_row(family, act)
    INCIDENT.move(
        family,
        "repaired_meanwhile",
        act=act,
        facts=queries.facts(family, act),
        holder=organisation.post_of(family.matter.node_id, "acceptor"),
        timings=timing.stage("send_check", row, act),
    )
