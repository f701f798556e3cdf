"""What waits to be sent, what may be released after quiet hours, and by which address each addressee is reached now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from chengzhi.notification.models import ACCOUNT, HELD, SENT, WAITING, Notice
from chengzhi.notification.queries.people import wishes_of

MINUTE = timedelta(minutes=1)
LANGUAGE = "language"


def due_notices(now: datetime, *, most: int, without: Sequence[str] = ()) -> list[Notice]:
    """Return notices whose time to be sent has come, urgent ones first; those of the named channels are left out."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    found = Notice.objects.filter(free, state=WAITING, next_at__lte=now).exclude(channel__in=without)
    return list(found.order_by("-urgent", "next_at", "id")[:most])


def sent_in_last_minute(channel: str, now: datetime) -> int:
    """Return how many messages a channel has taken within the last minute."""
    return Notice.objects.filter(channel=channel, state=SENT, sent_at__gt=now - MINUTE).count()


def addresses(notices: Sequence[Notice]) -> dict[tuple[int, str], str]:
    """Return the addresses of colleagues among the addressees, by account and integration, and the language that each has chosen."""
    accounts = {notice.to for notice in notices if notice.addressee == ACCOUNT}
    wishes = wishes_of(accounts)
    return {
        (key, code): address for key, one in wishes.items() for code, address in {**one.addresses, LANGUAGE: one.reach.language}.items()
    }


def held_groups(now: datetime, *, most: int) -> dict[tuple[str, int, str], list[Notice]]:
    """Return held notices whose quiet hours are over, by addressee and channel, the oldest first."""
    found = Notice.objects.filter(state=HELD, digest__isnull=True, next_at__lte=now).order_by("next_at", "id")[:most]
    groups: dict[tuple[str, int, str], list[Notice]] = {}
    for notice in found:
        groups.setdefault((notice.addressee, notice.to, notice.channel), []).append(notice)
    return groups
