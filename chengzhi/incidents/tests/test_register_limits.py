"""Classes, conditions and limits: what is loaded, and which limit is in force for whom and when."""

from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from chengzhi.incidents.models import CaseClass, Condition, DisposalLimit, StageLimit
from chengzhi.incidents.queries import registers as queries
from chengzhi.incidents.services import registers as services
from chengzhi.kernel import registers
from chengzhi.kernel.problems import Refused

DAY = date(2026, 11, 23)
COUNTY, CITY = "990102", "990100"


@pytest.fixture
def loaded(db) -> dict[str, int]:
    registers.clear_all()
    yield services.load_seed()
    registers.clear_all()


def own(node_code: str, class_code: str, condition: str, level: str, amount: int, unit: str, **more) -> DisposalLimit:
    """Write a row of a node itself, as an import would."""
    given = {"valid_from": date(2026, 1, 1), "version": f"{node_code}-20260101", "source": "test", "mark": "S"} | more
    row = DisposalLimit.objects.create(
        node_code=node_code, class_code=class_code, condition=condition, level=level, amount=amount, unit=unit, **given
    )
    queries.REGISTER.clear()
    return row


def limit(class_code: str, condition: str, level: str, county: str = COUNTY, on: date = DAY) -> tuple:
    found = queries.limit_for(class_code, condition, level, county, on)
    return found.amount, found.unit, found.scheme, found.class_code, found.condition, found.level


def test_the_seed_is_loaded_whole_and_loading_again_adds_nothing(loaded) -> None:
    assert loaded == {
        "classes": 218,
        "conditions": 241,
        "disposal_limits": 587,
        "stage_limits": 8,
        "loop_numbers": 29,
        "class_lists": 31,
        "result_phrases": 20,
    }
    assert set(services.load_seed().values()) == {0}
    assert Counter(CaseClass.objects.values_list("kind", flat=True)) == {"component": 125, "event": 93}
    assert Counter(DisposalLimit.objects.values_list("mark", flat=True)) == {"D": 571, "S": 16}
    assert Counter(DisposalLimit.objects.values_list("unit", flat=True)) == {
        "working_day": 386,
        "working_hour": 128,
        "hour": 71,
        "day": 2,
    }
    assert (Condition.objects.count(), StageLimit.objects.count()) == (241, 8)


def test_loading_again_refreshes_names_and_keeps_what_a_city_has_set(loaded) -> None:
    CaseClass.objects.filter(code="SJ0102").update(name_zh="旧名", scheme_code="night", visible_on_site=False)
    services.load_seed()
    row = CaseClass.objects.get(code="SJ0102")
    assert (row.name_zh, row.scheme_code, row.visible_on_site) == ("暴露垃圾", "night", False)


@pytest.mark.parametrize(
    ("situation", "asked", "expected"),
    [
        ("exact area class", ("BJ0101", "damaged", "A"), (1, "working_day", "day", "BJ0101", "damaged", "A")),
        ("another area class", ("BJ0101", "damaged", "C"), (3, "working_day", "day", "BJ0101", "damaged", "C")),
        ("no area class: the general area", ("BJ0101", "damaged", ""), (3, "working_day", "day", "BJ0101", "damaged", "C")),
        ("all areas", ("BJ0101", "missing", "B"), (4, "hour", "day", "BJ0101", "missing", "*")),
        ("working hours", ("BJ0101", "noisy_displaced", "A"), (8, "working_hour", "day", "BJ0101", "noisy_displaced", "A")),
        ("night scheme", ("SJ0301", "stop", "A"), (2, "hour", "night", "SJ0301", "stop", "A")),
        ("no row of its own", ("BJ0131", "general", "A"), (3, "working_day", "day", "BJ0199", "general", "A")),
        ("no row of its own, no area class", ("SJ0284", "rectify", ""), (3, "working_day", "day", "SJ0299", "rectify", "C")),
        ("a condition it has no row for", ("SJ0102", "x", "A"), (1, "working_day", "day", "SJ0199", "rectify", "A")),
        ("an emergency without rows", ("SJ0498", "x", "A"), (2, "hour", "day", "SJ0499", "on_site", "*")),
        ("a class of an unknown major", ("SJ9901", "x", "A"), (5, "working_day", "day", "SJ9901", "x", "*")),
    ],
)
def test_a_limit_is_looked_up_in_its_own_class_then_in_class_99_then_by_default(loaded, situation, asked, expected) -> None:
    assert limit(*asked) == expected, situation


def test_each_row_of_the_seed_is_found_by_its_own_key(loaded) -> None:
    for row in DisposalLimit.objects.all():
        found = queries.limit_for(row.class_code, row.condition, row.level, COUNTY, DAY)
        assert (found.row_id, found.amount, found.unit, found.mark) == (row.pk, row.amount, row.unit, row.mark)


def test_forty_four_classes_borrow_conditions_and_limits_of_class_99(loaded) -> None:
    borrowing = []
    for view in queries.classes():
        first = queries.conditions_of(view.code)[0]
        found = queries.limit_for(view.code, first.code, "A", COUNTY, DAY)
        if first.class_code != view.code:
            assert found.class_code == first.class_code == view.code[:4] + "99"
            borrowing.append(view.code)
        assert found.row_id != 0
    assert len(borrowing) == 44
    assert borrowing[:2] == ["BJ0131", "BJ0180"]
    assert borrowing[-2:] == ["SJ0681", "SJ0683"]


