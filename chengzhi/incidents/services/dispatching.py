"""Dispatch: tasks to one lead and any other units, back to filing, redirecting, the county's own run (C1–C4)."""

from collections.abc import Sequence

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident, Task
from chengzhi.incidents.services import fields, inputs, timing
from chengzhi.incidents.services.common import end_open_parts, in_hand, note, part_number
from chengzhi.incidents.services.filing import case_number, total
from chengzhi.incidents.services.report import remember
from chengzhi.kernel import clocks, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.problems import Conflict, Invalid
from chengzhi.kernel.workflow import Timing, step
from chengzhi.organisation import queries as organisation

INCIDENT, TASK = workflow.INCIDENT, workflow.TASK
COPIED = (
    "source",
    "class_code",
    "condition",
    "urgent",
    "description",
    "address",
    "lon",
    "lat",
    "raw_position",
    "cell_code",
    "community_code",
    "county_code",
    "duty_grid",
    "area_class",
    "replayed",
    "verified",
    "limit_amount",
    "limit_unit",
    "limit_scheme",
    "limit_version",
)


@step(INCIDENT, "dispatch")
def dispatch(
    *,
    matter_id: int,
    act: Act,
    unit: inputs.Unit,
    co_units: inputs.CoUnits = (),  # type: ignore[assignment]  # an empty default that nobody can change
    co_limits: fields.CoLimits = (),  # type: ignore[assignment]  # an empty default that nobody can change
    co_optional: fields.OptionalUnits = (),  # type: ignore[assignment]  # an empty default that nobody can change
    instructions: inputs.Remark = "",
    opinion: inputs.Opinion = "",
) -> Incident:
    """Give the work to one lead unit and any others, each with its own limit; those that are optional need not be waited for.

    A county's command node opens the county's own run.
    """
    family, row = in_hand(matter_id, act)
    legs = [unit, *co_units]
    own = _own_limits(co_limits, row)
    busy = _busy(family)
    facts = queries.facts_with(
        family,
        act,
        units_repeat=len(set(legs)) < len(legs) or bool(busy & set(legs)),
        limits_fit={*own, *co_optional} <= set(co_units),
    )
    units = [unit_of_level(leg, family, act) for leg in legs]
    note(row, lead_unit_id=unit)
    body = {"opinion": opinion, "instructions": instructions, "units": [found.name for found in units]}
    INCIDENT.move(family, "dispatch", act=act, facts=facts, body=body)
    for place, found in enumerate(units):
        limit = own.get(found.id) or timing.disposal(row)
        must = found.id not in co_optional
        issue(family, row, found, act, lead=place == 0, mandatory=must, instructions=instructions, timing_=limit)
    return row


def _own_limits(given: Sequence[str], row: Incident) -> dict[int, Timing]:
    """Return the limits of their own that some units beside the lead have, each `unit=amount unit`."""
    pairs = (text.partition("=") for text in given)
    return {int(unit): Timing(clocks.Limit.parse(limit), row.limit_scheme) for unit, _, limit in pairs}


def _busy(family: Family) -> set[int]:
    """Return the units that have an open task of the incident."""
    return {part.matter.asker_id or part.matter.holder_id or 0 for part in family.parts(TASK.name, only_open=True)}


