"""Verbs for people: hiring, posts, accounts and tokens."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import CAPABILITIES, Act
from chengzhi.kernel.problems import Invalid, Refused
from chengzhi.organisation import queries
from chengzhi.organisation.models import Account, ApiToken, Assignment, Post, Staff
from chengzhi.organisation.services import inputs
from chengzhi.organisation.services.authority import (
    MANAGE_ACCOUNTS,
    MANAGE_BODIES,
    authorise,
    authorise_for_account,
    authorise_for_staff,
)

MARK = "cz_"  # lets secret scanners recognise a leaked token
_noted: dict[str, date] = {}


@writes.service
def hire(*, name: str, act: Act, phone: str = "", hired_on: date | None = None) -> Staff:
    """Take a person, or the interface of a system, onto the staff. Raises Invalid."""
    authorise(act, MANAGE_BODIES)
    staff = Staff(name=inputs.text("name", name, 40), phone=inputs.phone(phone), hired_on=hired_on or inputs.day_of(act))
    writes.add(staff)
    registers.raise_version(queries.NAME)
    return staff


@writes.service
def record_leaving(*, staff: Staff, act: Act, last_day: date | None = None) -> Staff:
    """Record a person's last day, by default today; after it he has no post. Raises Invalid when it is before he was hired."""
    authorise_for_staff(act, MANAGE_BODIES, staff)
    last = last_day or inputs.day_of(act)
    inputs.period("hired_on", staff.hired_on, "last_day", last)
    staff.left_on = last
    writes.change(staff, "left_on")
    registers.raise_version(queries.NAME)
    return staff


@writes.service
def assign(
    *,
    staff: Staff,
    post: Post,
    act: Act,
    valid_from: date | None = None,
    valid_to: date | None = None,
    substitute_for: Staff | None = None,
) -> Assignment:
    """Give a person a post from the first to the last day inclusive, as his own or standing in for somebody.

    Raises Invalid for a period out of order or for standing in for oneself, Refused when the person has the post at that time.
    """
    authorise(act, MANAGE_BODIES, post.holder.node_id)
    first = valid_from or inputs.day_of(act)
    inputs.period("valid_from", first, "valid_to", valid_to)
    if substitute_for is not None and substitute_for.id == staff.id:
        raise Invalid(
            f"substitute_for“{staff.name}”不可用：本人不能顶替本人，请填写被顶替的人。",
            f"substitute_for “{staff.name}” is not usable: nobody stands in for himself; name the person who is away.",
        )
    _refuse_overlap(staff, post, first, valid_to)
    assignment = Assignment(staff=staff, post=post, valid_from=first, valid_to=valid_to, substitute_for=substitute_for)
    writes.add(assignment)
    registers.raise_version(queries.NAME)
    return assignment


def _refuse_overlap(staff: Staff, post: Post, first: date, last: date | None) -> None:
    held = Assignment.objects.filter(staff=staff, post=post).exclude(valid_to__lt=first)
    if last is not None:
        held = held.filter(valid_from__lte=last)
    other = held.first()
    if other is not None:
        until_zh, until_en = other.valid_to or "长期", other.valid_to or "further notice"
        raise Refused(
            f"{staff.name}自{other.valid_from}至{until_zh}已任该岗位，请先结束原任职。",
            f"{staff.name} has this post from {other.valid_from} until {until_en}; end that assignment first.",
            code="already_assigned",
        )


@writes.service
def end_assignment(*, assignment: Assignment, act: Act, last_day: date | None = None) -> Assignment:
    """End an assignment with its last day, today if none is named. Raises Invalid when that is before its first day."""
    authorise(act, MANAGE_BODIES, assignment.post.holder.node_id)
    last = last_day or inputs.day_of(act)
    inputs.period("valid_from", assignment.valid_from, "last_day", last)
    assignment.valid_to = last
    writes.change(assignment, "valid_to")
    registers.raise_version(queries.NAME)
    return assignment


