"""How a person is reached and what that person wishes: channels per kind of message, quiet hours, digest."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from chengzhi.notification.integrations.base import configured
from chengzhi.notification.messages import Message
from chengzhi.notification.models import Channel, Preference, Reach
from chengzhi.organisation import queries as organisation


@dataclass(frozen=True, slots=True)
class Wishes:
    """One person: reach, addresses by integration, and wishes by (message, channel)."""

    reach: Reach
    addresses: Mapping[str, str]
    wanted: Mapping[tuple[str, str], bool]

    def wants(self, message: Message, channel: Channel, *, urgent: bool) -> bool:
        """Tell whether a message goes out to this person by a channel: the city's rule for the channel, then the wish, then the default."""
        if channel.urgent_only and not urgent:
            return False
        return self.wanted.get((message.slug, channel.code), message.loud)


def reach_of(account: int) -> Reach:
    """Return how a person is reached, with the defaults where nothing has been chosen."""
    return Reach.objects.filter(pk=account).first() or Reach(account=account)


def wishes_of(accounts: Collection[int]) -> dict[int, Wishes]:
    """Return the wishes of several people by three queries, however many they are."""
    known = {row.account: row for row in Reach.objects.filter(pk__in=accounts)}
    phones = organisation.phones_of(accounts)
    wanted: dict[int, dict[tuple[str, str], bool]] = {}
    for row in Preference.objects.filter(account__in=accounts):
        wanted.setdefault(row.account, {})[row.message, row.channel] = row.wanted
    return {key: _wishes(known.get(key) or Reach(account=key), phones.get(key, ""), wanted.get(key, {})) for key in accounts}


def _wishes(reach: Reach, phone: str, wanted: Mapping[tuple[str, str], bool]) -> Wishes:
    given = {"sms": phone, "mail": reach.mail, "wecom_app": reach.wecom_user, "log": "log"}
    return Wishes(reach, {code: address for code, address in given.items() if address}, wanted)


def quiet_until(reach: Reach, now: datetime) -> datetime | None:
    """Return when a message that is not urgent may go out: the end of the quiet hours or the next digest, None for at once."""
    if reach.daily_digest:
        return digest_moment(now)
    local = timezone.localtime(now)
    if not _within(reach.quiet_from, reach.quiet_to, local.time()):
        return None
    return _next(reach.quiet_to, now)


def digest_moment(now: datetime) -> datetime:
    """Return the next moment of the daily digest."""
    return _next(_clock(configured()["digest_at"]), now)


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return time(7, 30)


def _within(first: time, last: time, now: time) -> bool:
    if first == last:
        return False  # no quiet hours at all
    return first <= now < last if first < last else now >= first or now < last


def _next(clock: time, now: datetime) -> datetime:
    local = timezone.localtime(now)
    found = timezone.make_aware(datetime.combine(local.date(), clock))
    return found if found > now else timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), clock))
