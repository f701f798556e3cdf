"""Who acts with which rights, who a caller is, and whom a matter is with."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from chengzhi.kernel import registers
from chengzhi.kernel.access import SYSTEM, SYSTEM_ID, Actor
from chengzhi.kernel.cards import names_people
from chengzhi.kernel.imports import knows_actors
from chengzhi.kernel.problems import NotAllowed, NotFound, NotSignedIn
from chengzhi.organisation.models import Role
from chengzhi.organisation.queries.snapshot import Snapshot, today
from chengzhi.organisation.queries.views import Person, PostView, RoleView

EVERYTHING = "*"


@knows_actors
def actor(account_id: int, post_id: int | None = None) -> Actor:
    """Return who acts when this account does, in his first post or in the one he has chosen.

    Raises NotSignedIn for an unknown or closed account, NotAllowed for a post that is not his today.
    """
    taken = today()
    known = taken.actors.get((account_id, post_id))
    if known is None:
        known = taken.actors[account_id, post_id] = _actor(taken, account_id, post_id)
    return known


def _actor(taken: Snapshot, account_id: int, post_id: int | None) -> Actor:
    account = taken.accounts.get(account_id)
    if account is None or not account.is_active:
        raise NotSignedIn(
            "该账号不存在或已停用，请联系系统管理员。",
            "This account does not exist or is closed; ask your system administrator.",
        )
    posts = [taken.posts[identifier] for identifier in taken.posts_of.get(account.staff or 0, [])]
    chosen = _chosen(posts, post_id)
    capabilities, nodes = _rights(taken, posts)
    return Actor(
        id=account.id,
        name=taken.staff[account.staff].name if account.staff else account.username,
        capabilities=capabilities,
        nodes=nodes,
        holders=frozenset(holder for post in posts for holder in _held_through(taken, post)),
        post=chosen.id if chosen else None,
        unit=chosen.unit if chosen else None,
        node=chosen.node if chosen else None,
        may_backdate=account.is_system,  # a transfer from another system tells when it happened; a person at a screen does not
    )


def _chosen(posts: list[PostView], post_id: int | None) -> PostView | None:
    if post_id is None:
        return posts[0] if posts else None
    for post in posts:
        if post.id == post_id:
            return post
    raise NotAllowed(
        f"岗位{post_id}今天不是您的岗位，请重新选择岗位。",
        f"Post {post_id} is not yours today; choose one of your posts.",
        code="not_your_post",
    )


def _scope(taken: Snapshot, post: PostView, role: RoleView) -> frozenset[int]:
    # A node does the work of those below it that have no command of their own; only "subtree" reaches those that have.
    return taken.below[post.node] if role.reads == Role.Reads.SUBTREE else taken.commanded[post.node]


def _rights(taken: Snapshot, posts: list[PostView]) -> tuple[dict[str, frozenset[int]], frozenset[int]]:
    capabilities: dict[str, set[int]] = defaultdict(set)
    readable: set[int] = set()
    for post in posts:
        role = taken.roles[post.role]
        scope = _scope(taken, post, role)
        for capability in role.capabilities:
            capabilities[capability] |= scope
        if role.reads != Role.Reads.HELD:
            readable |= scope
    return {capability: frozenset(nodes) for capability, nodes in capabilities.items()}, frozenset(readable)


def _held_through(taken: Snapshot, post: PostView) -> list[int]:
    return [post.id, post.unit, *taken.crews_of.get(post.unit, [])] if taken.roles[post.role].acts_for_unit else [post.id]


def digest_of(token: str) -> str:
    """Return the hash by which a token is kept; the token itself is nowhere."""
    return hashlib.sha256(token.encode()).hexdigest()


def _over(until: datetime | None) -> bool:
    return until is not None and until <= timezone.now()


def caller_by_token(token: str) -> Actor:
    """Return who calls with a token.

    Raises NotSignedIn for an unknown or expired token and for a closed account: which of them, nobody is told.
    """
    taken, digest = today(), digest_of(token)
    if digest not in taken.tokens:  # it may have been issued this very second by another process
        registers.forget()
        taken = today()
    known = taken.tokens.get(digest)
    if known is None or not taken.accounts[known.account].is_active or _over(known.expires_at):
        raise NotSignedIn(
            "令牌无效、已过期或账号已停用，请向系统管理员申请新的令牌。",
            "The token is unknown or expired, or its account is closed; ask the system administrator for a new one.",
        )
    return _narrowed(actor(known.account), known.capabilities)


def _narrowed(caller: Actor, scope: Sequence[str]) -> Actor:
    if EVERYTHING in scope:
        return caller
    kept = {capability: caller.capabilities[capability] for capability in scope if capability in caller.capabilities}
    return Actor(
        id=caller.id,
        name=caller.name,
        capabilities=kept,
        nodes=caller.nodes,
        holders=caller.holders,
        post=caller.post,
        unit=caller.unit,
        node=caller.node,
        may_backdate=caller.may_backdate,
    )


def posts_of(account_id: int) -> list[PostView]:
    """Return the posts that an account may choose from today, the first one first."""
    taken = today()
    account = taken.accounts.get(account_id)
    return [taken.posts[post] for post in taken.posts_of.get(account.staff or 0, [])] if account else []


@names_people
def staff_name(account_id: int) -> str:
    """Return the name that history shows for an account, also for a closed one."""
    if account_id == SYSTEM_ID:
        return SYSTEM.name
    taken = today()
    account = taken.accounts.get(account_id)
    if account is None:
        return "未知账号"
    return taken.staff[account.staff].name if account.staff else account.username


def person_of(account_id: int) -> Person:
    """Return the person behind an account: name, masked phone, first post and unit. Raises NotFound for an unknown account."""
    taken = today()
    account = taken.accounts.get(account_id)
    if account is None:
        raise NotFound(f"没有账号{account_id}。", f"There is no account {account_id}.")
    if account.staff is None:
        return Person(account.username, "", "", "")
    posts = taken.posts_of.get(account.staff, [])
    return _person(taken, account.staff, posts[0] if posts else None)


def accounts_at(holder_id: int) -> list[int]:
    """Return the accounts of those who act for a post, unit or crew today, in the order in which they came to their posts."""
    taken = today()
    return accounts_in(taken, acting_for(taken, holder_id))


def acting_for(taken: Snapshot, holder_id: int) -> list[PostView]:
    """Return the posts that act for a post, unit or crew: itself, or those of the unit whose role acts for it."""
    return [post for post in taken.posts.values() if holder_id in _held_through(taken, post)]


def accounts_in(taken: Snapshot, posts: Iterable[PostView]) -> list[int]:
    """Return the open accounts of the people in these posts today, in their order."""
    account_of = {account.staff: account.id for account in taken.accounts.values() if account.staff and account.is_active}
    return [account_of[staff] for post in posts for staff in taken.staff_in.get(post.id, []) if staff in account_of]


def people_at(holder_id: int) -> list[Person]:
    """Return with whom a matter is when this post, unit or crew holds it: those in the post, or in posts that act for it."""
    taken = today()
    acting = acting_for(taken, holder_id)
    return [_person(taken, staff, post.id) for post in acting for staff in taken.staff_in.get(post.id, [])]


def _person(taken: Snapshot, staff_id: int, post_id: int | None) -> Person:
    staff = taken.staff[staff_id]
    if post_id is None:
        return Person(staff.name, staff.phone, "", "")
    post = taken.posts[post_id]
    unit = taken.units[post.unit]
    return Person(staff.name, staff.phone, post.name, unit.name, post.name_en, unit.name_en)
