"""Verbs for nodes, units, crews and posts."""

from datetime import date

from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.models import Holder
from chengzhi.kernel.problems import Invalid
from chengzhi.organisation import queries
from chengzhi.organisation.models import CommandNode, Crew, Post, Role, Unit
from chengzhi.organisation.services import inputs
from chengzhi.organisation.services.authority import MANAGE_BODIES, authorise

LONGEST_NAME, LONGEST_ENGLISH = 80, 120


def _holder(kind: str, node: Holder | None, name_zh: str, name_en: str) -> Holder:
    zh = inputs.text("name_zh", name_zh, LONGEST_NAME)
    en = inputs.text("name_en", name_en, LONGEST_ENGLISH, needed=False)
    holder = Holder(kind=kind, node=node, name_zh=zh, name_en=en)
    if node is None:
        holder.node_id = holder.id  # a node belongs to itself, so that "of this node" finds it as well
    writes.add(holder)
    return holder


@writes.service
def open_node(
    *,
    code: str,
    name_zh: str,
    short_zh: str,
    level: str,
    act: Act,
    parent: CommandNode | None = None,
    name_en: str = "",
    does_own_command: bool = True,
) -> CommandNode:
    """Open a command node for a six-digit division code. Raises Invalid for a bad or used code, level, short name or parent."""
    authorise(act, MANAGE_BODIES, parent.holder_id if parent else None)
    inputs.pattern("code", code, r"\d{6}", "6位行政区划代码，例如 990102", "a six-digit division code, for example 990102")
    inputs.pattern("short_zh", short_zh, r"\S{2}", "两个字的简称，例如 东城", "a short name of two characters, for example 东城")
    inputs.one_of("level", level, CommandNode.Level.values)
    _check_place_in_tree(level, parent, does_own_command)
    if CommandNode.objects.filter(code=code).exists():
        raise inputs.taken("code", code, "请使用该节点或填写其他代码", "use that node, or give another code")
    node = CommandNode(
        holder=_holder("node", None, name_zh, name_en),
        code=code,
        level=level,
        parent=parent,
        short_zh=short_zh,
        does_own_command=does_own_command,
    )
    writes.add(node)
    registers.raise_version(queries.NAME)
    return node


def _check_place_in_tree(level: str, parent: CommandNode | None, does_own_command: bool) -> None:
    if level == CommandNode.Level.CITY and parent is not None:
        raise Invalid(
            f"parent“{parent.short_zh}”不可用：市级节点没有上级，请留空。",
            f"parent “{parent.short_zh}” is not usable: a city has none; leave it empty.",
        )
    if parent is None and not does_own_command:
        raise Invalid(
            "does_own_command“否”不可用：没有上级节点可代为指挥，请填“是”或指定 parent。",
            "does_own_command “no” is not usable: no node above could do it; say yes or give a parent.",
        )


@writes.service
def open_unit(
    *,
    node: CommandNode,
    code: str,
    kind: str,
    name_zh: str,
    act: Act,
    name_en: str = "",
    short_zh: str = "",
    parent: Unit | None = None,
    daily_parent: Unit | None = None,
    division_code: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Unit:
    """Open a unit of a node. Only a squad has a daily parent, and then a business parent too. Raises Invalid."""
    authorise(act, MANAGE_BODIES, node.holder_id)
    first = valid_from or inputs.day_of(act)
    inputs.text("code", code, 40)
    inputs.one_of("kind", kind, Unit.Kind.values)
    inputs.period("valid_from", first, "valid_to", valid_to)
    if division_code:
        inputs.pattern(
            "division_code", division_code, r"\d{6}(\d{3}){0,2}", "6、9或12位行政区划代码", "a division code of 6, 9 or 12 digits"
        )
    _check_two_parents(kind, parent, daily_parent)
    if Unit.objects.filter(code=code).exists():
        raise inputs.taken("code", code, "请填写其他单位代码", "give another unit code")
    unit = Unit(
        holder=_holder("unit", node.holder, name_zh, name_en),
        code=code,
        kind=kind,
        parent=parent,
        daily_parent=daily_parent,
        short_zh=inputs.text("short_zh", short_zh, 20, needed=False),
        division_code=division_code,
        valid_from=first,
        valid_to=valid_to,
    )
    writes.add(unit)
    registers.raise_version(queries.NAME)
    return unit


def _check_two_parents(kind: str, parent: Unit | None, daily_parent: Unit | None) -> None:
    if daily_parent is None:
        return
    if kind != Unit.Kind.SQUAD:
        raise Invalid(
            f"daily_parent“{daily_parent}”不可用：只有中队（squad）有日常管理单位，请留空。",
            f"daily_parent “{daily_parent}” is not usable: only a squad has one; leave it empty.",
        )
    if parent is None or parent.holder_id == daily_parent.holder_id:
        raise Invalid(
            f"parent“{parent or ''}”不可用：派驻中队的业务主管单位须填写，且不同于日常管理单位“{daily_parent}”。",
            f"parent “{parent or ''}” is not usable: beside the daily parent “{daily_parent}” a squad needs another by business.",
        )


@writes.service
def open_crew(*, unit: Unit, name_zh: str, act: Act, name_en: str = "", is_contractor: bool = False, phone: str = "") -> Crew:
    """Open a crew of a unit. Raises Invalid."""
    authorise(act, MANAGE_BODIES, unit.holder.node_id)
    holder = _holder("crew", unit.holder.node, name_zh, name_en)
    crew = Crew(holder=holder, unit=unit, is_contractor=is_contractor, phone=inputs.phone(phone))
    writes.add(crew)
    registers.raise_version(queries.NAME)
    return crew


@writes.service
def open_post(
    *,
    unit: Unit,
    role: str,
    name_zh: str,
    act: Act,
    name_en: str = "",
    area_code: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Post:
    """Open a post with a role in a unit; `area_code` is the duty grid of an inspector. Raises Invalid for an unknown role."""
    authorise(act, MANAGE_BODIES, unit.holder.node_id)
    first = valid_from or inputs.day_of(act)
    inputs.period("valid_from", first, "valid_to", valid_to)
    inputs.one_of("role", role, set(Role.objects.values_list("code", flat=True)))
    post = Post(
        holder=_holder("post", unit.holder.node, name_zh, name_en),
        unit=unit,
        role_id=role,
        area_code=inputs.text("area_code", area_code, 20, needed=False),
        valid_from=first,
        valid_to=valid_to,
    )
    writes.add(post)
    registers.raise_version(queries.NAME)
    return post
