"""Sending: once, tried again with patience, never twice when in doubt, and not at all while everything is paused."""

import threading
from collections import Counter
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from chengzhi.kernel.access import SYSTEM, act_now
from chengzhi.kernel.problems import Conflict, NotFound
from chengzhi.notification import queries, services
from chengzhi.notification.models import BELL, FAILED, Notice, Pause, Reach
from chengzhi.notification.services import sending
from chengzhi.notification.tests.standins import provider
from chengzhi.notification.tests.telling import at, open_robot, open_sms, out
from chengzhi.parties import services as parties
from chengzhi.parties.models import Reveal

NOW = at("10:00")


def told(world, key: str = "k", **more) -> None:
    """Tell the road unit's operator something urgent at ten in the morning."""
    given = {
        "zh": "请看",
        "en": "Look",
        "node": world.county,
        "accounts": [world.account("road").pk],
        "urgent": True,
        "link": "/incidents/1",
    }
    services.tell(key=key, act=world.act("chief", at=NOW), **{**given, **more})


def the_notice() -> Notice:
    return Notice.objects.exclude(channel=BELL).get()


def test_a_letter_goes_out_once_with_the_phone_of_today_and_its_link(world, settings) -> None:
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        told(world)
        assert [services.send_waiting(NOW), services.send_waiting(NOW)] == [{"sent": 1}, {}]
    assert len(stand_in.got) == 1
    body = stand_in.got[0].body
    assert (body["phone"], body["content"]) == ("13900000000", "请看 https://city.example/incidents/1")
    row = the_notice()
    assert (row.state, row.attempts, row.sent_at, row.claimed_until) == ("sent", 1, NOW, None)
    assert body["id"] == str(row.pk)


def test_a_failure_is_tried_again_later_and_later_and_then_shown(world, settings) -> None:
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        stand_in.always(503, b"")
        told(world)
        moment, pauses = NOW, []
        for _ in range(6):
            services.send_waiting(moment)
            row = the_notice()
            pauses.append(int((row.next_at - moment).total_seconds()))
            moment = row.next_at
        assert pauses[:5] == [60, 300, 900, 3600, 14400]
        assert (row.state, row.attempts, row.answer) == (FAILED, 6, "503")
        services.send_waiting(moment + timedelta(days=1))
    assert len(stand_in.got) == 6


@pytest.mark.parametrize(("situation", "answer", "state"), [("refused", (200, {"code": 9}), "failed"), ("unsure", (500, b"x"), "waiting")])
def test_what_is_refused_is_not_tried_again_and_what_is_unsure_only_where_it_is_recognised(
    world, settings, situation, answer, state
) -> None:
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        stand_in.always(*answer)
        told(world)
        services.send_waiting(NOW)
    assert the_notice().state == state, situation


def test_a_robot_that_gives_no_answer_is_not_asked_twice(world, settings) -> None:
    with provider() as stand_in:
        open_robot(settings, stand_in.url, world.unit("road"))
        stand_in.always(500, b"")
        told(world, accounts=[], bodies=[world.unit("road")])
        row = Notice.objects.get(channel="ding")
        assert services.send_waiting(NOW) == {"unsure": 1}
        services.send_waiting(NOW + timedelta(days=1))
        row.refresh_from_db()
    assert (row.state, len(stand_in.got)) == (FAILED, 1)


@pytest.mark.parametrize(("opened", "state", "requests"), [(open_sms, "sent", 1), (open_robot, "failed", 0)])
def test_a_worker_that_ended_between_sending_and_marking_does_not_tell_twice(world, settings, opened, state, requests) -> None:
    """The claim runs out: a gateway that knows the id is asked again with the same id, a robot is not; a person decides."""
    with provider() as stand_in:
        opened(settings, stand_in.url, *([world.unit("road")] if opened is open_robot else []))
        told(world, bodies=[world.unit("road")])
        Notice.objects.exclude(channel=BELL).update(claimed_until=NOW + timedelta(minutes=3), attempts=1)
        assert services.send_waiting(NOW) == {}
        services.send_waiting(NOW + timedelta(minutes=4))
    row = the_notice()
    assert (row.state, len(stand_in.got), row.attempts) == (state, requests, 2)


def test_two_senders_do_not_send_one_letter_twice(world, settings) -> None:
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        told(world)
        row = the_notice()
        assert [sending._claim(row, NOW), sending._claim(row, NOW)] == [True, False]


def test_nothing_goes_out_while_the_switch_is_on_and_everything_after(world, settings) -> None:
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        told(world)
        boss = world.act("sys_admin", "990100")
        services.pause_everything(why="网关被盗用", act=boss)
        assert (services.send_waiting(NOW), out()) == ({}, [("told", "sms", "waiting")])
        services.end_pause(act=boss)
        assert services.send_waiting(NOW) == {"sent": 1}
    assert list(Pause.objects.values_list("why", "running")) == [("网关被盗用", None)]


def test_what_has_waited_for_more_than_a_day_is_not_sent(world, settings) -> None:
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        told(world)
        services.send_waiting(NOW + timedelta(hours=25))
    assert (the_notice().state, stand_in.got) == (FAILED, [])


