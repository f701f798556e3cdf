"""Telling a story of an incident: a list of steps, each by a post, through the same door as the API."""

import io
import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from PIL import Image

from chengzhi.documents import services as documents
from chengzhi.incidents import services, workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import asking, registers
from chengzhi.kernel import clocks, writes
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Clock
from chengzhi.kernel.workflow import perform
from chengzhi.organisation import services as organisation
from chengzhi.organisation.models import Crew, Unit
from tests.world import CITY, COUNTY, World

CLASS, CONDITION = "SJ0101", ""
_shades = itertools.count(1)


def photo(act: Act) -> int:
    """Return the id of a new small picture of this person."""
    shade = next(_shades)
    picture = io.BytesIO()
    image = Image.new("RGB", (64, 48), (shade % 256, shade // 256 % 256, 90))
    image.save(picture, "PNG")
    return documents.store(picture.getvalue(), "photo.png", act).pk


def report(
    world: World, *, n: int = 0, county: str = COUNTY, role: str = "inspector", at: datetime | None = None, **more: Any
) -> Incident:
    """Let an inspector report a problem in the n-th cell."""
    act = world.act(role, county, at=at, backdate=at is not None)
    lon, lat = world.point(n, county if county != CITY else COUNTY)
    given = {"class_code": CLASS, "description": "路边有暴露垃圾", "lon": lon, "lat": lat, "photos": [photo(act)], **more}
    return services.report(act=act, **given)


def call(
    world: World, *, n: int = 0, county: str = COUNTY, source: str = "12345", at: datetime | None = None, **more: Any
) -> Incident:
    """Let the call-taker register what somebody said."""
    lon, lat = world.point(n, county if county != CITY else COUNTY)
    given = {"source": source, "class_code": CLASS, "description": "门口有垃圾", "lon": lon, "lat": lat, **more}
    return services.register_call(act=world.act("acceptor", county, at=at, backdate=at is not None), **given)


def condition_of(row: Incident) -> str:
    """Return a filing condition of the incident's class."""
    return registers.conditions_of(row.class_code)[0].code


def role_holding(world: World, row: Incident, kind: str, county: str = COUNTY) -> str:
    """Return the role key of the inspector who holds the open part of a kind."""
    family = read(row.pk, actor=world.actor("acceptor", county))
    holder = family.parts(kind, only_open=True)[0].matter.holder_id
    return next(name for (code, name) in world.accounts if code == county and holder in world.actor(name, county).holders)


def take(
    world: World, row: Incident, slug: str, role: str = "", *, county: str = COUNTY, at: datetime | None = None, **data: Any
) -> Incident:
    """Take one step of an incident or of its part; the usual inputs are filled in."""
    part_kind = {"reply_verify": "verification", "pass_check": "check", "fail_check": "check"}.get(slug)
    who = role or (role_holding(world, row, part_kind, county) if part_kind else USUAL_ROLE[slug])
    act = world.act(who, county, at=at, backdate=at is not None)
    given = {**_usual(world, row, slug, act, county), **data}
    perform(workflow.INCIDENT, row.pk, slug, given, act=act)
    return Incident.objects.select_related("matter").get(pk=row.pk)


def _usual(world: World, row: Incident, slug: str, act: Act, county: str) -> dict[str, Any]:
    if slug in {"finish", "pass_check", "fail_check", "reply_verify"}:
        given: dict[str, Any] = {"photos": [str(photo(act))]}
        if slug.endswith("check"):
            given |= {"lon": row.lon, "lat": row.lat}
        return given | {"finish": {"result": "已清理"}, "reply_verify": {"result": "true"}}.get(slug, {})
    usual: dict[str, dict[str, Any]] = {
        "file_case": {"condition": condition_of(row)},
        "dispatch": {"unit": str(world.unit("road", county))},
        "redirect": {"unit": str(world.unit("clean", county)), "opinion": "属环卫"},
        "close": {"closing_met": True},
        "refuse": {"reason": "not_ours", "reply_made": True},
        "refuse_filing": {"reason": "condition_not_met"},
        "send_back": {"opinion": "请补充位置"},
        "return_to_filing": {"opinion": "小类不对"},
        "rework": {"opinion": "未清理干净"},
        "ask_void": {"reason": "wrong_entry"},
        "void": {"reason": "wrong_entry"},
        "deny_void": {"opinion": "属实，继续办理"},
    }
    if slug == "give_to_crew":
        return {"crew": str(crew(world, county=county).pk)}
    if slug == "ask_extension":
        return {"until": an_hour_more(row).isoformat(), "opinion": "作业量大"}
    if slug == "supervise":
        return {"opinion": "限期办结", "reply_by": (act.at + timedelta(days=1)).isoformat()}
    return usual.get(slug) or BESIDE.get(slug, {})


def due_of(row: Incident) -> datetime:
    """Return the deadline of the incident's youngest task."""
    due: datetime = _disposal(row).due_at
    return due


def an_hour_more(row: Incident) -> datetime:
    """Return the deadline of the youngest task and one hour of the time in which it counts, whatever hour it is now."""
    clock = _disposal(row)
    return clocks.add(due_of(row), asking.of_minutes(clock, 60), clocks.scheme(clock.scheme, on=clock.started_at))


def _disposal(row: Incident) -> Clock:
    return Clock.objects.filter(matter__parent=row.matter, kind="dispose", ended_at=None).latest("matter_id")


def crew(world: World, unit: str = "road", county: str = COUNTY) -> Crew:
    """Open a crew of a unit and return it."""
    act = Act(actor=SYSTEM, at=timezone.now(), door="system")
    with writes.unit_of_work():
        return organisation.open_crew(unit=Unit.objects.get(pk=world.unit(unit, county)), name_zh="井盖抢修班", act=act)


BESIDE: dict[str, dict[str, Any]] = {
    "ask_return": {"reason": "not_my_duty"},
    "ask_suspension": {"reason": "season", "resume_on": "2099-12-01", "plan": "开春后修复"},
    "deny_return": {"opinion": "属你单位"},
    "deny_extension": {"opinion": "理由不足"},
    "deny_suspension": {"opinion": "可以处置"},
    "reply_supervision": {"reply": "已安排"},
    "confer": {"opinion": "职责有争议", "nobody": True},
}
USUAL_ROLE = {
    **dict.fromkeys(("ask_return", "ask_extension", "ask_suspension", "give_to_crew", "reply_supervision"), "road"),
    **dict.fromkeys(("endorse_suspension", "endorse_return", "resume", "confer"), "dispatcher"),
    **dict.fromkeys(("grant_suspension", "conclude", "supervise"), "leader"),
    **dict.fromkeys(("send_verify", "pass_on", "refuse", "merge", "send_check", "ask_void"), "acceptor"),
    **dict.fromkeys(("file_case", "refuse_filing", "send_back", "close", "rework", "void", "deny_void"), "chief"),
    **dict.fromkeys(("dispatch", "return_to_filing", "redirect"), "dispatcher"),
    **dict.fromkeys(("sign", "finish"), "road"),
}


def tell(world: World, row: Incident, steps: Iterable[str], *, county: str = COUNTY) -> Incident:
    """Take several steps one after the other, each by its usual post."""
    for slug in steps:
        row = take(world, row, slug, county=county)
    return row
