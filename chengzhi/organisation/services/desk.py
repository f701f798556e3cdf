"""Verbs of the administration pages of the organisation; the signature of each is its form."""

from datetime import date, time
from typing import Annotated

from django.utils import timezone
from pydantic import Field

from chengzhi.kernel import imports, registers, writes
from chengzhi.kernel.access import CAPABILITIES, SYSTEM_ID, Act, capability
from chengzhi.kernel.models import CalendarDay
from chengzhi.kernel.problems import Conflict, Invalid, NotFound, Refused
from chengzhi.kernel.workflow.forms import Ask, Id
from chengzhi.organisation import queries
from chengzhi.organisation.models import Assignment, CommandNode, Duty, Grant, Handover, Post, Role, Shift, Staff, Unit
from chengzhi.organisation.queries import desk
from chengzhi.organisation.services import bodies, duty, inputs, people
from chengzhi.organisation.services.authority import (
    MANAGE_ACCOUNTS,
    MANAGE_BODIES,
    MANAGE_ROLES,
    PLAN_DUTY,
    authorise,
    authorise_for_staff,
)

WRITE_HANDOVER = capability("organisation.handover.write", "交接班", "hand over a shift")
MANAGE_CALENDAR = capability("organisation.calendar.manage", "维护工作日历", "maintain the working calendar")
CALENDAR = "calendar"
ADMINISTERS = (MANAGE_BODIES, MANAGE_ACCOUNTS, MANAGE_ROLES, MANAGE_CALENDAR, imports.MANAGE)

Name = Annotated[str, Ask("姓名", "Name"), Field(min_length=1, max_length=40)]
Phone = Annotated[str, Ask("电话", "Phone", widget="tel"), Field(max_length=20)]
ThePost = Annotated[Id, Ask("岗位", "Post", widget="select", choices="posts_of_mine")]
TheStaff = Annotated[Id, Ask("人员", "Person", widget="select", choices="staff_of_mine")]
Away = Annotated[Id | None, Ask("代谁（顶班）", "Stands in for", widget="select", choices="staff_of_mine")]
From = Annotated[date | None, Ask("从哪天起", "From", widget="date", help_zh="不填即从今天起", help_en="Today when left empty")]
Until = Annotated[date | None, Ask("到哪天止", "Until", widget="date", help_zh="含当天；不填即长期", help_en="Included; open when empty")]
LastDay = Annotated[date | None, Ask("最后一天", "Last day", widget="date", help_zh="不填即今天", help_en="Today when left empty")]
Note = Annotated[str, Ask("备注", "Note"), Field(max_length=100)]


def take_on(*, name: Name, post: ThePost, phone: Phone = "", since: From = None, act: Act) -> Staff:
    """Take a person onto the staff and give him his first post."""
    where = post_for(post)
    authorise(act, MANAGE_BODIES, where.holder.node_id)
    made = people.hire(name=name, phone=phone, hired_on=since, act=act)
    people.assign(staff=made, post=where, valid_from=since, act=act)
    return made


def give_post(*, staff: TheStaff, post: ThePost, since: From = None, until: Until = None, away: Away = None, act: Act) -> Assignment:
    """Give somebody a post, as his own or standing in for a colleague until a day."""
    if away is not None and until is None:
        raise Invalid("顶班须写明到哪天止，请填写“到哪天止”。", "Standing in for somebody needs a last day; fill in “Until”.")
    return people.assign(
        staff=staff_for(staff, act),
        post=post_for(post),
        valid_from=since,
        valid_to=until,
        substitute_for=staff_for(away, act) if away is not None else None,
        act=act,
    )


def end_post(*, assignment: Annotated[Id, Ask("任职", "Assignment", widget="hidden")], last_day: LastDay = None, act: Act) -> Assignment:
    """End one assignment with its last day."""
    found = Assignment.objects.select_related("post__holder", "staff").filter(pk=assignment).first()
    if found is None:
        raise NotFound(f"没有编号为{assignment}的任职。", f"There is no assignment {assignment}.")
    return people.end_assignment(assignment=found, last_day=last_day, act=act)


