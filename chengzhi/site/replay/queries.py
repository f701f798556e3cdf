"""Questions of a replay: which rows of a file stand already, and in which state."""

from collections.abc import Sequence
from dataclasses import dataclass

from chengzhi.incidents.models import Incident
from chengzhi.site.replay.deciding import key_of
from chengzhi.site.replay.reading import Entry

BATCH = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """An incident that a row has become."""

    matter_id: int
    node: int
    number: str
    state: str
    open: bool


def standing(entries: Sequence[Entry]) -> dict[str, Standing]:
    """Return the incidents of these entries by their key."""
    found: dict[str, Standing] = {}
    columns = ("source", "outside_number", "matter_id", "node_id", "matter__number", "matter__state", "matter__open")
    for start in range(0, len(entries), BATCH):
        batch = entries[start : start + BATCH]
        rows = Incident.objects.filter(source__in={entry.source for entry in batch}, outside_number__in={entry.id for entry in batch})
        for source, number, *values in rows.values_list(*columns):
            found[f"{source} {number}"] = Standing(*values)
    wanted = {key_of(entry) for entry in entries}
    return {key: known for key, known in found.items() if key in wanted}
