"""Questions about oddities: what to judge by the methods, and the supervisor's list of what was found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max
from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Check, Incident, Oddity
from chengzhi.incidents.models.after import ODDITIES
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.queries.cards import class_words
from chengzhi.incidents.queries.choices import words_of
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Option
from chengzhi.kernel.models import Matter
from chengzhi.kernel.problems import Invalid, NotAllowed
from chengzhi.kernel.templatetags.words import short_number
from chengzhi.organisation import queries as organisation

Words = tuple[str, str]
ROWS = 40


@dataclass(frozen=True, slots=True)
class Place:
    """One person's reports of one class in one unit grid."""

    account: int
    cell: str
    class_code: str
    times: int
    incident: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The cases that one person reported and another one checked."""

    reporter: int
    checker: int
    times: int
    incident: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One answered check with everything that the methods judge."""

    check: int
    incident: int
    root: int
    number: str
    account: int
    asked_at: datetime
    at: datetime
    lon: float | None
    lat: float | None
    metres: int | None
    far_reason: str


@dataclass(frozen=True, slots=True)
class Reused:
    """A picture that proves something in two incidents."""

    incident: int
    node: int
    attachment: int
    account: int
    at: datetime
    earlier: str


def repeated_places(node: int, since: datetime, least: int) -> list[Place]:
    """Return where one person reported one class in one unit grid at least so often since a moment."""
    reports = Incident.objects.filter(node_id=node, reporter_account__isnull=False, matter__opened_at__gte=since).exclude(cell_code="")
    keys = ("reporter_account", "cell_code", "class_code")
    grouped = reports.values(*keys).annotate(times=Count("pk"), last=Max("pk")).filter(times__gte=least).order_by(*keys)
    return [Place(row["reporter_account"], row["cell_code"], row["class_code"], row["times"], row["last"]) for row in grouped]


def repeated_pairs(node: int, since: datetime, least: int) -> list[Pair]:
    """Return which two people reported and checked at least so many cases together since a moment."""
    reporter = "matter__parent__as_incident__reporter_account"
    done = Check.objects.filter(matter__node_id=node, answered_at__gte=since, **{f"{reporter}__isnull": False})
    grouped = done.values(reporter, "checked_by").annotate(times=Count("pk"), last=Max("matter__parent_id")).filter(times__gte=least)
    return [Pair(row[reporter], row["checked_by"], row["times"], row["last"]) for row in grouped.order_by(reporter, "checked_by")]


def visits(node: int, since: datetime) -> list[Visit]:
    """Return the checks answered at a node since a moment, in the order of their answers."""
    done = Check.objects.filter(matter__node_id=node, answered_at__gte=since, checked_by__isnull=False).order_by("answered_at", "pk")
    columns = (
        "pk",
        "matter__parent_id",
        "matter__root_id",
        "matter__parent__number",
        "checked_by",
        "matter__opened_at",
        "answered_at",
        "lon",
        "lat",
        "distance_m",
        "far_reason",
    )
    return [Visit(*row) for row in done.values_list(*columns)]


def pictures_before(done: Sequence[Visit]) -> Iterator[tuple[Visit, documents.Taken]]:
    """Yield the pictures of checks that were taken, by the device, before the check was asked."""
    by_place = {(visit.root, visit.account): visit for visit in done}
    for picture in documents.taken_for({visit.root for visit in done}, "check"):
        visit = by_place.get((picture.root, picture.uploaded_by))
        if visit is not None and picture.taken_at < visit.asked_at:
            yield visit, picture


def reused(since: datetime) -> list[Reused]:
    """Return the pictures that became evidence of an incident since a moment and were evidence of another one before."""
    again = documents.used_again(since)
    keys = {seen.root for seen in again} | {seen.first_root for seen in again}
    roots = {row.id: row for row in Matter.objects.filter(pk__in=keys, kind=workflow.INCIDENT.name)}
    return [
        Reused(seen.root, roots[seen.root].node_id, seen.attachment, seen.uploaded_by, seen.added_at, roots[seen.first_root].number)
        for seen in again
        if seen.root in roots and seen.first_root in roots
    ]


@dataclass(frozen=True, slots=True)
class OddRow:
    """One oddity as the list shows it."""

    kind: Words
    slug: str
    number: str
    klass: Words
    address: str
    who: tuple[str, ...]
    figures: Words
    county: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OddPage:
    """The supervisor's list: rows, filters, the method of each kind, and the address of the next page."""

    rows: tuple[OddRow, ...]
    next: str
    chosen: Mapping[str, str]
    kinds: tuple[Option, ...]
    counties: tuple[Option, ...]
    people: tuple[Option, ...]
    methods: tuple[tuple[Words, Words], ...]


def odd_page(actor: Actor, given: Mapping[str, str]) -> OddPage:
    """Return one page of the oddities that the actor may see, newest first. Raises NotAllowed, and Invalid for a wrong filter."""
    nodes = actor.capabilities.get(workflow.SEE_ODDITIES, frozenset()) & actor.nodes
    if not nodes:
        raise NotAllowed("您的岗位不能查看疑点，请联系督办考核员。", "Your post may not see oddities; ask the supervisor.")
    offered = _offered(nodes)
    chosen = {name: given.get(name, "").strip() for name in offered if given.get(name, "").strip()}
    for name, value in chosen.items():
        if value not in {option.value for option in offered[name]} and name != "person":
            raise Invalid(
                f"筛选“{name}”没有“{value[:40]}”这一项，请从列表中选择。",
                f"The filter “{name}” has no “{value[:40]}”; choose one from the list.",
                code="bad_filter",
            )
    found = _found(nodes, chosen, given.get("cursor", ""))
    more, rows = found[ROWS:], found[:ROWS]
    several = len(nodes) > 1
    return OddPage(
        rows=tuple(_odd_row(row, several) for row in rows),
        next="?" + urlencode({**chosen, "cursor": str(rows[-1].pk)}) if more else "",
        chosen=chosen,
        kinds=offered["kind"],
        counties=offered["county"],
        people=offered["person"],
        methods=_methods(min(nodes)),
    )


