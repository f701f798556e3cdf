"""The inspector's phone in a real browser: few taps, no network for a whole shift, a killed page, a wrong clock, gloves and sun."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from chengzhi.documents.models import Attachment
from chengzhi.incidents import services
from chengzhi.incidents.models import Check, Incident, Verification
from chengzhi.incidents.tests.telling import call, condition_of, photo, report
from chengzhi.kernel import registers
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.organisation.models import Attendance, Post
from tests.conftest import AXE, PHONE
from tests.journeys.street import DAY_AHEAD, FILL, drafts, opened, ready, send, shots, view, visitor, written
from tests.world import COUNTY, OTHER_COUNTY, World

pytestmark = pytest.mark.browser


def test_a_frequent_problem_is_reported_with_five_taps(street, world) -> None:
    page = written(street())
    taps = 4  # report, two photos, class
    expect(view(page, "report").locator(".grid-mark")).to_be_visible()
    send(page)
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=20_000)
    row = Incident.objects.select_related("matter").get()
    lon, lat = world.point(3)
    assert taps + 1 <= 6
    assert (row.source, row.matter.state, round(row.lon, 5), round(row.lat, 5)) == ("inspector", "to_accept", round(lon, 5), round(lat, 5))
    assert row.description and row.matter.evidence.count() == 2
    assert {(one.from_camera, round(one.lon, 5)) for one in Attachment.objects.all()} == {(True, round(lon, 5))}
    page.locator("[data-tile=mine]").tap()
    expect(view(page, "mine").locator(".entry").first).to_contain_text("待受理")
    view(page, "mine").locator(".entry").first.tap()
    expect(view(page, "own").locator(".line")).to_contain_text("上报")
    expect(view(page, "own").locator(".before img")).to_have_count(2)


def test_without_network_for_the_whole_shift_nothing_is_lost_and_all_arrives_with_its_own_time(street, world, live_server) -> None:
    page = street()
    view(page, "home").locator(".sign").tap()
    expect(view(page, "home").locator(".shift-said")).to_contain_text("已签到")
    page.context.set_offline(True)
    Attendance.objects.update(signed_in_at=timezone.now() - timedelta(hours=3))
    send(written(page))
    expect(page.locator("#bars")).to_contain_text("离线，1 条待上传")
    assert Incident.objects.count() == 0
    page.reload()  # the page itself comes from the worker
    ready(page)
    expect(page.locator("#bars")).to_contain_text("离线，1 条待上传")
    page.evaluate(
        """async () => {
            const store = await import("/static/incidents/phone/store.js"), { day } = await import("/static/incidents/phone/day.js");
            for (const record of await store.drafts(day.me.id)) if (record.kind === "report")
                await store.put({ ...record, at: new Date(Date.now() - 2 * 3600 * 1000).toISOString(), next: 0 });
        }"""
    )
    page.context.set_offline(False)
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=30_000)
    entry = TrailEntry.objects.get(root_id=Incident.objects.get().pk)
    assert timedelta(hours=1, minutes=59) < entry.recorded_at - entry.at < timedelta(hours=2, minutes=1)
    page.goto(f"{live_server.url}/m/#queue")
    expect(view(page, "queue").locator(".receipt").filter(has_text="上报")).to_have_count(1)


def test_a_page_that_is_killed_in_the_middle_finds_its_draft_again(street, world, live_server) -> None:
    page = written(street())
    view(page, "report").locator("[name=words]").fill("井盖边上有深坑")
    page.wait_for_timeout(300)
    context = page.context
    page.close()
    again = context.new_page()
    opened(again, live_server)
    expect(view(again, "home").locator(".resume")).to_be_visible()
    again.locator(".report-button").tap()
    expect(view(again, "report").locator(".shot img")).to_have_count(2)
    expect(view(again, "report").locator("[name=words]")).to_have_value("井盖边上有深坑")
    expect(view(again, "report").locator(".chip[aria-pressed=true]")).to_have_count(1)
    send(again)
    expect(again.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=20_000)
    assert Incident.objects.get().description == "井盖边上有深坑"


def test_two_taps_and_a_lost_answer_make_one_report(street, world) -> None:
    page = written(street())
    lost = []

    def lose(route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch())  # the server has taken it; the phone never hears of it
        route.abort()

    page.context.route("**/api/v1/incidents", lose)
    button = view(page, "report").locator(".send")
    button.evaluate("button => { button.click(); button.click(); }")
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=40_000)
    assert [answer.status for answer in lost] == [201]
    assert (Incident.objects.count(), Attachment.objects.count(), drafts(page)) == (1, 2, ["sent"])


def test_thirty_photos_of_fifteen_reports_wait_and_are_sent_with_their_sizes_shown(street, world, live_server) -> None:
    page = street()
    page.context.set_offline(True)
    page.evaluate(FILL.replace("POINT", json.dumps(world.point(2))), [15, 256])
    page.evaluate("location.hash = 'queue'")
    expect(view(page, "queue").locator(".item:not(.receipt)")).to_have_count(15)
    expect(view(page, "queue").locator(".item").first).to_contain_text(re.compile(r"2 张照片 · \d+ KB"))
    expect(view(page, "queue").locator(".total")).to_contain_text("15 条待上传")
    page.context.set_offline(False)
    view(page, "queue").locator(".all-again").tap()
    expect(view(page, "queue").locator(".receipt")).to_have_count(15, timeout=60_000)
    assert (Incident.objects.count(), Attachment.objects.count()) == (15, 30)
    left = page.evaluate("async () => (await (await import('/static/incidents/phone/store.js')).sizes()).size")
    assert left == 0


def test_what_the_server_refuses_stays_with_its_sentence_and_can_be_changed(street, world) -> None:
    page = street()
    unknown = {"code": "SJ9999", "zh": "旧小类", "en": "old class", "major_zh": "", "major_en": "", "find": ""}
    page.evaluate(
        """async (row) => {
            const { book, day } = await import("/static/incidents/phone/day.js");
            book.classes.push(row);
            day.recent = [row.code];
        }""",
        unknown,
    )
    send(written(page))
    expect(page.locator("#bars")).to_contain_text("1 条未被接收", timeout=20_000)
    assert (Incident.objects.count(), Attachment.objects.count()) == (0, 2)
    page.locator("#bars a").tap()
    expect(view(page, "queue").locator(".sentence")).to_contain_text("没有小类“SJ9999”")
    view(page, "queue").locator(".edit").tap()
    expect(view(page, "report").locator(".shot img")).to_have_count(2)
    view(page, "report").locator("[name=search]").fill("违建")
    view(page, "report").locator(".class-found .chip").first.tap()
    send(page)
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=20_000)
    assert Incident.objects.count() == 1


def test_a_phone_whose_clock_is_a_day_ahead_says_so_and_reports_with_the_servers_time(street, world) -> None:
    page = street()
    page.context.add_init_script(DAY_AHEAD)
    page.reload()
    ready(page)
    expect(page.locator("#bars")).to_contain_text("手机时钟快 1天")
    send(written(page))
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=20_000)
    entry = TrailEntry.objects.get(root_id=Incident.objects.get().pk)
    assert abs(entry.at - timezone.now()) < timedelta(minutes=2)
    assert abs(Attachment.objects.first().taken_at - timezone.now()) < timedelta(minutes=2)


def checked(world: World) -> tuple[Incident, Matter, str]:
    row = report(world, n=3, role="inspector2")
    services.pass_on(matter_id=row.pk, act=world.act("acceptor"))
    services.file_case(matter_id=row.pk, act=world.act("chief"), condition=condition_of(row))
    services.dispatch(matter_id=row.pk, act=world.act("dispatcher"), unit=world.unit("clean"))
    task = Matter.objects.get(parent_id=row.pk, kind="task")
    services.sign(matter_id=task.pk, act=world.act("clean"))
    services.finish(matter_id=task.pk, act=world.act("clean"), result="已清理", photos=[photo(world.act("clean"))])
    services.send_check(matter_id=row.pk, act=world.act("acceptor"))
    return row, *visitor(world, row, "check")


def test_a_check_shows_the_reports_photo_as_a_ghost_and_asks_why_from_afar(street, world) -> None:
    row, part, name = checked(world)
    page = street(name, point=3)
    lon, lat = world.point(3)
    page.context.set_geolocation({"longitude": lon, "latitude": lat + 0.001475, "accuracy": 8})
    expect(page.locator("[data-tile=check] .count")).to_have_text("1")
    page.locator("[data-tile=check]").tap()
    view(page, "tasks").locator(".entry").tap()
    task = view(page, "task")
    expect(task.locator(".distance")).to_have_text(re.compile(r"距案发点 16[3-5] 米"))
    task.locator(".shoot").tap()
    expect(page.locator("#camera .ghost")).to_be_visible()
    shots(page, 2)
    passed = task.locator("[data-answers=passed]")
    expect(passed).to_have_attribute("aria-disabled", "true")
    passed.evaluate("button => button.click()")
    expect(task.locator(".refusal")).to_contain_text("请写距离说明")
    task.locator("[name=far]").fill("隔河拍摄")
    passed.evaluate("button => button.click()")
    expect(task.locator(".refusal")).to_contain_text("结案条件")
    task.locator(".closing").tap()
    passed.tap()
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=20_000)
    row.refresh_from_db()
    part.refresh_from_db()
    assert (part.state, row.check_result, Check.objects.get().far_reason) == ("passed", "passed", "隔河拍摄")
    assert 160 <= Check.objects.get().distance_m <= 168


def test_a_verification_is_answered_without_network_and_sent_later(street, world) -> None:
    row = call(world, n=3, address="人民路1号")
    services.send_verify(matter_id=row.pk, act=world.act("acceptor"))
    part, name = visitor(world, row, "verification")
    page = street(name, point=3)
    page.context.set_offline(True)
    page.locator("[data-tile=verification]").tap()
    view(page, "tasks").locator(".entry").tap()
    view(page, "task").locator(".shoot").tap()
    shots(page, 2)
    view(page, "task").locator("[data-answers=true]").tap()
    expect(page.locator("#bars")).to_contain_text("离线，1 条待上传")
    assert Verification.objects.get().result == ""
    page.context.set_offline(False)
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=30_000)
    part.refresh_from_db()
    assert (part.state, Verification.objects.get().result) == ("answered", "true")


def test_a_task_taken_back_meanwhile_says_so_and_keeps_what_was_written(street, world) -> None:
    row = call(world, n=3)
    services.send_verify(matter_id=row.pk, act=world.act("acceptor"))
    _, name = visitor(world, row, "verification")
    page = street(name, point=3)
    page.context.set_offline(True)
    page.locator("[data-tile=verification]").tap()
    view(page, "tasks").locator(".entry").tap()
    view(page, "task").locator(".shoot").tap()
    shots(page, 2)
    view(page, "task").locator("[data-answers=true]").tap()
    services.ask_void(matter_id=row.pk, act=world.act("acceptor"), reason="test")
    services.void(matter_id=row.pk, act=world.act("chief"), reason="test")
    page.context.set_offline(False)
    expect(page.locator("#bars")).to_contain_text("1 条未被接收", timeout=30_000)
    page.evaluate("location.hash = 'queue'")
    expect(view(page, "queue").locator(".sentence")).to_contain_text("任务已被收回")
    assert Verification.objects.get().result == ""


def test_with_the_position_off_a_tap_on_the_grid_says_where(street, world) -> None:
    page = street(permissions=["camera"], geolocation=None)
    page.locator(".report-button").tap()
    shots(page, 2)
    form = view(page, "report")
    expect(form.locator(".where")).to_contain_text("定位不可用")
    form.locator(".by-hand .cell").first.tap()
    expect(form.locator(".where")).to_have_text("手动定位")
    form.locator(".chip").first.tap()
    send(page)
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=20_000)
    assert Incident.objects.get().duty_grid == next(g.code for g in world.plan.duty_grids if g.node == COUNTY)


def test_a_report_outside_the_own_grid_is_marked_and_a_double_nearby_is_shown(street, world) -> None:
    report(world, n=3, role="inspector2")
    elsewhere = next(grid.code for grid in world.plan.duty_grids if grid.node == OTHER_COUNTY)
    Post.objects.filter(pk=world.actor("inspector").post).update(area_code=elsewhere)
    registers.clear_all()
    page = street()
    page.locator(".report-button").tap()
    shots(page, 2)
    form = view(page, "report")
    expect(form.locator(".grid-mark")).to_contain_text("网格外")
    form.locator("[name=search]").fill("违建")
    form.locator(".class-found .chip").first.tap()
    expect(form.locator(".near")).to_contain_text("米内已有同类 1 件")
    form.locator(".near button").tap()
    expect(page.locator("#near-list")).to_contain_text("待受理")
    page.locator("#near-list .big").tap()
    send(page)
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=20_000)
    page.locator("[data-tile=mine]").tap()
    expect(view(page, "mine").locator(".entry").first).to_contain_text("网格外")


def test_drafts_of_one_person_are_not_sent_by_another_on_the_same_phone(street, world, live_server, sign_in) -> None:
    page = street()
    page.context.route("**/api/v1/incidents", lambda route: route.abort())
    send(written(page))
    expect(page.locator("#bars")).to_contain_text("1 条待上传")
    page.context.clear_cookies()
    sign_in(page, "inspector2")
    page.context.unroute("**/api/v1/incidents")
    opened(page, live_server)
    page.wait_for_timeout(6000)
    assert (Incident.objects.count(), drafts(page)) == (0, [])


def test_who_signs_out_leaves_nothing_of_his_day_to_whoever_takes_the_phone_next(street, world) -> None:
    page = street()
    page.evaluate("caches.open('phone-pictures').then((cache) => cache.put('/api/v1/attachments/1/large', new Response('x')))")
    name = view(page, "home").locator(".me-name").inner_text()
    page.locator("[data-opens=settings]").tap()
    page.locator("form[data-leaves] button").tap()
    page.wait_for_url("**/sign-in**")
    assert page.evaluate("caches.has('phone-pictures')") is False
    page.context.set_offline(True)
    page.goto(page.url.replace("/sign-in", "/m/"))  # the page itself comes from the worker, without anybody's day
    ready(page)
    assert name
    expect(view(page, "home").locator(".me-name")).to_have_text("")
    assert page.evaluate("import('/static/incidents/phone/store.js').then((store) => store.kept('day'))")["me"] is None


def test_a_session_that_has_ended_keeps_the_drafts_and_says_so(street, world, live_server, sign_in) -> None:
    page = written(street())
    page.context.clear_cookies()
    send(page)
    expect(page.locator("#bars")).to_contain_text("登录已失效")
    assert drafts(page) == ["waiting"]
    page.context.unroute_all()
    sign_in(page, "inspector")
    opened(page, live_server)
    expect(page.locator(".toast-line").last).to_contain_text("指挥中心已收到", timeout=20_000)
    assert Incident.objects.count() == 1


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_every_view_can_be_read_in_the_sun_and_tapped_with_gloves(street, world, accessible, appearance: str) -> None:
    _, part, name = checked(world)
    page = street(name, color_scheme=appearance)
    page.context.set_offline(True)
    page.evaluate(FILL.replace("POINT", json.dumps(world.point(2))), [2, 64])
    page.context.set_offline(False)
    for name_of_view in ("home", "tasks/check", f"task/{part.number}", "mine", "queue", "report"):
        page.evaluate("where => { location.hash = where; }", name_of_view)
        expect(view(page, name_of_view.split("/")[0])).to_be_visible()
        if name_of_view == "report":
            page.locator(".camera-close").tap()
            expect(page.locator("#camera[open]")).to_have_count(0)
        page.wait_for_timeout(400)
        accessible(page)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {runOnly: ['color-contrast-enhanced']})")
        assert [node["html"][:160] for rule in found["violations"] for node in rule["nodes"]] == [], name_of_view
        small = page.evaluate(
            """() => [...document.querySelectorAll("a, button, input:not([type=file]), textarea, label.tick")]
                .filter((one) => one.checkVisibility() && !one.closest("label.tick") | one.matches("label.tick"))
                .filter((one) => one.getBoundingClientRect().height < 55.5).map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert small == [], name_of_view
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name_of_view
