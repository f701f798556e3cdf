"""What an inspector settles himself on the street, and the audit of it (G1, G2)."""

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.services import inputs
from chengzhi.incidents.services.common import end_open_parts, in_hand, note
from chengzhi.incidents.services.moments import at_moment
from chengzhi.incidents.services.report import locate, open_incident
from chengzhi.kernel.access import Act
from chengzhi.kernel.workflow import step

INCIDENT = workflow.INCIDENT


@step(INCIDENT, "self_handle")
def self_handle(
    *,
    act: Act,
    class_code: inputs.ClassCode,
    description: inputs.Description,
    lon: inputs.Longitude = None,
    lat: inputs.Latitude = None,
    crs: inputs.Crs = "cgcs2000",
    address: inputs.Address = "",
    photos: inputs.BeforePhotos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    after_photos: inputs.AfterPhotos = (),  # type: ignore[assignment]  # an empty default that nobody can change
    at: inputs.Moment = None,
) -> Incident:
    """Report a small problem that the inspector has settled himself, with photos from before and afterwards; it waits for its audit."""
    act = at_moment(act, at)
    where = locate(lon, lat, crs, needed=True)
    row = Incident(source="inspector", reporter_account=act.actor.id, self_handled=True)
    return open_incident(
        "self_handle", row, act, where, class_code, description, address, list(photos), afterwards=list(after_photos)
    )


@step(INCIDENT, "approve_self_handled")
def approve_self_handled(*, matter_id: int, act: Act, opinion: inputs.Opinion = "") -> Incident:
    """Find what an inspector settled himself valid; the incident is closed and counts for him."""
    family, row = in_hand(matter_id, act)
    facts = queries.facts(family, act)
    end_open_parts(family, act)
    note(row, closed_at=act.at)
    INCIDENT.move(family, "approve_self_handled", act=act, facts=facts, body={"opinion": opinion})
    return row


@step(INCIDENT, "reject_self_handled")
def reject_self_handled(*, matter_id: int, act: Act, opinion: inputs.Reason) -> Incident:
    """Find what an inspector says to have settled not valid; the incident is void."""
    family, row = in_hand(matter_id, act)
    facts = queries.facts(family, act)
    end_open_parts(family, act)
    INCIDENT.move(family, "reject_self_handled", act=act, facts=facts, body={"opinion": opinion})
    return row
