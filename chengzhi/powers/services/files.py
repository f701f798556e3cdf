"""The import of responsibilities: a list as Excel or CSV, with every collision found before anything is applied."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from chengzhi.kernel.access import Act, Actor, act_now
from chengzhi.kernel.imports import MANAGE, Column, Difference, Importer, Row, RowError, Setting, Unfit, choice, day, register
from chengzhi.kernel.models import ImportRow
from chengzhi.kernel.problems import NotAllowed, Problem
from chengzhi.organisation import queries as organisation
from chengzhi.powers import rules
from chengzhi.powers.models import AREA_KINDS, GROUNDS, LONGEST, ROLES, Responsibility
from chengzhi.powers.queries import ANYWHERE, NAME, claim_of
from chengzhi.powers.services import assigning

KINDS = {"案件": "incident"}
DAY = timedelta(days=1)
COMPARED = ("ground", "basis_zh", "document", "valid_to", "note")
IDENTIFYING = ("matter_kind", "subject", "area_kind", "area_code", "role", "valid_from")
Key = tuple[object, ...]


def words(vocabulary: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return Chinese label → stored word."""
    return {zh: word for word, (zh, _) in vocabulary.items()}


def fitting(check: Callable[[str], str]) -> Callable[[str], str]:
    """Return a reader of cells that says what a check of a verb says."""

    def read(value: str) -> str:
        try:
            return check(value)
        except Problem as problem:
            raise Unfit(problem.zh.rstrip("。"), f"is refused: {problem.en.rstrip('.')}") from None

    return read


