"""Quiet hours, digests and wishes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chengzhi.kernel.problems import Invalid
from chengzhi.notification import queries, services
from chengzhi.notification.messages import MESSAGES
from chengzhi.notification.models import BELL, Notice, Preference, Reach
from chengzhi.notification.tests.standins import HOSTILE, provider
from chengzhi.notification.tests.telling import at, open_sms, out
from chengzhi.organisation.models import Staff


def told(world, when, key: str = "k", *, urgent: bool = False) -> None:
    """Tell the road unit's operator something at a moment."""
    account = world.account("road").pk
    act = world.act("chief", at=when)
    services.tell(key=key, zh=f"请看{key}", en=f"Look {key}", node=world.county, accounts=[account], urgent=urgent, act=act)


@pytest.mark.parametrize(
    ("situation", "clock", "given", "until"),
    [
        ("in the day", "10:00", {}, None),
        ("late", "23:00", {}, "2026-11-24 07:00"),
        ("at its beginning", "22:00", {}, "2026-11-24 07:00"),
        ("early", "06:59", {}, "2026-11-23 07:00"),
        ("at its end", "07:00", {}, None),
        ("no quiet hours", "23:00", {"quiet_from": "00:00", "quiet_to": "00:00"}, None),
        ("at noon", "12:30", {"quiet_from": "12:00", "quiet_to": "14:00"}, "2026-11-23 14:00"),
        ("a digest a day", "10:00", {"daily_digest": True}, "2026-11-24 07:30"),
        ("a digest today", "03:00", {"daily_digest": True}, "2026-11-23 07:30"),
    ],
)
def test_when_a_message_may_go_out(db, situation: str, clock: str, given: dict[str, object], until: str | None) -> None:
    Reach.objects.create(account=1, **given)
    found = queries.quiet_until(Reach.objects.get(account=1), at(clock))
    assert (found and f"{timezone.localtime(found):%Y-%m-%d %H:%M}") == until, situation


def test_an_urgent_message_breaks_quiet_hours_and_another_is_held(world, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    told(world, at("23:00"), "urgent", urgent=True)
    told(world, at("23:00"), "other")
    assert out() == [("told", "sms", "waiting"), ("told", "sms", "held")]
    assert Notice.objects.filter(channel=BELL, read_at__isnull=True).count() == 2


def test_several_held_messages_leave_as_one_digest_at_the_end(world, settings) -> None:
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        for n in range(7):
            told(world, at("23:00") + timedelta(minutes=n), f"n{n}")
        assert services.release_held(at("06:59", "2026-11-24")) == 0
        morning = at("07:00", "2026-11-24")
        assert [services.release_held(morning), services.release_held(morning)] == [1, 0]
        services.send_waiting(morning)
    assert [got.body["content"].split(" http")[0] for got in stand_in.got] == ["您有7条通知：请看n0；请看n1；请看n2；请看n3；请看n4等"]
    assert out() == [("told", "sms", "sent")] * 7 + [("digest", "sms", "sent")]


def test_a_single_held_message_leaves_as_it_is(world, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    told(world, at("23:00"))
    assert services.release_held(at("07:01", "2026-11-24")) == 1
    assert out() == [("told", "sms", "waiting")]


def test_a_digest_that_fails_leaves_its_messages_held_until_it_is_given_up(world, settings) -> None:
    with provider() as stand_in:
        open_sms(settings, stand_in.url)
        stand_in.always(503, b"")
        told(world, at("23:00"), "a")
        told(world, at("23:00"), "b")
        services.release_held(at("07:00", "2026-11-24"))
        services.send_waiting(at("07:00", "2026-11-24"))
        assert out() == [("told", "sms", "held"), ("told", "sms", "held"), ("digest", "sms", "waiting")]
        stand_in.always(200, {"code": 9})
        services.send_waiting(at("07:05", "2026-11-24"))
    assert {state for _, _, state in out()} == {"failed"}


# Wishes

GIVEN = {"mail": "", "wecom_user": "", "language": "zh", "quiet_from": "22:00", "quiet_to": "07:00", "daily_digest": False, "wanted": []}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mail": "nobody"}, "mail"),
        ({"mail": "a@b"}, "mail"),
        ({"mail": "a@b.cn\r\nBcc: x@y.cn"}, "mail"),
        ({"wecom_user": "@all"}, "wecom_user"),
        ({"wecom_user": "a|b"}, "wecom_user"),
        ({"wecom_user": HOSTILE}, "wecom_user"),
        ({"language": "fr"}, "language"),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"quiet_to": ""}, "quiet_to"),
    ],
)
def test_a_wrong_wish_is_refused_by_name_and_nothing_is_kept(world, change: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.save_wishes(**{**GIVEN, **change}, act=world.act("road"))
    assert [fault.field for fault in refused.value.faults] == [field]
    assert (Reach.objects.count(), Preference.objects.count()) == (0, 0)


def test_a_wish_is_kept_once_and_goes_before_the_default(world, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    act, account = world.act("road"), world.account("road").pk
    everything = {(slug, "sms") for slug in ("urged", "new_task")}
    for _ in range(2):
        services.save_wishes(**{**GIVEN, "mail": "z@city.example", "wanted": everything}, act=act)
    wishes = queries.wishes_of([account])[account]
    channel = queries.open_channels()[0]
    wanted = {slug for slug, message in MESSAGES.items() if wishes.wants(message, channel, urgent=True)}
    assert wanted == {"urged", "new_task", "told", "digest"}
    assert wishes.addresses["mail"] == "z@city.example"
    assert Reach.objects.count() == 1
    services.save_wishes(**{**GIVEN, "wanted": {(s, "sms") for s, m in MESSAGES.items() if m.loud}}, act=act)
    assert Preference.objects.count() == 0


def test_somebody_without_a_phone_is_told_under_the_bell(world, settings) -> None:
    Staff.objects.update(phone="")
    open_sms(settings, "http://127.0.0.1:9")
    told(world, at("10:00"))
    assert (out(), Notice.objects.filter(channel=BELL).count()) == ([], 1)
