"""Transfers: a person moves to another post on a day, and who takes over his old one takes over what lies there."""

from datetime import date, timedelta
from typing import Annotated

from django.db.models import Q

from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, NotFound, Refused
from chengzhi.kernel.workflow.forms import Ask, Id
from chengzhi.organisation import queries
from chengzhi.organisation.models import Assignment, Duty, Staff
from chengzhi.organisation.queries import holding
from chengzhi.organisation.services import inputs, people
from chengzhi.organisation.services.authority import MANAGE_BODIES, authorise
from chengzhi.organisation.services.desk import From, post_for, staff_for

DAY = timedelta(days=1)


@writes.service
def transfer(
    *,
    assignment: Annotated[Id, Ask("任职", "Assignment", widget="hidden")],
    to: Annotated[Id, Ask("调往岗位", "New post", widget="select", choices="posts_of_mine")],
    since: From = None,
    successor: Annotated[
        Id | None,
        Ask(
            "交接给",
            "Handed over to",
            widget="select",
            choices="staff_of_mine",
            help_zh="接任原岗位，手上事项和排班一并移交；原岗位另有人时可不填",
            help_en="Takes the old post with all that lies there and the duty plan; not needed while others have the post",
        ),
    ] = None,
    act: Act,
) -> Assignment:
    """Move a person to another post from a day on, and hand over what lies at his old one.

    Raises Refused when open matters would lie at a post with nobody in it, Invalid for a day that does not fit, NotFound, NotAllowed.
    """
    left = _left(assignment, act)
    first = since or inputs.day_of(act)
    _check_days(left, first, act)
    target = post_for(to)
    if target.pk == left.post_id:
        raise Invalid("调往岗位与原岗位相同，请选择另一岗位。", "The new post is the old one; choose another.", code="same_post")
    taker = staff_for(successor, act) if successor is not None else None
    if taker is not None and taker.pk == left.staff_id:
        raise Invalid("不能交接给本人，请选择另一人。", "Nobody hands over to himself; choose somebody else.", code="same_person")
    others = _in_post(left, first)
    if taker is None and not others:
        _refuse_vacancy(left)
    made = people.assign(staff=left.staff, post=target, valid_from=first, act=act)
    people.end_assignment(assignment=left, last_day=first - DAY, act=act)
    if taker is not None and taker.pk not in others:
        people.assign(staff=taker, post=left.post, valid_from=first, act=act)
    _hand_over_duty(left, first, taker)
    _end_stand_ins(left, first)
    registers.raise_version(queries.NAME)
    return made


def _left(key: int, act: Act) -> Assignment:
    found = Assignment.objects.select_related("post__holder", "staff").filter(pk=key).first()
    if found is None or found.substitute_for_id is not None:
        raise NotFound(f"没有编号为{key}的任职，请刷新页面。", f"There is no assignment {key}; reload the page.")
    authorise(act, MANAGE_BODIES, found.post.holder.node_id)
    return found


def _check_days(left: Assignment, first: date, act: Act) -> None:
    if first < inputs.day_of(act):
        raise Invalid(f"调动日期 {first} 已过，请填写今天或以后的日期。", f"The day {first} is past; give today or later.", code="past")
    if first <= left.valid_from or (left.valid_to is not None and left.valid_to < first - DAY):
        until = left.valid_to or "长期"
        raise Invalid(
            f"{left.staff.name}自 {left.valid_from} 至 {until} 任原岗位，调动日期 {first} 应在任职之后、结束之前。",
            f"{left.staff.name} has the old post from {left.valid_from} to {left.valid_to or 'further notice'}; "
            f"the day {first} must be after its first day and not after its end.",
            code="not_in_post",
        )


def _in_post(left: Assignment, first: date) -> set[int]:
    held = Assignment.objects.filter(post=left.post_id, valid_from__lte=first, substitute_for__isnull=True)
    still = held.exclude(valid_to__lt=first).exclude(staff=left.staff_id).exclude(staff__left_on__lt=first)
    return set(still.values_list("staff_id", flat=True))


def _refuse_vacancy(left: Assignment) -> None:
    lies = holding.at_posts([left.post_id]).get(left.post_id)
    if lies is not None and lies.open:
        zh, en = lies.words
        name = left.post.holder
        raise Refused(
            f"“{name.name_zh}”还有未办事项（{zh}），调走后无人承办，请选择“交接给”。",
            f"Open work lies at “{name.name_en or name.name_zh}” ({en}) and nobody else is there; name who takes over.",
            code="nobody_left",
        )


def _hand_over_duty(left: Assignment, first: date, taker: Staff | None) -> None:
    ahead = Duty.objects.filter(post=left.post_id, staff=left.staff_id, date__gte=first)
    if taker is not None:
        busy = set(Duty.objects.filter(staff=taker, date__gte=first).values_list("date", "shift_id"))
        free = [row.pk for row in ahead if (row.date, row.shift_id) not in busy]
        Duty.objects.filter(pk__in=free).update(staff=taker, substitute_for=None)
    ahead.delete()  # what nobody took is planned anew


def _end_stand_ins(left: Assignment, first: date) -> None:
    """End with the move the time of those who stand in for him in his old post; one that had not begun never begins."""
    rows = Assignment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first), post=left.post_id, substitute_for=left.staff_id)
    rows.filter(valid_from__gte=first).delete()
    rows.update(valid_to=first - DAY)
