"""After quiet hours: one held message goes out as it is, several to the same addressee by the same channel as one digest."""

from collections.abc import Sequence
from datetime import datetime

from chengzhi.kernel import writes
from chengzhi.notification import queries
from chengzhi.notification.messages import MESSAGES
from chengzhi.notification.models import ACCOUNT, WAITING, Notice

MOST_AT_ONCE, SHOWN = 500, 5
DIGEST, PAGE = "digest", "/notices"


@writes.service
def release_held(now: datetime) -> int:
    """Release what was held until now and return how many messages wait to be sent for it."""
    groups = queries.held_groups(now, most=MOST_AT_ONCE)
    for held in groups.values():
        if len(held) == 1:
            held[0].state = WAITING
            writes.change(held[0], "state")
        else:
            _bundle(held, now)
    return len(groups)


def _bundle(held: Sequence[Notice], now: datetime) -> None:
    first = held[0]
    digest = Notice(
        event=f"digest:{first.id}",
        message=MESSAGES[DIGEST].slug,
        addressee=first.addressee,
        to=first.to,
        channel=first.channel,
        node=first.node,
        words_zh=_joined([row.words_zh for row in held], "您有{n}条通知：", "；", "等", 480),
        words_en=_joined([row.words_en for row in held], "You have {n} notices: ", "; ", " …", 760),
        link=PAGE if first.addressee == ACCOUNT else "",
        state=WAITING,
        made_at=now,
        next_at=now,
    )
    writes.add(digest)
    for row in held:
        row.digest = digest
        writes.change(row, "digest_id")


def _joined(words: Sequence[str], head: str, between: str, more: str, most: int) -> str:
    told = head.format(n=len(words)) + between.join(words[:SHOWN]) + (more if len(words) > SHOWN else "")
    return told if len(told) <= most else told[: most - 1] + "…"
