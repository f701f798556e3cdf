"""Verbs of the administration pages of the loop; the signature of each is its form. Every row is dated and names its source."""

from datetime import date
from typing import Annotated, Any

from django.db.models import Q
from django.utils import timezone
from pydantic import Field

from chengzhi.incidents.models import CaseClass, ClosingCondition, Condition, OpinionTemplate, StageLimit
from chengzhi.incidents.models.registers import SCHEMES, STAGE_CLOCKS, STAGE_UNITS
from chengzhi.incidents.queries import registers as known
from chengzhi.incidents.services.registers import ADOPTED, DAY, LimitLine, adopt_limits, authorise, refuse_past
from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, NotFound
from chengzhi.kernel.workflow.forms import Ask, Id
from chengzhi.organisation import queries as organisation

Node = Annotated[str, Ask("适用节点", "For the node", widget="select", choices="register_nodes")]
NodeOrAll = Annotated[
    str, Ask("适用节点", "For the node", widget="select", choices="register_nodes", help_zh="不填即全市", help_en="Empty: everywhere")
]
TheClass = Annotated[
    str, Ask("小类", "Class", widget="listed", choices="all_classes", help_zh="填代码，例如 SJ0101", help_en="Its code, such as SJ0101")
]
Source = Annotated[
    str, Ask("依据", "Source", help_zh="文件名称和文号", help_en="Title and number of the document"), Field(min_length=2, max_length=200)
]
ValidFrom = Annotated[date | None, Ask("生效日期", "From", widget="date", help_zh="不填即今天", help_en="Today when left empty")]
English = Annotated[str, Ask("英文", "English"), Field(max_length=300)]


def set_class(
    *,
    class_code: Annotated[str, Ask("小类", "Class", widget="hidden")],
    scheme: Annotated[str, Ask("计时方案", "Timing scheme", widget="select", choices="class_schemes")],
    visible_on_site: Annotated[bool, Ask("现场可见", "Visible on site", widget="checkbox")] = False,
    act: Act,
) -> CaseClass:
    """Set how a class is timed and whether it can be seen on site; cases filed before keep their limit."""
    authorise(act, city_code())
    found = CaseClass.objects.filter(pk=class_code).first()
    if found is None:
        raise _no_class(class_code)
    if scheme not in SCHEMES:
        raise Invalid(
            f"计时方案“{scheme[:20]}”未知，可用：{'、'.join(SCHEMES)}。", f"There is no scheme “{scheme[:20]}”; use {', '.join(SCHEMES)}."
        )
    found.scheme_code, found.visible_on_site = scheme, visible_on_site
    writes.change(found, "scheme_code", "visible_on_site")
    registers.raise_version(known.NAME)
    return found


def add_condition(
    *,
    class_code: TheClass,
    code: Annotated[
        str,
        Ask("条件代码", "Code", help_zh="小写字母、数字和下划线", help_en="Lower-case letters, digits, _"),
        Field(pattern=r"^[a-z0-9_]{1,24}$"),
    ],
    name_zh: Annotated[str, Ask("立案条件", "Filing condition"), Field(min_length=2, max_length=60)],
    name_en: Annotated[str, Ask("英文", "English"), Field(max_length=100)] = "",
    act: Act,
) -> Condition:
    """Add a filing condition to a class; its limit is given on the page of limits."""
    authorise(act, city_code())
    check_class(class_code)
    used = Condition.objects.filter(case_class_id=class_code)
    if used.filter(code=code).exists() or used.filter(name_zh=name_zh).exists():
        raise Invalid(
            f"{class_code} 已有立案条件“{code}”或“{name_zh}”，请换一个。",
            f"{class_code} has a condition “{code}” or “{name_zh}” already; give another.",
            code="taken",
        )
    made = Condition(case_class_id=class_code, code=code, name_zh=name_zh, name_en=name_en)
    writes.add(made)
    registers.raise_version(known.NAME)
    return made


def set_closing(
    *,
    class_code: TheClass,
    text_zh: Annotated[str, Ask("结案条件", "Closing condition", widget="textarea"), Field(min_length=2, max_length=300)],
    text_en: English = "",
    condition: Annotated[
        str, Ask("仅此立案条件", "Only for the condition", help_zh="条件代码，不填即全部", help_en="Its code; empty: all")
    ] = "",
    node: NodeOrAll = "",
    source: Source,
    valid_from: ValidFrom = None,
    act: Act,
) -> ClosingCondition:
    """Set when cases of a class may be closed, from a day on; what was valid until then ends with the day before."""
    authorise(act, node or city_code())
    check_class(class_code)
    if condition and condition not in {view.code for view in known.conditions_of(class_code)}:
        raise Invalid(f"{class_code} 没有立案条件“{condition[:24]}”。", f"{class_code} has no condition “{condition[:24]}”.")
    since = since_day(valid_from, act)
    end_rows(ClosingCondition.objects.filter(node_code=node, class_code=class_code, condition=condition), since)
    made = ClosingCondition(
        node_code=node,
        class_code=class_code,
        condition=condition,
        text_zh=text_zh,
        text_en=text_en,
        source=source,
        mark=ADOPTED,
        valid_from=since,
    )
    writes.add(made)
    return made


