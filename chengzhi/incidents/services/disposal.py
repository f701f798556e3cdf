"""Disposal by departments: sign, report done, and what follows for the incident (D1, D2)."""

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident, Task
from chengzhi.incidents.queries.crews import handed_back
from chengzhi.incidents.services import fields, inputs, timing
from chengzhi.incidents.services.common import end_open_parts, evidence_of, in_hand
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.workflow import step
from chengzhi.organisation import queries as organisation

INCIDENT, TASK = workflow.INCIDENT, workflow.TASK


@step(TASK, "sign")
def sign(*, matter_id: int, act: Act) -> Incident:
    """Sign for a task: the department has it in hand."""
    family, row = in_hand(matter_id, act)
    TASK.move(family, "sign", act=act, facts=queries.facts(family, act))
    writes.change(Task(matter_id=family.focus, signed_by=act.actor.id), "signed_by")
    return row


@step(TASK, "finish")
def finish(
    *,
    matter_id: int,
    act: Act,
    result: inputs.Result,
    quantity: fields.Quantity = "",
    material: fields.Material = "",
    leftover: fields.Leftover = "none",
    leftover_words: fields.LeftoverWords = "",
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
) -> Incident:
    """Report a task done, with words, what is left, and, if it can be seen on site, a photo; what a crew handed back belongs to it."""
    family, row = in_hand(matter_id, act)
    evidence, pictures = evidence_of(family, photos, "dispose", act)
    brought, seen = handed_back(family)
    evidence += evidence_of(family, [known for known in brought if known not in set(photos)], "dispose", act)[0]
    end_open_parts(family, act)
    left = leftover_words.strip()
    facts = queries.facts_with(family, act, photos=pictures + seen, leftover_told=(leftover == "some") == bool(left))
    done = Task(matter_id=family.focus, result=result, quantity=quantity, material=material, leftover=left)
    done.finished_by, done.finished_at = act.actor.id, act.at
    writes.change(done, "result", "quantity", "material", "leftover", "finished_by", "finished_at")
    more = {"quantity": quantity, "material": material, "leftover": left}
    body = {"opinion": result, "files": evidence, **{name: said for name, said in more.items() if said}}
    TASK.move(family, "finish", act=act, facts=facts, body=body)
    return row


@step(INCIDENT, "tasks_done")
def tasks_done(*, family: Family, act: Act) -> None:
    """Send the incident to the acceptor for a check when every task is done."""
    row = queries.incident_row(family, act)
    INCIDENT.move(
        family,
        "tasks_done",
        act=act,
        facts=queries.facts(family, act),
        holder=organisation.post_of(family.matter.node_id, "acceptor"),
        timings=timing.stage("send_check", row, act),
    )


@step(INCIDENT, "tasks_returned")
def tasks_returned(*, family: Family, act: Act) -> None:
    """Bring the incident back to dispatch when nobody works on it any more."""
    row = queries.incident_row(family, act)
    INCIDENT.move(
        family,
        "tasks_returned",
        act=act,
        facts=queries.facts(family, act),
        holder=organisation.post_of(family.matter.node_id, "dispatcher"),
        timings=timing.stage("dispatch", row, act),
    )


@step(TASK, "county_closed")
def county_closed(*, family: Family, act: Act) -> None:
    """Finish the city's task because the county has closed its own run."""
    writes.change(Task(matter_id=family.focus, result="县区已结案", finished_at=act.at), "result", "finished_at")
    TASK.move(family, "county_closed", act=act, facts=queries.facts(family, act))


@step(TASK, "county_ended")
def county_ended(*, family: Family, act: Act) -> None:
    """Return the city's task because the county's own run ended without being handled."""
    TASK.move(family, "county_ended", act=act, facts=queries.facts(family, act))
