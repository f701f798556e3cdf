"""The stories after which each step can be taken, and inputs that pass its form, so that only right and scope are judged."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chengzhi.incidents import services, workflow
from chengzhi.incidents.models import Incident, LoopNumber
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.services import sampling
from chengzhi.incidents.tests.telling import call, condition_of, crew, due_of, photo, report, tell
from chengzhi.kernel.models import Matter
from chengzhi.organisation import services as organisation
from chengzhi.organisation.models import Unit
from tests.world import LONG_AGO, World

FILED = ["pass_on", "file_case"]
DISPATCHED = [*FILED, "dispatch"]
DONE = [*DISPATCHED, "sign", "finish"]
CHECKING = [*DONE, "send_check"]
TO_CLOSE = [*CHECKING, "fail_check"]
CLOSED = [*CHECKING, "pass_check", "close"]
HANGING = [*DISPATCHED, "ask_suspension", "endorse_suspension"]
REBOUND = "SJ0102"
Story = Callable[[World], Incident]


def _line(*before: str) -> Story:
    return lambda world: tell(world, report(world), before)


def _self_handled(world: World) -> Incident:
    act = world.act("inspector")
    lon, lat = world.point(0)
    pictures = {"photos": [photo(act)], "after_photos": [photo(act)]}
    return services.self_handle(act=act, class_code="SJ0201", description="小广告已清除", lon=lon, lat=lat, **pictures)


def _called(world: World) -> Incident:
    row = call(world)
    Incident.objects.filter(pk=row.pk).update(replayed=False)  # told through the door of replays, but meant as real
    return tell(world, row, ["send_verify", "reply_verify", *CLOSED])


def _unsatisfied(world: World) -> Incident:
    row = _called(world)
    visit = Matter.objects.get(parent=row.matter, kind="return_visit").pk
    workflow.RETURN_VISIT.services["record_visit"](matter_id=visit, act=world.act("callback"), satisfaction="unsatisfied", remark="还在")
    return row


def _sampled(world: World) -> Incident:
    row = tell(world, report(world), CLOSED)
    LoopNumber.objects.filter(code="sample_share").update(amount=100)
    numbers.REGISTER.clear()
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    Incident.objects.filter(pk=row.pk).update(closed_at=noon)
    assert services.draw_samples(timezone.now()) == 1
    return row


def _looked_at(world: World) -> Incident:
    row = tell(world, report(world, class_code=REBOUND), CLOSED)
    now = timezone.now()
    Incident.objects.filter(pk=row.pk).update(closed_at=now - timedelta(days=3, hours=1))
    assert services.ask_to_look_again(now) == 1
    return row


def _appealed(world: World) -> Incident:
    row = tell(world, report(world), CLOSED)
    services.appeal(matter_id=row.pk, act=world.act("dept_lead"), about="overdue", reason="材料等待三天")
    return row


def add_person(world: World, name: str, unit: str, role: str, county: str, area_code: str = "") -> None:
    """Hire one person more, in a post of a role at a unit of a county."""
    system = sampling.by_timetable(timezone.now())
    found = Unit.objects.get(pk=world.units[county, unit])
    post = organisation.open_post(unit=found, role=role, name_zh=name, area_code=area_code, valid_from=LONG_AGO, act=system)
    staff = organisation.hire(name=name, hired_on=LONG_AGO, act=system)
    organisation.assign(staff=staff, post=post, valid_from=LONG_AGO, act=system)
    world.accounts[county, name] = organisation.open_account(username=f"{name}.{county}", staff=staff, act=system)


STORIES: dict[str, Story] = {
    **dict.fromkeys(("send_verify", "pass_on", "refuse", "merge", "answer", "reclass", "urge", "supervise", "ask_void", "void"), _line()),
    **dict.fromkeys(("approve_self_handled", "reject_self_handled"), _self_handled),
    "reply_verify": _line("send_verify"),
    **dict.fromkeys(("file_case", "refuse_filing", "send_back"), _line("pass_on")),
    **dict.fromkeys(("dispatch", "return_to_filing", "confer"), _line(*FILED)),
    "conclude": _line(*FILED, "confer"),
    **dict.fromkeys(("redirect", "sign", "ask_return", "ask_extension", "ask_suspension"), _line(*DISPATCHED)),
    **dict.fromkeys(("finish", "give_to_crew"), _line(*DISPATCHED, "sign")),
    "crew_done": _line(*DISPATCHED, "sign", "give_to_crew"),
    **dict.fromkeys(("grant_return", "endorse_return", "deny_return"), _line(*DISPATCHED, "ask_return")),
    **dict.fromkeys(("grant_extension", "deny_extension"), _line(*DISPATCHED, "ask_extension")),
    "endorse_suspension": _line(*DISPATCHED, "ask_suspension"),
    **dict.fromkeys(("grant_suspension", "deny_suspension"), _line(*HANGING)),
    "resume": _line(*HANGING, "grant_suspension"),
    "reply_supervision": _line(*DISPATCHED, "supervise"),
    **dict.fromkeys(("send_check", "check_remotely"), _line(*DONE)),
    **dict.fromkeys(("pass_check", "fail_check"), _line(*CHECKING)),
    **dict.fromkeys(("close", "rework", "redispatch", "review_check"), _line(*TO_CLOSE)),
    **dict.fromkeys(("reopen", "appeal"), _line(*CLOSED)),
    "deny_void": _line("ask_void"),
    **dict.fromkeys(("note_try", "record_visit"), _called),
    "keep_closed": _unsatisfied,
    "sample_check": _sampled,
    "look_again": _looked_at,
    "decide_appeal": _appealed,
}


def _due(row: Incident, slug: str) -> datetime:
    return due_of(row) if slug == "ask_extension" else timezone.now()


def inputs(world: World, row: Incident, slug: str) -> dict[str, Any]:
    """Return inputs that pass the form of a step."""
    now = timezone.now()
    given: dict[str, dict[str, Any]] = {
        "reply_verify": {"result": "true"},
        "refuse": {"reason": "not_ours"},
        "merge": {"into": row.matter.number},
        "answer": {"reply": "已答复"},
        "reclass": {"class_code": "SJ0201", "opinion": "小类有误"},
        "file_case": {"condition": condition_of(row)},
        "refuse_filing": {"reason": "condition_not_met"},
        "dispatch": {"unit": str(world.unit("road"))},
        "redirect": {"unit": str(world.unit("clean")), "opinion": "属环卫"},
        "finish": {"result": "已清理"},
        "give_to_crew": {"crew": str(crew(world).pk)} if slug == "give_to_crew" else {},
        "ask_return": {"reason": "not_my_duty"},
        "ask_extension": {"until": (_due(row, slug) + timedelta(hours=1)).isoformat(), "opinion": "作业量大"},
        "ask_suspension": {"reason": "season", "resume_on": "2099-12-01", "plan": "开春后修复"},
        "supervise": {"opinion": "限期办结", "reply_by": (now + timedelta(days=1)).isoformat()},
        "reply_supervision": {"reply": "已安排"},
        "confer": {"opinion": "职责有争议", "nobody": True},
        "conclude": {"opinion": "归养护", "body": str(world.unit("road"))},
        "check_remotely": {"result": "passed"},
        "close": {"closing_met": True},
        "reopen": {"reason": "not_solved", "opinion": "属实"},
        "appeal": {"about": "overdue", "reason": "材料等待"},
        "ask_void": {"reason": "wrong_entry"},
        "void": {"reason": "wrong_entry"},
        "crew_done": {"result": "已修好"},
        "record_visit": {"satisfaction": "satisfied"},
        "sample_check": {"result": "agrees"},
        "look_again": {"result": "gone"},
        "decide_appeal": {"decision": "upheld", "opinion": "情况属实"},
    }
    return given.get(slug, {"opinion": "属实"} if slug in WITH_OPINION else {})


WITH_OPINION = {
    *(
        "approve_self_handled",
        "reject_self_handled",
        "send_back",
        "return_to_filing",
        "rework",
        "redispatch",
        "review_check",
        "deny_void",
        "keep_closed",
    ),
    *("deny_return", "deny_extension", "deny_suspension"),
}
