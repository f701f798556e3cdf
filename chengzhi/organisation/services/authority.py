"""Who may change the organisation: capabilities, each held at a node and for all nodes below it."""

from chengzhi.kernel.access import CAPABILITIES, SYSTEM_ID, Act, capability
from chengzhi.kernel.problems import NotAllowed
from chengzhi.organisation import queries
from chengzhi.organisation.models import Account, Assignment, Staff

MANAGE_BODIES = capability("organisation.body.manage", "维护机构和岗位", "maintain bodies and posts")
MANAGE_ACCOUNTS = capability("organisation.account.manage", "维护账号和令牌", "maintain accounts and tokens")
MANAGE_ROLES = capability("organisation.role.manage", "维护角色权限", "maintain roles and their capabilities")
PLAN_DUTY = capability("organisation.duty.plan", "安排值班", "plan duty")
SIGN_SHIFT = capability("organisation.attendance.sign", "签到签退", "sign in to a shift and out of it")


def authorise(act: Act, code: str, node_id: int | None = None) -> None:
    """Refuse an act without the capability at the node or above it, or, without a node, anywhere. Raises NotAllowed."""
    if act.actor.id == SYSTEM_ID:
        return
    held = act.actor.capabilities.get(code, frozenset())
    if held and (node_id is None or not held.isdisjoint(_upwards(node_id))):
        return
    zh, en = CAPABILITIES[code]
    raise NotAllowed(f"仅有“{zh}”权限的岗位可办理。", f"Only posts that may “{en}” can do this.")


def _upwards(node_id: int) -> list[int]:
    path, view = [node_id], queries.node(node_id)
    while view.parent is not None:
        path.append(view.parent)
        view = queries.node(view.parent)
    return path


def authorise_for_staff(act: Act, code: str, staff: Staff | None) -> None:
    """Refuse an act on the account of somebody who has, or had, a post at a node that is out of reach. Raises NotAllowed.

    Whoever sets a password or issues a token could act as that person, so the capability is needed wherever that one has rights.
    """
    authorise(act, code)
    if act.actor.id == SYSTEM_ID or staff is None:
        return
    for node_id in Assignment.objects.filter(staff=staff).values_list("post__holder__node_id", flat=True).distinct():
        authorise(act, code, node_id)


def authorise_for_account(act: Act, code: str, account: Account) -> None:
    """Refuse an act on an account that is out of reach. Raises NotAllowed."""
    authorise_for_staff(act, code, account.staff)
