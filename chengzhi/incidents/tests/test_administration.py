"""Administration pages: who sees and changes what, what is kept of it, and what is refused without a trace."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chengzhi.incidents.models import CaseClass, ClosingCondition, Condition, DisposalLimit, OpinionTemplate, StageLimit
from chengzhi.incidents.tests import telling
from chengzhi.incidents.tests.test_list_exports import client_of
from chengzhi.kernel import administration
from chengzhi.kernel.models import CalendarDay, LastOpinion, RegisterChange
from chengzhi.kernel.opinions import last_five, remember
from chengzhi.organisation import queries as organisation
from chengzhi.organisation.models import Assignment, Duty, Grant, Handover, Shift, Staff
from tests.world import CITY, COUNTY, OTHER_COUNTY, World

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = "sys_admin"
OF_THE_ADMINISTRATOR = {
    *("staff", "transfers", "posts", "duty", "shifts", "calendar", "schemes", "imports", "sent"),
    *("classes", "conditions", "closing", "limits", "stage-limits", "numbers", "class-lists", "opinions"),
    *("danger-words", "synonyms", "street-phrases", "result-phrases"),
}


def use(client: Client, page: str, verb: str, **typed: Any) -> Any:
    """Send the form of a verb."""
    return client.post(f"/settings/{page}/{verb}", typed)


@pytest.mark.parametrize(
    ("role", "county", "pages"),
    [
        ("sys_admin", COUNTY, OF_THE_ADMINISTRATOR),
        ("chief", COUNTY, {"duty", "shifts", "handover", "danger-words"}),
        ("dispatcher", COUNTY, {"handover"}),
        ("security_admin", COUNTY, {"roles", "reveals"}),
        ("auditor", CITY, {"reveals"}),
        ("inspector", COUNTY, set()),
        ("road", COUNTY, set()),
    ],
)
def test_the_post_decides_which_registers_are_open(world: World, role: str, county: str, pages: set[str]) -> None:
    client = client_of(world, role, county)
    assert client.get("/settings/").status_code == 200
    for slug in administration.SHEETS:
        assert client.get(f"/settings/{slug}", follow=True).status_code == (200 if slug in pages else 403), slug


def test_what_is_not_there_is_said_so(world: World) -> None:
    client = client_of(world, ADMIN)
    assert client.get("/settings/nothing").status_code == 404
    assert client.get("/settings/staff/nothing").status_code == 404
    assert "没有包含“天外飞仙”的内容" in client.get("/settings/staff", {"q": "天外飞仙"}).content.decode()


def test_an_administrator_sees_and_changes_only_the_people_of_his_nodes(world: World) -> None:
    client = client_of(world, ADMIN)
    page = client.get("/settings/staff").content.decode()
    assert "东城chief" in page
    assert "西城chief" not in page
    other = Staff.objects.get(name="西城chief")
    held = Assignment.objects.get(staff=other)
    before = (Staff.objects.count(), Assignment.objects.count(), RegisterChange.objects.count())
    assert use(client, "staff", "leave", staff=other.pk).status_code == 404
    assert use(client, "staff", "end-post", assignment=held.pk).status_code == 403
    assert use(client, "staff", "take-on", name="外人", post=held.post_id).status_code == 403
    held.refresh_from_db()
    other.refresh_from_db()
    after = (Staff.objects.count(), Assignment.objects.count(), RegisterChange.objects.count())
    assert (before, held.valid_to, other.left_on) == (after, None, None)


def test_taking_somebody_on_gives_a_post_and_keeps_who_did_it_and_the_version(world: World) -> None:
    client = client_of(world, ADMIN)
    post = organisation.post_of(world.county, "acceptor")
    answer = use(client, "staff", "take-on", name="新人", phone="13912345678", post=post)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/staff")
    assert Assignment.objects.get(staff__name="新人").post_id == post
    kept = RegisterChange.objects.get()
    assert (kept.page, kept.verb, kept.account, kept.register) == ("staff", "take-on", world.account(ADMIN).pk, "organisation")
    assert kept.version > 1
    assert "新人" in client.get("/settings/staff").content.decode()
    assert "13912345678" not in client.get("/settings/staff?q=新人").content.decode().split("最近变更")[0]
    assert "录用" in client.get("/settings/changes").content.decode()
    assert "新人" not in client_of(world, ADMIN, OTHER_COUNTY).get("/settings/changes").content.decode()


def test_a_form_sent_twice_changes_once(world: World) -> None:
    client = client_of(world, ADMIN)
    typed = {"name": "新人", "post": organisation.post_of(world.county, "acceptor"), "once": "the-same-form"}
    for _ in range(2):
        assert use(client, "staff", "take-on", **typed).status_code == 302
    assert (Staff.objects.filter(name="新人").count(), RegisterChange.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("situation", "page", "verb", "typed", "status"),
    [
        ("no name", "staff", "take-on", {"name": ""}, 422),
        ("a hostile post", "staff", "take-on", {"name": "甲", "post": "1 OR 1=1"}, 422),
        ("an unknown class", "limits", "adopt", {"class_code": "XX9999"}, 422),
        ("a limit in the past", "limits", "adopt", {"valid_from": "2020-01-01"}, 422),
        ("a limit of zero", "limits", "adopt", {"amount": "0"}, 422),
        ("another county's node", "limits", "adopt", {"node": OTHER_COUNTY}, 403),
        ("the city's classes from a county", "classes", "set", {"class_code": "SJ0101", "scheme": "night"}, 403),
        ("a template for everybody from a county", "opinions", "add", {"step": "close", "text_zh": "同意"}, 403),
        ("the city's calendar from a county", "calendar", "enter", {"day": "2027-01-01", "source": "通知"}, 403),
    ],
)
def test_a_refused_change_changes_nothing_and_keeps_what_was_typed(
    world: World, situation: str, page: str, verb: str, typed: dict[str, str], status: int
) -> None:
    usual = {
        "limits": {
            "node": COUNTY,
            "class_code": "SJ0101",
            "condition": "一般",
            "level": "*",
            "amount": "4",
            "unit": "working_hour",
            "source": "县区文件",
        },
        "staff": {"post": str(organisation.post_of(world.county, "acceptor"))},
    }.get(page, {})

    def counts() -> tuple[int, ...]:
        tables = (Staff, DisposalLimit, OpinionTemplate, CalendarDay, RegisterChange)
        return (*(table.objects.count() for table in tables), CaseClass.objects.filter(scheme_code="night").count())

    before = counts()
    answer = use(client_of(world, ADMIN), page, verb, **{**usual, **typed})
    assert answer.status_code == status, situation
    assert counts() == before


def test_a_limit_is_a_dated_version_of_one_node(world: World) -> None:
    condition = Condition.objects.filter(case_class_id="SJ0101").first()
    assert condition is not None
    client = client_of(world, ADMIN)
    typed = {"node": COUNTY, "class_code": "SJ0101", "condition": condition.name_zh, "level": "*", "amount": "3", "unit": "working_hour"}
    assert use(client, "limits", "adopt", source="东城发〔2026〕1号", **typed).status_code == 302
    row = DisposalLimit.objects.get(node_code=COUNTY)
    assert (row.amount, row.unit, row.valid_from, row.source) == (3, "working_hour", timezone.localdate(), "东城发〔2026〕1号")
    assert "东城发〔2026〕1号" in client.get("/settings/limits?q=SJ0101").content.decode()
    assert "东城发" not in client_of(world, ADMIN, OTHER_COUNTY).get("/settings/limits?q=SJ0101").content.decode()


def test_a_stage_limit_ends_the_one_before(world: World) -> None:
    client, tomorrow = client_of(world, ADMIN), timezone.localdate() + timedelta(days=1)
    typed = {"node": COUNTY, "clock": "file", "urgent": "4", "unit": "minute", "source": "文件"}
    assert use(client, "stage-limits", "add", ordinary="9", **typed).status_code == 302
    assert use(client, "stage-limits", "add", ordinary="8", valid_from=f"{tomorrow}", **typed).status_code == 302
    assert use(client, "stage-limits", "add", ordinary="7", valid_from=f"{tomorrow}", **typed).status_code == 422
    rows = StageLimit.objects.filter(node_code=COUNTY).order_by("valid_from").values_list("ordinary_amount", "valid_to")
    assert list(rows) == [(9, timezone.localdate()), (8, None)]


def test_a_role_is_changed_by_the_city_only_and_never_locked_out(world: World) -> None:
    typed = {"role": "callback", "capability": "incidents.incident.file"}
    assert use(client_of(world, "security_admin"), "roles", "grant", **typed).status_code == 403
    city = client_of(world, "security_admin", CITY)
    assert use(city, "roles", "grant", **typed).status_code == 302
    assert world.actor("callback").may_somewhere("incidents.incident.file")
    assert use(city, "roles", "grant", **typed).status_code == 422
    assert use(city, "roles", "withdraw", **typed).status_code == 302
    assert not world.actor("callback").may_somewhere("incidents.incident.file")
    last = {"role": "security_admin", "capability": "organisation.role.manage"}
    assert use(city, "roles", "withdraw", **last).status_code == 422
    assert Grant.objects.filter(role="security_admin", capability="organisation.role.manage").exists()


def test_a_day_of_the_calendar_is_entered_and_removed_by_the_city(world: World) -> None:
    city = client_of(world, ADMIN, CITY)
    assert use(city, "calendar", "enter", day="2027-03-01", note="本地节日", source="市政府通知").status_code == 302
    assert (CalendarDay.objects.get().is_workday, CalendarDay.objects.get().source) == (False, "市政府通知")
    assert use(city, "calendar", "remove", day="2027-03-01").status_code == 302
    assert use(city, "calendar", "remove", day="2027-03-01").status_code == 404


def planned(world: World) -> dict[str, Any]:
    """A shift of the county and what a plan for the dispatcher's colleague needs."""
    shift = Shift.objects.create(node_id=world.county, name_zh="日班", starts="08:00", ends="18:00")
    staff = {name: Assignment.objects.get(staff__name=f"东城{name}") for name in ("acceptor", "dispatcher", "sys_admin")}
    return {"shift": shift, **staff}


