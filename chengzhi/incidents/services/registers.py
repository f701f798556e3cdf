"""Verbs for the registers of the loop: loading the platform's own rows, and taking over the limits of a city or county."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from chengzhi.incidents.models import CaseClass, Condition, DisposalLimit, StageLimit
from chengzhi.incidents.models.registers import LEVELS, UNITS
from chengzhi.incidents.queries.registers import NAME, SEED, rows_in_force
from chengzhi.incidents.services.loop_numbers import load_numbers
from chengzhi.kernel import imports, registers, writes
from chengzhi.kernel.access import SYSTEM_ID, Act
from chengzhi.kernel.problems import Invalid, NotAllowed
from chengzhi.organisation import queries as organisation

DATA = Path(__file__).resolve().parents[1] / "data"
ADOPTED = "S"  # a limit that a city or county has adopted is found in a source: its own rules
MOST = 9999
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit to be adopted: class, filing condition by its Chinese name, area class, amount and unit."""

    class_code: str
    condition: str
    level: str
    amount: int
    unit: str
    condition_en: str = ""
    source: str = ""


@writes.service
def load_seed() -> dict[str, int]:
    """Load the platform's classes, conditions, disposal and stage limits; return how many rows were added of each.

    Doing it again adds nothing. Names are refreshed; what a city has set (photo duty, timing scheme) stays.
    """
    added = {"classes": _load_classes(), "conditions": 0, "disposal_limits": 0, "stage_limits": 0}
    limits = list(_rows("disposal_limits.csv"))
    added["conditions"] = _load_conditions(limits)
    added["disposal_limits"] = _load_disposal_limits(limits)
    added["stage_limits"] = _load_stage_limits()
    added |= load_numbers()
    if any(added.values()):
        registers.raise_version(NAME)
    return added


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _load_classes() -> int:
    before = {row.code: row for row in CaseClass.objects.all()}
    made = [CaseClass(**{**row, "visible_on_site": row["visible_on_site"] == "1"}) for row in _rows("case_classes.csv")]
    refreshed = ["kind", "major_code", "major_zh", "major_en", "name_zh", "name_en", "source", "mark"]
    news = [row for row in made if row.code not in before]
    stale = [row for row in made if row.code in before and _differ(row, before[row.code], refreshed)]
    CaseClass.objects.bulk_create(news, batch_size=500)
    CaseClass.objects.bulk_update(stale, refreshed, batch_size=100)
    if stale:
        registers.raise_version(NAME)
    return len(news)


def _differ(one: CaseClass, other: CaseClass, names: Sequence[str]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in names)


def _load_conditions(limits: Sequence[dict[str, str]]) -> int:
    known = set(Condition.objects.values_list("case_class_id", "code"))
    wanted = {(row["class_code"], row["condition"]): row for row in limits}
    news = [
        Condition(case_class_id=code, code=condition, name_zh=row["condition_zh"], name_en=row["condition_en"])
        for (code, condition), row in wanted.items()
        if (code, condition) not in known
    ]
    Condition.objects.bulk_create(news, batch_size=500)
    return len(news)


def _load_disposal_limits(limits: Sequence[dict[str, str]]) -> int:
    key = ("version", "class_code", "condition", "level")
    known = set(DisposalLimit.objects.filter(node_code=SEED).values_list(*key))
    columns = (*key, "unit", "source", "mark")
    news = [
        DisposalLimit(**{name: row[name] for name in columns}, amount=int(row["amount"]), **_period(row))
        for row in limits
        if tuple(row[name] for name in key) not in known
    ]
    DisposalLimit.objects.bulk_create(news, batch_size=500)
    return len(news)


def _load_stage_limits() -> int:
    known = {(clock, str(since)) for clock, since in StageLimit.objects.filter(node_code=SEED).values_list("clock", "valid_from")}
    columns = ("clock", "urgent_amount", "ordinary_amount", "unit", "source", "mark")
    news = [
        StageLimit(**{name: row[name] for name in columns}, **_period(row))
        for row in _rows("stage_limits.csv")
        if (row["clock"], row["valid_from"]) not in known
    ]
    StageLimit.objects.bulk_create(news, batch_size=500)
    return len(news)


def _period(row: dict[str, str]) -> dict[str, date | None]:
    ends = row["valid_to"]
    return {"valid_from": date.fromisoformat(row["valid_from"]), "valid_to": date.fromisoformat(ends) if ends else None}


