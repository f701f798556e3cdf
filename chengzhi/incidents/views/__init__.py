"""Pages of the loop, one file per screen."""

from chengzhi.incidents.views.board import board, task
from chengzhi.incidents.views.cases import case, listing, listing_export, preview, report, search, suggest
from chengzhi.incidents.views.crew import crew, crew_picture
from chengzhi.incidents.views.dispatch import bench, dispatch, plan, taken, unit
from chengzhi.incidents.views.maps import areas, divisions, points
from chengzhi.incidents.views.oddities import oddities
from chengzhi.incidents.views.paper import case_print, reporter
from chengzhi.incidents.views.phone import start as phone_start
from chengzhi.incidents.views.phone import worker as phone_worker

__all__ = [
    "areas",
    "bench",
    "board",
    "case",
    "case_print",
    "crew",
    "crew_picture",
    "dispatch",
    "divisions",
    "listing",
    "listing_export",
    "oddities",
    "phone_start",
    "phone_worker",
    "plan",
    "points",
    "preview",
    "report",
    "reporter",
    "search",
    "suggest",
    "taken",
    "task",
    "unit",
]