def set_limit(
    *,
    node: Node,
    class_code: TheClass,
    condition: Annotated[
        str, Ask("立案条件", "Filing condition", help_zh="名称", help_en="Its Chinese name"), Field(min_length=1, max_length=60)
    ],
    level: Annotated[str, Ask("区域类别", "Area class", widget="select", choices="levels")],
    amount: Annotated[int, Ask("时限", "Limit", widget="number"), Field(gt=0, le=9999)],
    unit: Annotated[str, Ask("单位", "Unit", widget="select", choices="limit_units")],
    source: Source,
    valid_from: ValidFrom = None,
    act: Act,
) -> str:
    """Take over one limit as a new dated version of a node; whole tables come by file. Cases filed before keep theirs."""
    line = LimitLine(class_code, condition, level, amount, unit, source=source)
    return adopt_limits(node_code=node, lines=[line], valid_from=since_day(valid_from, act), act=act)


def set_stage_limit(
    *,
    node: Node,
    clock: Annotated[str, Ask("环节", "Stage", widget="select", choices="stage_clocks")],
    urgent: Annotated[int, Ask("紧急", "Urgent", widget="number"), Field(gt=0, le=9999)],
    ordinary: Annotated[int, Ask("一般", "Ordinary", widget="number"), Field(gt=0, le=9999)],
    unit: Annotated[str, Ask("单位", "Unit", widget="select", choices="stage_units")],
    source: Source,
    valid_from: ValidFrom = None,
    act: Act,
) -> StageLimit:
    """Set the limit of one stage at a node from a day on; what was valid until then ends with the day before."""
    authorise(act, node)
    if clock not in STAGE_CLOCKS or unit not in STAGE_UNITS:
        raise Invalid(f"环节“{clock[:20]}”或单位“{unit[:20]}”未知。", f"The stage “{clock[:20]}” or unit “{unit[:20]}” is unknown.")
    since = since_day(valid_from, act)
    earlier = StageLimit.objects.filter(node_code=node, clock=clock)
    if earlier.filter(valid_from__gte=since).exists():
        raise Invalid(
            f"该环节已有 {since} 或以后生效的时限，请填写更晚的生效日期。",
            f"This stage has a limit from {since} or later; give a later day.",
        )
    end_rows(earlier, since)
    made = StageLimit(
        node_code=node,
        clock=clock,
        urgent_amount=urgent,
        ordinary_amount=ordinary,
        unit=unit,
        valid_from=since,
        source=source,
        mark=ADOPTED,
    )
    writes.add(made)
    registers.raise_version(known.NAME)
    return made


def add_template(
    *,
    step: Annotated[str, Ask("步骤", "Step", widget="select", choices="steps_with_opinion")],
    text_zh: Annotated[str, Ask("意见", "Opinion", widget="textarea"), Field(min_length=1, max_length=200)],
    text_en: Annotated[str, Ask("英文", "English"), Field(max_length=200)] = "",
    role: Annotated[
        str, Ask("岗位角色", "Role", widget="select", choices="roles", help_zh="不填即全部岗位", help_en="Empty: every post")
    ] = "",
    node: NodeOrAll = "",
    act: Act,
) -> OpinionTemplate:
    """Add a template of an opinion for a step."""
    authorise(act, node or city_code())
    same = OpinionTemplate.objects.filter(node_code=node, step=step, role=role, text_zh=text_zh, valid_to__isnull=True)
    if same.exists():
        raise Invalid("该步骤已有相同的意见模板，请修改内容。", "This step has the same template already; change its words.", code="taken")
    made = OpinionTemplate(
        node_code=node,
        step=step,
        role=role,
        text_zh=text_zh,
        text_en=text_en,
        valid_from=timezone.localdate(act.at),
        made_by=act.actor.id,
    )
    writes.add(made)
    return made


TheTemplate = Annotated[Id, Ask("模板", "Template", widget="hidden")]


def change_template(
    *,
    template: TheTemplate,
    text_zh: Annotated[str, Ask("意见", "Opinion", widget="textarea"), Field(min_length=1, max_length=200)],
    text_en: Annotated[str, Ask("英文", "English"), Field(max_length=200)] = "",
    act: Act,
) -> OpinionTemplate:
    """Put other words in place of a template: the old ones end, the new ones begin."""
    old = end_template(template=template, act=act)
    return add_template(step=old.step, role=old.role, node=old.node_code, text_zh=text_zh, text_en=text_en, act=act)


def end_template(*, template: TheTemplate, act: Act) -> OpinionTemplate:
    """End a template at once; what was written with it stays."""
    found = OpinionTemplate.objects.filter(pk=template, valid_to__isnull=True).first()
    if found is None:
        raise NotFound("没有这个意见模板或已停用，请刷新页面。", "There is no such template, or it has ended; reload the page.")
    authorise(act, found.node_code or city_code())
    end_rows(OpinionTemplate.objects.filter(pk=found.pk), timezone.localdate(act.at))
    return found


def city_code() -> str:
    """Return the code of the node that keeps what holds everywhere."""
    return organisation.node(organisation.city()).code


def check_class(code: str) -> None:
    """Refuse a class that there is not. Raises Invalid."""
    if known.class_view(code) is None:
        raise _no_class(code)


def _no_class(code: str) -> Invalid:
    return Invalid(
        f"没有小类“{code[:20]}”，请填写代码，例如 SJ0101。",
        f"There is no class “{code[:20]}”; give its code, for example SJ0101.",
        code="unknown_class",
    )


def since_day(wanted: date | None, act: Act) -> date:
    """Return the day of effect: the one that was wanted, or today. Raises Invalid for a day that is past."""
    today = timezone.localdate(act.at)
    refuse_past(wanted or today, today)
    return wanted or today


def end_rows(rows: Any, since: date) -> None:
    """End what holds from a day on with the day before; a row that would end before it began is taken out, it was never in force."""
    lasting = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=since))
    lasting.filter(valid_from__gte=since).delete()
    lasting.update(valid_to=since - DAY)
