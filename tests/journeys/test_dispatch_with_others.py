"""A dispatch to several units with limits of their own, by hand in a browser; and the words that a board and a crew are offered."""

import pytest
from playwright.sync_api import expect

from chengzhi.incidents.models import Task
from chengzhi.incidents.tests.telling import report, tell
from tests.conftest import PHONE
from tests.world import World

pytestmark = pytest.mark.browser


def test_others_get_limits_of_their_own_and_need_not_all_be_waited_for(open_page, sign_in, live_server, world: World, accessible) -> None:
    row = tell(world, report(world), ("pass_on", "file_case"))
    page = sign_in(open_page(), "dispatcher")
    page.goto(f"{live_server.url}/incidents/{row.matter.number}")
    page.locator("[data-slug=dispatch]").first.click()
    form = page.locator("form[data-step=dispatch]")
    expect(form.locator("[data-legs]")).to_be_hidden()
    form.locator(f"input[name=unit][value='{world.unit('road')}']").check()
    form.locator("details summary").click()
    form.locator(f"input[name=co_units][value='{world.unit('clean')}']").check()
    leg = form.locator(".leg")
    expect(leg).to_contain_text("东城环卫所")
    leg.locator(".leg-amount").fill("4")
    leg.locator("input[type=checkbox]").check()
    accessible(page)
    form.locator("button.take").click()
    page.wait_for_load_state()
    expect(page.locator("form[data-step=dispatch]")).to_have_count(0)
    task = Task.objects.get(unit_id=world.unit("clean"))
    assert (task.limit_amount, task.limit_unit, task.mandatory, task.lead) == (4, "working_hour", False, False)
    assert Task.objects.get(unit_id=world.unit("road")).mandatory


def test_a_touch_on_a_phrase_fills_the_report_once(open_page, sign_in, live_server, world: World, accessible) -> None:
    row = tell(world, report(world), ("pass_on", "file_case", "dispatch", "sign"))
    page = sign_in(open_page(PHONE), "road")
    page.goto(f"{live_server.url}/incidents/{row.matter.number}")
    page.locator("[data-slug=finish]").first.click()
    form = page.locator("form[data-step=finish]")
    form.locator(".phrase", has_text="垃圾已清运").click()
    expect(form.locator("textarea[name=result]")).to_have_value("垃圾已清运，地面已清扫。")
    accessible(page)
