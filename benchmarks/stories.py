"""Stories told by the services, step by step: the originals of the history, and the stock for the steps over HTTP."""

import io
import itertools
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from benchmarks.city import City, centre
from chengzhi.documents import services as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import registers
from chengzhi.incidents.services import register_call
from chengzhi.kernel.access import Act, Actor
from chengzhi.kernel.matter import read
from chengzhi.kernel.workflow import perform
from chengzhi.organisation import queries as organisation
from chengzhi.territory.city_plan.plan import PlannedCell

CLASSES = ("SJ0101", "SJ0102", "SJ0201", "SJ0203", "SJ0301", "BJ0101", "BJ0104", "BJ0201")
FILED = ("pass_on", "file_case")
WORKED = (*FILED, "dispatch", "sign", "finish")
CHECKED = (*WORKED, "send_check", "pass_check")
CLOSED = (*CHECKED, "close")
VERIFIED = ("send_verify", "reply_verify")
REWORKED = (*WORKED, "send_check", "fail_check", "rework", "sign", "finish", "send_check", "pass_check", "close")
# Steps of finished stories with their weight; a story of the public begins with a verification.
Kind = tuple[str, tuple[str, ...], int]
FINISHED: tuple[Kind, ...] = (
    ("110", CLOSED, 60),
    ("12345", (*VERIFIED, *CLOSED), 27),
    ("leader", REWORKED, 3),
    ("110", ("refuse",), 5),
    ("110", ("pass_on", "refuse_filing"), 4),
    ("110", ("void",), 1),
)
UNFINISHED: tuple[Kind, ...] = (
    ("110", (), 1),
    ("12345", ("send_verify",), 1),
    ("110", ("pass_on",), 1),
    ("110", FILED, 1),
    ("110", (*FILED, "dispatch"), 3),
    ("110", (*FILED, "dispatch", "sign"), 10),
    ("110", WORKED, 1),
    ("110", (*WORKED, "send_check"), 1),
    ("110", CHECKED, 1),
)
UNIT = "clean"
ROLES = {
    **dict.fromkeys(("send_verify", "pass_on", "refuse", "send_check"), "acceptor"),
    **dict.fromkeys(("file_case", "refuse_filing", "close", "rework", "void"), "chief"),
    "dispatch": "dispatcher",
    **dict.fromkeys(("sign", "finish"), UNIT),
}
OF_PARTS = {"reply_verify": "verification", "pass_check": "check", "fail_check": "check"}
MINUTES = {"sign": 12, "finish": 95, "pass_check": 40, "fail_check": 40}
_shades = itertools.count(1)


def photo(act: Act) -> int:
    """Store a new small picture of this person and return its id."""
    shade = next(_shades)
    picture = io.BytesIO()
    Image.new("RGB", (48, 32), (shade % 256, shade // 256 % 256, shade // 65536)).save(picture, "PNG")
    return int(documents.store(picture.getvalue(), "photo.png", act).pk)


def moment(actor: Actor, at: datetime, expects: int | None = None) -> Act:
    """Return an act that was recorded when it was done."""
    return Act(actor=actor, at=at, door="api", expects=expects, recorded_at=at)


def call(city: City, county: str, cell: PlannedCell, at: datetime, *, source: str = "110", class_code: str = CLASSES[0]) -> Incident:
    """Register a call about a problem in a cell."""
    lon, lat = centre(cell)
    given: dict[str, Any] = {"source": source, "class_code": class_code, "lon": lon, "lat": lat, "address": "社区门口"}
    given["description"] = f"{cell.code} 附近有市民反映的问题，请尽快处理"
    return register_call(act=moment(city.actor("acceptor", county), at), **given)


def inputs(city: City, row: Incident, slug: str, act: Act, county: str) -> dict[str, Any]:
    """Return the inputs of a step, with new pictures where it needs them."""
    shown = {"photos": [str(photo(act))]} if slug in {"reply_verify", "finish", "pass_check", "fail_check"} else {}
    seen_from = {"lon": row.lon, "lat": row.lat}
    given: dict[str, dict[str, Any]] = {
        "pass_check": seen_from,
        "fail_check": seen_from,
        "reply_verify": {"result": "true"},
        "finish": {"result": "已到场处理完毕"},
        "file_case": {"condition": registers.conditions_of(row.class_code)[0].code},
        "dispatch": {"unit": str(city.units[county, UNIT])},
        "close": {"closing_met": True},
        "refuse": {"reason": "not_ours", "reply_made": True},
        "refuse_filing": {"reason": "condition_not_met"},
        "rework": {"opinion": "未清理干净"},
        "void": {"reason": "wrong_entry"},
    }
    return {**shown, **given.get(slug, {})}


def take(city: City, row: Incident, slug: str, county: str, at: datetime) -> None:
    """Take one step by the person whose it is."""
    chief = city.actor("chief", county)
    family = read(row.pk, actor=chief)
    if slug in OF_PARTS:
        holder = family.parts(OF_PARTS[slug], only_open=True)[0].matter.holder_id
        actor = organisation.actor(city.holder_account(holder or 0))
    else:
        actor = city.actor(ROLES[slug], county)
    act = moment(actor, at, family.matter.version)
    perform(workflow.INCIDENT, row.pk, slug, inputs(city, row, slug, act, county), act=act)


def tell(
    city: City, county: str, cell: PlannedCell, at: datetime, steps: tuple[str, ...], *, source: str, class_code: str
) -> tuple[Incident, datetime]:
    """Tell one story and return its incident and the moment after its last step."""
    row = call(city, county, cell, at, source=source, class_code=class_code)
    for slug in steps:
        at += timedelta(minutes=MINUTES.get(slug, 5))
        take(city, row, slug, county, at)
    return row, at