@writes.service
def open_account(*, username: str, act: Act, password: str | None = None, staff: Staff | None = None, is_system: bool = False) -> Account:
    """Open an account for a person, or with `is_system` for a calling system; without a password nobody can sign in with it.

    Raises Invalid for a bad or used name, a weak password, or a person who has an account.
    """
    authorise_for_staff(act, MANAGE_ACCOUNTS, staff)
    inputs.pattern(
        "username",
        username,
        r"[a-z0-9][a-z0-9._-]{1,39}",
        "2至40个小写字母、数字或 . _ -",
        "2 to 40 lower-case letters, digits or . _ -",
    )
    if Account.objects.filter(username=username).exists():
        raise inputs.taken("username", username, "请换一个用户名", "choose another user name")
    if staff is not None and Account.objects.filter(staff=staff).exists():
        raise inputs.taken("staff", staff.name, "该人员已有账号，请使用原账号", "this person has an account; use it")
    account = Account(username=username, staff=staff, is_system=is_system)
    _set_password(account, password)
    writes.add(account)
    registers.raise_version(queries.NAME)
    return account


def _set_password(account: Account, password: str | None) -> None:
    if password is not None:
        try:
            validate_password(password, account)
        except ValidationError as fault:
            raise Invalid(
                "password 太短或过于常见，请换一个至少10个字符的密码。",
                "password is too short or too common; choose another one of at least 10 characters.",
                code="weak_password",
            ) from fault
    account.set_password(password)


@writes.service
def close_account(*, account: Account, act: Act) -> Account:
    """Close an account: nobody signs in with it any more, its tokens stop, its history stays."""
    authorise_for_account(act, MANAGE_ACCOUNTS, account)
    account.is_active = False
    writes.change(account, "is_active")
    registers.raise_version(queries.NAME)
    return account


@writes.service
def issue_token(*, account: Account, name: str, act: Act, capabilities: Sequence[str] = ("*",), expires_at: datetime | None = None) -> str:
    """Issue a token and return its text, shown this once: only the hash is kept. `capabilities` narrows the account's rights.

    Raises Invalid for an unknown capability, a used name or a moment that has passed.
    """
    authorise_for_account(act, MANAGE_ACCOUNTS, account)
    kept_name = inputs.text("name", name, 80)
    for code in capabilities:
        inputs.one_of("capabilities", code, {queries.EVERYTHING, *CAPABILITIES})
    if not capabilities:
        raise Invalid("capabilities 不能为空，请至少填写一项，或填“*”。", "capabilities is empty; give at least one, or “*”.")
    if expires_at is not None and expires_at <= act.at:
        raise Invalid(
            f"expires_at {expires_at.isoformat()} 已过，请填写将来的时间。",
            f"expires_at {expires_at.isoformat()} has passed; give a later moment.",
        )
    if ApiToken.objects.filter(account=account, name=kept_name).exists():
        raise inputs.taken("name", kept_name, "请为令牌换一个名称", "give the token another name")
    text = MARK + secrets.token_urlsafe(32)
    writes.add(
        ApiToken(
            account=account,
            name=kept_name,
            sha256=queries.digest_of(text),
            capabilities=list(capabilities),
            created_at=act.recorded_at,
            expires_at=expires_at,
        )
    )
    registers.raise_version(queries.NAME)
    return text


@writes.service
def withdraw_token(*, token: ApiToken, act: Act) -> ApiToken:
    """Withdraw a token at once; its row stays."""
    authorise_for_account(act, MANAGE_ACCOUNTS, token.account)
    token.expires_at = act.recorded_at
    writes.change(token, "expires_at")
    return token


def note_token_use(*, token: str) -> bool:
    """Keep today as the last day on which a token was used; a door calls it for each call, it writes once a day and process."""
    digest, day = queries.digest_of(token), timezone.localdate()
    if _noted.get(digest) == day:
        return False
    noted = _note(digest, day)
    if noted:
        _noted[digest] = day
    return noted


@writes.service
def _note(digest: str, day: date) -> bool:
    return bool(ApiToken.objects.filter(sha256=digest).exclude(last_used_on=day).update(last_used_on=day))
