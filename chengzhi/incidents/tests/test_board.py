"""Requests that wait for the dispatcher, and the board of a department."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import asking, board, requests, workbench
from chengzhi.incidents.tests.benches import ask, client_of, in_hand, waiting
from chengzhi.incidents.tests.telling import take, tell
from chengzhi.incidents.tests.test_after_closing import person
from chengzhi.kernel.matter import Family, read
from chengzhi.kernel.models import Matter
from chengzhi.kernel.workflow import perform
from tests.world import OTHER_COUNTY, World, found_small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return found_small_world()


def test_a_request_shows_reason_counts_and_earlier_decisions(world):
    first = ask(world, in_hand(world), "ask_return", reason="not_my_duty", remark="属于绿化")
    perform(workflow.TASK, first.pk, "deny_return", {"opinion": "就是你们的"}, act=world.act("dispatcher"))
    second = ask(world, in_hand(world, 1), "ask_return", reason="cannot_find", remark="没找到")
    (one,) = requests.waiting(world.actor("dispatcher"))
    assert (one.matter.pk, one.kind[0], one.reason[0], one.words) == (second.pk, "退单", "现场未发现", "没找到")
    assert (one.unit[0], one.of_case, one.of_unit) == ("东城市政养护中心", 1, 2)
    assert [(old.answer[0], old.opinion) for old in one.earlier] == [("不同意", "就是你们的")]
    assert requests.count(world.actor("dispatcher")) == 1
    page = client_of(world, "dispatcher").get("/work/dispatch/?list=requests").content.decode()
    assert "没找到" in page
    assert "本案退单 1 次 · 该单位本月退单 2 次" in page
    assert "就是你们的" in page


def test_requests_of_another_county_do_not_appear(world):
    ask(world, in_hand(world), "ask_return", reason="not_my_duty", remark="属于绿化")
    assert requests.waiting(world.actor("dispatcher", OTHER_COUNTY)) == ()


def test_granting_leads_and_denying_is_offered_beside_it(world):
    task = ask(world, in_hand(world), "ask_return", reason="cannot_find", remark="没找到")
    page = client_of(world, "dispatcher").get(f"/matters/{task.pk}/preview").content.decode()
    assert page.index('data-slug="grant_return"') < page.index('data-slug="deny_return"')


def columns(world: World, role: str = "road", **more) -> dict[str, list[int]]:
    return {column.slug: [card.matter.pk for card in column.cards] for column in board.board(world.actor(role), **more).columns}


def task_of(row: Incident) -> Matter:
    return row.matter.parts.get(kind="task")


def test_a_task_walks_through_the_columns(world):
    row = tell(world, waiting(world), ("dispatch",))
    task = task_of(row)
    assert columns(world) == {"sign": [task.pk], "hand": [], "check": []}
    tell(world, row, ("sign",))
    assert columns(world) == {"sign": [], "hand": [task.pk], "check": []}
    tell(world, row, ("finish",))
    assert columns(world) == {"sign": [], "hand": [], "check": [task.pk]}
    tell(world, row, ("send_check", "pass_check", "close"))
    assert columns(world) == {"sign": [], "hand": [], "check": []}


def test_a_board_is_only_of_the_own_unit(world):
    tell(world, waiting(world), ("dispatch",))
    assert columns(world, "clean") == {"sign": [], "hand": [], "check": []}


def test_a_waiting_request_stays_on_the_board_and_a_refusal_is_told_with_its_words(world):
    row = in_hand(world)
    task = ask(world, row, "ask_return", reason="not_my_duty", remark="属于绿化")
    (card,) = board.board(world.actor("road")).columns[1].cards
    assert (card.matter.pk, card.state[0], card.refused) == (task.pk, "退单待审", None)
    perform(workflow.TASK, task.pk, "deny_return", {"opinion": "就是你们的"}, act=world.act("dispatcher"))
    (card,) = board.board(world.actor("road")).columns[1].cards
    assert (card.state, card.refused) == (("", ""), (("退单", "return"), "就是你们的"))


def test_the_month_counts_what_was_due_in_time_and_open(world):
    for n in range(3):
        in_hand(world, n)
    rows = list(Incident.objects.order_by("pk"))
    tell(world, rows[0], ("finish",))
    now = timezone.now()
    task = task_of(rows[1])
    task.clocks.filter(kind="dispose").update(due_at=now - timedelta(hours=1), amber_at=now - timedelta(hours=2))
    task_of(rows[2]).clocks.filter(kind="dispose").update(due_at=now + timedelta(hours=1), amber_at=now - timedelta(hours=2))
    found = board.month(world.actor("road"), now)
    assert (found.due, found.in_time, found.late, found.rework, found.soon) == (2, 1, 1, 0, 1)
    assert (found.share, found.few) == ("50.00%", True)
    assert board.month(world.actor("clean"), now).share == "—"


def test_the_drawer_tells_beforehand_what_the_rule_grants(world):
    task = task_of(in_hand(world))
    page = client_of(world, "road").get(f"/work/board/{task.pk}").content.decode()
    assert "退单须在" in page
    assert "本案还可延期 2 次，最长至" in page
    assert page.index('data-slug="finish"') < page.index('data-slug="ask_return"')
    assert client_of(world, "clean").get(f"/work/board/{task.pk}", HTTP_HX_REQUEST="true").status_code == 404
    assert client_of(world, "road", OTHER_COUNTY).get(f"/work/board/{task.pk}", HTTP_HX_REQUEST="true").status_code == 404


def test_the_drawer_of_a_task_to_sign_offers_signing_first(world):
    task = task_of(tell(world, waiting(world), ("dispatch",)))
    page = client_of(world, "road").get(f"/work/board/{task.pk}").content.decode()
    assert 'data-slug="sign" class="btn btn-primary' in page


def statements_of(world: World) -> int:
    with CaptureQueriesContext(connection) as caught:
        board.board(world.actor("road"))
    return len(caught)


def test_cards_tell_what_the_rules_grant_and_more_cards_ask_no_more(world):
    row = in_hand(world)
    few = statements_of(world)
    for n in range(1, 6):
        in_hand(world, n)
    assert statements_of(world) == few
    tasks = list(Matter.objects.filter(kind="task"))
    together = asking.allowances_of(tasks)
    assert {key: found.words for key, found in together.items()} == {t.pk: asking.allowances(read_of(world, t)).words for t in tasks}
    page = client_of(world, "road").get("/work/board/").content.decode()
    assert page.count("本案还可延期 2 次，最长至") == 6
    assert row.matter.number[-4:] in page


def read_of(world: World, task: Matter) -> Family:
    return read(task.pk, actor=world.actor("road"))


def test_cards_and_bench_show_supervised_urged_and_come_back(world):
    row = in_hand(world)
    take(world, row, "supervise", "supervisor_lead")
    take(world, row, "urge", "supervisor_lead")
    Incident.objects.filter(pk=row.pk).update(recurrences=1)
    (card,) = board.board(world.actor("road")).columns[1].cards
    assert [tag.zh for tag in card.tags] == ["督办", "催×1", "第2次", "主办"]
    wait = waiting(world, 1)
    Incident.objects.filter(pk=wait.pk).update(recurrences=2, urged=1)
    (one,) = workbench.bench(world.actor("dispatcher")).rows
    assert [tag.zh for tag in one.tags] == ["催×1", "第3次"]


CLOSED = ("finish", "send_check", "pass_check", "close")


def test_what_counts_is_listed_and_appealed_about_where_it_is_seen(world):
    person(world, "lead", "road", "dept_lead")
    late, again, good = (in_hand(world, n) for n in range(3))
    now = timezone.now()
    task_of(late).clocks.filter(kind="dispose").update(due_at=now - timedelta(hours=1), amber_at=now - timedelta(hours=2))
    for row in (late, again, good):
        tell(world, row, CLOSED)
    Incident.objects.filter(pk=again.pk).update(rework_count=1)
    found = {one.id: one for one in board.board(world.actor("lead")).counted}
    assert {key: [subject.name[0] for subject in one.subjects] for key, one in found.items()} == {late.pk: ["超期"], again.pk: ["返工"]}
    client = client_of(world, "lead")
    assert "本月计入考核" in client.get("/work/board/").content.decode()
    assert 'data-slug="appeal"' in client.get(f"/work/board/{late.pk}").content.decode()
    data = {"about": "overdue", "reason": "材料等待三天"}
    perform(workflow.INCIDENT, late.pk, "appeal", data, act=world.act("lead"))
    found = {one.id: one for one in board.board(world.actor("lead")).counted}
    assert (found[late.pk].open, found[late.pk].subjects[0].appeal[0], found[again.pk].open) == (False, "申诉待裁定", True)


def test_what_counts_is_shown_only_to_whoever_may_appeal_for_the_unit(world):
    row = tell(world, in_hand(world), CLOSED)
    Incident.objects.filter(pk=row.pk).update(rework_count=1)
    person(world, "other", "clean", "dept_lead")
    assert [board.board(world.actor(role)).counted for role in ("road", "other")] == [(), ()]
    assert client_of(world, "other").get(f"/work/board/{row.pk}", HTTP_HX_REQUEST="true").status_code == 404