def leave(*, staff: Annotated[Id, Ask("人员", "Person", widget="hidden")], last_day: LastDay = None, act: Act) -> Staff:
    """Record that somebody leaves; after his last day he has no post."""
    return people.record_leaving(staff=staff_for(staff, act), last_day=last_day, act=act)


def open_a_post(
    *,
    unit: Annotated[Id, Ask("单位", "Unit", widget="select", choices="units_of_mine")],
    role: Annotated[str, Ask("角色", "Role", widget="select", choices="roles")],
    name_zh: Annotated[str, Ask("岗位名称", "Name of the post"), Field(max_length=80)],
    name_en: Annotated[str, Ask("英文名称", "English name"), Field(max_length=120)] = "",
    area_code: Annotated[str, Ask("责任网格", "Duty grid", help_zh="仅监督员岗位", help_en="Inspectors only"), Field(max_length=20)] = "",
    act: Act,
) -> Post:
    """Open a post with a role in a unit."""
    found = Unit.objects.select_related("holder__node").filter(pk=unit).first()
    if found is None:
        raise NotFound(f"没有编号为{unit}的单位。", f"There is no unit {unit}.")
    return bodies.open_post(unit=found, role=role, name_zh=name_zh, name_en=name_en, area_code=area_code, act=act)


TheRole = Annotated[str, Ask("角色", "Role", widget="select", choices="roles")]
TheCapability = Annotated[str, Ask("权限", "Capability", widget="select", choices="capabilities")]


def grant(*, role: TheRole, capability: TheCapability, act: Act) -> Grant:
    """Give a role a capability. Refused when it has it already."""
    found = _role_for(role, capability, act)
    if Grant.objects.filter(role=found, capability=capability).exists():
        raise Refused(f"角色“{found.name_zh}”已有该权限。", f"The role “{found.name_en}” has it already.", code="already_granted")
    made = Grant(role=found, capability=capability)
    writes.add(made)
    registers.raise_version(queries.NAME)
    return made


def withdraw(*, role: TheRole, capability: TheCapability, act: Act) -> None:
    """Take a capability from a role. Refused when it does not have it, or when nobody could give it back."""
    found = _role_for(role, capability, act)
    held = Grant.objects.filter(role=found, capability=capability)
    if not held.exists():
        raise Refused(f"角色“{found.name_zh}”没有该权限。", f"The role “{found.name_en}” does not have it.", code="not_granted")
    if capability == MANAGE_ROLES and Grant.objects.filter(capability=capability).count() == 1:
        raise Refused(
            "这是最后一个可维护角色权限的角色，收回后将无人可维护。",
            "This is the last role that maintains roles; nobody could give it back.",
            code="last_of_its_kind",
        )
    held.delete()
    registers.raise_version(queries.NAME)


def _role_for(role: str, capability: str, act: Act) -> Role:
    authorise(act, MANAGE_ROLES, desk.city())  # roles are the same everywhere: only where nobody is above
    inputs.one_of("capability", capability, CAPABILITIES)
    inputs.one_of("role", role, set(Role.objects.values_list("code", flat=True)))
    return Role.objects.get(code=role)


def open_a_shift(
    *,
    node: Annotated[Id, Ask("指挥节点", "Command node", widget="select", choices="duty_nodes")],
    name_zh: Annotated[str, Ask("班次名称", "Name of the shift"), Field(max_length=20)],
    starts: Annotated[time, Ask("开始", "Starts", widget="time")],
    ends: Annotated[time, Ask("结束", "Ends", widget="time", help_zh="早于开始即跨夜", help_en="Earlier than the start: over midnight")],
    act: Act,
) -> Shift:
    """Open a shift of a node."""
    found = CommandNode.objects.filter(pk=node).first()
    if found is None:
        raise NotFound(f"没有编号为{node}的指挥节点。", f"There is no command node {node}.")
    return duty.open_shift(node=found, name_zh=name_zh, starts=starts, ends=ends, act=act)