def test_standing_in_gives_the_colleagues_work_for_that_day_and_it_is_marked(world: World) -> None:
    known, today = planned(world), timezone.localdate()
    telling.tell(world, telling.report(world), ["pass_on", "file_case"])
    chief, acceptor = client_of(world, "chief"), client_of(world, "acceptor")
    typed = {"day": f"{today}", "shift": known["shift"].pk, "post": known["dispatcher"].post_id, "staff": known["acceptor"].staff_id}
    answer = use(chief, "duty", "plan", away=known["dispatcher"].staff_id, **typed)
    assert answer.status_code == 302
    page = acceptor.get("/?tab=incident.to_dispatch").content.decode()
    assert "代办" in page
    assert "东城dispatcher" in page
    duty = Duty.objects.get()
    assert use(chief, "duty", "cancel", duty=duty.pk).status_code == 302
    assert "代办" not in acceptor.get("/?tab=incident.to_dispatch").content.decode()
    assert not Assignment.objects.filter(substitute_for__isnull=False).exists()


def test_a_plan_of_duty_never_gives_the_rights_of_an_administrator(world: World) -> None:
    known = planned(world)
    typed = {"day": f"{timezone.localdate()}", "shift": known["shift"].pk, "staff": known["acceptor"].staff_id}
    chief = client_of(world, "chief")
    refused = use(chief, "duty", "plan", post=known["sys_admin"].post_id, away=known["sys_admin"].staff_id, **typed)
    assert refused.status_code == 422
    assert "不能用排班顶班" in refused.content.decode()
    wrong = use(chief, "duty", "plan", post=known["dispatcher"].post_id, away=known["sys_admin"].staff_id, **typed)
    assert wrong.status_code == 422
    assert (Duty.objects.count(), Assignment.objects.filter(substitute_for__isnull=False).count()) == (0, 0)
    assert not world.actor("acceptor").may_somewhere("organisation.body.manage")