METHODS: dict[str, Words] = {
    "same_place": (
        "{odd_days} 天内，同一人在同一单元网格上报同一小类不少于 {odd_place_times} 次",
        "one person reported one class in one unit grid at least {odd_place_times} times within {odd_days} days",
    ),
    "same_pair": (
        "{odd_days} 天内，同一人上报、同一人核查的案件不少于 {odd_pair_times} 件",
        "one person reported and one person checked at least {odd_pair_times} cases within {odd_days} days",
    ),
    "too_fast": (
        "同一人相继两次核查的位置，须以高于每小时 {odd_speed} 公里的速度才能到达",
        "the places of two checks in a row can be reached only faster than {odd_speed} km/h",
    ),
    "before_arrival": ("核查照片的拍摄时间早于核查任务下达", "the picture of a check was taken before the check was asked"),
    "reused": ("照片的内容指纹曾出现在其他案件中", "the fingerprint of the picture was seen in another case before"),
    "far": ("核查位置距案发点超过 {far_metres} 米", "the check was made more than {far_metres} m from the place"),
    "sample_differs": ("随机抽查的结果与原核查结果不一致", "a check by lot saw something else than the first check"),
}


def _methods(node: int) -> tuple[tuple[Words, Words], ...]:
    """Return the method of each kind in words, with the numbers in force today."""
    code, today = organisation.node(node).code, timezone.localdate()
    names = ("odd_days", "odd_place_times", "odd_pair_times", "odd_speed", "far_metres")
    known = {name: numbers.number(name, code, today).amount for name in names}
    return tuple((ODDITIES[slug], (zh.format(**known), en.format(**known))) for slug, (zh, en) in METHODS.items())


def _offered(nodes: frozenset[int]) -> dict[str, tuple[Option, ...]]:
    views = [view for view in organisation.nodes() if view.id in nodes]
    concerned = Oddity.objects.filter(node_id__in=nodes, account__isnull=False).values_list("account", flat=True).distinct()
    accounts = sorted({account for account in concerned[:200] if account is not None})
    return {
        "kind": tuple(Option(slug, zh, en) for slug, (zh, en) in ODDITIES.items()),
        "county": tuple(Option(view.code, view.short, view.name_en) for view in views),
        "person": tuple(Option(str(key), organisation.staff_name(key), organisation.staff_name(key)) for key in accounts),
    }


def _found(nodes: frozenset[int], chosen: Mapping[str, str], cursor: str) -> list[Oddity]:
    rows = Oddity.objects.filter(node_id__in=nodes)
    if county := chosen.get("county"):
        rows = rows.filter(node_id=organisation.node_by_code(county).id)
    if kind := chosen.get("kind"):
        rows = rows.filter(kind=kind)
    if person := chosen.get("person"):
        rows = rows.filter(account=_id(person, "person"))
    if cursor:
        rows = rows.filter(pk__lt=_id(cursor, "cursor"))
    return list(rows.select_related("incident__matter").order_by("-pk")[: ROWS + 1])


def _id(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(
            f"“{name}”的值“{text[:40]}”无效，请重新选择。", f"“{text[:40]}” is no value of “{name}”; choose again.", code="bad_filter"
        )
    return int(text)


def _odd_row(row: Oddity, several: bool) -> OddRow:
    people = [organisation.staff_name(key) for key in (row.account, row.other_account) if key]
    return OddRow(
        kind=ODDITIES[row.kind],
        slug=row.kind,
        number=row.incident.matter.number,
        klass=class_words(row.incident.class_code),
        address=row.incident.address,
        who=tuple(dict.fromkeys(people)),
        figures=figures_words(row.kind, row.figures),
        county=organisation.node(row.node_id).short if several else "",
        at=row.at,
    )


FIGURES: dict[str, Words] = {
    "same_place": ("单元网格 {cell}，{times} 次", "unit grid {cell}, {times} times"),
    "same_pair": ("共 {times} 件", "{times} cases"),
    "too_fast": ("{time}移动 {metres} 米，上一件 {from}", "{metres} m in {time}, after {from}"),
    "before_arrival": ("早于任务下达 {minutes} 分钟", "{minutes} min before the check was asked"),
    "reused": ("曾用于 {earlier}", "used before in {earlier}"),
    "far": ("距案发点 {metres} 米：{reason}", "{metres} m from the place: {reason}"),
    "sample_differs": ("核查：{was}，抽查：{result}", "check: {was}, by lot: {result}"),
}


def figures_words(kind: str, figures: Mapping[str, Any]) -> Words:
    """Return what was found, in words."""
    zh, en = FIGURES[kind]
    words = [{**figures, "earlier": short_number(str(figures.get("earlier", ""))), "from": short_number(str(figures.get("from", "")))}] * 2
    if kind == "too_fast":
        words = [{**given, "time": time} for given, time in zip(words, _minutes(int(figures["minutes"])), strict=True)]
    if kind == "sample_differs":
        was, saw = words_of("check_results", str(figures["was"])), words_of("sample_results", str(figures["result"]))
        words = [{"was": was[place], "result": saw[place]} for place in (0, 1)]
    return zh.format_map(words[0]), en.format_map(words[1])


def _minutes(minutes: int) -> Words:
    return (f"{minutes} 分钟", f"{minutes} min") if minutes else ("不到 1 分钟", "less than a minute")