def put_on_duty(
    *,
    day: Annotated[date, Ask("日期", "Day", widget="date")],
    shift: Annotated[Id, Ask("班次", "Shift", widget="select", choices="shifts_of_mine")],
    post: Annotated[Id, Ask("岗位", "Post", widget="select", choices="duty_posts")],
    staff: TheStaff,
    away: Away = None,
    note: Note = "",
    act: Act,
) -> Duty:
    """Put somebody on duty; standing in for a colleague gives him that post for the day, so that the work is his, too."""
    found = Shift.objects.filter(pk=shift).first()
    if found is None:
        raise NotFound(f"没有编号为{shift}的班次。", f"There is no shift {shift}.")
    authorise(act, PLAN_DUTY, found.node_id)
    if day < timezone.localdate(act.at):
        raise Invalid(f"日期 {day} 已过，请填写今天或以后的日期。", f"The day {day} is past; give today or later.")
    who, where = _planned(staff, found.node_id), post_for(post)
    made = duty.plan_duty(day=day, shift=found, post=where, staff=who, note=note, act=act)
    if away is not None:
        _stand_in(made, _planned(away, found.node_id), where)
    return made


def _stand_in(made: Duty, away: Staff, post: Post) -> None:
    if away.pk == made.staff_id:
        raise Invalid("本人不能顶替本人，请选择另一人。", "Nobody stands in for himself; choose somebody else.")
    _refuse_substitution(away, post, made.date)
    made.substitute_for = away
    held = Assignment.objects.filter(staff_id=made.staff_id, post=post, valid_from__lte=made.date).exclude(valid_to__lt=made.date)
    if not held.exists():
        writes.add(Assignment(staff_id=made.staff_id, post=post, valid_from=made.date, valid_to=made.date, substitute_for=away))


def _refuse_substitution(away: Staff, post: Post, day: date) -> None:
    """Refuse to stand in for somebody who has not that post, or in a post that administers: a plan of duty gives no such rights."""
    if not Assignment.objects.filter(staff=away, post=post, valid_from__lte=day).exclude(valid_to__lt=day).exists():
        raise Invalid(
            f"{away.name}在{day}不任“{post.holder.name_zh}”，请选择该岗位的人员。",
            f"{away.name} does not have the post “{post.holder.name_en or post.holder.name_zh}” on {day}; choose who has it.",
        )
    if Grant.objects.filter(role=post.role_id, capability__in=ADMINISTERS).exists():
        raise Refused(
            f"“{post.holder.name_zh}”有系统管理权限，不能用排班顶班，请由系统管理员办理任职。",
            f"The post “{post.holder.name_en or post.holder.name_zh}” administers; only an assignment by the administrator gives it.",
            code="administering_post",
        )


def cancel_duty(*, duty: Annotated[Id, Ask("值班", "Duty", widget="hidden")], act: Act) -> None:
    """Take one line out of a duty plan, from today on; what has been stays in the history. The post given for it ends with it."""
    found = Duty.objects.select_related("shift").filter(pk=duty).first()
    if found is None:
        raise NotFound("该值班安排已取消。", "This line of the plan is no longer there.")
    authorise(act, PLAN_DUTY, found.shift.node_id)
    if found.date < timezone.localdate(act.at):
        raise Refused(f"{found.date}已过，值班记录不能取消。", f"{found.date} is past; what was cannot be cancelled.", code="past")
    if found.substitute_for_id is not None:
        others = Duty.objects.filter(date=found.date, staff=found.staff_id, post=found.post_id).exclude(pk=found.pk)
        given = Assignment.objects.filter(
            staff=found.staff_id, post=found.post_id, valid_from=found.date, valid_to=found.date, substitute_for=found.substitute_for_id
        )
        if not others.exists():
            given.delete()
    Duty.objects.filter(pk=found.pk).delete()
    registers.raise_version(queries.NAME)


def write_handover(
    *,
    text: Annotated[str, Ask("交接内容", "What to hand over", widget="textarea"), Field(min_length=1, max_length=2000)],
    shift: Annotated[Id | None, Ask("班次", "Shift", widget="select", choices="shifts_of_mine")] = None,
    act: Act,
) -> Handover:
    """Write a note for the next shift at one's own node."""
    authorise(act, WRITE_HANDOVER, act.actor.node)
    found = Shift.objects.filter(pk=shift, node_id=act.actor.node).first() if shift is not None else None
    if shift is not None and found is None:
        raise Invalid(f"班次{shift}不属于本节点，请重新选择。", f"Shift {shift} is not one of your node; choose another.")
    made = Handover(
        node_id=act.actor.node, date=timezone.localdate(act.at), shift=found, text=text, written_by=act.actor.id, written_at=act.at
    )
    writes.add(made)
    return made