def test_a_shift_is_handed_over_once_and_not_to_oneself(world: World) -> None:
    chief, acceptor, other = client_of(world, "chief"), client_of(world, "acceptor"), client_of(world, "chief", OTHER_COUNTY)
    assert use(acceptor, "handover", "write", text="<b>南关</b>案件待回电").status_code == 302
    note = Handover.objects.get()
    assert "&lt;b&gt;南关" in chief.get("/settings/handover").content.decode()
    assert "南关" not in other.get("/settings/handover").content.decode()
    assert use(other, "handover", "take", handover=note.pk).status_code == 404
    assert use(acceptor, "handover", "take", handover=note.pk).status_code == 422
    assert use(chief, "handover", "take", handover=note.pk, remark="已知").status_code == 302
    assert use(client_of(world, "dispatcher"), "handover", "take", handover=note.pk).status_code == 409
    note.refresh_from_db()
    assert (note.taken_by, note.remark) == (world.account("chief").pk, "已知")


def test_templates_of_a_step_and_the_last_five_opinions_are_offered_in_its_form(world: World) -> None:
    city = client_of(world, ADMIN, CITY)
    assert use(city, "opinions", "add", step="file_case", text_zh="符合条件，准予立案", text_en="Fits; file it").status_code == 302
    county = client_of(world, ADMIN)
    assert use(county, "opinions", "add", step="file_case", text_zh="东城专用意见", node=COUNTY, role="chief").status_code == 302
    assert use(county, "opinions", "add", step="file_case", text_zh="东城专用意见", node=COUNTY, role="chief").status_code == 422
    row = telling.tell(world, telling.report(world), ["pass_on"])
    form = client_of(world, "chief").get(f"/matters/{row.pk}/steps/file_case").content.decode()
    assert "符合条件，准予立案" in form
    assert "东城专用意见" in form
    template = OpinionTemplate.objects.get(node_code=COUNTY)
    assert use(county, "opinions", "change", template=template.pk, text_zh="改过的意见").status_code == 302
    assert use(county, "opinions", "end", template=template.pk).status_code == 404
    form = client_of(world, "chief").get(f"/matters/{row.pk}/steps/file_case").content.decode()
    assert "改过的意见" in form
    assert "东城专用意见" not in form


