"""What a message about a matter of the loop needs to know, asked by the platform itself: it names no person and shows no text."""

from dataclasses import dataclass

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Appeal, Incident, Task
from chengzhi.kernel.models import Matter


@dataclass(frozen=True, slots=True)
class Told:
    """An incident as a message tells of it, and the unit of the task or appeal when the matter is one."""

    number: str
    class_code: str
    urgent: bool
    replayed: bool
    unit: int | None


def told(matter: Matter) -> Told | None:
    """Return what a message may say of an incident or of one of its parts, None for a matter of another context."""
    above = (key for key in (matter.id, matter.parent_id) if key is not None)
    row = Incident.objects.filter(pk__in=(*above, matter.root_id)).select_related("matter").order_by("-pk").first()
    if row is None:
        return None
    return Told(row.matter.number, row.class_code, row.urgent, row.replayed, _unit(matter))


def _unit(matter: Matter) -> int | None:
    if matter.kind == workflow.APPEAL.name:
        return Appeal.objects.filter(pk=matter.id).values_list("unit_id", flat=True).first()
    return Task.objects.filter(pk=matter.id).values_list("unit_id", flat=True).first()


def units_of_open_tasks(incident_id: int) -> list[int]:
    """Return the units that have an open task of an incident, oldest task first."""
    rows = Task.objects.filter(matter__parent_id=incident_id, matter__open=True).order_by("pk")
    return list(rows.values_list("unit_id", flat=True))
