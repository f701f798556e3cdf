"""Giving a responsibility to a body, and ending it; two bodies for the same thing on the same day are refused."""

import re
from collections.abc import Collection
from datetime import date, timedelta

from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import SYSTEM_ID, Act, capability
from chengzhi.kernel.models import Holder
from chengzhi.kernel.problems import Fault, Invalid, NotAllowed, NotFound, Refused
from chengzhi.organisation import queries as organisation
from chengzhi.powers import rules
from chengzhi.powers.models import AREA_KINDS, GROUNDS, LONGEST, ROLES, Responsibility
from chengzhi.powers.queries import ANYWHERE, NAME, claim_of, claims

MANAGE = capability("powers.responsibility.manage", "维护权责清单", "maintain responsibilities")
DAY = timedelta(days=1)
SUBJECT_FORM = re.compile(r"\*|(BJ|SJ)\d{2}(\d{2})?")
DIVISION_FORM = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")
AREA_FORMS = {
    "division": (
        DIVISION_FORM,
        "2、4、6、9 或 12 位行政区划代码，例如 990102001",
        "a division code of 2, 4, 6, 9 or 12 digits, for example 990102001",
    ),
    "duty_grid": (
        re.compile(r"[0-9A-Z]{1,16}"),
        "责任网格代码，例如 990102001Z004",
        "a duty grid code, for example 990102001Z004",
    ),
    "cell": (re.compile(r"\d{14,15}"), "15 位单元网格代码", "a cell code of 15 digits"),
    "any": (re.compile(r""), "空（全域不带代码）", "empty, because “any” is everywhere"),
}


@writes.service
def assign(
    *,
    subject: str,
    body_id: int,
    basis_zh: str,
    valid_from: date,
    act: Act,
    matter_kind: str = "incident",
    area_kind: str = "any",
    area_code: str = "",
    role: str = "lead",
    valid_to: date | None = None,
    node_id: int | None = None,
    ground: str = "",
    document: str = "",
    source: str = "",
    note: str = "",
) -> Responsibility:
    """Give a responsibility to a body from a day on. The ground is derived from role and area when it is left out.

    Raises Invalid for a bad value, and Refused naming the other body when the same role for the same subject and area is
    already held on one of these days.
    """
    authorise(act, node_id)
    code = check_area(area_kind, area_code)
    check_subject(subject)
    _check_words(role, ground, {"basis_zh": basis_zh, "document": document, "source": source, "note": note})
    check_period(valid_from, valid_to)
    _check_body(body_id)
    registers.raise_version(NAME)  # first: whoever assigns at the same time waits here until the other one is committed
    row = Responsibility(
        matter_kind=matter_kind,
        subject=subject,
        area_kind=area_kind,
        area_code=code,
        node_id=node_id,
        body_id=body_id,
        role=role,
        ground=ground or derived_ground(role, subject, area_kind),
        basis_zh=basis_zh.strip(),
        document=document,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        note=note,
        made_by=act.actor.id,
    )
    _refuse_second_body(row)
    writes.add(row)
    return row


@writes.service
def end_assignment(*, responsibility_id: int, last_day: date, act: Act) -> Responsibility:
    """End a responsibility with its last day. Raises NotFound, and Invalid for a day before its beginning or after its end."""
    registers.raise_version(NAME)
    row = Responsibility.objects.filter(pk=responsibility_id).first()
    if row is None:
        raise NotFound(f"没有编号为 {responsibility_id} 的权责。", f"There is no responsibility with the id {responsibility_id}.")
    authorise(act, row.node_id)
    check_period(row.valid_from, last_day)
    if row.valid_to is not None and last_day > row.valid_to:
        raise Invalid(
            f"最后一日 {last_day} 晚于已定的 {row.valid_to}；要延长请另行指定一项权责。",
            f"The last day {last_day} is after {row.valid_to}, when it ends already; to go on, assign it anew.",
            code="ends_already",
        )
    row.valid_to = last_day
    writes.change(row, "valid_to")
    return row


def authorise(act: Act, node_id: int | None) -> None:
    """Refuse an act without the capability at the node, or, for rows of every node, at the city. Raises NotAllowed."""
    if act.actor.id == SYSTEM_ID:
        return
    asked = [node_id] if node_id is not None else [node.id for node in organisation.nodes() if node.is_city]
    if not any(act.actor.may(MANAGE, node) for node in asked):
        raise NotAllowed(
            "仅有本节点“维护权责清单”权限的岗位可办理；全市通用的权责须由市级办理。",
            "Only posts that may “maintain responsibilities” of this node can do this; those for all nodes belong to the city.",
        )