def test_a_channel_without_its_secret_waits_and_a_closed_one_fails(world, settings) -> None:
    with provider() as stand_in:
        channel = open_sms(settings, stand_in.url)
        told(world)
        settings.NOTIFICATION = {**settings.NOTIFICATION, "sms": {"url": "", "key": "", "secret": ""}}
        assert (services.send_waiting(NOW), the_notice().state) == ({}, "waiting")
        channel.enabled = False
        channel.save()
        services.send_waiting(NOW)
    assert (the_notice().state, stand_in.got) == (FAILED, [])


def test_a_robots_limit_per_minute_is_kept(world, settings) -> None:
    with provider() as stand_in:
        open_robot(settings, stand_in.url, world.unit("road"))
        for n in range(25):
            told(world, key=f"k{n}", bodies=[world.unit("road")], accounts=[])
        services.send_waiting(NOW)
        assert len(stand_in.got) == 20
        services.send_waiting(NOW + timedelta(seconds=30))
        assert len(stand_in.got) == 20
        services.send_waiting(NOW + timedelta(seconds=61))
    assert len(stand_in.got) == 25


def test_a_channel_in_trouble_does_not_use_up_the_others(world, settings) -> None:
    with provider() as broken:
        open_robot(settings, broken.url, world.unit("road"))
        broken.always(503, b"")
        for n in range(10):
            told(world, key=f"k{n}", bodies=[world.unit("road")], accounts=[])
        services.send_waiting(NOW)
    assert len(broken.got) <= 10
    assert Notice.objects.filter(channel="ding", state="waiting").count() == 10


def test_a_citizens_number_is_looked_up_when_it_is_needed_and_the_look_is_kept(world, settings) -> None:
    person = parties.register_person(name="王五", phone="13812345678", source="12345", act=world.act("acceptor"))
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        told(world, accounts=[], persons=[person.pk])
        assert Reveal.objects.count() == 0
        services.send_waiting(NOW)
    assert stand_in.got[0].body["phone"] == "13812345678"
    assert list(Reveal.objects.values_list("account", "purpose")) == [(0, "短信告知办理情况")]


def test_an_erased_citizen_is_not_told(world, settings) -> None:
    person = parties.register_person(name="王五", phone="13812345678", source="12345", act=world.act("acceptor"))
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        told(world, accounts=[], persons=[person.pk])
        parties.erase(person_id=person.pk, why="本人要求", act=act_now(SYSTEM, door="system"))
        services.send_waiting(NOW)
    assert (the_notice().state, stand_in.got) == (FAILED, [])


def test_somebody_who_reads_english_is_told_in_english(world, settings) -> None:
    Reach.objects.create(account=world.account("road").pk, language="en")
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        told(world)
        services.send_waiting(NOW)
    assert stand_in.got[0].body["content"].startswith("Look")


# Trying again by hand


def test_a_failed_notice_is_sent_again_when_an_administrator_wants_it_once(world, settings) -> None:
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        stand_in.always(200, {"code": 9})
        told(world)
        services.send_waiting(NOW)
        row = the_notice()
        stand_in.always(200, {"code": 0})
        services.retry(notice_id=row.pk, act=world.act("sys_admin", at=NOW))
        with pytest.raises(Conflict):
            services.retry(notice_id=row.pk, act=world.act("sys_admin", at=NOW))
        services.send_waiting(NOW)
    assert the_notice().state == "sent"


@pytest.mark.parametrize(("role", "county"), [("road", "990102"), ("chief", "990102"), ("sys_admin", "990103")])
def test_nobody_else_sends_it_again(world, role: str, county: str) -> None:
    told(world)
    Notice.objects.exclude(channel=BELL).update(state=FAILED)
    with pytest.raises(NotFound):
        services.retry(notice_id=the_notice().pk, act=world.act(role, county))
    assert the_notice().state == FAILED


# Many letters, with real transactions


@pytest.mark.django_db(transaction=True)
def test_letters_leave_side_by_side_and_each_of_them_once(settings) -> None:
    now = timezone.now()
    accounts = list(range(1, 301))
    results: Counter[str] = Counter()
    with provider() as stand_in, patch.object(queries, "addresses", lambda rows: {(row.to, "sms"): "139" for row in rows}):
        open_sms(settings, stand_in.url)
        settings.NOTIFICATION = {**settings.NOTIFICATION, "seconds": 60}
        stand_in.always(200, {"code": 0}, seconds=0.01)
        given = {"message": "told", "addressee": "account", "channel": "sms", "words_zh": "好", "words_en": "x", "state": "waiting"}
        Notice.objects.bulk_create(Notice(event=f"e{n}", to=n, made_at=now, next_at=now, **given) for n in accounts)
        while sent := services.send_waiting():
            results.update(sent)
    assert results == {"sent": 300}
    assert len({got.body["id"] for got in stand_in.got}) == len(stand_in.got) == 300
    assert stand_in.most_at_once > 1


def test_the_sender_has_its_threads_back_afterwards(world, settings) -> None:
    before = threading.active_count()
    told(world)
    services.send_waiting(NOW)
    assert threading.active_count() <= before
