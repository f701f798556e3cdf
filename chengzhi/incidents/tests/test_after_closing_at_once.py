"""Two people take the same step after closing at the same moment: one is first, the other is told so, nothing is there twice."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chengzhi.incidents import services
from chengzhi.incidents.models import Appeal, CaseLink, Draw, Incident, LoopNumber, SampleCheck
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.services import sampling
from chengzhi.incidents.tests.telling import call, photo, report, tell
from chengzhi.kernel.access import Act
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.kernel.problems import Problem
from chengzhi.kernel.verify import verify
from chengzhi.organisation import services as organisation
from chengzhi.organisation.models import Post
from tests.access.stories import add_person
from tests.world import COUNTY, LONG_AGO, World, found_small_world

pytestmark = pytest.mark.django_db(transaction=True)
CLOSED = ["pass_on", "file_case", "dispatch", "sign", "finish", "send_check", "pass_check", "close"]
Deed = Callable[[Act], object]


@pytest.fixture
def world(transactional_db: None) -> World:
    """The small world, with inspectors of another grid."""
    made = found_small_world()
    for name in ("inspector_one", "inspector_two"):
        add_person(made, name, "centre", "inspector", COUNTY, area_code="another-grid")
    return made


def together(*works: Callable[[], object]) -> list[object]:
    """Do everything at once and return what came of it, a refusal as itself."""
    found: list[object] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int) -> None:
        gate.wait()
        try:
            found[place] = works[place]()
        except Problem as refusal:
            found[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def second(world: World, role: str) -> str:
    """Give the post of a role to one person more and return his name in the world."""
    system, name = sampling.by_timetable(timezone.now()), f"{role}_second"
    staff = organisation.hire(name=name, hired_on=LONG_AGO, act=system)
    organisation.assign(staff=staff, post=Post.objects.get(pk=world.actor(role).post), valid_from=LONG_AGO, act=system)
    world.accounts[COUNTY, name] = organisation.open_account(username=name, staff=staff, act=system)
    return name


def part_of(row: Incident, kind: str) -> Matter:
    """Return the part of a kind."""
    return Matter.objects.get(parent=row.matter, kind=kind)


def holder_of(world: World, part: Matter) -> str:
    """Return the inspector who holds a part."""
    return next(name for (code, name) in world.accounts if code == COUNTY and part.holder_id in world.actor(name).holders)


def closed_call(world: World) -> Incident:
    """Return a citizen's incident that is closed and waits for its return visit."""
    row = call(world)
    Incident.objects.filter(pk=row.pk).update(replayed=False)  # told through the door of replays, but meant as real
    return tell(world, row, ["send_verify", "reply_verify", *CLOSED])


def _visit(world: World) -> tuple[Matter, list[str], list[Deed], str]:
    part = part_of(closed_call(world), "return_visit")
    said = ({"satisfaction": "satisfied"}, {"satisfaction": "unsatisfied", "remark": "还在"})
    deeds: list[Deed] = [lambda act, one=one: services.record_visit(matter_id=part.pk, act=act, **one) for one in said]
    return part, ["callback", second(world, "callback")], deeds, "record_visit"


def _judged(world: World) -> tuple[Matter, list[str], list[Deed], str]:
    part = part_of(closed_call(world), "return_visit")
    services.record_visit(matter_id=part.pk, act=world.act("callback"), satisfaction="unsatisfied", remark="还在")
    part.refresh_from_db()
    deed: Deed = lambda act: services.keep_closed(matter_id=part.pk, act=act, opinion="属实")  # noqa: E731
    return part, ["chief", second(world, "chief")], [deed, deed], "keep_closed"


def _reopened(world: World) -> tuple[Matter, list[str], list[Deed], str]:
    row = closed_call(world)
    services.record_visit(matter_id=part_of(row, "return_visit").pk, act=world.act("callback"), satisfaction="unsatisfied", remark="还在")
    row.matter.refresh_from_db()
    deed: Deed = lambda act: services.reopen(matter_id=row.pk, act=act, reason="not_solved", opinion="属实")  # noqa: E731
    return row.matter, ["chief", second(world, "chief")], [deed, deed], "reopen"


