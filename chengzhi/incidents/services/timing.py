"""Limits of the stages, taken from the registers on the day of the act."""

from django.utils import timezone

from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import numbers, registers
from chengzhi.kernel import clocks
from chengzhi.kernel.access import Act
from chengzhi.kernel.workflow import Timing
from chengzhi.organisation import queries as organisation

TOTAL_STAGES = ("dispatch", "send_check", "check", "close")


def stage(clock: str, row: Incident, act: Act, *, scheme: str = "natural") -> dict[str, Timing]:
    """Return the timing of one stage clock for this incident: urgent or ordinary, by county and date."""
    limit = registers.stage_limit(clock, row.urgent, organisation.node(row.node_id).code, timezone.localtime(act.at).date())
    return {clock: Timing(clocks.Limit(limit.amount, limit.unit), scheme)}


def beside(clock: str, code: str, row: Incident, act: Act) -> dict[str, Timing]:
    """Return the timing of a clock beside the main line: a number of the loop, counted in office hours where its unit is working time."""
    found = numbers.number(code, organisation.node(row.node_id).code, timezone.localtime(act.at).date())
    return {clock: Timing(clocks.Limit(found.amount, found.unit), "office" if found.unit.startswith("working") else "natural")}


def disposal(row: Incident) -> Timing:
    """Return the timing that was frozen at filing."""
    if row.limit_amount is None:
        raise TypeError(f"Incident {row.pk} is not filed: it has no disposal limit yet.")
    return Timing(clocks.Limit(row.limit_amount, row.limit_unit), row.limit_scheme)


def rest_after_failed_check(row: Incident, left_minutes: int, act: Act) -> Timing:
    """Return the timing of a rework: what was left of the limit, but at least the share of the frozen one that the city has set (F2)."""
    frozen, share = disposal(row), numbers.amount("rework_share", row.node_id, act.at)
    least = max(1, round(clocks.minutes_of(frozen.limit) * share / 100))
    unit = "working_minute" if frozen.limit.working else "minute"
    return Timing(clocks.Limit(max(left_minutes, least), unit), frozen.scheme)
