"""The administration pages of the organisation: which register, which columns, whose rows, which verbs."""

from chengzhi.kernel.administration import Sheet, Verb, sheet
from chengzhi.organisation.queries import desk as rows
from chengzhi.organisation.queries import holding
from chengzhi.organisation.queries.snapshot import NAME
from chengzhi.organisation.services import desk, timing, transfers
from chengzhi.organisation.services.authority import MANAGE_BODIES, MANAGE_ROLES, PLAN_DUTY
from chengzhi.organisation.services.desk import CALENDAR, MANAGE_CALENDAR, WRITE_HANDOVER

PEOPLE, SHIFTS, TIME = ("机构与人员", "Bodies and people"), ("值班", "Duty"), ("计时", "Timing")

STAFF = sheet(
    Sheet(
        "staff",
        "人员与任职",
        "Staff and assignments",
        PEOPLE,
        (MANAGE_BODIES,),
        (
            ("姓名", "Name"),
            ("电话", "Phone"),
            ("岗位", "Post"),
            ("单位", "Unit"),
            ("节点", "Node"),
            ("任期", "Period"),
            ("代谁", "Stands in for"),
        ),
        rows.staff_rows,
        (
            Verb("take-on", "录用", "Take on", desk.take_on, MANAGE_BODIES),
            Verb("give-post", "任职或顶班", "Give a post", desk.give_post, MANAGE_BODIES),
            Verb("end-post", "结束任职", "End the post", desk.end_post, MANAGE_BODIES, of_row=True),
            Verb("leave", "离职", "Leaves", desk.leave, MANAGE_BODIES, of_row=True),
        ),
        NAME,
        ("只列本节点及下级的人员", "People of your nodes only"),
    )
)
TRANSFERS = sheet(
    Sheet(
        "transfers",
        "人员调动",
        "Transfers",
        PEOPLE,
        (MANAGE_BODIES,),
        (
            ("姓名", "Name"),
            ("岗位", "Post"),
            ("单位", "Unit"),
            ("任期", "Period"),
            ("手上事项", "Open work"),
            ("以后排班", "Duty ahead"),
            ("同岗人员", "Others in the post"),
        ),
        holding.transfer_rows,
        (Verb("move", "调动", "Move", transfers.transfer, MANAGE_BODIES, of_row=True),),
        NAME,
        ("事项跟着岗位：调走时指定接任人，手上事项和排班一并移交", "Work stays with the post: name who takes it over"),
    )
)
POSTS = sheet(
    Sheet(
        "posts",
        "岗位",
        "Posts",
        PEOPLE,
        (MANAGE_BODIES,),
        (("岗位", "Post"), ("单位", "Unit"), ("节点", "Node"), ("角色", "Role"), ("责任网格", "Duty grid"), ("在岗人员", "People")),
        rows.post_rows,
        (Verb("open", "设岗", "Open a post", desk.open_a_post, MANAGE_BODIES),),
        NAME,
    )
)
ROLES = sheet(
    Sheet(
        "roles",
        "角色与权限",
        "Roles and capabilities",
        PEOPLE,
        (MANAGE_ROLES,),
        (
            ("角色", "Role"),
            ("代码", "Code"),
            ("可见范围", "Sees"),
            ("代表单位", "Acts for the unit"),
            ("岗位数", "Posts"),
            ("权限", "May"),
        ),
        rows.role_rows,
        (
            Verb("grant", "授予权限", "Grant", desk.grant, MANAGE_ROLES, of_row=True),
            Verb("withdraw", "收回权限", "Withdraw", desk.withdraw, MANAGE_ROLES, of_row=True),
        ),
        NAME,
        ("角色全市统一，只能由市级维护", "Roles are the same everywhere; the city maintains them"),
        kept_at=rows.city,
    )
)
DUTY = sheet(
    Sheet(
        "duty",
        "值班表",
        "Duty plan",
        SHIFTS,
        (PLAN_DUTY,),
        (
            ("日期", "Day"),
            ("班次", "Shift"),
            ("值班人", "On duty"),
            ("岗位", "Post"),
            ("代谁", "Stands in for"),
            ("节点", "Node"),
            ("备注", "Note"),
        ),
        rows.duty_rows,
        (
            Verb("plan", "排班", "Put on duty", desk.put_on_duty, PLAN_DUTY),
            Verb("cancel", "取消", "Cancel", desk.cancel_duty, PLAN_DUTY, of_row=True),
        ),
        NAME,
        ("昨天起四周", "Four weeks from yesterday"),
    )
)
SHIFT = sheet(
    Sheet(
        "shifts",
        "班次",
        "Shifts",
        SHIFTS,
        (PLAN_DUTY,),
        (("班次", "Shift"), ("开始", "Starts"), ("结束", "Ends"), ("节点", "Node")),
        rows.shift_rows,
        (Verb("open", "设班次", "Open a shift", desk.open_a_shift, PLAN_DUTY),),
        NAME,
    )
)
HANDOVER = sheet(
    Sheet(
        "handover",
        "交接班",
        "Handing over",
        SHIFTS,
        (WRITE_HANDOVER,),
        (
            ("日期班次", "Day and shift"),
            ("交接内容", "What is handed over"),
            ("交班", "Written"),
            ("接班", "Taken over"),
            ("接班备注", "Remark"),
            ("节点", "Node"),
        ),
        rows.handover_rows,
        (
            Verb("write", "写交接", "Write a note", desk.write_handover, WRITE_HANDOVER),
            Verb("take", "接班", "Take over", desk.take_handover, WRITE_HANDOVER, of_row=True),
        ),
    )
)
DAYS = sheet(
    Sheet(
        "calendar",
        "工作日历",
        "Working calendar",
        TIME,
        (MANAGE_CALENDAR,),
        (("日期", "Day"), ("性质", "Kind"), ("说明", "Note"), ("依据", "Source")),
        rows.calendar_rows,
        (
            Verb("year", "录入全年", "Enter a year", timing.enter_year, MANAGE_CALENDAR),
            Verb("enter", "录入日期", "Enter a day", desk.enter_day, MANAGE_CALENDAR),
            Verb("remove", "撤回", "Remove", desk.remove_day, MANAGE_CALENDAR, of_row=True),
        ),
        CALENDAR,
        ("录入的日期优先于平台自带的节假日表，全市统一", "What is entered goes before the platform's own table; one calendar for the city"),
        kept_at=rows.city,
    )
)
SCHEMES = sheet(
    Sheet(
        "schemes",
        "计时方案",
        "Timing schemes",
        TIME,
        (MANAGE_CALENDAR,),
        (
            ("方案", "Scheme"),
            ("代码", "Code"),
            ("时段", "Periods"),
            ("仅工作日", "Working days only"),
            ("有效期", "Valid"),
            ("依据", "Source"),
        ),
        rows.scheme_rows,
        (
            Verb("set", "设置时段", "Set the hours", timing.set_scheme, MANAGE_CALENDAR),
            Verb("revise", "修订", "Revise", timing.set_scheme, MANAGE_CALENDAR, of_row=True),
        ),
        timing.SCHEMES,
        ("新时段从生效日起计；已在计时的仍按开始那天的时段", "A clock that runs keeps the hours of the day it began"),
        kept_at=rows.city,
        links=(("/tools/deadlines", "时限计算器", "Calculator"),),
    )
)