def _appealed(world: World) -> tuple[Matter, list[str], list[Deed], str]:
    row = tell(world, report(world), CLOSED)
    for name in ("dept_lead", "dept_lead_second"):
        add_person(world, name, "road", "dept_lead", COUNTY)
    deed: Deed = lambda act: services.appeal(matter_id=row.pk, act=act, about="overdue", reason="等材料")  # noqa: E731
    return row.matter, ["dept_lead", "dept_lead_second"], [deed, deed], "appeal"


def _decided(world: World) -> tuple[Matter, list[str], list[Deed], str]:
    row = tell(world, report(world), CLOSED)
    add_person(world, "dept_lead", "road", "dept_lead", COUNTY)
    services.appeal(matter_id=row.pk, act=world.act("dept_lead"), about="overdue", reason="等材料")
    part = part_of(row, "appeal")
    deeds: list[Deed] = [
        lambda act, word=word: services.decide_appeal(matter_id=part.pk, act=act, decision=word, opinion="属实")
        for word in ("upheld", "rejected")
    ]
    return part, ["supervisor_lead", second(world, "supervisor_lead")], deeds, "decide_appeal"


def _sampled(world: World) -> tuple[Matter, list[str], list[Deed], str]:
    row = draw(world, 1)[0]
    assert services.draw_samples(timezone.now()) == 1
    part = part_of(row, "sample_check")
    name, where = holder_of(world, part), {"lon": row.lon, "lat": row.lat}
    pictures = [photo(world.act(name)), photo(world.act(name))]
    deeds: list[Deed] = [
        lambda act, one=one: services.sample_check(matter_id=part.pk, act=act, result="differs", photos=[one], remark="还在", **where)
        for one in pictures
    ]
    return part, [name, name], deeds, "sample_check"


def draw(world: World, count: int) -> list[Incident]:
    """Return incidents that closed yesterday, all of which the lot takes."""
    LoopNumber.objects.filter(code="sample_share").update(amount=100)
    numbers.REGISTER.clear()
    rows = [tell(world, report(world, n=n), CLOSED) for n in range(count)]
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    Incident.objects.update(closed_at=noon)
    return rows


@pytest.mark.parametrize(("door", "code"), [("api", "stale_version"), ("replay", "wrong_state")])
@pytest.mark.parametrize("story", [_visit, _judged, _reopened, _appealed, _decided, _sampled])
def test_of_two_at_the_same_moment_one_is_first_and_the_other_is_told(story: Any, door: str, code: str, world: World) -> None:
    matter, people, deeds, slug = story(world)
    acts = [world.act(name, door=door, expects=matter.version if door == "api" else None) for name in people]
    before = Matter.objects.count()
    answers = together(*[lambda deed=deed, act=act: deed(act) for deed, act in zip(deeds, acts, strict=True)])
    refusals = [answer for answer in answers if isinstance(answer, Problem)]
    assert len(refusals) == 1, answers
    told = [fault.code for fault in refusals[0].faults] or [refusals[0].code]
    assert told == ([code] if (story, door) != (_appealed, "replay") else ["incidents.appeal_is_new"])
    assert refusals[0].zh and refusals[0].en
    assert TrailEntry.objects.filter(root_id=matter.root_id, step=slug).count() == 1
    assert Matter.objects.count() - before == {_appealed: 1, _sampled: 1}.get(story, 0)
    assert (Appeal.objects.count(), CaseLink.objects.count()) == (int(story in (_appealed, _decided)), int(story is _sampled))
    assert verify().good


def test_two_workers_that_draw_at_once_send_one_inspector_to_each(world: World) -> None:
    rows, now = draw(world, 3), timezone.now()
    together(*[lambda: services.draw_samples(now)] * 2)
    services.draw_samples(now)
    assert sorted(SampleCheck.objects.values_list("matter__parent_id", flat=True)) == sorted(row.pk for row in rows)
    assert Draw.objects.count() == 1
