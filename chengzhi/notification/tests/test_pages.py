"""The pages: mine, my settings, what was sent; who may see and do what."""

import pytest
from django.test import Client

from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed
from chengzhi.notification import services
from chengzhi.notification.models import BELL, FAILED, Channel, Notice, Pause, Preference, Reach
from chengzhi.notification.tests.standins import HOSTILE
from chengzhi.notification.tests.telling import open_sms
from chengzhi.organisation.models import Account

CITY = "990100"


def signed_in(world, role: str, county: str = "990102") -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(Account.objects.get(pk=world.account(role, county).pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(world, role: str = "road", n: int = 1, **more) -> None:
    """Tell somebody a few things."""
    for key in range(n):
        given = {"zh": f"请看第{key}件", "en": f"Look at {key}", "link": "/incidents", **more}
        accounts = [world.account(role).pk]
        services.tell(key=f"{role}{key}", node=world.county, accounts=accounts, urgent=True, act=world.act("chief"), **given)


def test_the_bell_counts_what_is_unread_and_mine_only(world) -> None:
    told(world, n=3)
    told(world, "clean")
    browser = signed_in(world, "road")
    assert '<span class="bell-count">3</span>' in browser.get("/notices/count").content.decode()
    assert browser.get("/notices/newest").content.decode().count("told-line told-new") == 3
    assert "bell-count" not in signed_in(world, "green").get("/notices/count").content.decode()


def test_opening_one_marks_it_read_and_leads_on_and_nobody_reads_for_another(world) -> None:
    told(world, n=2)
    row = Notice.objects.filter(channel=BELL).order_by("id").first()
    assert signed_in(world, "clean").post(f"/notices/{row.pk}/open", {"link": "/incidents"}).status_code == 302
    row.refresh_from_db()
    assert row.read_at is None
    answer = signed_in(world, "road").post(f"/notices/{row.pk}/open", {"link": row.link})
    assert answer["Location"] == "/incidents"
    assert Notice.objects.filter(channel=BELL, read_at__isnull=True).count() == 1


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", ""])
def test_a_notice_leads_nowhere_else(world, link: str) -> None:
    told(world)
    row = Notice.objects.get(channel=BELL)
    assert signed_in(world, "road").post(f"/notices/{row.pk}/open", {"link": link})["Location"] == "/notices"


def test_all_that_was_shown_is_marked_read_and_what_came_later_is_not(world) -> None:
    told(world, n=2)
    newest = Notice.objects.filter(channel=BELL).order_by("-id").first().pk
    services.tell(key="late", zh="晚到", en="Late", node=world.county, accounts=[world.account("road").pk], act=world.act("chief"))
    signed_in(world, "road").post("/notices/read", {"newest": str(newest)})
    assert list(Notice.objects.filter(channel=BELL, read_at__isnull=True).values_list("words_zh", flat=True)) == ["晚到"]


def test_hostile_words_are_shown_as_words(world) -> None:
    told(world, zh=HOSTILE, en=HOSTILE)
    for browser, path in ((signed_in(world, "road"), "/notices"), (signed_in(world, "sys_admin"), "/notices/sent")):
        assert "<script>x" not in browser.get(path).content.decode()


@pytest.mark.parametrize("path", ["/notices", "/notices/settings", "/notices/sent", "/notices/count", "/notices/newest"])
def test_nobody_sees_anything_without_signing_in(world, path: str) -> None:
    assert Client().get(path).status_code == 302


def test_pages_ask_few_questions_however_many_rows(world, django_assert_max_num_queries, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    told(world, n=60)
    pages = (
        (signed_in(world, "road"), "/notices"),
        (signed_in(world, "sys_admin"), "/notices/sent"),
        (signed_in(world, "road"), "/notices/settings"),
    )
    for browser, path in pages:
        with django_assert_max_num_queries(16):
            assert browser.get(path).status_code == 200
    assert "下一页" in pages[0][0].get("/notices").content.decode()


# My settings


def test_my_settings_are_kept_and_shown_again(world, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    browser = signed_in(world, "road")
    typed = {
        "mail": "z@city.example",
        "wecom_user": "zhang",
        "language": "zh",
        "quiet_from": "21:30",
        "quiet_to": "06:30",
        "wanted": ["urged:sms"],
    }
    assert browser.post("/notices/settings", typed).status_code == 302
    page = browser.get("/notices/settings").content.decode()
    assert ('value="z@city.example"' in page, 'value="21:30"' in page, "139****0000" in page, "13900000000" in page) == (
        True,
        True,
        True,
        False,
    )
    assert page.count(" checked") == 2  # the language and one wish
    assert Preference.objects.filter(wanted=True).count() == 0


def test_what_was_typed_stays_when_it_is_refused(world) -> None:
    answer = signed_in(world, "road").post("/notices/settings", {"mail": "x", "language": "zh", "quiet_from": "9", "quiet_to": "07:00"})
    page = answer.content.decode()
    assert (answer.status_code, 'value="x"' in page, page.count("field-fault")) == (422, True, 2)
    assert Reach.objects.count() == 0


# What was sent


def test_administrators_see_what_was_sent_in_their_nodes_and_filter_it(world) -> None:
    told(world, n=2)
    Notice.objects.filter(event="told:road1").exclude(channel=BELL).update(state=FAILED, answer="502")
    page = signed_in(world, "sys_admin").get("/notices/sent").content.decode()
    assert page.count('class="sent-words"') == 4
    failed = signed_in(world, "sys_admin").get("/notices/sent?state=failed&channel=log").content.decode()
    assert (failed.count('class="sent-words"'), "重发" in failed, "502" in failed) == (1, True, True)
    assert "没有符合条件的消息" in signed_in(world, "sys_admin").get("/notices/sent?message=digest").content.decode()
    assert "还没有发送记录" in signed_in(world, "sys_admin", "990103").get("/notices/sent").content.decode()


@pytest.mark.parametrize("asked", ["state=x&before=abc", "before=99999999999999999999999", "channel=%00", "message=<script>"])
def test_a_strange_filter_is_no_fault(world, asked: str) -> None:
    assert signed_in(world, "sys_admin").get(f"/notices/sent?{asked}").status_code == 200


@pytest.mark.parametrize("role", ["road", "chief", "leader", "inspector", "auditor"])
def test_nobody_else_sees_what_was_sent(world, role: str) -> None:
    told(world)
    browser = signed_in(world, role)
    row = Notice.objects.exclude(channel=BELL).get()
    assert browser.get("/notices/sent").status_code == 403
    assert browser.post(f"/notices/{row.pk}/retry").status_code == 403
    assert browser.post("/notices/pause", {"why": "不想被打扰"}).status_code == 403
    assert Pause.objects.count() == 0


def test_a_failed_message_is_sent_again_by_its_button_and_a_second_click_is_told(world) -> None:
    told(world)
    Notice.objects.exclude(channel=BELL).update(state=FAILED)
    row = Notice.objects.exclude(channel=BELL).get()
    browser = signed_in(world, "sys_admin")
    assert [browser.post(f"/notices/{row.pk}/retry").status_code for _ in range(2)] == [302, 409]
    row.refresh_from_db()
    assert row.state == "waiting"


# Channels and the switch


@pytest.mark.parametrize(("role", "county"), [("sys_admin", "990102"), ("chief", CITY), ("road", "990102")])
def test_only_the_city_opens_channels_and_pauses_them(world, settings, role: str, county: str) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    act = world.act(role, county)
    for refused in (
        lambda: services.save_channel(code="mail", integration="mail", act=act),
        lambda: services.pause_everything(why="测试", act=act),
        lambda: services.end_pause(act=act),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert (Channel.objects.count(), Pause.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("situation", "change", "named"),
    [
        ("unknown kind", {"integration": "pigeon"}, "pigeon"),
        ("bad code", {"code": "Ä"}, "code"),
        ("the bell's own code", {"code": "bell"}, "code"),
        ("no group", {"integration": "dingtalk"}, "body"),
        ("a body that there is not", {"integration": "dingtalk", "body": 1}, "body"),
        ("bad robot", {"entry": "a=b"}, "entry"),
        ("no secret", {"enabled": True}, "CHENGZHI_SMS_URL"),
        ("bad shape", {"shape": "{"}, "JSON"),
        ("long name", {"name_zh": "长" * 41}, "name"),
    ],
)
def test_a_wrong_channel_is_refused_by_name_and_not_opened(world, situation: str, change: dict[str, object], named: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.save_channel(**{"code": "sms", "integration": "sms", **change}, act=world.act("sys_admin", CITY))
    assert named in refused.value.en, situation
    assert Channel.objects.count() == 0


def test_a_channel_is_opened_and_changed_from_the_page(world, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9").delete()
    browser = signed_in(world, "sys_admin", CITY)
    assert (
        browser.post("/notices/channels", {"code": "sms", "integration": "sms", "name_zh": "短信网关", "enabled": "1"}).status_code == 302
    )
    assert "短信网关" in browser.get("/notices/sent").content.decode()
    assert browser.post("/notices/channels", {"code": "sms", "integration": "sms", "name_zh": "短信网关"}).status_code == 302
    assert list(Channel.objects.values_list("code", "enabled")) == [("sms", False)]


def test_the_switch_is_thrown_once_and_says_why(world) -> None:
    browser = signed_in(world, "sys_admin", CITY)
    assert [browser.post("/notices/pause", {"why": "网关被盗用"}).status_code for _ in range(2)] == [302, 409]
    assert "网关被盗用" in browser.get("/notices/sent").content.decode()
    with pytest.raises(Conflict):
        services.pause_everything(why="再次", act=world.act("sys_admin", CITY))
    assert browser.post("/notices/pause", {"end": "1"}).status_code == 302
    assert [browser.post("/notices/pause", {"why": " "}).status_code, Pause.objects.filter(running=True).count()] == [422, 0]
