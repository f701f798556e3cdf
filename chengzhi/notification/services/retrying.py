"""Trying again what has failed, because somebody has looked at it and wants it."""

from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Conflict, NotFound
from chengzhi.notification import queries
from chengzhi.notification.models import FAILED, STATES, WAITING, Notice


@writes.service
def retry(*, notice_id: int, act: Act) -> Notice:
    """Let a failed notice wait to be sent once more.

    Raises NotFound outside the nodes that the actor administers, Conflict when it has not failed (a second click finds it waiting).
    """
    nodes = act.actor.capabilities.get(queries.MANAGE, frozenset())
    row = Notice.objects.filter(pk=notice_id, node__in=nodes).first()
    if row is None:
        raise NotFound(
            f"没有找到通知“{notice_id}”，或者它不在您的权限范围内。",
            f"There is no notice “{notice_id}”, or it is outside what you may see.",
        )
    if not {FAILED: True}.get(row.state):
        zh, en = STATES[row.state]
        raise Conflict(f"该通知现在是“{zh}”，只有发送失败的可以重发。", f"This notice is “{en}”; only a failed one can be sent again.")
    row.state, row.next_at, row.attempts, row.claimed_until, row.digest = WAITING, act.at, 0, None, None
    writes.change(row, "state", "next_at", "attempts", "claimed_until", "digest_id")
    return row
