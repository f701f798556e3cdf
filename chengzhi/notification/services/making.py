"""Making notices: one for each addressee and channel that fits, each once, whoever asks and however often."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chengzhi.notification import queries
from chengzhi.notification.integrations import REGISTRY
from chengzhi.notification.messages import Message
from chengzhi.notification.models import ACCOUNT, BELL, GROUP, HELD, LOG, PERSON, SENT, WAITING, Channel, Notice, Reach

SMS = "sms"


@dataclass(frozen=True, slots=True)
class Said:
    """What is told: the event by which it is known again, the kind of message, the words, where it leads."""

    event: str
    message: Message
    zh: str
    en: str
    link: str = ""
    matter: int | None = None
    node: int | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class To:
    """Who is told: colleagues by their accounts, citizens by their rows in the register of parties, bodies by their groups."""

    accounts: Sequence[int] = ()
    persons: Sequence[int] = ()
    bodies: Sequence[int] = ()


def make(said: Said, to: To, now: datetime) -> int:
    """Make the notices of what is said and return how many were new; nothing that was told before is told again.

    The rows go in at once and not with the rest of the service: whoever comes second finds them there and adds nothing.
    """
    channels = queries.open_channels()
    rows = [*_for_colleagues(said, to.accounts, channels, now), *_for_citizens(said, to.persons, channels, now)]
    rows += _for_groups(said, to.bodies, channels, now)
    if not rows:
        return 0
    known = set(Notice.objects.filter(event=said.event).values_list("addressee", "to", "channel"))
    new = [row for row in rows if (row.addressee, row.to, row.channel) not in known]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _for_colleagues(said: Said, accounts: Sequence[int], channels: Sequence[Channel], now: datetime) -> Iterable[Notice]:
    for account, wishes in queries.wishes_of(list(dict.fromkeys(accounts))).items():
        yield _row(said, ACCOUNT, account, BELL, now)
        for channel in channels:
            if channel.integration in wishes.addresses and wishes.wants(said.message, channel, urgent=said.urgent):
                yield _row(said, ACCOUNT, account, channel.code, now, wishes.reach)


def _for_citizens(said: Said, persons: Sequence[int], channels: Sequence[Channel], now: datetime) -> Iterable[Notice]:
    way_out = next((channel.code for channel in channels if channel.integration == SMS), LOG)
    for person in dict.fromkeys(persons):
        yield _row(said, PERSON, person, way_out, now, Reach(account=0))


def _for_groups(said: Said, bodies: Sequence[int], channels: Sequence[Channel], now: datetime) -> Iterable[Notice]:
    for channel in channels:
        speaks = REGISTRY[channel.integration].to_group and channel.body in bodies
        if speaks and said.message.loud and (said.urgent or not channel.urgent_only):
            yield _row(said, GROUP, channel.body or 0, channel.code, now, Reach(account=0))


def _row(said: Said, addressee: str, to: int, channel: str, now: datetime, reach: Reach | None = None) -> Notice:
    quiet = None if said.urgent or reach is None else queries.quiet_until(reach, now)
    inside = reach is None  # the bell is not sent anywhere
    return Notice(
        event=said.event,
        message=said.message.slug,
        addressee=addressee,
        to=to,
        channel=channel,
        matter=said.matter,
        node=said.node,
        urgent=said.urgent,
        words_zh=said.zh,
        words_en=said.en,
        link=said.link,
        state=SENT if inside else HELD if quiet else WAITING,
        made_at=now,
        next_at=None if inside else quiet or now,
        sent_at=now if inside else None,
    )