@pytest.mark.parametrize(
    ("situation", "rows", "expected"),
    [
        ("seed alone", [], 1),
        ("the city's own", [(CITY, "A", 2)], 2),
        ("the county's before the city's", [(CITY, "A", 2), (COUNTY, "A", 3)], 3),
        ("the county's “all areas” before the city's exact one", [(CITY, "A", 2), (COUNTY, "*", 4)], 4),
        ("another county's counts for nobody else", [("990103", "A", 9)], 1),
    ],
)
def test_a_county_comes_before_the_city_before_the_seed(loaded, situation, rows, expected) -> None:
    for node, level, amount in rows:
        own(node, "BJ0101", "damaged", level, amount, "working_day")
    assert queries.limit_for("BJ0101", "damaged", "A", COUNTY, DAY).amount == expected, situation


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), (1, "seed-1")),
        (date(2026, 1, 1), (7, "990102-20260101")),
        (date(2026, 6, 30), (7, "990102-20260101")),
        (date(2026, 7, 1), (8, "990102-20260701")),
        (date(2030, 1, 1), (8, "990102-20260701")),
    ],
)
def test_the_version_of_a_limit_is_chosen_by_date(loaded, day, expected) -> None:
    own(COUNTY, "BJ0101", "damaged", "A", 7, "working_day", valid_to=date(2026, 6, 30))
    own(COUNTY, "BJ0101", "damaged", "A", 8, "working_day", valid_from=date(2026, 7, 1), version="990102-20260701")
    found = queries.limit_for("BJ0101", "damaged", "A", COUNTY, day)
    assert (found.amount, found.version) == expected


@pytest.mark.parametrize(
    ("class_code", "condition", "urgent"),
    [("BJ0101", "missing", True), ("BJ0101", "damaged", False), ("SJ0508", "stop", True), ("SJ0102", "piled", False)],
)
def test_a_condition_is_urgent_when_its_limit_counts_day_and_night(loaded, class_code, condition, urgent) -> None:
    assert queries.urgent_condition(class_code, condition) is urgent


@pytest.mark.parametrize(
    ("clock", "urgent", "ordinary", "unit", "mark"),
    [
        ("accept", 5, 15, "minute", "D"),
        ("verify", 30, 60, "minute", "D"),
        ("file", 5, 15, "minute", "D"),
        ("dispatch", 5, 15, "minute", "D"),
        ("sign", 15, 60, "minute", "D"),
        ("send_check", 10, 30, "minute", "D"),
        ("check", 1, 2, "hour", "D"),
        ("close", 30, 60, "minute", "D"),
    ],
)
def test_each_stage_has_an_urgent_and_an_ordinary_limit(loaded, clock, urgent, ordinary, unit, mark) -> None:
    asked = [queries.stage_limit(clock, flag, COUNTY, DAY) for flag in (True, False)]
    assert [(found.amount, found.unit, found.mark) for found in asked] == [(urgent, unit, mark), (ordinary, unit, mark)]


def test_a_county_may_have_its_own_stage_limits(loaded) -> None:
    StageLimit.objects.create(
        clock="accept",
        urgent_amount=3,
        ordinary_amount=10,
        unit="minute",
        node_code=COUNTY,
        valid_from=date(2026, 1, 1),
        source="t",
        mark="S",
    )
    queries.REGISTER.clear()
    asked = [(COUNTY, DAY), ("990103", DAY), (COUNTY, date(2025, 12, 31))]
    assert [queries.stage_limit("accept", False, county, day).amount for county, day in asked] == [10, 15, 15]


def test_a_stage_without_any_limit_is_refused_in_words(db) -> None:
    registers.clear_all()
    with pytest.raises(Refused) as refused:
        queries.stage_limit("accept", False, COUNTY, DAY)
    assert refused.value.zh == "2026-11-23没有“受理时限”的环节时限，请先载入基础数据。"


def test_a_class_says_what_the_screens_need(loaded) -> None:
    view = queries.class_view("SJ0510")
    assert view is not None
    assert (view.kind, view.major_code, view.major_zh, view.name_zh, view.name_en) == (
        "event",
        "SJ05",
        "街面秩序",
        "露天烧烤",
        "open-air barbecue",
    )
    assert (view.scheme, view.visible_on_site, view.mark) == ("night", True, "S")
    assert queries.class_view("SJ0000") is None
    enquiry = queries.class_view("SJ0682")
    assert enquiry is not None
    assert enquiry.visible_on_site is False


def test_conditions_have_names_in_both_languages(loaded) -> None:
    found = [(view.code, view.name_zh, view.name_en) for view in queries.conditions_of("BJ0101")]
    assert found == [
        ("missing", "缺失", "missing"),
        ("damaged", "破损", "damaged"),
        ("noisy_displaced", "异响/移位", "noisy/displaced"),
    ]


@pytest.mark.parametrize(
    ("situation", "change"),
    [
        ("an unknown level", {"level": "D"}),
        ("an unknown unit", {"unit": "week"}),
        ("an amount of nothing", {"amount": 0}),
        ("an end before the beginning", {"valid_to": date(1999, 12, 31)}),
        ("the same row twice in one version", {}),
    ],
)
def test_the_database_refuses_a_limit_by_itself(loaded, situation, change) -> None:
    row = DisposalLimit.objects.filter(class_code="BJ0101").values().first()
    del row["id"]
    with pytest.raises(IntegrityError), transaction.atomic():
        DisposalLimit.objects.create(**(row | change))
    assert DisposalLimit.objects.count() == 587, situation


@pytest.mark.parametrize(
    ("situation", "change"),
    [
        ("an unknown kind", {"kind": "thing"}),
        ("an unknown scheme", {"scheme_code": "week"}),
        ("a major that is not its own", {"major_code": "SJ02"}),
    ],
)
def test_the_database_refuses_a_class_by_itself(loaded, situation, change) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseClass.objects.filter(code="SJ0102").update(**change)
    assert queries.class_view("SJ0102").kind == "event", situation
