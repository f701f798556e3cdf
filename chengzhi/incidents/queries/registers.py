"""Questions about classes, filing conditions and limits, answered from memory; every answer belongs to a date."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.conf import settings
from django.utils import timezone

from chengzhi.incidents.models import CaseClass, Condition, DisposalLimit, StageLimit
from chengzhi.incidents.models.registers import STAGE_CLOCKS
from chengzhi.kernel.problems import Refused
from chengzhi.kernel.registers import Register

NAME = "incident_registers"
SEED = ""
ALL_LEVELS = "*"
# A place outside every graded area is part of the general area (一般区): the longest limit, never a guessed short one.
GENERAL_AREA = "C"
DEFAULT_AMOUNT, DEFAULT_UNIT, DEFAULT_SCHEME = 5, "working_day", "day"
URGENT_UNIT = "hour"


@dataclass(frozen=True, slots=True)
class ClassView:
    """One minor class; `mark` tells how sure its code is."""

    code: str
    kind: str
    major_code: str
    major_zh: str
    major_en: str
    name_zh: str
    name_en: str
    visible_on_site: bool
    scheme: str
    mark: str


@dataclass(frozen=True, slots=True)
class ConditionView:
    """One filing condition; `class_code` is that of its own class, or the 99 class that lends it."""

    id: int
    class_code: str
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FrozenLimit:
    """The disposal limit of one incident, to be kept on it for good; `row_id` 0 is the default for which there is no row."""

    amount: int
    unit: str
    scheme: str
    class_code: str
    condition: str
    level: str
    version: str
    row_id: int
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class StageAnswer:
    """The limit of one stage; natural minutes or hours."""

    clock: str
    amount: int
    unit: str
    row_id: int
    mark: str


@dataclass(frozen=True, slots=True)
class _Limit:
    id: int
    amount: int
    unit: str
    version: str
    valid_from: date
    valid_to: date | None
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class _Stage:
    id: int
    urgent_amount: int
    ordinary_amount: int
    unit: str
    valid_from: date
    valid_to: date | None
    mark: str


@dataclass
class Snapshot:
    """All registers of the loop in memory; rows of one key stand newest first."""

    classes: dict[str, ClassView] = field(default_factory=dict)
    conditions: dict[str, list[ConditionView]] = field(default_factory=lambda: defaultdict(list))
    limits: dict[tuple[str, str, str, str], list[_Limit]] = field(default_factory=lambda: defaultdict(list))
    stages: dict[tuple[str, str], list[_Stage]] = field(default_factory=lambda: defaultdict(list))


def _load() -> Snapshot:
    taken = Snapshot()
    columns = [
        "code",
        "kind",
        "major_code",
        "major_zh",
        "major_en",
        "name_zh",
        "name_en",
        "visible_on_site",
        "scheme_code",
        "mark",
    ]
    for row in CaseClass.objects.order_by("code").values_list(*columns):
        taken.classes[row[0]] = ClassView(*row)
    for condition in Condition.objects.order_by("id").values_list("id", "case_class_id", "code", "name_zh", "name_en"):
        taken.conditions[condition[1]].append(ConditionView(*condition))
    key = ["node_code", "class_code", "condition", "level"]
    columns = ["id", "amount", "unit", "version", "valid_from", "valid_to", "source", "mark"]
    for limit in DisposalLimit.objects.order_by("-valid_from", "-id").values_list(*key, *columns):
        taken.limits[limit[0], limit[1], limit[2], limit[3]].append(_Limit(*limit[4:]))
    columns = ["id", "urgent_amount", "ordinary_amount", "unit", "valid_from", "valid_to", "mark"]
    for stage in StageLimit.objects.order_by("-valid_from", "-id").values_list("node_code", "clock", *columns):
        taken.stages[stage[0], stage[1]].append(_Stage(*stage[2:]))
    return taken


REGISTER: Register[Snapshot] = Register(NAME, _load)
D = TypeVar("D", _Limit, _Stage)


def classes() -> list[ClassView]:
    """Return all minor classes, ordered by code: components first."""
    return list(REGISTER.get().classes.values())


def class_view(code: str) -> ClassView | None:
    """Return one minor class, None when there is no such code."""
    return REGISTER.get().classes.get(code)


def other_of(class_code: str) -> str:
    """Return the code of the “other” class (99) in the major of a class."""
    return class_code[:4] + "99"


def conditions_of(code: str) -> list[ConditionView]:
    """Return the filing conditions of a class; a class without any of its own borrows those of the 99 class of its major."""
    known = REGISTER.get().conditions
    return list(known.get(code) or known.get(other_of(code)) or ())


def limit_for(class_code: str, condition: str, level: str, county: str, on: date) -> FrozenLimit:
    """Return the disposal limit in force on a day: own class before the 99 class of its major before five working days.

    Within each, the county's rows come before the city's before the seed's, and the exact area class before “all areas”.
    An empty area class counts as C (city-management reference, section 4.1).
    """
    taken = REGISTER.get()
    sought = class_code, condition
    found = _limit(taken, sought, level or GENERAL_AREA, county, on)
    if found is None:
        sought = other_of(class_code), _condition_of_other(taken, class_code, condition)
        found = _limit(taken, sought, level or GENERAL_AREA, county, on)
    known = taken.classes.get(class_code)
    scheme = known.scheme if known else DEFAULT_SCHEME
    if found is None:
        return FrozenLimit(DEFAULT_AMOUNT, DEFAULT_UNIT, scheme, class_code, condition, ALL_LEVELS, "default", 0, "D", "platform default")
    at, row = found
    return FrozenLimit(row.amount, row.unit, scheme, *sought, at, row.version, row.id, row.mark, row.source)


def rows_in_force(node_code: str, on: date) -> dict[tuple[str, str, str], DisposalLimit]:
    """Return the rows of one node itself in force on a day or later, by class, condition and level, read from the database."""
    rows = DisposalLimit.objects.filter(node_code=node_code).order_by("valid_from", "id")
    return {(row.class_code, row.condition, row.level): row for row in rows if row.valid_to is None or row.valid_to >= on}


def stage_limit(clock: str, urgent: bool, county: str, on: date) -> StageAnswer:
    """Return the limit of one stage on a day: the county's before the city's before the seed's. Raises Refused without any."""
    taken = REGISTER.get()
    for node in _nodes(county):
        row = _valid(taken.stages.get((node, clock), ()), on)
        if row is not None:
            return StageAnswer(clock, row.urgent_amount if urgent else row.ordinary_amount, row.unit, row.id, row.mark)
    zh, en = STAGE_CLOCKS.get(clock, (clock, clock))
    raise Refused(
        f"{on}没有“{zh}”的环节时限，请先载入基础数据。",
        f"There is no stage limit “{en}” on {on}; load the seed registers first.",
        code="no_stage_limit",
    )


def urgent_condition(class_code: str, condition: str, *, level: str = "", county: str = "", on: date | None = None) -> bool:
    """Tell whether a condition is urgent by its limit: one counted in hours of day and night."""
    return limit_for(class_code, condition, level, county, on or timezone.localdate()).unit == URGENT_UNIT


def _condition_of_other(taken: Snapshot, class_code: str, condition: str) -> str:
    lent = [view.code for view in taken.conditions.get(other_of(class_code), ())]
    return condition if condition in lent or not lent else lent[0]


def _limit(taken: Snapshot, sought: tuple[str, str], level: str, county: str, on: date) -> tuple[str, _Limit] | None:
    for node in _nodes(county):
        for at in (level, ALL_LEVELS):
            row = _valid(taken.limits.get((node, *sought, at), ()), on)
            if row is not None:
                return at, row
    return None


def _nodes(county: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((county, settings.CITY, SEED)))


def _valid(rows: "list[D] | tuple[()]", on: date) -> D | None:
    for row in rows:
        if row.valid_from <= on and (row.valid_to is None or row.valid_to >= on):
            return row
    return None
