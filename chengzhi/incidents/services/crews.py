"""Work given to a crew, and handed back (D13)."""

from datetime import timedelta

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import CrewJob, Incident
from chengzhi.incidents.queries import asking
from chengzhi.incidents.services import fields, inputs
from chengzhi.incidents.services.common import evidence_of, in_hand, part_number
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.workflow import Timing, step
from chengzhi.organisation import queries as organisation

TASK, CREW_JOB = workflow.TASK, workflow.CREW_JOB


@step(TASK, "give_to_crew")
def give_to_crew(
    *, matter_id: int, act: Act, crew: fields.Crew, until: fields.InnerUntil = None, instructions: inputs.Remark = ""
) -> Incident:
    """Give a task in hand to a crew of the unit, with an inner limit not later than the task's; the crew gets a link of its own."""
    family, row = in_hand(matter_id, act)
    clock = asking.disposal_clock(family)
    latest = clock.due_at or act.at
    ends = until or max(latest, act.at)
    inner = asking.minutes_between(clock, act.at, ends)
    facts = asking.facts_of_task_with(family, act, inner_minutes=max(inner, 1) if until is None else inner)
    chosen = _crew(crew, family)
    body = {"crew": chosen.name, "until": ends.isoformat(), "opinion": instructions}
    TASK.move(family, "give_to_crew", act=act, facts=facts, body=body)
    part = CREW_JOB.open(
        "give",
        act=act,
        facts=queries.facts(family, act),
        node=family.matter.node_id,
        number=part_number(family, CREW_JOB.name),
        holder=chosen.id,
        place_key=family.matter.place_key,
        parent=family,
        timings={"inner": Timing(asking.of_minutes(clock, max(inner, 1)), clock.scheme)},
        body={"crew": chosen.name},
    )
    days = timedelta(days=asking.view("crew_link_days", family, act.at).amount)
    writes.add(
        CrewJob(
            matter_id=part.focus,
            crew_id=chosen.id,
            instructions=instructions,
            until=ends,
            link_until=ends + days,
            given_by=act.actor.id,
        )
    )
    return row


def _crew(identifier: int, task: Family) -> organisation.CrewView:
    own = organisation.crews_of(task.matter.holder_id or 0)
    found = next((view for view in own if view.id == identifier), None)
    if found is None:
        known = "、".join(view.name for view in own) or "—"
        raise Invalid(
            f"班组“{identifier}”不属于本单位，可选：{known}。",
            f"Crew “{identifier}” does not belong to this unit; there are: {known}.",
            code="unknown_crew",
        )
    return found


@step(CREW_JOB, "crew_done")
def crew_done(
    *,
    matter_id: int,
    act: Act,
    result: fields.CrewResult,
    photos: inputs.Photos = (),  # type: ignore[assignment]  # an empty default that nobody can change
) -> Incident:
    """Hand the work back with words and pictures; they fill what the unit then reports."""
    family, row = in_hand(matter_id, act)
    evidence, pictures = evidence_of(family, photos, "dispose", act)
    facts = queries.facts_with(family, act, photos=pictures)
    done = CrewJob(matter_id=family.focus, result=result, pictures=pictures, done_at=act.at)
    writes.change(done, "result", "pictures", "done_at")
    CREW_JOB.move(family, "crew_done", act=act, facts=facts, body={"opinion": result, "files": evidence})
    return row