def test_only_the_last_five_opinions_of_the_person_are_kept_each_once(world: World) -> None:
    now = timezone.now()
    for n, text in enumerate(["一", "二", "三", "四", "五", "六", "三", "  ", "长" * 900]):
        remember(7, text, now + timedelta(minutes=n))
    remember(8, "别人的", now)
    assert [option.zh for option in last_five(7)] == ["长" * 500, "三", "六", "五", "四"]
    assert LastOpinion.objects.filter(account=7).count() == 5


def test_a_closing_condition_of_the_county_goes_before_that_of_the_city(world: World) -> None:
    city, county = client_of(world, ADMIN, CITY), client_of(world, ADMIN)
    typed = {"class_code": "SJ0101", "source": "案卷标准"}
    assert use(city, "closing", "add", text_zh="垃圾清净", **typed).status_code == 302
    row = telling.report(world)
    case = client_of(world, "chief").get(f"/incidents/{row.matter.number}").content.decode()
    assert "垃圾清净" in case
    assert use(county, "closing", "add", text_zh="垃圾清净并冲洗", node=COUNTY, **typed).status_code == 302
    assert use(county, "closing", "add", text_zh="垃圾清净、冲洗并拍照", node=COUNTY, **typed).status_code == 302
    case = client_of(world, "chief").get(f"/incidents/{row.matter.number}").content.decode()
    assert "垃圾清净、冲洗并拍照" in case
    assert ClosingCondition.objects.count() == 2
