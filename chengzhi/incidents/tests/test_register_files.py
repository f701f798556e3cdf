"""A county's own limits as a file: compared before, applied for it alone, from its day on (S2.5.1)."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import Workbook

from chengzhi.incidents.models import Condition, DisposalLimit
from chengzhi.incidents.queries import registers as queries
from chengzhi.incidents.services import registers as services
from chengzhi.kernel import imports, registers
from chengzhi.kernel.access import SYSTEM, Act, Actor, act_now
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound
from chengzhi.organisation import queries as organisation
from chengzhi.organisation import services as organising

COUNTY, OTHER = "990102", "990103"
DAY = timedelta(days=1)
ACT = act_now(SYSTEM, door="system")
HEAD = ["小类代码", "立案条件", "区域类别", "时限", "单位", "备注"]
ROWS = [
    ["BJ0101", "破损", "A", "2", "工作日", ""],
    ["BJ0101", "缺失(missing)", "*", "2", "紧急工作时", ""],
    ["SJ0102", "成堆成片", "A类", "6", "工作时", ""],
    ["SJ0102", "零星散落", "A", "1", "工作日", "本县另列"],
]


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def loaded(db):
    registers.clear_all()
    services.load_seed()
    top = organising.open_node(code="990100", name_zh="XX市", short_zh="市级", level="city", act=ACT)
    for code, name in ((COUNTY, "东城区"), (OTHER, "西城区")):
        organising.open_node(code=code, name_zh=name, short_zh=name[:2], level="county", parent=top, act=ACT)
    yield
    registers.clear_all()


def sheet(rows: list[list[str]]) -> bytes:
    book = Workbook()
    for row in [HEAD, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def stage(rows: list[list[str]], *, county: str = COUNTY, complete: bool = True, **options: str) -> dict:
    record = imports.stage("limits", sheet(rows), "时限.xlsx", ACT, options={"county": county, **options}, complete=complete)
    imports.check(record.pk)
    return imports.report(record.pk)


def taken(rows: list[list[str]], **more) -> dict:
    told = stage(rows, **more)
    imports.apply(int(told["id"]), ACT)
    return told


def words(told: dict) -> list[int]:
    return [told[word] for word in ("errors", "new", "changed", "same", "gone")]


def limit(condition: str, level: str, on, county: str = COUNTY, class_code: str = "BJ0101") -> tuple[int, str, str]:
    found = queries.limit_for(class_code, condition, level, county, on)
    return found.amount, found.unit, found.version


def test_the_first_list_of_a_county_shows_what_it_inherits_so_far(loaded) -> None:
    told = stage(ROWS)
    assert words(told) == [0, 4, 0, 0, 0]
    assert told["ignored"] == ["备注"]
    before = [change["before"] and (change["before"]["amount"], change["before"]["unit"]) for change in imports.changes(int(told["id"]))]
    assert before == [("1", "working_day"), ("4", "hour"), ("4", "working_hour"), None]
    assert DisposalLimit.objects.exclude(node_code="").count() == 0


def test_a_list_makes_a_version_for_its_county_alone(loaded, today) -> None:
    taken(ROWS)
    version = f"{COUNTY}-{today:%Y%m%d}"
    assert limit("damaged", "A", today) == (2, "working_day", version)
    assert limit("missing", "B", today) == (2, "hour", version)
    assert limit("damaged", "B", today) == (2, "working_day", "seed-1")
    assert limit("damaged", "A", today, OTHER) == (1, "working_day", "seed-1")
    assert limit("damaged", "A", today - DAY) == (1, "working_day", "seed-1")
    made = Condition.objects.get(name_zh="零星散落")
    assert (made.case_class_id, made.code) == ("SJ0102", "990102_1")
    assert limit(made.code, "A", today, class_code="SJ0102") == (1, "working_day", version)


def test_the_next_list_is_compared_row_by_row(loaded, today) -> None:
    taken(ROWS)
    rows = [["BJ0101", "破损", "A", "3", "工作日", ""], ROWS[1], ["BJ0101", "破损", "B", "4", "工作日", ""], ROWS[3]]
    start = today + 10 * DAY
    told = stage(rows, **{"from": start.isoformat()})
    assert words(told) == [0, 1, 1, 2, 1]
    shown = [
        (change["difference"], change["before"] and change["before"]["amount"], change["after"] and change["after"]["amount"])
        for change in imports.changes(int(told["id"]))
    ]
    assert shown == [("gone", "6", None), ("changed", "2", "3"), ("new", "2", "4")]
    imports.apply(int(told["id"]), ACT)
    assert [limit("damaged", "A", day)[0] for day in (start - DAY, start)] == [2, 3]
    assert [limit("piled", "A", day, class_code="SJ0102")[:2] for day in (start - DAY, start)] == [
        (6, "working_hour"),
        (4, "working_hour"),
    ]


def test_a_changed_limit_holds_only_for_incidents_filed_from_its_day_on(loaded, today) -> None:
    frozen = queries.limit_for("BJ0101", "damaged", "A", COUNTY, today)
    taken(ROWS, **{"from": (today + 3 * DAY).isoformat()})
    filed = [queries.limit_for("BJ0101", "damaged", "A", COUNTY, today + n * DAY) for n in (0, 2, 3, 400)]
    assert [found.amount for found in filed] == [1, 1, 2, 2]
    assert filed[0] == frozen
    assert DisposalLimit.objects.get(pk=frozen.row_id).valid_to is None


def test_the_same_list_again_changes_nothing(loaded) -> None:
    taken(ROWS)
    before = list(DisposalLimit.objects.order_by("id").values_list())
    assert words(taken(ROWS)) == [0, 0, 0, 4, 0]
    assert list(DisposalLimit.objects.order_by("id").values_list()) == before


def test_a_part_of_the_list_leaves_the_rest_alone(loaded) -> None:
    taken(ROWS)
    assert words(stage(ROWS[:1], complete=False)) == [0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("situation", "row", "code", "zh"),
    [
        (
            "an unknown class",
            ["SJ0198", "清理", "A", "1", "工作日"],
            "unknown_class",
            "没有小类“SJ0198”，相近的有：SJ0199、SJ0189、SJ0188。",
        ),
        ("no class code", ["垃圾", "清理", "A", "1", "工作日"], "bad_value", "小类代码“垃圾”不对：应为 BJ 或 SJ 加四位数字，例如 SJ0102。"),
        (
            "an unknown unit",
            ["SJ0102", "清理", "A", "1", "周"],
            "bad_value",
            "单位“周”不对：应为其中之一：紧急工作时、小时、工作时、工作小时、工作日、日历天、自然日、天。",
        ),
        ("an amount of nothing", ["SJ0102", "清理", "A", "0", "工作日"], "bad_value", "时限“0”不对：应为 1 至 9999 的整数。"),
        ("an amount below nothing", ["SJ0102", "清理", "A", "-4", "工作日"], "bad_value", "时限“-4”不对：应为 1 至 9999 的整数。"),
        ("half a day", ["SJ0102", "清理", "A", "0.5", "工作日"], "bad_value", "时限“0.5”不对：应为整数，例如 4。"),
        (
            "an unknown level",
            ["SJ0102", "清理", "D", "1", "工作日"],
            "bad_value",
            "区域类别“D”不对：应为其中之一：A、B、C、*、A类、B类、C类、全部。",
        ),
        ("no condition", ["SJ0102", "", "A", "1", "工作日"], "empty", "立案条件不能为空，请填写。"),
        (
            "the row twice",
            ["BJ0101", "破损（damaged）", "A", "9", "工作日"],
            "duplicate",
            "“BJ0101 / 破损 / A”在第 2 行已经有了，请删去其中一行。",
        ),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_applied(loaded, situation, row, code, zh) -> None:
    told = stage([ROWS[0], row])
    assert [(found["code"], found["rows"], found["zh"]) for found in told["by_code"]] == [(code, [3], zh)], situation
    with pytest.raises(Conflict):
        imports.apply(int(told["id"]), ACT)
    assert DisposalLimit.objects.count() == 587


@pytest.mark.parametrize(
    ("situation", "options", "problem", "code"),
    [
        ("no county", {"county": ""}, Invalid, "limits_county"),
        ("a name for a county", {"county": "东城"}, Invalid, "limits_county"),
        ("an unknown county", {"county": "990199"}, NotFound, "not_found"),
        ("no date", {"from": "明天"}, Invalid, "limits_from"),
        ("a day in the past", {"from": "2020-01-01"}, Invalid, "limits_reach_back"),
    ],
)
def test_a_file_without_a_usable_county_or_day_is_refused(loaded, situation, options, problem, code) -> None:
    with pytest.raises(problem) as refused:
        stage(ROWS, **options)
    assert refused.value.code == code, situation


def test_a_node_has_one_version_for_one_day(loaded, today) -> None:
    taken(ROWS)
    told = stage([["BJ0101", "破损", "A", "9", "工作日", ""]], complete=False)
    with pytest.raises(Invalid) as refused:
        imports.apply(int(told["id"]), ACT)
    assert refused.value.zh == f"{COUNTY} 已有 {today} 起生效的时限版本，生效日期请晚于这一天。"
    assert limit("damaged", "A", today)[0] == 2


def test_only_an_administrator_of_the_county_applies_its_limits(loaded) -> None:
    told = stage(ROWS)
    nodes = {code: organisation.node_by_code(code).id for code in (COUNTY, OTHER)}
    with pytest.raises(NotAllowed):
        imports.apply(int(told["id"]), _act_of(nodes[OTHER]))
    assert DisposalLimit.objects.count() == 587
    imports.apply(int(told["id"]), _act_of(nodes[COUNTY]))
    assert set(DisposalLimit.objects.exclude(node_code="").values_list("made_by", flat=True)) == {5}


def _act_of(node: int) -> Act:
    return Act(actor=Actor(id=5, name="王某", capabilities={imports.MANAGE: frozenset({node})}), at=timezone.now())


@pytest.mark.parametrize(
    ("situation", "change", "code"),
    [
        ("an unknown class", {"class_code": "SJ0198"}, "unknown_class"),
        ("an unknown unit", {"unit": "week"}, "bad_limit"),
        ("an unknown level", {"level": "D"}, "bad_limit"),
        ("an amount of nothing", {"amount": 0}, "bad_limit"),
    ],
)
def test_the_verb_refuses_a_bad_line_too(loaded, today, situation, change, code) -> None:
    given = {"class_code": "SJ0102", "condition": "清理", "level": "A", "amount": 3, "unit": "hour"} | change
    with pytest.raises(Invalid) as refused:
        services.adopt_limits(node_code=COUNTY, lines=[services.LimitLine(**given)], valid_from=today, act=ACT)
    assert refused.value.code == code, situation
    assert DisposalLimit.objects.count() == 587


@pytest.mark.django_db(transaction=True)
def test_loading_and_importing_work_in_their_own_transactions() -> None:
    registers.clear_all()
    assert services.load_seed()["disposal_limits"] == 587
    organising.open_node(code="990100", name_zh="XX市", short_zh="市级", level="city", act=ACT)
    assert words(taken(ROWS, county="990100")) == [0, 4, 0, 0, 0]
    assert limit("damaged", "A", timezone.localdate())[0] == 2
    registers.clear_all()
