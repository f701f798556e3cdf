"""Questions about powers: who is responsible for this matter, here, on this day, and on which basis."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from chengzhi.kernel.registers import Register
from chengzhi.organisation import queries as organisation
from chengzhi.powers.models import GROUNDS, Responsibility
from chengzhi.powers.rules import Claim

NAME = "powers"
EVERYTHING = "*"
MAJOR_LENGTH = 4  # SJ01 of SJ0102
HIGH, MEDIUM, LOW = "high", "medium", "low"
# Division codes by length, the smaller area first: community, town, county, city, province.
DIVISION_LENGTHS = (12, 9, 6, 4, 2)
SMALLEST_DIVISIONS = frozenset({12, 9})
ANYWHERE = ("any", "")
# Roles whose body depends on the command node that asks. Legal power is one for the whole city (S1.1).
NODE_ROLES = frozenset({"lead", "co"})
Area = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PlaceCodes:
    """The codes of a place; what is not known stays empty."""

    county: str = ""
    community: str = ""
    duty_grid: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class ComponentBodies:
    """The three bodies of a component (权属单位、养护单位、主管部门); its owner answers first."""

    owner: int | None = None
    upkeep: int | None = None
    authority: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A proposed body with its reason in one line; `responsibility_id` 0 means that the component itself names the body."""

    body_id: int
    body_zh: str
    body_en: str
    role: str
    reason_zh: str
    reason_en: str
    confidence: str
    basis: str
    document: str
    responsibility_id: int
    valid_to: date | None
    valid_from: date | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    node: int | None
    body: int
    ground: str
    basis: str
    document: str
    valid_from: date
    valid_to: date | None


@dataclass
class _Table:
    """Rows by kind, role and subject, then by area; rows of one place stand with the latest beginning first."""

    rows: dict[tuple[str, str, str], dict[Area, list[_Row]]] = field(default_factory=dict)


def _load() -> _Table:
    table = _Table()
    key = ["matter_kind", "role", "subject", "area_kind", "area_code"]
    columns = ["id", "node_id", "body_id", "ground", "basis_zh", "document", "valid_from", "valid_to"]
    for row in Responsibility.objects.order_by("-valid_from", "id").values_list(*key, *columns):
        areas = table.rows.setdefault((row[0], row[1], row[2]), {})
        areas.setdefault((row[3], row[4]), []).append(_Row(*row[5:]))
    return table


REGISTER: Register[_Table] = Register(NAME, _load)
COMPONENT_GROUNDS = {
    "owner": ("部件权属", "owner of the facility"),
    "upkeep": ("部件养护", "upkeep of the facility"),
    "authority": ("部件主管", "authority in charge of the facility"),
}


def responsible(
    kind: str,
    subject: str,
    place: PlaceCodes,
    on: date,
    component: ComponentBodies | None = None,
    *,
    role: str = "lead",
    node: int | None = None,
) -> Answer | None:
    """Return the body that answers for a subject at a place on a day, None when nobody does.

    A component's own bodies come first (for role lead), then the exact class before its major before all classes,
    then the smaller area before the larger. With a node, only its rows and those for every node count.
    """
    return next(_answers(kind, subject, place, on, component, role, node), None)


def candidates(
    kind: str,
    subject: str,
    place: PlaceCodes,
    on: date,
    component: ComponentBodies | None = None,
    *,
    role: str = "lead",
    node: int | None = None,
    n: int = 5,
) -> list[Answer]:
    """Return up to n different bodies for a picker, the best reason of each, in the order in which they would answer."""
    found: dict[int, Answer] = {}
    for answer in _answers(kind, subject, place, on, component, role, node):
        found.setdefault(answer.body_id, answer)
        if len(found) == n:
            break
    return list(found.values())


def areas_of(body: int, on: date, *, role: str = "lead") -> list[Area]:
    """Return the areas for which a body answers in a role on a day, each as kind and code, in their order."""
    found: set[Area] = set()
    for (_, asked, _), areas in REGISTER.get().rows.items():
        if asked == role:
            found |= {area for area, rows in areas.items() if any(row.body == body for row in _serving(rows, on, None))}
    return sorted(found)


