"""What citizens add to an incident that is under way: one more who met with it, a wish for haste, a number taken back."""

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.services.common import note
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family, lock, read
from chengzhi.kernel.workflow import step

INCIDENT = workflow.INCIDENT


@step(INCIDENT, "citizen_joined")
def citizen_joined(*, matter_id: int, act: Act, count: int) -> Incident:
    """Note in the trail that another citizen has met with the same problem; `count` is how many follow it now. Raises Conflict."""
    return _noted("citizen_joined", matter_id, act, f"共 {count} 人反映")


@step(INCIDENT, "citizen_asked")
def citizen_asked(*, matter_id: int, act: Act, count: int) -> Incident:
    """Note in the trail that a citizen asks again (催问), so that whoever works on it sees it; `count` is how often. Raises Conflict."""
    return _noted("citizen_asked", matter_id, act, f"第 {count} 次催问")


@step(INCIDENT, "supplement")
def supplement(*, matter_id: int, act: Act, words: str) -> Incident:
    """Note in the trail what a caller adds to an open incident of a node that the call-taker may read. Raises NotFound, Conflict."""
    read(matter_id, actor=act.actor)
    return _noted("supplement", matter_id, act, words)


def _noted(slug: str, matter_id: int, act: Act, words: str) -> Incident:
    act = act.by_system()
    family: Family = lock(matter_id, act=act, checked=False)
    row = queries.incident_row(family, act)
    INCIDENT.move(family, slug, act=act, facts=queries.facts(family, act), holder=family.matter.holder_id, body={"opinion": words})
    return row


@writes.service
def forget_reporter(*, matter_id: int, act: Act) -> None:
    """Forget who reported an incident, as he has asked; the incident itself goes on."""
    act = act.by_system()
    note(queries.incident_row(lock(matter_id, act=act, checked=False), act), reporter_person=None)
