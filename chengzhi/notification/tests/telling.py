"""What the tests of notification share: channels to a stand-in, moments, and what was made for whom."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from chengzhi.notification.models import BELL, Channel, Notice
from tests.world import World


def at(clock: str, day: str = "2026-11-23") -> datetime:
    """Return a moment of the city's day."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{clock}"))


def open_sms(settings: Any, url: str, **more: Any) -> Channel:
    """Open the SMS channel to a stand-in."""
    given = {"sms": {"url": f"{url}/sms", "key": "K", "secret": "S"}, "address": "https://city.example", "seconds": 0.5}
    settings.NOTIFICATION = {**settings.NOTIFICATION, **given}
    return Channel.objects.create(code="sms", integration="sms", name_zh="短信", enabled=True, **more)


def open_robot(settings: Any, url: str, body: int, **more: Any) -> Channel:
    """Open the DingTalk robot of a unit to a stand-in."""
    given = {"dingtalk_url": url, "dingtalk_robots": "road=T:S", "seconds": 0.5}
    settings.NOTIFICATION = {**settings.NOTIFICATION, **given}
    return Channel.objects.create(code="ding", integration="dingtalk", name_zh="养护群", enabled=True, entry="road", body=body, **more)


def out(**narrow: Any) -> list[tuple[str, str, str]]:
    """Return message, channel and state of what leaves the platform, in the order of making."""
    rows = Notice.objects.exclude(channel=BELL).filter(**narrow).order_by("id")
    return list(rows.values_list("message", "channel", "state"))


def bell(world: World, role: str) -> list[str]:
    """Return the kinds of message under the bell of a role, oldest first."""
    rows = Notice.objects.filter(channel=BELL, to=world.account(role).pk).order_by("id")
    return list(rows.values_list("message", flat=True))