def check_subject(subject: str) -> str:
    """Return a subject that has one of the three forms. Raises Invalid."""
    if SUBJECT_FORM.fullmatch(subject) is None:
        raise Invalid(
            f"事项“{subject}”不合要求：应为小类（SJ0102）、大类（SJ01）或 *。",
            f"subject “{subject}” is not usable: give a class (SJ0102), a major (SJ01) or *.",
            code="bad_subject",
        )
    return subject


def check_area(area_kind: str, area_code: str) -> str:
    """Return the code of an area of this kind, without the zeros that fill a division code. Raises Invalid."""
    _one_of("area_kind", area_kind, AREA_KINDS)
    form, zh, en = AREA_FORMS[area_kind]
    if form.fullmatch(area_code) is None:
        raise Invalid(
            f"区域代码“{area_code}”不合要求：应为{zh}。",
            f"area_code “{area_code}” is not usable: it must be {en}.",
            code="bad_area",
        )
    return unpadded(area_code) if area_kind == "division" else area_code


def unpadded(division: str) -> str:
    """Return a division code of 12 digits without the zeros behind its level: 990102000000 is the county 990102."""
    if len(division) < 12:
        return division
    for length in (2, 4, 6, 9):
        if not division[length:].strip("0"):
            return division[:length]
    return division


def check_period(first: date, last: date | None) -> None:
    """Refuse a period that ends before it begins. Raises Invalid."""
    if last is not None and last < first:
        raise Invalid(
            f"最后一日 {last} 早于起始日 {first}，请改为不早于 {first} 的日期。",
            f"The last day {last} is before the first day {first}; give {first} or a later day.",
            code="bad_period",
        )


def derived_ground(role: str, subject: str, area_kind: str) -> str:
    """Return the ground that explains a responsibility when nobody has named one."""
    if role in {"investigate", "decide"}:
        return "power"
    return "area" if subject == "*" and area_kind != ANYWHERE[0] else "duty"


def collision(row: Responsibility, other: Responsibility) -> Fault:
    """Return the reason why two rows cannot both stand, naming the body that has the responsibility already."""
    (zh, en), name = ROLES[row.role], other.body.name_zh
    until_zh, until_en = (f"至 {other.valid_to}", f"to {other.valid_to}") if other.valid_to else ("起", "on")
    return Fault(
        code=rules.one_body_answers.code,
        zh=f"“{row.subject}”在该区域的{zh}单位自 {other.valid_from} {until_zh}已是“{name}”，请先终止该项，或改期。",
        en=f"The {en} body for “{row.subject}” in this area is “{other.body.name_en or name}” from {other.valid_from} {until_en}; "
        "end that first, or choose other days.",
        field="body",
        source=str(rules.one_body_answers.source),
    )


def _refuse_second_body(row: Responsibility) -> None:
    standing = claims(row.matter_kind, row.subject, (row.area_kind, row.area_code), row.role)
    claim = claim_of(row)
    if rules.one_body_answers(rules.ClaimFacts(claim, tuple(known for known, _ in standing))):
        return
    faults = [collision(row, other) for known, other in standing if rules.collide(claim, known)]
    raise Refused(faults[0].zh, faults[0].en, code=faults[0].code, faults=faults)


def _check_words(role: str, ground: str, texts: dict[str, str]) -> None:
    _one_of("role", role, ROLES)
    if ground:
        _one_of("ground", ground, GROUNDS)
    if not texts["basis_zh"].strip():
        raise Invalid("依据 basis_zh 不能为空，请填写文件或条款。", "basis_zh is empty; name the document or article.", code="no_basis")
    for field, value in texts.items():
        if len(value) > LONGEST[field]:
            raise Invalid(
                f"{field} 最多 {LONGEST[field]} 个字，现有 {len(value)} 个，请缩短。",
                f"{field} takes at most {LONGEST[field]} characters, but has {len(value)}; shorten it.",
                code="too_long",
            )


def _check_body(body_id: int) -> None:
    if not Holder.objects.filter(pk=body_id, kind__in=("unit", "node")).exists():
        raise Invalid(
            f"编号 {body_id} 不是单位或指挥节点，请从机构表中选择。",
            f"The id {body_id} is no unit or command node; choose one of the bodies.",
            code="unknown_body",
        )


def _one_of(field: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise Invalid(
            f"{field}“{value}”未知，可用：{'、'.join(known)}。",
            f"{field} “{value}” is unknown; usable: {', '.join(known)}.",
            code="unknown_value",
        )
