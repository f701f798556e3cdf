"""A report of something that is already known: registered and merged in one transaction."""

from typing import Any

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.workflow import open_with


@writes.service
def register_duplicate(*, into: str, slug: str, data: dict[str, Any], act: Act) -> Incident:
    """Register a report by one of the opening steps and merge it at once into an open incident; neither happens without the other."""
    row: Incident = open_with(workflow.INCIDENT, slug, data, act=act)
    workflow.INCIDENT.services["merge"](matter_id=row.matter_id, into=into, act=act)
    return row
