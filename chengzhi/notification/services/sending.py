"""Sending: each notice is claimed by itself in a short transaction, handed to its provider outside any, and marked with what became of it.

When the worker ends between handing over and marking, the claim runs out. A provider that recognises a repeated message is then asked again
with the same id; with any other the notice is marked as failed, because nobody knows whether it was taken, and a person decides.
"""

import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from chengzhi.kernel import writes
from chengzhi.kernel.access import SYSTEM, act_now
from chengzhi.kernel.problems import Problem
from chengzhi.notification import queries
from chengzhi.notification.integrations import REGISTRY
from chengzhi.notification.integrations.base import AGAIN, REFUSED, SENT, UNSURE, Letter, Outcome, configured
from chengzhi.notification.messages import MESSAGES
from chengzhi.notification.models import ACCOUNT, FAILED, PERSON, WAITING, Channel, Notice
from chengzhi.notification.models import SENT as IS_SENT
from chengzhi.notification.queries.sending import LANGUAGE
from chengzhi.parties import services as parties

CLAIM, TOO_OLD = timedelta(minutes=3), timedelta(hours=24)
AT_ONCE, BATCH, SECONDS = 16, 200, 5.0
BACK_OFF = (60, 300, 900, 3600, 4 * 3600)  # seconds after the first, second … try; after the last one a person decides
GIVE_UP_ON_CHANNEL = 5
DIGEST, ENDED = "digest", {IS_SENT: True, FAILED: True}
PURPOSE = "短信告知办理情况"
ABANDONED = "not known whether it was sent: the worker ended while sending"

_CLAIM = (
    'UPDATE "notification_notice" SET "claimed_until" = %s, "attempts" = "attempts" + 1 '
    'WHERE "id" = %s AND "state" = \'waiting\' AND ("claimed_until" IS NULL OR "claimed_until" < %s) RETURNING "id"'
)


def send_waiting(now: datetime | None = None) -> dict[str, int]:
    """Send what waits for at most five seconds, and return how many letters had which result.

    Nothing is sent while the emergency switch is on; it is looked at before every batch.
    """
    sender = _Sender(now)
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while time.monotonic() < until and not queries.paused() and sender.batch(pool, until):
            pass
    return dict(sender.results)


class _Sender:
    """One run: the channels as they are open now, who is reached how, what is on its way."""

    def __init__(self, now: datetime | None) -> None:
        self.fixed = now
        self.channels = {channel.code: channel for channel in (queries.LOG_SINK, *queries.enabled_channels())}
        self.lacking = [code for code, channel in self.channels.items() if REGISTRY[channel.integration].missing(channel.entry)]
        self.left = {code: self._allowed(channel) for code, channel in self.channels.items()}
        self.troubles: Counter[str] = Counter()
        self.results: Counter[str] = Counter()
        self.under_way: dict[Future[Outcome], Notice] = {}

    def now(self) -> datetime:
        return self.fixed or timezone.now()

    def _allowed(self, channel: Channel) -> int | None:
        most = channel.per_minute or REGISTRY[channel.integration].per_minute
        return None if most is None else max(0, most - queries.sent_in_last_minute(channel.code, self.now()))

    def batch(self, pool: ThreadPoolExecutor, until: float) -> bool:
        """Send one batch; tell whether there was anything to do."""
        closed = self.lacking + [code for code, left in self.left.items() if left == 0]
        closed += [code for code, count in self.troubles.items() if count >= GIVE_UP_ON_CHANNEL]
        found = queries.due_notices(self.now(), most=BATCH, without=closed)
        known = queries.addresses(found)
        claimed = 0
        for notice in found:
            if time.monotonic() > until or self._is_closed(notice.channel):
                continue
            if _claim(notice, self.now()):
                claimed += 1
                self._hand_over(pool, notice, known)
            if len(self.under_way) >= AT_ONCE:
                self._collect()
        while self.under_way:
            self._collect()
        return claimed > 0

    def _is_closed(self, code: str) -> bool:
        return self.left.get(code) == 0 or self.troubles[code] >= GIVE_UP_ON_CHANNEL

    def _hand_over(self, pool: ThreadPoolExecutor, notice: Notice, known: dict[tuple[int, str], str]) -> None:
        ready = self._ready(notice, known)
        if isinstance(ready, Outcome):
            self._mark([(notice, ready)])
            return
        left = self.left.get(notice.channel)
        if left is not None:
            self.left[notice.channel] = left - 1
        self.under_way[pool.submit(REGISTRY[self.channels[notice.channel].integration].send, ready)] = notice

    def _ready(self, notice: Notice, known: dict[tuple[int, str], str]) -> Letter | Outcome:
        """Return the letter of a notice, or why none is sent."""
        channel = self.channels.get(notice.channel)
        if channel is None:
            return Outcome(REFUSED, "渠道已关闭 the channel is closed")
        integration = REGISTRY[channel.integration]
        if notice.claimed_until is not None and not integration.repeats_safely(channel.settings):
            return Outcome(REFUSED, ABANDONED)
        if notice.next_at is not None and self.now() - notice.next_at > TOO_OLD:
            return Outcome(REFUSED, "等待超过24小时 waited for more than a day")
        try:
            letter = _letter(notice, channel, known)
        except Problem as problem:
            return Outcome(AGAIN if problem.status >= 500 else REFUSED, problem.zh[:300])
        return letter if letter.address else Outcome(REFUSED, f"没有{integration.address_zh} no {integration.address_en}")

    def _collect(self) -> None:
        done, _ = wait(self.under_way, return_when=FIRST_COMPLETED)
        self._mark([(self.under_way.pop(future), _outcome(future)) for future in done])

    def _mark(self, outcomes: list[tuple[Notice, Outcome]]) -> None:
        _mark(outcomes, self.channels, self.now())
        for notice, outcome in outcomes:
            self.results[outcome.result] += 1
            self.troubles[notice.channel] = self.troubles[notice.channel] + 1 if outcome.result in {AGAIN, UNSURE} else 0


