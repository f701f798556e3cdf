"""The administration pages of the loop: classes, conditions, limits, templates, and the list of looks at personal data."""

from chengzhi.incidents.queries import desk as rows
from chengzhi.incidents.queries.registers import NAME
from chengzhi.incidents.services import desk
from chengzhi.kernel import imports
from chengzhi.kernel.administration import Sheet, Verb, sheet
from chengzhi.organisation import queries as organisation
from chengzhi.parties import queries as parties

LOOP, AUDIT = ("案件标准", "Standards of the loop"), ("审计", "Audit")
MANAGE = imports.MANAGE
NODE, PERIOD, MARK, SOURCE = ("适用", "For"), ("有效期", "Valid"), ("核实", "Mark"), ("依据", "Source")
CLASS, CONDITION = ("小类", "Class"), ("立案条件", "Filing condition")

CLASSES = sheet(
    Sheet(
        "classes",
        "小类",
        "Classes",
        LOOP,
        (MANAGE,),
        (
            ("代码", "Code"),
            ("部件/事件", "Kind"),
            ("大类", "Major"),
            CLASS,
            ("现场可见", "Visible on site"),
            ("计时", "Scheme"),
            MARK,
            SOURCE,
        ),
        rows.class_rows,
        (Verb("set", "设置", "Set", desk.set_class, MANAGE, of_row=True),),
        NAME,
        ("全市统一，由市级维护", "One table for the city, maintained there"),
        kept_at=organisation.city,
    )
)
CONDITIONS = sheet(
    Sheet(
        "conditions",
        "立案条件",
        "Filing conditions",
        LOOP,
        (MANAGE,),
        (CLASS, ("代码", "Code"), CONDITION),
        rows.condition_rows,
        (Verb("add", "新增条件", "Add a condition", desk.add_condition, MANAGE),),
        NAME,
        kept_at=organisation.city,
    )
)
CLOSING = sheet(
    Sheet(
        "closing",
        "结案条件",
        "Closing conditions",
        LOOP,
        (MANAGE,),
        (CLASS, CONDITION, ("结案条件", "Closing condition"), NODE, PERIOD, MARK, SOURCE),
        rows.closing_rows,
        (
            Verb("add", "新增", "Add", desk.set_closing, MANAGE),
            Verb("set", "修订", "Revise", desk.set_closing, MANAGE, of_row=True),
        ),
    )
)
LIMITS = sheet(
    Sheet(
        "limits",
        "处置时限",
        "Disposal limits",
        LOOP,
        (MANAGE,),
        (CLASS, CONDITION, ("区域", "Area"), ("时限", "Limit"), NODE, PERIOD, ("版本", "Version"), MARK, SOURCE),
        rows.limit_rows,
        (
            Verb("adopt", "采用一条时限", "Take over one limit", desk.set_limit, MANAGE),
            Verb("set", "修订", "Revise", desk.set_limit, MANAGE, of_row=True),
        ),
        NAME,
        ("已立案的案件保持立案时的时限", "Cases that were filed keep the limit of their filing"),
    )
)
STAGES = sheet(
    Sheet(
        "stage-limits",
        "环节时限",
        "Stage limits",
        LOOP,
        (MANAGE,),
        (("环节", "Stage"), ("紧急", "Urgent"), ("一般", "Ordinary"), NODE, PERIOD, MARK, SOURCE),
        rows.stage_rows,
        (
            Verb("add", "新增", "Add", desk.set_stage_limit, MANAGE),
            Verb("set", "修订", "Revise", desk.set_stage_limit, MANAGE, of_row=True),
        ),
        NAME,
    )
)
TEMPLATES = sheet(
    Sheet(
        "opinions",
        "意见模板",
        "Templates of opinions",
        LOOP,
        (MANAGE,),
        (("步骤", "Step"), ("岗位", "Post"), ("意见", "Opinion"), NODE, PERIOD, ("维护人", "Made by")),
        rows.template_rows,
        (
            Verb("add", "新增模板", "Add a template", desk.add_template, MANAGE),
            Verb("change", "修改", "Change", desk.change_template, MANAGE, of_row=True),
            Verb("end", "停用", "End", desk.end_template, MANAGE, of_row=True),
        ),
        note=("每个意见框另列本人最近五条", "Each form also offers the person's own last five"),
    )
)
LOOKS = sheet(
    Sheet(
        "reveals",
        "明文查看记录",
        "Looks at personal data",
        AUDIT,
        (parties.AUDIT,),
        (
            ("时间", "Time"),
            ("查看人", "Who"),
            ("当事人（脱敏）", "Whose (masked)"),
            ("用途", "Purpose"),
            ("班次日期", "Shift"),
            ("相关案件", "Cases"),
        ),
        rows.look_rows,
        note=("最近 200 次，只增不改", "The last 200; nothing is ever changed here"),
    )
)
