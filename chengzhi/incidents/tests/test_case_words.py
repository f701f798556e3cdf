"""What a case page says: how it ended, what was answered after closing, and times in words."""

import re

import pytest

from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries import timeline
from chengzhi.incidents.queries.choices import amount_words
from chengzhi.incidents.tests import telling
from chengzhi.incidents.tests.test_list_exports import client_of
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
FILED = ("pass_on", "file_case")
TO_CLOSE = (*FILED, "dispatch", "sign", "finish", "send_check", "pass_check", "close")
TICK, NEUTRAL = "icons.svg#check", "icons.svg#circle-minus"


@pytest.mark.parametrize(
    ("steps", "state", "mark"),
    [
        (TO_CLOSE, "已结案", TICK),
        (("refuse",), "不予受理", NEUTRAL),
        (("pass_on", "refuse_filing"), "不予立案", NEUTRAL),
        ((*FILED, "void"), "已作废", NEUTRAL),
    ],
)
def test_only_what_was_closed_well_carries_a_tick(world: World, steps: tuple[str, ...], state: str, mark: str) -> None:
    row = telling.tell(world, telling.report(world), steps)
    page = client_of(world, "chief").get(f"/incidents/{row.matter.number}").content.decode()
    standing = re.search(r'<p class="case-standing">(.*?)</p>', page, re.DOTALL)
    assert standing and state in standing[1]
    assert [found for found in (TICK, NEUTRAL) if found in re.sub(r"icons[.]\w+[.]svg", "icons.svg", standing[1])] == [mark]
    assert ("结案条件" in page) is (mark == TICK)


def test_a_suspended_case_is_not_said_to_have_no_limit(world: World) -> None:
    steps = (*FILED, "dispatch", "sign", "ask_suspension", "endorse_suspension", "grant_suspension")
    row = telling.tell(world, telling.report(world), steps)
    assert row.matter.state == "suspended"
    for page in (f"/incidents/{row.matter.number}", "/incidents?state=suspended"):
        said = client_of(world, "chief").get(page).content.decode()
        assert "挂账中" in said
        assert "无时限" not in said


@pytest.mark.parametrize(
    ("step", "said", "words"),
    [
        ("reopen", {"reason": "came_back"}, [("理由：问题复发", "Reason: came back")]),
        ("record_visit", {"satisfaction": "unsatisfied"}, [("满意度：不满意", "Satisfaction: unsatisfied")]),
        ("appeal", {"about": "overdue"}, [("申诉事项：超期", "About: overdue")]),
        ("decide_appeal", {"decision": "upheld"}, [("裁定：申诉成立", "Decision: upheld")]),
        ("sample_check", {"result": "agrees"}, [("结果：与核查结果一致", "Result: as the check said")]),
        ("look_again", {"result": "back"}, [("结果：已反复", "Result: back")]),
        ("check_remotely", {"result": "passed"}, [("结果：通过", "Result: passed")]),
        ("reply_verify", {"result": "true"}, [("结果：属实", "Result: true")]),
        ("grant_extension", {"minutes": 192}, [("延长：3小时12分", "Longer by: 3 h 12 min")]),
        ("file_case", {"limit": {"amount": 4, "unit": "working_hour"}}, [("处置时限：4工作小时", "Limit: 4 working hours")]),
    ],
)
def test_each_answer_is_told_in_words(world: World, step: str, said: dict[str, object], words: list[tuple[str, str]]) -> None:
    assert timeline.told(step, said, Incident(class_code="SJ0102")) == words


def test_another_class_is_told_with_the_one_before(world: World) -> None:
    ((zh, en),) = timeline.told("reclass", {"was": "SJ0102", "class": "SJ0201"}, Incident(class_code="SJ0201"))
    assert re.fullmatch(r"小类：\S+ → \S+", zh)
    assert re.fullmatch(r"Class: .+ → .+", en)
    assert "SJ" not in zh + en


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (15, "minute", ("15分钟", "15 minutes")),
        (60, "minute", ("60分钟", "60 minutes")),
        (225, "minute", ("3小时45分", "3 h 45 min")),
        (360, "minute", ("6小时", "6 h")),
        (1500, "minute", ("1天1小时", "1 day 1 h")),
        (60, "working_minute", ("1小时", "1 h")),
        (525, "working_minute", ("1个工作日45分", "1 working day 45 min")),
        (1, "hour", ("1小时", "1 hour")),
    ],
)
def test_minutes_are_told_in_the_units_that_people_use(amount: int, unit: str, words: tuple[str, str]) -> None:
    assert amount_words(amount, unit) == words
