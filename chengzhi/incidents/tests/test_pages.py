"""Pages by the test client: who sees what, what a refusal keeps, and that nothing is taken twice."""

import json
import re

import pytest
from django.test import Client

from chengzhi.incidents import services
from chengzhi.incidents.models import Incident
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.organisation.models import Account
from tests.world import OTHER_COUNTY, World, found_small_world

pytestmark = pytest.mark.django_db
CLASS = "SJ0102"


@pytest.fixture
def world() -> World:
    return found_small_world()


def client_of(world: World, role: str, county: str = "990102") -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=world.account(role, county).pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def reported(world: World, n: int = 0, **more) -> Incident:
    lon, lat = world.point(n)
    act = world.act("acceptor", door="replay")
    return services.register_call(
        act=act, source="110", class_code=CLASS, description="路口垃圾成堆", lon=lon, lat=lat, address="人民路1号", **more
    )


def passed_on(world: World, n: int = 0) -> Incident:
    row = reported(world, n)
    services.pass_on(matter_id=row.pk, act=world.act("acceptor"), opinion="属实")
    return row


def form_in(page: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("version", "once")}


def test_pages_send_those_whom_nobody_knows_to_sign_in():
    assert Client().get("/").headers["Location"] == "/sign-in?next=%2F"
    assert Client().get("/incidents?state=closed").headers["Location"] == "/sign-in?next=%2Fincidents%3Fstate%3Dclosed"
    assert Client().get("/", HTTP_HX_REQUEST="true").headers["HX-Redirect"].startswith("/sign-in")
    assert Client().get("/tools/deadlines").status_code == 200


@pytest.mark.parametrize(
    ("name", "password", "status", "sentence"),
    [
        ("", "x", 422, "请填写用户名"),
        ("chief.990102", "", 422, "请填写密码"),
        ("chief.990102", "wrong", 401, "用户名或密码不对"),
        ("nobody", "wrong", 401, "用户名或密码不对"),
    ],
)
def test_a_refused_sign_in_says_why_and_keeps_the_name(world, name, password, status, sentence):
    answer = Client().post("/sign-in", {"username": name, "password": password})
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert f'value="{name}"' in answer.content.decode()


