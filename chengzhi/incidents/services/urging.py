"""Urging by hand and by timetable, supervision and its reply (D11, D12)."""

from django.utils import timezone

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident, Supervision, Task
from chengzhi.incidents.queries.facts import tasks_of
from chengzhi.incidents.queries.sidechoices import in_hand_of
from chengzhi.incidents.services import fields, inputs
from chengzhi.incidents.services.common import evidence_of, in_hand, note, part_number
from chengzhi.kernel import clocks, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.workflow import Timing, step
from chengzhi.organisation import queries as organisation

INCIDENT, TASK, SUPERVISION = workflow.INCIDENT, workflow.TASK, workflow.SUPERVISION


@step(INCIDENT, "urge")
def urge(*, matter_id: int, act: Act, task: fields.UrgedTask = "", opinion: inputs.Opinion = "") -> Incident:
    """Urge those who have an incident in hand: all its open tasks, or the named one; each is counted."""
    family, row = in_hand(matter_id, act)
    chosen = _urged(family, task)
    body = {"opinion": opinion, "units": [organisation.name_of(unit) for unit, _ in chosen]}
    INCIDENT.move(family, "urge", act=act, facts=queries.facts(family, act), holder=family.matter.holder_id, body=body)
    note(row, urged=row.urged + 1)
    for _, known in chosen:
        known.urged += 1
        writes.change(known, "urged")
    return row


def _urged(family: Family, number: str) -> list[tuple[int, Task]]:
    rows = tasks_of(family)
    open_ones = [part for part in family.parts(TASK.name, only_open=True) if part.focus in rows]
    found = [part for part in open_ones if number in ("", part.matter.number)]
    if number and not found:
        choice = "、".join(part.matter.number for part in open_ones) or "—"
        raise Invalid(
            f"没有未完成的任务“{number}”，可选：{choice}。",
            f"There is no open task “{number}”; there are: {choice}.",
            code="unknown_task",
        )
    return [(rows[part.focus].unit_id, rows[part.focus]) for part in found]


@step(TASK, "urge_by_time")
def urge_by_time(*, matter_id: int, act: Act) -> bool:
    """Urge a task once because most of its limit is used; tell whether it was done now."""
    family, row = in_hand(matter_id, act)
    known = tasks_of(queries.incident_family(family)).get(family.focus)
    if known is None or known.urged_by_time or not family.matter.open:
        return False
    TASK.move(family, "urge_by_time", act=act, facts=queries.facts(family, act), holder=family.matter.holder_id)
    known.urged_by_time, known.urged = True, known.urged + 1
    writes.change(known, "urged_by_time", "urged")
    note(row, urged=row.urged + 1)
    return True


@step(INCIDENT, "supervise")
def supervise(*, matter_id: int, act: Act, opinion: inputs.Reason, reply_by: fields.ReplyBy, whom: fields.Whom = None) -> Incident:
    """Supervise an incident: whoever has it in hand must answer by a time, and the answer comes back to the one who asked."""
    family, row = in_hand(matter_id, act)
    held_by, node = _answerable(family, whom)
    facts = queries.facts_with(family, act, reply_ahead=reply_by > act.at)
    name = organisation.name_of(held_by)
    body = {"opinion": opinion, "units": [name], "until": reply_by.isoformat()}
    INCIDENT.move(family, "supervise", act=act, facts=facts, holder=family.matter.holder_id, body=body)
    minutes = max(1, clocks.elapsed_minutes(act.at, reply_by, clocks.scheme("natural", on=act.at)))
    part = SUPERVISION.open(
        "ask",
        act=act,
        facts=facts,
        node=node,
        number=part_number(family, SUPERVISION.name),
        holder=held_by,
        place_key=family.matter.place_key,
        parent=family,
        timings={"reply": Timing(clocks.Limit(minutes, "minute"))},
        body={"unit": name},
    )
    writes.add(Supervision(matter_id=part.focus, opinion=opinion, reply_by=reply_by, asked_by=act.actor.id))
    return row


def _answerable(family: Family, whom: int | None) -> tuple[int, int]:
    """Return who must answer, and at which node: the wanted one of those who have the incident in hand, else the first.

    A county answers by its duty chief, who has his rights at his own node only: the reply is owed there.
    """
    known = in_hand_of(family)
    if whom is not None and whom not in known:
        raise Invalid(
            f"督办对象“{whom}”现在不办理本案，请从列表中选择。",
            f"“{whom}” does not have this incident in hand; choose one of the list.",
            code="unknown_unit",
        )
    chosen = whom if whom is not None else next(iter(known), None)
    if chosen is None:
        return organisation.post_of(family.matter.node_id, "chief"), family.matter.node_id
    unit = organisation.body(chosen)
    if unit is not None and unit.kind == "node":
        return organisation.post_of(chosen, "chief"), chosen
    return chosen, family.matter.node_id


@step(SUPERVISION, "reply_supervision")
def reply_supervision(
    *,
    matter_id: int,
    act: Act,
    reply: fields.Reply,
    photos: fields.Files = (),  # type: ignore[assignment]  # an empty default that nobody can change
) -> Incident:
    """Answer a supervision with words and, on wish, pictures."""
    family, row = in_hand(matter_id, act)
    evidence, _ = evidence_of(family, photos, "other", act)
    answered = Supervision(matter_id=family.focus, reply=reply, replied_by=act.actor.id, replied_at=act.at)
    writes.change(answered, "reply", "replied_by", "replied_at")
    late = family.matter.due_at is not None and timezone.localtime(act.at) > family.matter.due_at
    body = {"opinion": reply, "files": evidence, "late": late}
    SUPERVISION.move(family, "reply_supervision", act=act, facts=queries.facts(family, act), body=body)
    return row
