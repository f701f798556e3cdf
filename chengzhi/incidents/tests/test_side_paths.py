"""Joint dispatch, urging, supervision, conferring, crews, and counties beside them (C1–C5, D11–D13)."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from chengzhi.incidents import services
from chengzhi.incidents.models import CrewJob, Incident, Supervision, Task
from chengzhi.incidents.queries import crews as queries
from chengzhi.incidents.services import timetable
from chengzhi.incidents.tests.asking import all_deadlines_derive, at, dispose, footprint, in_hand, local, state, step, system
from chengzhi.incidents.tests.telling import call, photo, report, take, tell
from chengzhi.incidents.tests.telling import crew as crew_of
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Clock, Matter, TrailEntry
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound, Refused
from chengzhi.kernel.verify import verify
from chengzhi.powers import queries as powers
from chengzhi.powers.models import Responsibility
from tests.world import CITY, World


def filed(world: World) -> Incident:
    return tell(world, report(world), ["pass_on", "file_case"])


def tasks(row: Incident) -> dict[bool, Task]:
    return {task.lead: task for task in Task.objects.filter(matter__parent=row.matter).order_by("pk")}


def test_each_co_unit_may_have_its_own_limit_and_an_optional_one_is_not_waited_for(world: World) -> None:
    clean, green = world.unit("clean"), world.unit("green")
    row = take(
        world, filed(world), "dispatch", co_units=[str(clean), str(green)], co_limits=[f"{clean}=2 working_hour"], co_optional=[str(green)]
    )
    known = {task.unit_id: task for task in Task.objects.filter(matter__parent=row.matter)}
    assert {unit: (task.lead, task.mandatory) for unit, task in known.items()} == {
        world.unit("road"): (True, True),
        clean: (False, True),
        green: (False, False),
    }
    assert (known[clean].limit_amount, known[clean].limit_unit) == (2, "working_hour")
    assert known[green].limit_amount == row.limit_amount
    for role in ("road", "clean"):
        row = take(world, row, "sign", role)
        row = take(world, row, "finish", role)
    assert row.matter.state == "to_send_check"
    assert state(known[green]) == "sent"
    row = tell(world, row, ["send_check", "pass_check", "close"])
    assert (row.matter.state, state(known[green])) == ("closed", "withdrawn")


@pytest.mark.parametrize(
    ("situation", "more", "error"),
    [
        ("a limit for a unit that gets nothing", {"co_limits": ["1=2 working_hour"]}, Refused),
        ("an optional lead", {"co_optional": ["{road}"]}, Refused),
        ("one unit as lead and beside it", {"co_units": ["{road}"]}, Refused),
        ("a limit nobody can read", {"co_units": ["{clean}"], "co_limits": ["{clean}=soon"]}, Invalid),
    ],
)
def test_a_joint_dispatch_that_cannot_be_changes_nothing(
    situation: str, more: dict[str, list[str]], error: type[Exception], world: World
) -> None:
    row = filed(world)
    before = footprint(row)
    names = {"road": world.unit("road"), "clean": world.unit("clean")}
    with pytest.raises(error):
        take(world, row, "dispatch", **{key: [text.format(**names) for text in given] for key, given in more.items()})
    assert footprint(row) == before


def test_a_returned_lead_brings_the_incident_back_to_dispatch_while_others_work_on(world: World) -> None:
    row, lead = in_hand(world, co=True)
    co = tasks(row)[False]
    step(world, row, "ask_return", "road", "2026-11-23T09:30", reason="duplicate")
    row = step(world, row, "grant_return", "dispatcher", "2026-11-23T09:40")
    assert (row.matter.state, state(lead), state(co)) == ("to_dispatch", "returned", "sent")
    with pytest.raises(Refused) as refusal:
        take(world, row, "return_to_filing", at=at("2026-11-23T09:45"))
    assert [fault.code for fault in refusal.value.faults] == ["incidents.no_task_is_open"]
    with pytest.raises(Refused):
        take(world, row, "dispatch", unit=str(world.unit("clean")), at=at("2026-11-23T09:45"))
    row = take(world, row, "dispatch", unit=str(world.unit("green")), at=at("2026-11-23T09:50"))
    assert (row.matter.state, row.lead_unit_id) == ("disposing", world.unit("green"))


def test_a_redirect_gives_the_full_limit_and_takes_back_what_was_asked(world: World) -> None:
    row, old = in_hand(world)
    step(world, row, "ask_extension", "road", "2026-11-23T15:00")
    row = take(world, row, "redirect", at=at("2026-11-23T16:00"))
    new = Task.objects.filter(matter__parent=row.matter).latest("pk")
    assert (state(old), state(new), new.unit_id, new.lead) == ("recalled", "sent", world.unit("clean"), True)
    assert local(dispose(new).due_at) == "2026-11-24T15:00"
    assert Matter.objects.get(pk=old.pk).holder_id == world.unit("road")
    assert all_deadlines_derive(row)


def test_urging_by_hand_is_counted_at_the_incident_and_its_tasks(world: World) -> None:
    row, task = in_hand(world, co=True)
    row = step(world, row, "urge", "acceptor", "2026-11-23T10:00")
    row = step(world, row, "urge", "callback", "2026-11-23T11:00", task=task.matter.number)
    known = tasks(row)
    assert (row.urged, known[True].urged, known[False].urged, row.matter.state) == (2, 2, 1, "disposing")
    with pytest.raises(Invalid):
        step(world, row, "urge", "acceptor", "2026-11-23T11:00", task="T9")


@pytest.mark.parametrize(
    ("moment", "urged"),
    [("2026-11-23T16:35", 0), ("2026-11-23T16:36", 1), ("2026-11-23T17:59", 1), ("2026-11-23T18:00", 0)],
)
def test_the_timetable_urges_once_when_eighty_percent_are_used_and_never_after_the_deadline(
    moment: str, urged: int, world: World
) -> None:
    _, task = in_hand(world)
    assert timetable.urge_due(at(moment)) == urged
    assert timetable.urge_due(at(moment) + timedelta(minutes=2)) in ({0} if urged or moment.endswith("18:00") else {0, 1})
    task.refresh_from_db()
    assert TrailEntry.objects.filter(matter_id=task.pk, step="urge_by_time").count() == task.urged


def test_a_supervision_is_answered_by_the_unit_within_its_own_clock(world: World) -> None:
    row, _ = in_hand(world)
    row = step(world, row, "supervise", "supervisor_lead", "2026-11-23T10:00")
    part = Supervision.objects.select_related("matter").get()
    assert (part.matter.state, part.matter.holder_id, local(part.matter.due_at)) == ("owed", world.unit("road"), "2026-11-24T12:00")
    with pytest.raises(NotFound):
        step(world, row, "reply_supervision", "clean", "2026-11-23T11:00")
    row = step(world, row, "reply_supervision", "road", "2026-11-23T11:00")
    part.refresh_from_db()
    assert (part.matter.state, part.reply, row.matter.state) == ("replied", "已安排", "disposing")
    assert all_deadlines_derive(row)


def test_a_supervision_into_the_past_or_to_a_stranger_is_refused(world: World) -> None:
    row, _ = in_hand(world)
    before = footprint(row)
    with pytest.raises(Refused):
        step(world, row, "supervise", "leader", "2026-11-25T10:00")
    with pytest.raises(Invalid):
        step(world, row, "supervise", "leader", "2026-11-23T10:00", whom=str(world.unit("green")))
    assert footprint(row) == before


def test_a_conference_names_the_body_and_the_next_case_is_not_asked_again(world: World) -> None:
    row = filed(world)
    row = take(world, row, "confer", "dispatcher", opinion="两家推诿", bodies=[str(world.unit("road")), str(world.unit("clean"))])
    clock = Clock.objects.get(matter=row.matter, kind="confer")
    assert (row.matter.state, row.matter.holder_id in world.actor("leader").holders) == ("conferring", True)
    assert (clock.amount, clock.unit, clock.scheme) == (1, "working_day", "office")
    assert not Task.objects.filter(matter__parent=row.matter).exists()
    body = str(world.unit("green"))
    row = take(world, row, "conclude", "leader", opinion="由园林负责", body=body, remember=True, area="community")
    kept = Responsibility.objects.get(body_id=world.unit("green"), source="会商认定")
    assert (row.matter.state, kept.subject, kept.area_code, kept.document) == (
        "to_dispatch",
        row.class_code,
        row.community_code,
        row.matter.number,
    )
    codes = powers.PlaceCodes(county=row.county_code, community=row.community_code, duty_grid=row.duty_grid, cell=row.cell_code)
    answer = powers.responsible("incident", row.class_code, codes, timezone.localdate(), node=row.node_id)
    assert answer is not None and answer.body_id == world.unit("green")


@pytest.mark.parametrize(
    ("situation", "more", "code"),
    [
        ("one body only", {"bodies": 1, "nobody": False}, "incidents.conference_has_a_question"),
        ("danger without a fallback", {"nobody": True, "danger": True}, "incidents.danger_has_a_fallback"),
    ],
)
def test_a_conference_without_a_question_is_refused(situation: str, more: dict[str, Any], code: str, world: World) -> None:
    row = filed(world)
    before = footprint(row)
    given = {**more, "bodies": [str(world.unit("road"))]} if "bodies" in more else more
    with pytest.raises(Refused) as refusal:
        take(world, row, "confer", "dispatcher", opinion="谁管", **given)
    assert [fault.code for fault in refusal.value.faults] == [code]
    assert footprint(row) == before


@pytest.mark.parametrize(("done", "after"), [(True, "to_send_check"), (False, "disposing")])
def test_in_danger_a_fallback_unit_repairs_first_and_the_incident_follows_its_work(done: bool, after: str, world: World) -> None:
    row = filed(world)
    row = take(world, row, "confer", "dispatcher", opinion="无主井盖", nobody=True, danger=True, fallback=str(world.unit("road")))
    task = tasks(row)[True]
    assert (row.matter.state, task.fallback, state(task)) == ("conferring", True, "sent")
    row = take(world, row, "sign")
    if done:
        row = take(world, row, "finish")
    assert row.matter.state == "conferring"
    row = take(world, row, "conclude", "leader", opinion="归市政", body=str(world.unit("clean")))
    assert row.matter.state == after
    assert verify().good and all_deadlines_derive(row)


def test_a_conference_out_of_disposal_takes_open_tasks_back(world: World) -> None:
    row, task = in_hand(world)
    row = step(world, row, "confer", "dispatcher", "2026-11-23T10:00")
    assert (row.matter.state, state(task)) == ("conferring", "recalled")
    assert not Clock.objects.filter(matter_id=task.pk, ended_at=None).exists()


def given_to_crew(world: World, **more: Any) -> tuple[Incident, Task, CrewJob]:
    row = tell(world, report(world), ["pass_on", "file_case", "dispatch", "sign"])
    row = take(world, row, "give_to_crew", "road", crew=str(crew_of(world).pk), instructions="先围挡再换井盖", **more)
    return row, tasks(row)[True], CrewJob.objects.select_related("matter").latest("pk")


def picture() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (80, 60), (10, 120, 60)).save(content, "JPEG")
    content.seek(0)
    content.name = "done.jpg"
    return content


def test_a_crew_works_from_its_link_without_an_account_and_fills_the_report_of_the_unit(world: World) -> None:
    row, task, job = given_to_crew(world)
    client, link = Client(), queries.link_of(job)
    page = client.get(link)
    assert page.status_code == 200 and "先围挡再换井盖" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer" and page["Cache-Control"] == "no-store"
    assert row.description not in page.content.decode()
    shown = {"version": job.matter.version, "once": "k1", "result": "已更换井盖"}
    refused = client.post(link, shown)
    assert refused.status_code == 422 and "已更换井盖" in refused.content.decode()
    done = {**shown, "once": "k2", "pictures": picture()}
    assert client.post(link, done).status_code == 302
    job.matter.refresh_from_db()
    assert job.matter.state == "handed_back"
    entry = TrailEntry.objects.get(matter_id=job.pk, step="crew_done")
    assert (entry.actor, entry.door) == (job.crew_id, "crew")
    entries = TrailEntry.objects.count()
    assert client.post(link, {**done, "once": "k3", "pictures": picture()}).status_code == 409
    assert TrailEntry.objects.count() == entries
    assert "感谢" in client.get(link).content.decode() or "Thank" in client.get(link).content.decode()
    row = take(world, row, "finish", photos=[], result="已更换井盖")
    assert (state(task), row.matter.state) == ("done", "to_send_check")
    assert verify().good


def test_a_double_tap_of_the_crew_counts_once(world: World) -> None:
    _, _, job = given_to_crew(world)
    client, link = Client(), queries.link_of(job)
    answers = [
        client.post(link, {"version": job.matter.version, "once": "same", "result": "好了", "pictures": picture()}).status_code
        for _ in range(2)
    ]
    assert answers == [302, 302]
    assert TrailEntry.objects.filter(matter_id=job.pk, step="crew_done").count() == 1


@pytest.mark.parametrize("situation", ["changed", "of another", "ended", "withdrawn"])
def test_a_link_that_is_not_good_opens_nothing(situation: str, world: World) -> None:
    row, _, job = given_to_crew(world)
    link = queries.link_of(job)
    if situation == "changed":
        link = link[:-4] + "abc/"
    elif situation == "of another":
        link = "/crew/" + "W10:" + link.split(":")[-1]
    elif situation == "ended":
        CrewJob.objects.filter(pk=job.pk).update(until=timezone.now() - timedelta(days=9), link_until=timezone.now() - timedelta(days=1))
        job.refresh_from_db()
        link = queries.link_of(job)
    else:
        take(world, row, "redirect")
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"result": "x"}).status_code == 404
    shown = read(row.pk, actor=world.actor("dispatcher"))
    assert shown.matter.open


def test_only_the_unit_gets_the_link_and_only_its_own_crew_the_work(world: World) -> None:
    row, task, job = given_to_crew(world)
    family = read(task.pk, actor=world.actor("dispatcher"))
    assert set(queries.links_of_task(family, world.actor("road"))) == {job.pk}
    assert queries.links_of_task(family, world.actor("dispatcher")) == {}
    with pytest.raises(Invalid):
        take(world, row, "give_to_crew", "road", crew=str(crew_of(world, "clean").pk))


def test_a_crews_limit_is_not_later_than_the_tasks(world: World) -> None:
    row, task = in_hand(world)
    crew = str(crew_of(world).pk)
    before = footprint(row)
    with pytest.raises(Refused) as refusal:
        step(world, row, "give_to_crew", "road", "2026-11-23T10:00", crew=crew, until="2026-11-24T09:00:00+08:00")
    assert [fault.code for fault in refusal.value.faults] == ["incidents.inner_limit_is_within_the_task"]
    assert footprint(row) == before
    step(world, row, "give_to_crew", "road", "2026-11-23T10:00", crew=crew, until="2026-11-23T15:00:00+08:00")
    job = CrewJob.objects.select_related("matter").get()
    assert local(job.matter.due_at) == "2026-11-23T15:00"
    assert (job.matter.parent_id, all_deadlines_derive(row)) == (task.pk, True)


def test_the_crews_pictures_of_the_problem_are_shown_and_no_others(world: World) -> None:
    _, _, job = given_to_crew(world)
    link = queries.link_of(job)
    shown = queries.crew_page(link.split("/")[2]).photos
    assert [Client().get(f"{link}photos/{number}/small").status_code for number in shown] == [200]
    other = photo(world.act("road"))
    assert Client().get(f"{link}photos/{other}/small").status_code == 404


def city_task(world: World) -> tuple[Incident, Task, Incident]:
    row = call(world, county=CITY, source="leader", lon=None, lat=None, address="市政府门前")
    lon, lat = world.point(2)
    Incident.objects.filter(pk=row.pk).update(lon=lon, lat=lat, county_code="990102")
    row = tell(world, Incident.objects.select_related("matter").get(pk=row.pk), ["pass_on", "file_case"], county=CITY)
    row = take(world, row, "dispatch", county=CITY, unit=str(world.county))
    task = Task.objects.get(matter__parent=row.matter)
    return row, task, Incident.objects.select_related("matter").get(matter__parent=task.matter)


def test_a_task_of_a_county_can_neither_be_asked_for_nor_given_to_a_crew(world: World) -> None:
    row, task, own = city_task(world)
    before = footprint(row)
    suspension = {"reason": "season", "resume_on": date(2027, 3, 1), "plan": "x"}
    for slug, data in (("ask_suspension", suspension), ("ask_return", {"reason": "duplicate"})):
        with pytest.raises((NotAllowed, Conflict, NotFound)):
            service = getattr(services, slug)
            service(matter_id=task.pk, act=world.act("chief"), **data)
    with pytest.raises(Refused) as refusal:
        services.ask_return(matter_id=task.pk, act=system("2026-11-23T10:00"), reason="duplicate")
    assert "incidents.task_is_of_a_unit" in [fault.code for fault in refusal.value.faults]
    assert footprint(row) == before
    assert own.matter.state == "to_dispatch"


def test_a_suspension_in_a_county_leaves_the_citys_clock_running_and_a_void_ends_both(world: World) -> None:
    row, task, own = city_task(world)
    own = tell(world, own, ["dispatch", "sign"])
    own = take(world, own, "ask_suspension", "road", reason="funds", resume_on="2099-01-01", plan="明年预算")
    own = take(world, own, "endorse_suspension", "dispatcher")
    own = take(world, own, "grant_suspension", "leader")
    assert (own.matter.state, dispose(task).paused_at) == ("suspended", None)
    take(world, row, "supervise", "leader", county=CITY, opinion="请说明", reply_by=(timezone.now() + timedelta(days=1)).isoformat())
    assert Supervision.objects.get().matter.holder_id in world.actor("chief").holders
    row = take(world, row, "void", "chief", county=CITY)
    assert (row.matter.state, Matter.objects.filter(root=row.matter, open=True).count()) == ("void", 0)
