"""Verbs for shifts and duty plans."""

from datetime import date, time

from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, Refused
from chengzhi.organisation import queries
from chengzhi.organisation.models import CommandNode, Duty, Post, Shift, Staff
from chengzhi.organisation.services import inputs
from chengzhi.organisation.services.authority import PLAN_DUTY, authorise


@writes.service
def open_shift(*, node: CommandNode, name_zh: str, starts: time, ends: time, act: Act) -> Shift:
    """Open a shift of a node; one that ends before it starts runs over midnight. Raises Invalid."""
    authorise(act, PLAN_DUTY, node.holder_id)
    name = inputs.text("name_zh", name_zh, 20)
    if starts == ends:
        raise Invalid(
            f"ends {ends:%H:%M} 与 starts 相同，请填写不同的下班时间。",
            f"ends {ends:%H:%M} is the same as starts; give another time.",
        )
    if Shift.objects.filter(node=node, name_zh=name).exists():
        raise inputs.taken("name_zh", name, "请换一个班次名称", "give the shift another name")
    shift = Shift(node=node, name_zh=name, starts=starts, ends=ends)
    writes.add(shift)
    registers.raise_version(queries.NAME)
    return shift


@writes.service
def plan_duty(*, day: date, shift: Shift, post: Post, staff: Staff, act: Act, note: str = "") -> Duty:
    """Put a person on duty in a post for a shift of a day.

    Raises Invalid when post and shift are of different nodes, Refused when the person has left or is in that shift already.
    """
    authorise(act, PLAN_DUTY, shift.node_id)
    if post.holder.node_id != shift.node_id:
        raise Invalid(
            f"post“{post.holder.name_zh}”与班次“{shift.name_zh}”不属于同一指挥节点，请选择本节点的岗位。",
            f"post “{post.holder.name_zh}” and shift “{shift.name_zh}” are of different nodes; choose a post of the same one.",
        )
    if staff.left_on is not None and staff.left_on < day:
        raise Refused(
            f"{staff.name}已于{staff.left_on}离职，不能安排{day}值班。",
            f"{staff.name} left on {staff.left_on} and cannot be on duty on {day}.",
            code="has_left",
        )
    if Duty.objects.filter(date=day, shift=shift, staff=staff).exists():
        raise Refused(
            f"{staff.name}在{day}“{shift.name_zh}”已有值班，请先取消原安排。",
            f"{staff.name} is in the shift “{shift.name_zh}” of {day} already; cancel that line first.",
            code="already_on_duty",
        )
    duty = Duty(date=day, shift=shift, post=post, staff=staff, note=inputs.text("note", note, 100, needed=False))
    writes.add(duty)
    registers.raise_version(queries.NAME)
    return duty
