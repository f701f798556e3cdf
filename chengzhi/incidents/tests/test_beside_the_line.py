"""Steps beside the main line: answer, second and remote checks, dispatch anew, self-handling, new class (A7, E4, E5, F3, G, H2)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chengzhi.incidents import queries, services
from chengzhi.incidents.models import Incident, Oddity, Task
from chengzhi.incidents.queries import registers, timeline
from chengzhi.incidents.queries.casepage import case_page
from chengzhi.incidents.tests.telling import call, photo, report, take, tell
from chengzhi.incidents.tests.test_pages import client_of
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Clock, Matter, TrailEntry
from chengzhi.kernel.problems import Invalid, NotAllowed, Refused
from chengzhi.kernel.verify import verify
from tests.world import COUNTY, World

FILED = ["pass_on", "file_case"]
WORKED = [*FILED, "dispatch", "sign", "finish"]
CHECKED = [*WORKED, "send_check", "pass_check"]
ADVICE, SMALL_ADS, CARRIAGEWAY = "SJ0682", "SJ0201", "SJ0110"


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [fault.code for fault in refusal.value.faults]


def again(row: Incident) -> Incident:
    return Incident.objects.select_related("matter").get(pk=row.pk)


def test_a_citizens_question_is_answered_at_once(world: World) -> None:
    row = call(world, class_code=ADVICE)
    services.answer(matter_id=row.pk, act=world.act("acceptor"), reply="已答复")
    row = again(row)
    assert (row.matter.state, row.operate_direct, row.closed_at is not None, row.filed_at) == ("closed", True, True, None)
    assert not Clock.objects.filter(matter__root=row.matter, ended_at=None).exists()


@pytest.mark.parametrize(
    ("situation", "make", "code"),
    [
        ("something to be done", {"class_code": "SJ0101"}, "incidents.only_a_consultation_is_answered_at_once"),
        ("not from a citizen", {"class_code": ADVICE, "source": "media"}, "incidents.consultation_comes_from_a_citizen"),
    ],
)
def test_what_must_be_done_on_site_is_not_answered_at_once(situation: str, make: dict[str, str], code: str, world: World) -> None:
    row = call(world, **make)
    before = (TrailEntry.objects.count(), Matter.objects.count())
    with pytest.raises(Refused) as refusal:
        services.answer(matter_id=row.pk, act=world.act("acceptor"), reply="已答复")
    assert (codes(refusal), (TrailEntry.objects.count(), Matter.objects.count())) == ([code], before)
    assert again(row).operate_direct is False


def test_a_second_check_goes_to_another_inspector_where_there_is_one(world: World) -> None:
    row = tell(world, report(world), CHECKED)
    services.review_check(matter_id=row.pk, act=world.act("chief"), opinion="照片不清")
    first, second = Matter.objects.filter(parent=row.matter, kind="check").order_by("pk")
    assert (again(row).matter.state, again(row).check_result, first.state, second.state) == ("checking", "", "passed", "asked")
    row = take(world, again(row), "pass_check")
    assert (row.matter.state, row.check_result) == ("to_close", "passed")
    assert verify().good


def test_a_check_by_video_needs_its_evidence(world: World) -> None:
    row = tell(world, report(world), WORKED)
    act = world.act("acceptor")
    with pytest.raises(Refused) as refusal:
        services.check_remotely(matter_id=row.pk, act=act, result="passed")
    assert codes(refusal) == ["incidents.remote_check_has_evidence"]
    services.check_remotely(matter_id=row.pk, act=act, result="passed", photos=[photo(act)])
    row = again(row)
    assert (row.matter.state, row.check_result) == ("to_close", "passed")
    assert tell(world, row, ["close"]).matter.state == "closed"


def test_what_the_wrong_body_did_is_dispatched_anew(world: World) -> None:
    row = tell(world, report(world), [*WORKED, "send_check", "fail_check"])
    services.redispatch(matter_id=row.pk, act=world.act("chief"), opinion="非该单位职责")
    row = again(row)
    assert (row.matter.state, row.check_result, row.rework_count) == ("to_dispatch", "", 0)
    assert Clock.objects.get(matter=row.matter, kind="dispatch").instance == 2
    row = take(world, row, "dispatch", unit=str(world.unit("clean")))
    assert row.lead_unit_id == world.unit("clean")


def test_what_passed_is_not_dispatched_anew(world: World) -> None:
    row = tell(world, report(world), CHECKED)
    with pytest.raises(Refused) as refusal:
        services.redispatch(matter_id=row.pk, act=world.act("chief"), opinion="x")
    assert codes(refusal) == ["incidents.check_has_failed"]


def self_handle(world: World, *, before: int = 1, afterwards: int = 1, class_code: str = SMALL_ADS) -> Incident:
    act = world.act("inspector")
    lon, lat = world.point(0)
    given = {"photos": [photo(act) for _ in range(before)], "after_photos": [photo(act) for _ in range(afterwards)]}
    return services.self_handle(act=act, class_code=class_code, description="小广告已清除", lon=lon, lat=lat, **given)


@pytest.mark.parametrize(("role", "slug", "state"), [("acceptor", "approve", "closed"), ("chief", "reject", "void")])
def test_what_an_inspector_settled_himself_is_audited(role: str, slug: str, state: str, world: World) -> None:
    row = again(self_handle(world))
    assert (row.matter.state, row.self_handled) == ("self_audit", True)
    assert Clock.objects.get(matter=row.matter).kind == "accept"
    service = {"approve": services.approve_self_handled, "reject": services.reject_self_handled}[slug]
    with pytest.raises(NotAllowed):
        service(matter_id=row.pk, act=world.act("dispatcher"), opinion="属实")
    service(matter_id=row.pk, act=world.act(role), opinion="属实")
    assert again(row).matter.state == state
    assert verify().good


@pytest.mark.parametrize(
    ("situation", "make", "code"),
    [
        ("no photo from before", {"before": 0}, "incidents.self_handled_has_both_photos"),
        ("no photo from afterwards", {"afterwards": 0}, "incidents.self_handled_has_both_photos"),
        ("a class that needs a department", {"class_code": CARRIAGEWAY}, "incidents.self_handling_is_allowed_for_class"),
    ],
)
def test_not_everything_can_be_settled_by_an_inspector(situation: str, make: dict[str, object], code: str, world: World) -> None:
    with pytest.raises(Refused) as refusal:
        self_handle(world, **make)
    assert (codes(refusal), Incident.objects.count(), Matter.objects.count()) == ([code], 0, 0)


def test_the_class_is_changed_before_filing_by_acceptor_or_chief(world: World) -> None:
    row = report(world)
    services.reclass(matter_id=row.pk, act=world.act("acceptor"), class_code=SMALL_ADS, opinion="小类有误")
    assert (again(row).class_code, again(row).matter.state) == (SMALL_ADS, "to_accept")
    with pytest.raises(Refused) as refusal:
        services.reclass(matter_id=row.pk, act=world.act("acceptor"), class_code=SMALL_ADS, opinion="再改")
    assert codes(refusal) == ["incidents.new_class_differs"]
    with pytest.raises(Invalid):
        services.reclass(matter_id=row.pk, act=world.act("acceptor"), class_code="SJ0000", opinion="再改")


def test_after_filing_the_chief_changes_the_class_and_limits_count_anew_from_filing(world: World) -> None:
    row = tell(world, report(world), [*FILED, "dispatch"])
    filed = row.filed_at - timedelta(hours=2)
    Incident.objects.filter(pk=row.pk).update(filed_at=filed)
    condition = registers.conditions_of(CARRIAGEWAY)[0]
    for role, codes_ in (("acceptor", ["incidents.filed_class_is_changed_by_the_chief"]), ("chief", ["incidents.condition_fits_class"])):
        given = condition.name_zh if role == "acceptor" else "没有这个条件"
        with pytest.raises(Refused) as refusal:
            services.reclass(matter_id=row.pk, act=world.act(role), class_code=CARRIAGEWAY, condition=given, opinion="x")
        assert codes(refusal) == codes_
    services.reclass(matter_id=row.pk, act=world.act("chief"), class_code=CARRIAGEWAY, condition=condition.name_zh, opinion="小类有误")
    row, task = again(row), Task.objects.get()
    day = timezone.localtime(filed).date()
    limit = registers.limit_for(CARRIAGEWAY, condition.code, row.area_class, COUNTY, day)
    assert (row.class_code, row.limit_amount, row.limit_unit) == (CARRIAGEWAY, limit.amount, limit.unit)
    assert (task.limit_amount, task.limit_unit) == (limit.amount, limit.unit)
    dispose, total = Clock.objects.get(matter=task.pk, kind="dispose"), Clock.objects.get(matter=row.matter, kind="total")
    minute = filed.replace(second=0, microsecond=0)
    assert (dispose.started_at, dispose.instance, dispose.amount) == (minute, 2, limit.amount)
    assert (total.started_at, total.instance) == (minute, 2)
    assert verify().good


def test_a_department_does_not_learn_before_closing_which_inspector_reported(world: World) -> None:
    row = tell(world, report(world), [*FILED, "dispatch", "sign"])
    name = world.actor("inspector").name
    road, chief = world.actor("road"), world.actor("chief")
    for actor, known in ((road, False), (chief, True)):
        page = case_page(row.matter.number, actor)
        family = read(row.pk, actor=actor)
        lines = timeline.of(family, page.row, actor)
        api = str(queries.trail_of(row.matter.number, actor)) + str(queries.detail(row.matter.number, actor))
        assert (name in page.reporter.words, any(name in line.who for line in lines), name in api) == (known, known, known)
        assert (str(world.account("inspector").pk) in api) is known
    row = tell(world, row, ["finish", "send_check", "pass_check", "close"])
    assert case_page(row.matter.number, road).reporter.words == name


@pytest.mark.parametrize(
    ("role", "status"), [("supervisor_lead", 200), ("leader", 200), ("auditor", 200), ("chief", 403), ("inspector", 403), ("road", 403)]
)
def test_only_supervisors_leaders_and_auditors_see_oddities(role: str, status: int, world: World) -> None:
    client = client_of(world, role)
    assert client.get("/work/oddities/").status_code == status


def test_oddities_are_found_once_and_shown_with_their_method(world: World) -> None:
    row = tell(world, report(world), [*WORKED, "send_check"])
    lon, lat = world.point(5)
    row = take(world, row, "pass_check", lon=lon, lat=lat, far_reason="桥下无信号")
    assert [services.find_oddities(timezone.now()) for _ in range(2)] == [1, 1]
    kept = Oddity.objects.get()
    assert (kept.kind, kept.incident_id, kept.figures["reason"]) == ("far", row.pk, "桥下无信号")
    client = client_of(world, "supervisor_lead")
    shown = client.get("/work/oddities/?kind=far").content.decode()
    assert "桥下无信号" in shown and "核查位置距案发点超过 100 米" in shown
    assert "没有符合筛选的疑点" in client.get("/work/oddities/?kind=reused").content.decode()
    for bad in ("kind=x", "cursor=x", "person=x", "county=1"):
        assert client.get(f"/work/oddities/?{bad}").status_code == 422, bad
    other = client_of(world, "supervisor_lead", "990103")
    assert "桥下无信号" not in other.get("/work/oddities/").content.decode()


def test_haste_and_repetition_are_odd(world: World) -> None:
    for n in (0, 12):
        tell(world, report(world, n=n), [*WORKED, "send_check", "pass_check"])
    services.find_oddities(timezone.now())
    assert Oddity.objects.filter(kind="too_fast").count() <= 1
    for _ in range(5):
        report(world, n=3)
    services.find_oddities(timezone.now())
    found = Oddity.objects.get(kind="same_place")
    assert (found.figures["times"], found.account) == (5, world.account("inspector").pk)