def take_handover(
    *,
    handover: Annotated[Id, Ask("交接", "Note", widget="hidden")],
    remark: Annotated[str, Ask("接班备注", "Remark")] = "",
    act: Act,
) -> Handover:
    """Take over a shift by its note: not by who wrote it, and only once."""
    found = Handover.objects.select_for_update().filter(pk=handover).first()
    if found is None or not act.actor.may(WRITE_HANDOVER, found.node_id):
        raise NotFound("没有这条交接记录，请刷新页面。", "There is no such note; reload the page.")
    if found.taken_by is not None:
        raise Conflict(
            f"{queries.staff_name(found.taken_by)}已接班。", f"{queries.staff_name(found.taken_by)} has taken over.", code="taken_over"
        )
    if found.written_by == act.actor.id:
        raise Refused("不能接自己的班，请由接班人办理。", "Nobody takes over from himself; the next shift does.", code="own_note")
    found.taken_by, found.taken_at = act.actor.id, act.at
    found.remark = inputs.text("remark", remark, 200, needed=False)
    writes.change(found, "taken_by", "taken_at", "remark")
    return found


TheDay = Annotated[date, Ask("日期", "Day", widget="date")]


def enter_day(
    *,
    day: TheDay,
    is_workday: Annotated[bool, Ask("是工作日（调休上班）", "Is a working day", widget="checkbox")] = False,
    note: Annotated[str, Ask("说明", "Note"), Field(max_length=80)] = "",
    source: Annotated[
        str,
        Ask("依据", "Source", help_zh="例如文件名称和文号", help_en="Title and number of the notice"),
        Field(min_length=1, max_length=200),
    ],
    act: Act,
) -> CalendarDay:
    """Enter a day off or a make-up working day; deadlines that begin from now on count by it."""
    authorise(act, MANAGE_CALENDAR, desk.city())
    row = CalendarDay(date=day, is_workday=is_workday, note=note, source=source)
    CalendarDay.objects.bulk_create([row], update_conflicts=True, unique_fields=["date"], update_fields=["is_workday", "note", "source"])
    registers.raise_version(CALENDAR)
    return row


def remove_day(*, day: Annotated[date, Ask("日期", "Day", widget="hidden")], act: Act) -> None:
    """Take a day out of the city's calendar; the platform's own table counts again."""
    authorise(act, MANAGE_CALENDAR, desk.city())
    entered = CalendarDay.objects.filter(date=day)
    if not entered.exists():
        raise NotFound(f"{day} 没有录入，请刷新页面。", f"{day} was not entered; reload the page.")
    entered.delete()
    registers.raise_version(CALENDAR)


def post_for(key: int) -> Post:
    """Return a post. Raises NotFound."""
    found = Post.objects.select_related("holder__node").filter(pk=key).first()
    if found is None:
        raise NotFound(f"没有编号为{key}的岗位。", f"There is no post {key}.")
    return found


def staff_for(key: int, act: Act) -> Staff:
    """Return a person of a node in reach; whoever is elsewhere is not told apart from nobody."""
    found = Staff.objects.filter(pk=key).first()
    within = act.actor.id == SYSTEM_ID or desk.staff_in_reach(key, act.actor, MANAGE_BODIES) is not None
    if found is None or not within:
        raise NotFound(f"没有编号为{key}的人员。", f"There is no person {key}.")
    authorise_for_staff(act, MANAGE_BODIES, found)
    return found


def _planned(key: int, node: int) -> Staff:
    found = Staff.objects.filter(pk=key, assignments__post__holder__node_id=node).first()
    if found is None:
        raise NotFound(f"本节点没有编号为{key}的人员。", f"There is no person {key} at this node.")
    return found