@step(INCIDENT, "return_to_filing")
def return_to_filing(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Return a filed incident to the duty chief with a reason."""
    family, row = in_hand(matter_id, act)
    INCIDENT.move(
        family,
        "return_to_filing",
        act=act,
        facts=queries.facts(family, act),
        holder=organisation.post_of(family.matter.node_id, "chief"),
        timings=timing.stage("file", row, act),
        body={"opinion": opinion},
    )
    return row


@step(INCIDENT, "redirect")
def redirect(*, matter_id: int, act: Act, unit: inputs.Unit, task: inputs.OldTask = "", opinion: inputs.Reason) -> Incident:
    """Take an open task back and give it to another unit with the full limit."""
    family, row = in_hand(matter_id, act)
    old = _open_task(family, task)
    facts = queries.facts_with(family, act, units_repeat=unit in _busy(family))
    found = unit_of_level(unit, family, act)
    lead, mandatory = Task.objects.values_list("lead", "mandatory").get(pk=old.focus)
    INCIDENT.move(family, "redirect", act=act, facts=facts, body={"opinion": opinion, "recalled": old.matter.number, "units": [found.name]})
    recall(old, act)
    if lead:
        note(row, lead_unit_id=unit)
    issue(family, row, found, act, lead=lead, mandatory=mandatory, instructions=opinion, timing_=timing.disposal(row))
    return row


def recall(old: Family, act: Act) -> None:
    """Take a task back from its unit, with everything that hangs on it, within a service of dispatch."""
    end_open_parts(old, act.by_system())
    TASK.move(old, "recall", act=act, facts=queries.facts(old, act))


def _open_task(family: Family, number: str) -> Family:
    tasks = [part for part in family.parts(TASK.name, only_open=True) if number in ("", part.matter.number)]
    if len(tasks) == 1:
        return tasks[0]
    choice = "、".join(part.matter.number for part in tasks) or number
    raise Conflict(f"请用 task 指明要收回的任务（{choice}）。", f"Name the task to recall with task ({choice}).", code="task_needed")


def unit_of_level(identifier: int, family: Family, act: Act) -> organisation.BodyView:
    """Return a unit or county that work of this level can be given to. Raises Invalid."""
    found = organisation.body(identifier)
    own = family.matter.node_id
    if found is None or not (_commands_below(found.id, own) if found.kind == "node" else found.node == own):
        raise Invalid(
            f"单位“{identifier}”不属于本级，不能派遣，请从单位列表中选择。",
            f"Unit “{identifier}” does not belong to this level; choose one from the list.",
            code="unknown_unit",
        )
    return found


def _commands_below(node: int, own: int) -> bool:
    return node in organisation.nodes_below(own) and organisation.node(node).does_own_command


def issue(
    family: Family,
    row: Incident,
    unit: organisation.BodyView,
    act: Act,
    *,
    lead: bool,
    instructions: str,
    timing_: Timing,
    mandatory: bool = True,
    fallback: bool = False,
) -> None:
    """Give one task to a unit or county node within a service of dispatch or rework; a node's task opens the county's own run."""
    part = TASK.open(
        "issue",
        act=act,
        facts=queries.facts(family, act),
        node=family.matter.node_id,
        number=part_number(family, "task"),
        holder=unit.id,
        place_key=family.matter.place_key,
        parent=family,
        timings={"dispose": timing_, **timing.stage("sign", row, act, scheme=timing_.scheme)},
        body={"unit": unit.name, "lead": lead, "mandatory": lead or mandatory, **({"fallback": True} if fallback else {})},
    )
    task = Task(
        matter_id=part.focus,
        unit_id=unit.id,
        lead=lead,
        mandatory=lead or mandatory,
        fallback=fallback,
        instructions=instructions[:500],
        limit_amount=timing_.limit.amount,
        limit_unit=timing_.limit.unit,
        limit_scheme=timing_.scheme,
    )
    writes.add(task)
    part.nouns[part.focus] = task
    if unit.kind == "node":
        _open_county_run(part, row, unit.id, act)


def _open_county_run(task: Family, row: Incident, node: int, act: Act) -> None:
    own = Incident(node_id=node, filed_at=act.at, filed_by=act.actor.id, **{name: getattr(row, name) for name in COPIED})
    family = INCIDENT.open(
        "take_over",
        act=act,
        facts=queries.facts(task, act),
        node=node,
        number=case_number(own, act),
        holder=organisation.post_of(node, "dispatcher"),
        place_key=task.matter.place_key,
        parent=task,
        timings={**timing.stage("dispatch", own, act), "total": total(own, act)},
        body={"from": task.matter.number},
    )
    own.matter_id = family.focus
    writes.add(own)
    remember(family, own)