def _outcome(future: "Future[Outcome]") -> Outcome:
    fault = future.exception()
    return future.result() if fault is None else Outcome(UNSURE, f"{type(fault).__name__}: {fault}"[:300])


@writes.service
def _claim(notice: Notice, now: datetime) -> bool:
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [adapt(now + CLAIM), notice.id, adapt(now)])
        return cursor.fetchone() is not None


def _letter(notice: Notice, channel: Channel, known: dict[tuple[int, str], str]) -> Letter:
    english = notice.addressee == ACCOUNT and known.get((notice.to, LANGUAGE)) == "en"
    base = configured()["address"]
    message = MESSAGES[notice.message]
    return Letter(
        id=notice.id,
        address=_address(notice, channel, known),
        title=message.en if english else message.zh,
        text=notice.words_en if english else notice.words_zh,
        link=f"{base}{notice.link}" if base and notice.link else "",
        english=english,
        settings=channel.settings,
    )


def _address(notice: Notice, channel: Channel, known: dict[tuple[int, str], str]) -> str:
    if REGISTRY[channel.integration].to_group:
        return channel.entry
    if notice.addressee == PERSON and channel.integration == "sms":
        # Every look at a citizen's number is kept by the register of parties, this one too.
        return parties.reveal(person_id=notice.to, purpose=PURPOSE, act=act_now(SYSTEM, door="system"))["phone"]
    return known.get((notice.to, channel.integration), "") if notice.addressee == ACCOUNT else notice.addressee


@writes.service
def _mark(outcomes: Iterable[tuple[Notice, Outcome]], channels: dict[str, Channel], now: datetime) -> None:
    for notice, outcome in outcomes:
        notice.attempts += 1  # the claim has counted it in the table
        notice.answer, notice.claimed_until = outcome.answer[:300].replace("\x00", ""), None
        notice.state = _state_after(notice, outcome, channels)
        if outcome.result == SENT:
            notice.sent_at = now
        notice.next_at = now + timedelta(seconds=max(outcome.wait, _pause(notice.attempts)))
        writes.change(notice, "answer", "claimed_until", "state", "sent_at", "next_at")
        for member in Notice.objects.filter(digest=notice.id) if notice.message == DIGEST and ENDED.get(notice.state) else ():
            member.state, member.sent_at, member.answer = notice.state, notice.sent_at, notice.answer
            writes.change(member, "state", "sent_at", "answer")


def _state_after(notice: Notice, outcome: Outcome, channels: dict[str, Channel]) -> str:
    if outcome.result == SENT:
        return IS_SENT
    channel = channels.get(notice.channel)
    safely = channel is not None and REGISTRY[channel.integration].repeats_safely(channel.settings)
    worth_it = outcome.result == AGAIN or (outcome.result == UNSURE and safely)
    return WAITING if worth_it and notice.attempts <= len(BACK_OFF) else FAILED


def _pause(attempts: int) -> int:
    return BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