def short(field: str) -> Callable[[str], str]:
    """Return a reader of texts that fit into a column of the register."""
    longest = LONGEST[field]

    def read(value: str) -> str:
        if len(value) > longest:
            raise Unfit(f"最多 {longest} 个字", f"must have at most {longest} characters")
        return value

    return read


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks need: bodies and nodes by code, and all rows of the register with their keys."""

    on: date
    complete: bool
    actor: Actor
    bodies: Mapping[str, int]
    codes: Mapping[int, str]
    nodes: Mapping[str, int]
    rows: Mapping[Key, Responsibility]

    def made(self, values: Mapping[str, Any]) -> Responsibility:
        """Return a row of the file as the row that it would become."""
        role, subject = values["role"], values["subject"]
        area_kind = values["area_kind"] or ANYWHERE[0]
        code = values["area_code"] or ""
        return Responsibility(
            matter_kind=values["matter_kind"] or "incident",
            subject=subject,
            area_kind=area_kind,
            area_code=assigning.unpadded(code) if area_kind == "division" else code,
            node_id=self.nodes.get(values["node"] or ""),
            body_id=self.bodies[values["body"]],
            role=role,
            ground=values["ground"] or assigning.derived_ground(role, subject, area_kind),
            basis_zh=values["basis_zh"],
            document=values["document"] or "",
            valid_from=values["valid_from"],
            valid_to=values["valid_to"],
            note=values["note"] or "",
            source=values["document"] or values["basis_zh"][:200],
        )

    def claim_that_stays(self, row: Responsibility) -> rules.Claim:
        """Return the claim of a row that the file does not mention: a complete file ends it with yesterday."""
        claim = claim_of(row)
        return replace(claim, valid_to=self.on - DAY) if self.complete and _in_force(row, self.on) else claim


def key_of(row: Responsibility) -> Key:
    """Return what makes a responsibility the same one in file and register."""
    return row.matter_kind, row.subject, row.area_kind, row.area_code, row.role, row.node_id, row.body_id, row.valid_from


class ResponsibilityImporter(Importer[Known]):
    """Responsibilities of bodies; a complete file ends those in force that it no longer has."""

    kind = "responsibilities"
    zh, en = "权责清单", "Responsibilities"
    note = ("谁负责什么：事项、区域、责任单位和依据", "Who is responsible: subject, area, body and basis")
    needs = (MANAGE, assigning.MANAGE)
    everywhere = False
    register = NAME
    columns = (
        Column("subject", ("事项代码", "类别代码", "小类代码"), parse=fitting(assigning.check_subject)),
        Column("body", ("责任单位代码", "单位代码", "责任单位")),
        Column("basis_zh", ("依据", "职责依据"), parse=short("basis_zh")),
        Column("valid_from", ("起始日期", "生效日期"), parse=day),
        Column("valid_to", ("截止日期", "失效日期"), required=False, parse=day),
        Column("role", ("责任角色", "职责"), parse=choice(words(ROLES))),
        Column("area_kind", ("区域类型",), required=False, parse=choice(words(AREA_KINDS))),
        Column("area_code", ("区域代码",), required=False),
        Column("node", ("指挥节点代码", "区划代码"), required=False),
        Column("matter_kind", ("事项类型",), required=False, parse=choice(KINDS)),
        Column("ground", ("理由", "责任理由"), required=False, parse=choice(words(GROUNDS))),
        Column("document", ("文件", "文号"), required=False, parse=short("document")),
        Column("note", ("备注",), required=False, parse=short("note")),
    )

    def refuse(self, setting: Setting) -> None:
        """Refuse the whole register from a post that does not keep the rows of every node."""
        if setting.complete:
            assigning.authorise(act_now(setting.actor), None)

    def context(self, setting: Setting) -> Known:
        """Read bodies, nodes and the whole register once."""
        nodes = {node.code: node.id for node in organisation.nodes()}
        units = {unit.code: unit.id for node in nodes.values() for unit in organisation.units_of(node)}
        rows = list(Responsibility.objects.select_related("body").order_by("valid_from", "id"))
        present = set(nodes.values()) | set(units.values())
        # A closed body has no code any more, but what it still holds must be comparable: its id stands for it.
        closed = {str(row.body_id): row.body_id for row in rows if row.body_id not in present}
        bodies = nodes | units | closed
        return Known(
            on=setting.on,
            complete=setting.complete,
            actor=setting.actor,
            bodies=bodies,
            codes={identifier: code for code, identifier in bodies.items()},
            nodes=nodes,
            rows={key_of(row): row for row in rows},
        )

    def check(self, row: Row, context: Known) -> list[RowError]:
        """Refuse unknown bodies and nodes, those of others, areas without a fitting code, and periods that end before they begin."""
        values, faults = row.values, []
        if values["body"] not in context.bodies:
            faults.append(_unknown("body", "责任单位代码", values["body"]))
        if values["node"] and values["node"] not in context.nodes:
            faults.append(_unknown("node", "指挥节点代码", values["node"]))
        else:
            faults += _not_his(values["node"], context)
        try:
            assigning.check_area(values["area_kind"] or ANYWHERE[0], values["area_code"] or "")
            assigning.check_period(values["valid_from"], values["valid_to"])
        except Problem as problem:
            field = "area_code" if problem.code == "bad_area" else "valid_to"
            faults.append(RowError(problem.code, problem.zh, problem.en, field))
        return faults

    def check_all(self, rows: Sequence[Row], context: Known) -> list[RowError]:
        """Refuse rows that collide with one another or with what stays in the register, naming the other body."""
        readable = [row for row in rows if not self.check(row, context)]
        made = [(row.no, context.made(row.values)) for row in readable]
        mentioned = {key_of(row) for _, row in made}
        standing: dict[Key, list[tuple[int, rules.Claim, Responsibility]]] = defaultdict(list)
        for key, row in context.rows.items():
            if key not in mentioned:
                claim = context.claim_that_stays(row)
                standing[claim.role, *claim.scope].append((0, claim, row))
        faults = []
        for no, row in made:
            claim = claim_of(row)
            same_place = standing[claim.role, *claim.scope]
            hit = next(((other_no, other) for other_no, known, other in same_place if rules.collide(claim, known)), None)
            if hit is not None:
                faults.append(_collision(no, row, *hit, context))
            same_place.append((no, claim, row))
        return faults

    def difference(self, row: Row, context: Known) -> Difference:
        """Compare with the row of the same body, subject, area, role and beginning."""
        made = context.made(row.values)
        known = context.rows.get(key_of(made))
        if known is None:
            return Difference(ImportRow.NEW)
        if all(getattr(known, name) == getattr(made, name) for name in COMPARED):
            return Difference(ImportRow.SAME)
        return Difference(ImportRow.CHANGED, {name: getattr(known, name) for name in COMPARED})

    def gone(self, rows: Sequence[Row], context: Known) -> list[Mapping[str, Any]]:
        """Return what is in force and no longer in the file; rows of the future stay."""
        mentioned = {key_of(context.made(row.values)) for row in rows}
        nodes = {identifier: code for code, identifier in context.nodes.items()}
        return [
            {
                **{name: getattr(row, name) for name in (*COMPARED, *IDENTIFYING)},
                "body": context.codes.get(row.body_id, str(row.body_id)),
                "node": nodes.get(row.node_id or 0, ""),
            }
            for key, row in context.rows.items()
            if key not in mentioned and _in_force(row, context.on)
        ]

    def apply(self, rows: Sequence[Row], context: Known, act: Act) -> None:
        """Write new rows, correct changed ones, and end those that are gone with the day before."""
        news, changed = [], []
        for row in rows:
            made = context.made(row.values)
            known = context.rows.get(key_of(made))
            assigning.authorise(act, made.node_id)
            if known is None:
                made.made_by = act.actor.id
                news.append(made)
                continue
            if row.difference == ImportRow.GONE:
                known.valid_to = context.on - DAY
            else:
                for name in COMPARED:
                    setattr(known, name, getattr(made, name))
            changed.append(known)
        Responsibility.objects.bulk_create(news, batch_size=500)
        Responsibility.objects.bulk_update(changed, COMPARED, batch_size=100)


def _in_force(row: Responsibility, on: date) -> bool:
    return row.valid_from < on and (row.valid_to is None or row.valid_to >= on)


def _collision(no: int, row: Responsibility, other_no: int, other: Responsibility, context: Known) -> RowError:
    if not other_no:
        fault = assigning.collision(row, other)
        return RowError("overlap", fault.zh, fault.en, "body", no)
    code = context.codes.get(other.body_id, "")
    return RowError(
        "overlap",
        f"与第 {other_no} 行（单位 {code}）重叠：同一事项、区域、职责在同一天只能有一个责任单位，请改期或删去一行。",
        f"It collides with row {other_no} (body {code}): one matter, area and role has one body on a day; change the days or remove a row.",
        "body",
        no,
    )


def _not_his(code: str | None, context: Known) -> list[RowError]:
    try:
        assigning.authorise(act_now(context.actor), context.nodes.get(code or ""))
    except NotAllowed as problem:
        return [RowError("not_your_node", problem.zh, problem.en, "node")]
    return []


def _unknown(field: str, label: str, value: str) -> RowError:
    return RowError(
        "unknown_body",
        f"{label}“{value}”不在机构表中，请先登记该机构或改正代码。",
        f"{field} “{value}” is no body that exists today; open it first or correct the code.",
        field,
    )


register(ResponsibilityImporter())
