"""Questions about the closed loop."""

from chengzhi.incidents.queries import asking, cards, choices, crews, sidechoices
from chengzhi.incidents.queries.detail import detail, incident_to_merge_into, iso, nearby_open, number_of_ticket, summary, trail_of
from chengzhi.incidents.queries.facts import facts, facts_after, facts_with, family_of, incident_family, incident_row
from chengzhi.incidents.queries.lists import LISTS, Filter, page
from chengzhi.incidents.queries.old_cases import reconciliation

__all__ = [
    "LISTS",
    "Filter",
    "asking",
    "cards",
    "choices",
    "crews",
    "detail",
    "facts",
    "facts_after",
    "facts_with",
    "family_of",
    "incident_family",
    "incident_row",
    "incident_to_merge_into",
    "iso",
    "nearby_open",
    "number_of_ticket",
    "page",
    "reconciliation",
    "sidechoices",
    "summary",
    "trail_of",
]
