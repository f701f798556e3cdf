"""Telling people what has happened: a step, a limit that has passed 80 or 100 percent, or what a context above asks for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from chengzhi.kernel import feed, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, Refused
from chengzhi.notification import queries
from chengzhi.notification.messages import BY_STEP, HOLDER, LIMITS, MESSAGES, TASKS, Message, Row
from chengzhi.notification.models import Threshold
from chengzhi.notification.queries import Passed, Subject
from chengzhi.notification.queries.limits import OVER
from chengzhi.notification.services.making import Said, To, make
from chengzhi.organisation import queries as organisation

NEW_TASK, URGENT_TASK, TOLD = "new_task", "urgent_task", "told"
MOST_AT_ONCE = 200
LONGEST_ZH, LONGEST_EN, LONGEST_KEY, LONGEST_LINK = 400, 700, 80, 200


@writes.service
def tell_of_step(moved: feed.Moved, *, event_id: int, now: datetime) -> int:
    """Tell whoever the table of messages names of a step, once per event; return how many notices were made."""
    row = BY_STEP.get((moved.kind, moved.step))
    about = queries.subject(moved.matter_id) if row and not queries.step_is_old(event_id, now) else None
    if row is None or about is None or (row.to == HOLDER and not about.matter.open):
        return 0
    message = MESSAGES[URGENT_TASK if about.urgent and row.message == NEW_TASK else row.message]
    return make(_said(f"event:{event_id}", message, about), _people_of(_bodies(row, moved, about, event_id), now), now)


def _bodies(row: Row, moved: feed.Moved, about: Subject, event_id: int) -> list[int | None]:
    if row.to == TASKS:
        return [*queries.urged_units(moved.matter_id, event_id)]
    return [moved.holder if row.to == HOLDER else about.unit]


@writes.service
def look_at_limits(now: datetime) -> int:
    """Tell of limits that have just passed 80 or 100 percent, each clock once per instance and share; return how many were looked at.

    At most 200 of each share at a time: the job comes again every minute.
    """
    found = queries.passed_limits(now, most=MOST_AT_ONCE)
    for passed in found:
        _tell_of_limit(passed, now)
    rows = [Threshold(clock=one.clock, instance=one.instance, share=one.share, at=now) for one in found]
    Threshold.objects.bulk_create(rows, ignore_conflicts=True)
    return len(found)


def _tell_of_limit(passed: Passed, now: datetime) -> None:
    about, limit = queries.subject(passed.matter), LIMITS[passed.kind]
    if about is None:
        return
    over = passed.share == OVER
    roles = limit.also_over if over else ()
    message = MESSAGES[limit.over if over else limit.soon]
    bodies = [passed.holder, *_posts(passed.node, roles)]
    event = f"limit:{passed.clock}:{passed.instance}:{passed.share}"
    make(_said(event, message, about, passed.due_at), _people_of(bodies, now), now)


def _posts(node: int, roles: Iterable[str]) -> list[int]:
    found = []
    for role in roles:
        try:
            found.append(organisation.post_of(node, role))
        except Refused:  # a node without such a post tells the others
            continue
    return found


def _people_of(bodies: Iterable[int | None], now: datetime) -> To:
    known = [body for body in bodies if body is not None]
    accounts = [account for body in known for account in organisation.accounts_to_tell(body, now)]
    return To(accounts=accounts, bodies=known)


def _said(event: str, message: Message, about: Subject, due: datetime | None = None) -> Said:
    until = f"{timezone.localtime(due):%m-%d %H:%M}" if due else ""
    return Said(
        event=event,
        message=message,
        zh=message.say_zh.format(what=about.zh, due=until)[:LONGEST_ZH],
        en=message.say_en.format(what=about.en, due=until)[:LONGEST_EN],
        link=about.link,
        matter=about.matter.id,
        node=about.matter.node_id,
        urgent=message.urgent or about.urgent,
    )


@writes.service
def tell(
    *,
    key: str,
    zh: str,
    en: str,
    node: int,
    act: Act,
    accounts: Sequence[int] = (),
    persons: Sequence[int] = (),
    bodies: Sequence[int] = (),
    link: str = "",
    matter_id: int | None = None,
    urgent: bool = False,
) -> int:
    """Tell colleagues (accounts), citizens (rows of the register of parties, by SMS) or the people of units something; once per key.

    For the contexts above. `link` is an address of the platform that begins with `/`; `key` names what has happened, the same key is
    told once. Quiet hours hold unless it is urgent. Raises Invalid for empty or too long words, a foreign link or a bad key.
    """
    _check("key", key, LONGEST_KEY)
    _check("zh", zh, LONGEST_ZH)
    _check("en", en, LONGEST_EN)
    if link and (not link.startswith("/") or link.startswith("//") or len(link) > LONGEST_LINK or "\\" in link or not link.isprintable()):
        raise Invalid(
            f"link“{link[:60]}”不可用：须为本平台以 / 开头的地址。",
            f"link “{link[:60]}” is not usable: give an address of the platform, beginning with /.",
        )
    people = _people_of(bodies, act.at)
    to = To([*accounts, *people.accounts], persons, people.bodies)
    message = MESSAGES[TOLD]
    return make(Said(f"told:{key}", message, zh.strip(), en.strip(), link, matter_id, node, urgent), to, act.at)


def _check(field: str, value: str, longest: int) -> None:
    if not 0 < len(value.strip()) <= longest or "\x00" in value:
        raise Invalid(
            f"{field}“{value[:20]}”不可用：须为1至{longest}个字符，现为{len(value)}个。",
            f"{field} “{value[:20]}” is not usable: it must have 1 to {longest} characters, but has {len(value)}.",
        )