def test_too_many_passwords_lock_out_and_say_for_how_long(world):
    client = Client()
    for _ in range(8):
        answer = client.post("/sign-in", {"username": "chief.990102", "password": "wrong"})
    assert answer.status_code == 429
    assert "请15分钟后再试" in answer.content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_sign_in_never_leads_elsewhere(world, target):
    account = Account.objects.get(pk=world.account("chief").pk)
    account.set_password("right-password-1")
    account.save(update_fields=["password"])
    answer = Client().post("/sign-in", {"username": account.username, "password": "right-password-1", "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_my_work_shows_what_waits_for_my_posts_and_nothing_else(world):
    row = passed_on(world)
    chief = client_of(world, "chief").get("/").content.decode()
    assert "待立案" in chief and f'data-id="{row.pk}"' in chief
    assert "暂无待办" in client_of(world, "dispatcher").get("/").content.decode()
    assert "暂无待办" in client_of(world, "chief", OTHER_COUNTY).get("/").content.decode()


def test_my_work_asks_few_questions_however_many_rows(world, django_assert_max_num_queries):
    for n in range(6):
        passed_on(world, n)
    client = client_of(world, "chief")
    client.get("/")
    with django_assert_max_num_queries(12):
        assert client.get("/").content.decode().count('class="entry"') == 6


def test_another_county_never_sees_a_case(world):
    row = reported(world)
    number = row.matter.number
    assert client_of(world, "acceptor").get(f"/incidents/{number}").status_code == 200
    for path in (f"/incidents/{number}", f"/matters/{row.pk}/preview", f"/matters/{row.pk}/steps/pass_on"):
        assert client_of(world, "acceptor", OTHER_COUNTY).get(path).status_code == 404
    assert number not in client_of(world, "acceptor", OTHER_COUNTY).get(f"/search?q={number[-4:]}").content.decode()


def test_a_case_is_found_by_its_number_its_short_form_and_its_last_digits(world):
    row = reported(world)
    number = row.matter.number
    client = client_of(world, "acceptor")
    for wanted in (number, f"S{number[3:7]}-{number[-4:]}", number[-4:]):
        assert client.get("/search", {"q": wanted}).headers["Location"] == f"/incidents/{number}"
    assert "没有找到该编号的案件" in client.get("/search", {"q": "9999"}).content.decode()


def test_a_step_taken_twice_by_the_same_form_is_taken_once(world):
    row = passed_on(world)
    client = client_of(world, "chief")
    address = f"/matters/{row.pk}/steps/file_case"
    typed = {**form_in(client.get(address).content.decode()), "condition": conditions(client, address)[0], "opinion": "同意"}
    first, second = client.post(address, typed), client.post(address, typed)
    assert (first.status_code, second.status_code) == (302, 302)
    assert TrailEntry.objects.filter(root_id=row.pk, step="file_case").count() == 1


def conditions(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    return [value for value in re.findall(r'<option value="([^"]+)"', page) if value]


def test_a_refusal_keeps_what_was_typed_and_changes_nothing(world):
    row = passed_on(world)
    client = client_of(world, "chief")
    address = f"/matters/{row.pk}/steps/file_case"
    before = Matter.objects.get(pk=row.pk).version
    answer = client.post(address, {**form_in(client.get(address).content.decode()), "opinion": "我写的意见"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "缺少“立案条件”，请填写。" in page and "我写的意见" in page
    assert Matter.objects.get(pk=row.pk).version == before


def test_a_stale_form_says_who_was_faster_and_offers_a_fresh_one(world):
    row = passed_on(world)
    client = client_of(world, "chief")
    address = f"/matters/{row.pk}/steps/file_case"
    typed = {**form_in(client.get(address).content.decode()), "condition": conditions(client, address)[0], "opinion": "我写的意见"}
    services.send_back(matter_id=row.pk, act=world.act("chief"), opinion="位置不清")
    services.pass_on(matter_id=row.pk, act=world.act("acceptor"))
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "该案件刚被东城acceptor于" in page and "我写的意见" in page
    fresh = {**typed, **form_in(page)}
    assert fresh["version"] != typed["version"]
    assert client.post(address, fresh).status_code == 302


def test_several_tasks_are_signed_for_at_once_and_each_refusal_is_named(world):
    tasks = []
    for n in range(2):
        row = passed_on(world, n)
        act = world.act
        page = client_of(world, "chief")
        condition = conditions(page, f"/matters/{row.pk}/steps/file_case")[0]
        services.file_case(matter_id=row.pk, act=act("chief"), condition=condition)
        services.dispatch(matter_id=row.pk, act=act("dispatcher"), unit=world.unit("clean"))
        tasks.append(Matter.objects.get(parent_id=row.pk, kind="task"))
    operator = client_of(world, "clean")
    given = [f"{tasks[0].pk}:{tasks[0].version}", f"{tasks[1].pk}:99", "nonsense"]
    answer = operator.post("/matters/steps/sign", {"matter": given, "once": "k"}).content.decode()
    assert "1 件已办理" in answer
    assert "刚被更新" in answer and "该行无法识别" in answer
    assert [Matter.objects.get(pk=task.pk).state for task in tasks] == ["signed", "sent"]


@pytest.mark.django_db(transaction=True)
def test_live_tells_only_what_one_may_see_and_nothing_when_nothing_happened(world):
    chief, other = client_of(world, "chief"), client_of(world, "chief", OTHER_COUNTY)
    since = json.loads(chief.get("/live").content)["cursor"]
    assert chief.get("/live", {"since": since}).status_code == 204
    row = passed_on(world)
    seen = json.loads(chief.get("/live", {"since": since}).content)
    assert {move["root"] for move in seen["moves"]} == {str(row.pk)}
    assert json.loads(other.get("/live", {"since": since}).content)["moves"] == []
    assert chief.get("/live", {"since": seen["cursor"]}).status_code == 204


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("state=closed", 200, "没有符合条件的案件"),
        ("state=to_accept", 200, "待受理"),
        ("due=open", 200, "未办结"),
        ("class=SJ0102 暴露垃圾", 200, "暴露垃圾"),
        ("state=flying", 422, "没有“flying”这一项"),
        ("unit=x", 422, "没有“x”这一项"),
        ("cursor=nonsense", 422, "请从第一页开始"),
    ],
)
def test_the_list_is_narrowed_by_what_stands_in_the_address(world, query, status, sentence):
    reported(world)
    answer = client_of(world, "acceptor").get(f"/incidents?{query}")
    assert answer.status_code == status
    assert sentence in answer.content.decode()


def test_a_report_that_is_refused_keeps_its_words(world):
    answer = client_of(world, "acceptor").post(
        "/report", {"once": "k", "description": "路口垃圾成堆", "class_code": "SJ9999", "address": "人民路1号", "source": "12319"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有小类“SJ9999”" in page and "路口垃圾成堆" in page and "人民路1号" in page
    assert Incident.objects.count() == 0


def test_a_duplicate_is_registered_and_merged_in_one_step(world):
    first = reported(world)
    lon, lat = world.point(0)
    typed = {
        "once": "k",
        "description": "又有人反映垃圾",
        "class_code": CLASS,
        "address": "人民路1号",
        "source": "110",
        "lon": lon,
        "lat": lat,
    }
    answer = client_of(world, "acceptor").post("/report", {**typed, "merge_into": first.matter.number})
    second = Incident.objects.exclude(pk=first.pk).get()
    assert answer.headers["Location"] == f"/incidents/{second.matter.number}"
    assert (second.merged_into_id, second.matter.state) == (first.pk, "merged")
    refused = client_of(world, "acceptor").post(
        "/report", {**typed, "once": "l", "class_code": "SJ0101", "merge_into": first.matter.number}
    )
    assert refused.status_code == 422
    assert "只能并入同一小类的案件" in refused.content.decode()
    assert Incident.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "status", "word"),
    [("acceptor", 200, "诉求内容"), ("inspector", 200, "监督员手机端"), ("chief", 403, "没有上报或登记受理的权限")],
)
def test_the_post_decides_which_report_form_is_shown(world, role, status, word):
    answer = client_of(world, role).get("/report", follow=True)
    assert answer.status_code == status
    assert word in answer.content.decode()


def test_every_page_is_whole_in_english(world):
    row = passed_on(world)
    client = client_of(world, "chief")
    client.cookies["django_language"] = "en"
    for path in ("/", "/incidents", f"/incidents/{row.matter.number}", f"/matters/{row.pk}/preview", "/tools/deadlines"):
        page = client.get(path).content.decode()
        assert "Time left" in page or "Limits" in page or "left" in page, path
        assert not re.search(r"<(?:h1|h2|h3|th|dt|label|button|summary)[^>]*>[^<]*[\u4e00-\u9fff]", page.replace("中文", ""))


def test_an_act_through_a_page_says_so_in_the_trail(world):
    row = passed_on(world)
    client = client_of(world, "chief")
    address = f"/matters/{row.pk}/steps/send_back"
    client.post(address, {**form_in(client.get(address).content.decode()), "opinion": "位置不清"})
    entry = TrailEntry.objects.filter(root_id=row.pk).latest("seq")
    assert (entry.step, entry.door, entry.actor) == ("send_back", "page", world.account("chief").pk)


@pytest.mark.parametrize("path", ["/nowhere", "/incidents/nowhere", "/matters/1/preview"])
def test_what_there_is_not_is_answered_with_a_sentence(world, path):
    answer = client_of(world, "chief").get(path)
    assert answer.status_code == 404
    assert "没有" in answer.content.decode()


def test_a_post_that_is_not_mine_cannot_be_chosen(world):
    client = client_of(world, "chief")
    assert client.post("/post", {"post": str(world.actor("chief").post)}).status_code == 302
    assert client.post("/post", {"post": str(world.actor("dispatcher").post)}).status_code == 403


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("id=T_DECIDE&start=2026-09-18", 200, "2026-12-17 周四"),
        ("id=T_DECIDE&start=2026-09-18&from1=2026-10-08&to1=2026-10-20", 200, "2026-12-30 周三"),
        ("amount=4&unit=working_hour&scheme=office&start=2026-09-30T16:00", 200, "2026-10-08 10:00 周四"),
        ("id=T_DECIDE&start=yesterday", 422, "起点“yesterday”不是日期"),
        ("id=T_NONE&start=2026-09-18", 404, "没有编号为“T_NONE”的法定期限"),
        ("amount=0&unit=day&start=2026-09-18", 422, "时限数值“0”不可用"),
        ("start=2026-09-18", 422, "二者取其一"),
    ],
)
def test_anybody_can_calculate_a_deadline(query, status, sentence):
    answer = Client().get(f"/tools/deadlines?{query}")
    assert answer.status_code == status
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/live?since=abc", 422),
        ("get", "/live?since=1", 422),
        ("post", "/matters/steps/nonsense", 404),
        ("post", "/matters/{pk}/steps/register_call", 428),
        ("get", "/matters/999999999999999999999999999999", 404),
    ],
)
def test_what_no_page_of_ours_would_ask_for_is_refused_and_not_a_fault(world, method, path, status):
    row = reported(world)
    before = TrailEntry.objects.count()
    answer = getattr(client_of(world, "acceptor"), method)(path.replace("{pk}", str(row.pk)))
    assert (answer.status_code, TrailEntry.objects.count()) == (status, before)