@writes.service
def adopt_limits(
    *, node_code: str, lines: Sequence[LimitLine], valid_from: date, act: Act, gone: Sequence[tuple[str, str, str]] = ()
) -> str:
    """Take over the limits of a city or county as a new dated version for it alone, and return the version's name.

    Lines equal to what the node has stay as they are; `gone` (class, condition name, level) end with the day before.
    Incidents filed before `valid_from` keep their limit, because it was frozen at their filing.
    Raises Invalid for a day in the past, a second version for one day, or a bad line; NotFound for an unknown node.
    """
    authorise(act, node_code)
    registers.raise_version(NAME)  # first: two versions of one node wait for each other here
    present = rows_in_force(node_code, valid_from)
    _check_beginning(node_code, valid_from, act)
    _check_lines(lines)
    codes = _condition_codes(node_code, lines)
    version = f"{node_code}-{valid_from:%Y%m%d}"
    news, ending = [], [present[c, codes[c, name], at] for c, name, at in gone if (c, codes.get((c, name), ""), at) in present]
    for line in lines:
        key = line.class_code, codes[line.class_code, line.condition], line.level
        old = present.get(key)
        if old is not None and (old.amount, old.unit) == (line.amount, line.unit):
            continue
        if old is not None:
            ending.append(old)
        news.append(_adopted(key, line, node_code, version, valid_from, act))
    DisposalLimit.objects.filter(pk__in=[row.pk for row in ending]).update(valid_to=valid_from - DAY)
    DisposalLimit.objects.bulk_create(news, batch_size=500)
    return version


def authorise(act: Act, node_code: str) -> None:
    """Refuse an act on the registers of a node where the actor may not import registers. Raises NotAllowed, NotFound."""
    node = organisation.node_by_code(node_code)
    if act.actor.id != SYSTEM_ID and not act.actor.may(imports.MANAGE, node.id):
        raise NotAllowed(
            f"您没有维护“{node.name}”时限的权限，请找该节点的管理员。",
            f"You may not change the limits of {node.name_en}; ask its administrator.",
        )


def _adopted(key: tuple[str, str, str], line: LimitLine, node_code: str, version: str, valid_from: date, act: Act) -> DisposalLimit:
    return DisposalLimit(
        node_code=node_code,
        class_code=key[0],
        condition=key[1],
        level=key[2],
        amount=line.amount,
        unit=line.unit,
        version=version,
        valid_from=valid_from,
        source=line.source or f"adopted by {node_code}",
        mark=ADOPTED,
        made_by=act.actor.id,
    )


def refuse_past(valid_from: date, today: date) -> None:
    """Refuse a day of effect that is past: limits do not reach back. Raises Invalid."""
    if valid_from < today:
        raise Invalid(
            f"生效日期 {valid_from} 已过，时限不能追溯，请改为 {today} 或以后的日期。",
            f"The day of effect {valid_from} is past and limits do not reach back; give {today} or later.",
            code="limits_reach_back",
        )


def _check_beginning(node_code: str, valid_from: date, act: Act) -> None:
    refuse_past(valid_from, timezone.localdate(act.at))
    latest = (
        DisposalLimit.objects.filter(node_code=node_code, valid_from__gte=valid_from)
        .order_by("-valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
    if latest is not None:
        raise Invalid(
            f"{node_code} 已有 {latest} 起生效的时限版本，生效日期请晚于这一天。",
            f"{node_code} has a version of limits from {latest} already; give a later day of effect.",
            code="limits_version_exists",
        )


def _check_lines(lines: Sequence[LimitLine]) -> None:
    classes = set(CaseClass.objects.values_list("code", flat=True))
    for line in lines:
        if line.class_code not in classes:
            raise Invalid(
                f"没有小类“{line.class_code}”，请从小类表中选择，例如 SJ0101。",
                f"There is no class “{line.class_code}”; choose a valid one, for example SJ0101.",
                code="unknown_class",
            )
        if line.unit not in UNITS or line.level not in LEVELS or not 0 < line.amount <= MOST:
            raise Invalid(
                f"{line.class_code} 的时限“{line.level} {line.amount} {line.unit}”不可用："
                f"区域类别 A、B、C、*，数值 1 至 {MOST}，单位 {'、'.join(UNITS)}。",
                f"The limit “{line.level} {line.amount} {line.unit}” of {line.class_code} cannot be used: level A, B, C or *, "
                f"amount 1 to {MOST}, unit one of {', '.join(UNITS)}.",
                code="bad_limit",
            )


def _condition_codes(node_code: str, lines: Sequence[LimitLine]) -> dict[tuple[str, str], str]:
    """Return the code of each condition by class and Chinese name, opening those that a node names for the first time."""
    rows = Condition.objects.values_list("case_class_id", "name_zh", "code")
    known = {(code, name): condition for code, name, condition in rows}
    used = set(Condition.objects.values_list("case_class_id", "code"))
    news = []
    for line in lines:
        if (line.class_code, line.condition) in known:
            continue
        number = next(n for n in range(1, MOST) if (line.class_code, f"{node_code}_{n}") not in used)
        made = Condition(case_class_id=line.class_code, code=f"{node_code}_{number}", name_zh=line.condition, name_en=line.condition_en)
        used.add((line.class_code, made.code))
        known[line.class_code, line.condition] = made.code
        news.append(made)
    Condition.objects.bulk_create(news, batch_size=500)
    return known
