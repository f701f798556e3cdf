"""Choices that the forms of the loop offer: conditions, units with the proposal first, inspectors, reasons, incidents nearby."""

import csv
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries import registers
from chengzhi.incidents.queries.detail import nearby_open
from chengzhi.incidents.queries.facts import incident_family, incident_row
from chengzhi.kernel.access import Actor, act_now
from chengzhi.kernel.cards import Option, choices_of
from chengzhi.kernel.matter import Family
from chengzhi.organisation import queries as organisation
from chengzhi.powers import queries as powers

LISTS_FILE = Path(__file__).resolve().parents[1] / "data" / "choices.csv"
CONFIDENCE = {"high": ("置信度高", "high confidence"), "medium": ("置信度中", "medium confidence"), "low": ("置信度低", "low confidence")}
KINDS_OF_UNITS = ("department", "squad", "company", "township", "subunit")


@lru_cache(maxsize=1)
def fixed_lists() -> dict[str, tuple[Option, ...]]:
    """Return the lists that do not depend on the matter: reasons, results, phrases."""
    found: dict[str, list[Option]] = {}
    with LISTS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["list"], []).append(Option(row["value"], row["name_zh"], row["name_en"]))
    return {name: tuple(options) for name, options in found.items()}


def _register_fixed_lists() -> None:
    for name in fixed_lists():

        def give(_family: Family, _actor: Actor, name: str = name) -> Sequence[Option]:
            return fixed_lists()[name]

        choices_of(name)(give)


_register_fixed_lists()


def words_of(name: str, value: str) -> tuple[str, str]:
    """Return the words of a value of a fixed list, the value itself when it is unknown."""
    return next(((option.zh, option.en) for option in fixed_lists().get(name, ()) if option.value == value), (value, value))


def _row(family: Family, actor: Actor) -> Incident:
    return incident_row(family, act_now(actor))


@choices_of("conditions")
def conditions(family: Family, actor: Actor) -> list[Option]:
    """Return the filing conditions of the incident's class, each with the limit that it would give here today."""
    row = _row(family, actor)
    found = registers.conditions_of(row.class_code)
    return [Option(view.code, view.name_zh, view.name_en, limit_words(row, view.code), proposed=len(found) == 1) for view in found]


def limit_words(row: Incident, condition: str) -> tuple[str, str]:
    """Return the disposal limit of a condition in words: amount, unit and timing."""
    found = registers.limit_for(row.class_code, condition, row.area_class, row.county_code, timezone.localdate())
    return amount_words(found.amount, found.unit)


UNIT_WORDS = {
    "hour": ("小时", "hours"),
    "minute": ("分钟", "minutes"),
    "working_hour": ("工作小时", "working hours"),
    "working_day": ("个工作日", "working days"),
    "working_minute": ("工作分钟", "working minutes"),
    "day": ("天", "days"),
}
HOUR = 60
# From how many minutes on they are told in days and hours, how many make a day, and what such a day is called.
DAYS_OF_MINUTES = {"working_minute": (HOUR, 480, "个工作日", "working days"), "minute": (HOUR + 1, 1440, "天", "days")}


def amount_words(amount: int, unit: str) -> tuple[str, str]:
    """Return an amount of time in words; more than an hour of minutes is told in days, hours and minutes."""
    least, day, zh_day, en_day = DAYS_OF_MINUTES.get(unit, (amount + 1, 1, "", ""))
    if amount >= least:
        parts = (
            (amount // day, zh_day, en_day),
            (amount % day // HOUR, "小时", "h"),
            (amount % HOUR, "分", "min"),
        )
        kept = [part for part in parts if part[0]]
        return "".join(f"{number}{zh}" for number, zh, _ in kept), " ".join(
            f"{number} {en if number != 1 else en.removesuffix('s')}" for number, _, en in kept
        )
    zh, en = UNIT_WORDS.get(unit, (unit, unit))
    return f"{amount}{zh}", f"{amount} {en if amount != 1 else en.removesuffix('s')}"


def place_codes(row: Incident) -> powers.PlaceCodes:
    """Return the codes of an incident's place, as powers are looked up."""
    return powers.PlaceCodes(county=row.county_code, community=row.community_code, duty_grid=row.duty_grid, cell=row.cell_code)


@choices_of("units")
def units(family: Family, actor: Actor) -> list[Option]:
    """Return the units that can be given the work: those whom the powers name first, each with its reason; then all others."""
    row, node = _row(family, actor), incident_family(family).matter.node_id
    named = powers.candidates("incident", row.class_code, place_codes(row), timezone.localdate(), node=node, n=5)
    options = [_proposed(answer, first=place == 0) for place, answer in enumerate(named)]
    seen = {option.value for option in options}
    counties = [organisation.node(below) for below in sorted(organisation.nodes_below(node))]
    rest = [(view.id, view.name, view.name_en, ("县区", "county")) for view in counties if view.does_own_command]
    rest += [(view.id, view.name, view.name_en, ("", "")) for view in organisation.units_of(node, KINDS_OF_UNITS)]
    return options + [Option(str(key), zh, en, note) for key, zh, en, note in rest if str(key) not in seen]


def _proposed(answer: powers.Answer, *, first: bool) -> Option:
    zh, en = CONFIDENCE.get(answer.confidence, ("", ""))
    note = (f"{answer.reason_zh}（{zh}）", f"{answer.reason_en} ({en})")
    return Option(str(answer.body_id), answer.body_zh, answer.body_en, note, proposed=first)


@choices_of("inspectors")
def inspectors(family: Family, actor: Actor) -> list[Option]:
    """Return the inspectors' posts for the place, those on duty first."""
    row = _row(family, actor)
    posts = organisation.inspectors_on_duty(incident_family(family).matter.node_id, row.duty_grid, timezone.now())
    options = []
    for key in posts:
        post = organisation.post(key)
        names = "、".join(person.name for person in organisation.people_at(key)[:2])
        options.append(Option(str(key), f"{post.name} {names}", f"{post.name_en or post.name} {names}"))
    return options


@choices_of("nearby")
def nearby(family: Family, actor: Actor) -> list[Option]:
    """Return open incidents of the same class near this one, the nearest first."""
    found = nearby_open(_row(family, actor))
    return [
        Option(
            str(item["number"]),
            f"{item['address']}",
            str(item["address"]),
            (f"{item['metres']} 米", f"{item['metres']} m"),
            proposed=place == 0,
        )
        for place, item in enumerate(found)
    ]


@choices_of("open_tasks")
def open_tasks(family: Family, actor: Actor) -> list[Option]:
    """Return the open tasks of the incident with their units."""
    parts = incident_family(family).parts(workflow.TASK.name, only_open=True)
    names = organisation.holder_names(part.matter.holder_id or 0 for part in parts)
    return [Option(part.matter.number, *names.get(part.matter.holder_id or 0, ("—", "—")), proposed=len(parts) == 1) for part in parts]


@choices_of("sources")
def sources(_family: Family, _actor: Actor) -> list[Option]:
    """Return the sources that a call-taker registers."""
    return source_options()


def source_options() -> list[Option]:
    """Return all sources but the inspector's own."""
    return [Option(value, zh, en) for value, (zh, en) in INCIDENT_SOURCES.items() if value != "inspector"]


@choices_of("classes")
def classes(_family: Family, _actor: Actor) -> list[Option]:
    """Return all minor classes with their majors."""
    return class_options()


def class_options() -> list[Option]:
    """Return all minor classes with their majors."""
    return [Option(view.code, view.name_zh, view.name_en, (view.major_zh, view.major_en)) for view in registers.classes()]
