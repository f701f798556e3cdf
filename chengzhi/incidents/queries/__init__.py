"""Questions about the closed loop."""

from chengzhi.incidents.queries import cards, choices
from chengzhi.incidents.queries.detail import detail, incident_to_merge_into, iso, nearby_open, number_of_ticket, summary, trail_of
from chengzhi.incidents.queries.facts import facts, facts_with, family_of, incident_family, incident_row
from chengzhi.incidents.queries.lists import LISTS, Filter, page

__all__ = [
    "LISTS",
    "Filter",
    "cards",
    "choices",
    "detail",
    "facts",
    "facts_with",
    "family_of",
    "incident_family",
    "incident_row",
    "incident_to_merge_into",
    "iso",
    "nearby_open",
    "number_of_ticket",
    "page",
    "summary",
    "trail_of",
]
