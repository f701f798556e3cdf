"""What every later look at a closed incident shares: who goes, what he found, and the linked case when the problem is there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chengzhi.incidents import queries
from chengzhi.incidents.models import CaseLink, Incident
from chengzhi.incidents.models.after import OnSite
from chengzhi.incidents.services import lots
from chengzhi.incidents.services.checking import metres_from
from chengzhi.incidents.services.common import checker_posts, evidence_of, reporter_posts
from chengzhi.incidents.services.report import Where, open_incident
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family
from chengzhi.organisation import queries as organisation
from chengzhi.territory import queries as territory


@dataclass(frozen=True, slots=True)
class Seen:
    """What an inspector brings from the place: pictures, where he stood, what he says."""

    photos: Sequence[int]
    lon: float | None
    lat: float | None
    far_reason: str
    remark: str


def lot(family: Family, row: Incident, act: Act, *, elsewhere: bool) -> int | None:
    """Draw the post of an inspector on duty who neither reported nor checked; from `elsewhere` only one of another duty grid.

    Without `elsewhere` the reporter or checker goes where nobody else is on shift; with it nobody does then.
    """
    on_duty = organisation.inspectors_on_duty(family.matter.node_id, "" if elsewhere else row.duty_grid, act.at)
    concerned = reporter_posts(row) | checker_posts(family)
    new = [post for post in on_duty if post not in concerned]
    if elsewhere:
        new = [post for post in new if organisation.post(post).area_code != row.duty_grid]
        return lots.pick(new) if new else None
    return lots.pick(new or on_duty) if on_duty else None


def note_seen(found: OnSite, family: Family, row: Incident, act: Act, seen: Seen, result: str, *, on: Family | None) -> dict[str, Any]:
    """Write what was seen with the part; return facts of the step and what its trail keeps.

    The pictures are evidence of `on`; without it they belong to the case that is opened of them, and are only counted here.
    """
    metres = metres_from(row, seen.lon, seen.lat)
    evidence, pictures = evidence_of(on, seen.photos, "check", act) if on is not None else ([], len(set(seen.photos)))
    found.result, found.remark, found.checked_by, found.far_reason = result, seen.remark, act.actor.id, seen.far_reason
    found.distance_m = round(metres) if math.isfinite(metres) else None
    writes.change(found, "result", "remark", "checked_by", "far_reason", "distance_m")
    facts = queries.facts_with(family, act, photos=pictures, metres=metres, far_reason=seen.far_reason)
    body = {"result": result, "opinion": seen.remark, "files": evidence, "metres": found.distance_m, "far_reason": seen.far_reason}
    return {"facts": facts, "body": body}


def open_later(kind: str, earlier: Incident, act: Act, seen: Seen) -> Incident:
    """Open a new case at the place of an earlier one, of the same class, and link both; a problem that came back counts how often."""
    count = earlier.recurrences + (1 if kind == "recurred" else 0)
    found = None if earlier.lon is None or earlier.lat is None else territory.locate(earlier.lon, earlier.lat)
    where = Where(earlier.lon, earlier.lat, earlier.raw_position, found)
    row = Incident(source="inspector", reporter_account=act.actor.id, urgent=earlier.urgent, recurrences=count)
    text = seen.remark or earlier.description
    later = open_incident(
        "report",
        row,
        act,
        where,
        earlier.class_code,
        text,
        earlier.address,
        list(seen.photos),
        more={"earlier": earlier.matter.number, "link": kind, "count": count},
    )
    link(kind, earlier, later, act, count=count)
    return later


def link(kind: str, earlier: Incident, later: Incident, act: Act, *, count: int = 0) -> None:
    """Write into the register that a later case came of an earlier one, within a service."""
    writes.add(CaseLink(earlier_id=earlier.pk, later_id=later.pk, kind=kind, count=count, made_at=act.at))
