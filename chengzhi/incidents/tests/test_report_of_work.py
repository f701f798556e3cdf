"""What a department reports beside its words: quantity, material, what is left; and the phrases of a class."""

import pytest

from chengzhi.incidents import workflow
from chengzhi.incidents.models import ResultPhrase, Task
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.services.registers import load_seed
from chengzhi.incidents.tests.benches import client_of, in_hand
from chengzhi.incidents.tests.telling import photo, take, tell
from chengzhi.kernel.models import TrailEntry
from chengzhi.kernel.problems import Invalid, Refused
from chengzhi.kernel.workflow import perform
from tests.world import COUNTY, LONG_AGO, World, found_small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return found_small_world()


def task_of(row):
    return Task.objects.get(matter__parent=row.matter)


def test_S2_4_3_a_report_of_work_keeps_quantity_material_and_what_is_left(world):
    row = in_hand(world)
    more = {"quantity": "3 平方米", "material": "沥青", "leftover": "some", "leftover_words": "路沿石待补"}
    take(world, row, "finish", result="已修补", **more)
    task = task_of(row)
    assert (task.result, task.quantity, task.material, task.leftover) == ("已修补", "3 平方米", "沥青", "路沿石待补")
    page = client_of(world, "dispatcher").get(f"/incidents/{row.matter.number}").content.decode()
    for words in ("工程量：3 平方米", "用料：沥青", "遗留问题：路沿石待补"):
        assert words in page


def test_a_report_without_the_new_fields_says_that_nothing_is_left(world):
    row = in_hand(world)
    take(world, row, "finish")
    task = task_of(row)
    assert (task.quantity, task.material, task.leftover) == ("", "", "")


@pytest.mark.parametrize(
    "given",
    [
        {"leftover": "some"},
        {"leftover": "some", "leftover_words": "   "},
        {"leftover": "none", "leftover_words": "路沿石待补"},
        {"leftover_words": "路沿石待补"},
    ],
)
def test_what_is_left_is_told_exactly_when_something_is(world, given):
    row = in_hand(world)
    task, before = task_of(row), TrailEntry.objects.count()
    data = {"result": "已修补", "photos": [str(photo(world.act("road")))], **given}
    with pytest.raises(Refused) as refused:
        perform(workflow.TASK, task.pk, "finish", data, act=world.act("road"))
    assert [fault.code for fault in refused.value.faults] == ["incidents.leftover_is_told"]
    assert TrailEntry.objects.count() == before
    assert task_of(row).result == ""


@pytest.mark.parametrize("given", [{"leftover": "much"}, {"quantity": "9" * 41}, {"material": "料" * 101}, {"leftover_words": "留" * 301}])
def test_a_field_out_of_its_bounds_is_named(world, given):
    row = in_hand(world)
    with pytest.raises(Invalid) as refused:
        perform(workflow.TASK, task_of(row).pk, "finish", {"result": "已修补", **given}, act=world.act("road"))
    assert [fault.field for fault in refused.value.faults] == list(given)
    assert task_of(row).result == ""


def test_phrases_are_those_of_the_class_before_those_of_its_major(world):
    assert numbers.result_phrases("SJ0186", COUNTY, LONG_AGO) == (
        ("垃圾箱已清空，周边已清扫。", "The bin has been emptied and its surroundings swept."),
        ("垃圾已清运，地面已清扫。", "The rubbish has been taken away and the ground swept."),
        ("现场已冲洗，恢复整洁。", "The place has been washed down and is clean."),
    )
    assert numbers.result_phrases("BJ0599", COUNTY, LONG_AGO) == ()


def test_board_case_page_and_crews_page_show_the_phrases(world):
    row = in_hand(world)
    task, client = task_of(row), client_of(world, "road")
    phrase = "垃圾已清运，地面已清扫。"
    for page in (f"/matters/{task.pk}/steps/finish", f"/work/board/{task.pk}"):
        shown = client.get(page).content.decode()
        assert f'data-phrase="{phrase}"' in shown
        assert 'name="leftover" value="none" checked' in shown
    tell(world, row, ("give_to_crew",))
    link = next(part for part in client.get(f"/incidents/{row.matter.number}").content.decode().split('"') if "/crew/" in part)
    page = client.get("/crew/" + link.split("/crew/")[1]).content.decode()
    assert f'data-phrase="{phrase}"' in page


def test_loading_the_registers_again_adds_no_phrase(world):
    before = ResultPhrase.objects.count()
    assert before == 20
    assert load_seed()["result_phrases"] == 0
    assert ResultPhrase.objects.count() == before