def claims(kind: str, subject: str, area: Area, role: str) -> list[tuple[Claim, Responsibility]]:
    """Return all claims to one role for one subject and area, of any time, read from the database."""
    rows = Responsibility.objects.filter(matter_kind=kind, subject=subject, area_kind=area[0], area_code=area[1], role=role).select_related(
        "body"
    )
    return [(claim_of(row), row) for row in rows.order_by("valid_from", "id")]


def claim_of(row: Responsibility) -> Claim:
    """Return a row as the rule of one body sees it."""
    node = row.node_id if row.role in NODE_ROLES else None
    scope = (row.matter_kind, row.subject, row.area_kind, row.area_code, node)
    return Claim(body=row.body_id, role=row.role, scope=scope, valid_from=row.valid_from, valid_to=row.valid_to)


def _answers(
    kind: str,
    subject: str,
    place: PlaceCodes,
    on: date,
    component: ComponentBodies | None,
    role: str,
    node: int | None,
) -> Iterator[Answer]:
    if component is not None and role == "lead":
        yield from _of_component(component)
    table, areas = REGISTER.get(), _areas(place)
    for asked in _subjects(subject):
        held = table.rows.get((kind, role, asked))
        if not held:
            continue
        for area in areas:
            rows = held.get(area)
            if rows:
                for row in _serving(rows, on, node):
                    yield _answer(row, asked, area, role)


def _subjects(subject: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((subject, subject[:MAJOR_LENGTH], EVERYTHING)))


def _areas(place: PlaceCodes) -> list[Area]:
    """Return all areas that hold a place, the smallest first."""
    areas: list[Area] = []
    if place.cell:
        areas.append(("cell", place.cell))
    if place.duty_grid:
        areas.append(("duty_grid", place.duty_grid))
    division = place.community or place.county
    areas += [("division", division[:length]) for length in DIVISION_LENGTHS if length <= len(division)]
    areas.append(ANYWHERE)
    return areas


def _serving(rows: list[_Row], on: date, node: int | None) -> list[_Row]:
    """Return the rows that hold on a day for a node: its own before those for every node."""
    valid = [row for row in rows if row.valid_from <= on and (row.valid_to is None or row.valid_to >= on)]
    if node is not None:
        valid = [row for row in valid if row.node is None or row.node == node]
        return sorted(valid, key=lambda row: row.node is None)
    return sorted(valid, key=lambda row: row.node is not None)


def _confidence(subject: str, area: Area) -> str:
    if len(subject) > MAJOR_LENGTH:
        return HIGH
    small = area[0] in {"cell", "duty_grid"} or len(area[1]) in SMALLEST_DIVISIONS
    if subject == EVERYTHING:
        return MEDIUM if small else LOW
    return HIGH if small else MEDIUM


def _answer(row: _Row, subject: str, area: Area, role: str) -> Answer:
    body_zh, body_en = _names(row.body)
    zh, en = GROUNDS[row.ground]
    return Answer(
        body_id=row.body,
        body_zh=body_zh,
        body_en=body_en,
        role=role,
        reason_zh=f"{zh}：{body_zh}",
        reason_en=f"{en[0].upper()}{en[1:]}: {body_en}",
        confidence=_confidence(subject, area),
        basis=row.basis,
        document=row.document,
        responsibility_id=row.id,
        valid_to=row.valid_to,
        valid_from=row.valid_from,
        ground=row.ground,
    )


def _of_component(component: ComponentBodies) -> Iterator[Answer]:
    for attribute, (zh, en) in COMPONENT_GROUNDS.items():
        body: int | None = getattr(component, attribute)
        if body is not None:
            body_zh, body_en = _names(body)
            yield Answer(
                body_id=body,
                body_zh=body_zh,
                body_en=body_en,
                role="lead",
                reason_zh=f"{zh}：{body_zh}",
                reason_en=f"{en[0].upper()}{en[1:]}: {body_en}",
                confidence=HIGH if attribute == "owner" else MEDIUM,
                basis="部件普查登记",
                document="",
                responsibility_id=0,
                valid_to=None,
                ground=attribute,
            )


def _names(body: int) -> tuple[str, str]:
    return organisation.holder_names([body]).get(body, ("—", "—"))
