"""Importing divisions: what is checked, what is a change, and that history stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chengzhi.kernel import imports, registers
from chengzhi.kernel.access import SYSTEM, act_now
from chengzhi.kernel.models import ImportRow
from chengzhi.territory import queries
from chengzhi.territory.models import Division

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HEAD = "code,level,name_zh,parent_code\n"
CITY = "980100,city,甲市,98\n"
COUNTY = "980102,county,甲东区,980100\n"
TOWN = "980102001,town,甲一街道,980102\n"
COMMUNITY = "980102001001,community,甲一社区,980102001\n"
WHOLE = HEAD + CITY + COUNTY + TOWN + COMMUNITY


def checked(text: str, **given: Any) -> Any:
    return imports.check(imports.stage("divisions", text.encode(), "divisions.csv", act_now(SYSTEM), **given).pk)


def applied(text: str, **given: Any) -> Any:
    return imports.apply(checked(text, **given).pk, act_now(SYSTEM))


def test_divisions_come_in_with_their_parents_in_any_order_of_rows():
    applied(HEAD + COMMUNITY + TOWN + COUNTY + CITY)
    assert [
        (d.code, d.parent_code, d.name_zh) for d in (queries.division(c) for c in ("980100", "980102", "980102001", "980102001001"))
    ] == [
        ("980100", "", "甲市"),
        ("980102", "980100", "甲东区"),
        ("980102001", "980102", "甲一街道"),
        ("980102001001", "980102001", "甲一社区"),
    ]
    assert queries.county_of("980102001001005").name_zh == "甲东区"


def test_the_same_file_again_changes_nothing():
    applied(WHOLE)
    again = applied(WHOLE)
    assert [again.counts[word] for word in ("rows", "new", "changed", "same", "gone")] == [4, 0, 0, 4, 0]
    assert (Division.objects.count(), again.register_version) == (4, 2)


def test_chinese_headers_levels_and_padded_statistical_codes_are_understood():
    text = "区划代码,级别,名称,上级代码\n980100000000,市,甲市,980000\n"
    text += "980102000000,区县,甲东区,980100000000\n980102001000,街道,甲一街道,980102\n"
    assert applied(text).counts["new"] == 3
    assert queries.division("980102001").level == "town"


@pytest.mark.parametrize(
    ("situation", "rows", "code", "en"),
    [
        (
            "unknown level",
            "980102001,zone,甲,980102\n",
            "bad_value",
            "level “zone” is wrong: it must be one of city, county, town, community.",
        ),
        ("letters in the code", "98010A,county,甲,980100\n", "bad_value", "code “98010A” is wrong: it must have 6, 9 or 12 digits."),
        ("no name", "980102001,town,,980102\n", "empty", "name_zh must not be empty; fill it in."),
        ("code too short for its level", "980102,town,甲,980102\n", "code_length", "The code of a town has 9 digits, “980102” has 6;"),
        ("parent of another county", "980102001,town,甲,980103\n", "parent_code", "The parent “980103” of town “980102001” is wrong;"),
        ("no parent", "980102001,town,甲,\n", "parent_code", "The parent “” of town “980102001” is wrong;"),
        ("a town as county's parent", "980102,county,甲,980102001\n", "parent_code", "The parent “980102001” of county “980102” is wrong;"),
        ("a foreign province", "980100,city,甲,97\n", "parent_code", "The parent “97” of city “980100” is wrong;"),
        (
            "orphan",
            "980102001,town,甲,980102\n",
            "orphan",
            "The parent “980102” of “980102001” is neither in the file nor in the register;",
        ),
        ("twice", CITY + CITY, "duplicate", "“980100” is in row 2 already;"),
        ("two codes that mean one", CITY + "980100000000,city,甲,98\n", "duplicate", "“980100” is in row 2 already;"),
        (
            "a county under a county",
            CITY + COUNTY + "980103,county,丙,980102\n",
            "parent_level",
            "“980103” is a county, whose parent must be a city",
        ),
    ],
)
def test_faulty_rows_are_named(situation, rows, code, en):
    record = checked(HEAD + rows)
    faulty = ImportRow.objects.filter(of=record).exclude(code="")
    assert [(row.code, row.message_en[: len(en)]) for row in faulty] == [(code, en)]


def test_a_new_name_is_a_new_dated_row():
    applied(WHOLE)
    today = timezone.localdate()
    Division.objects.update(valid_from=today - 100 * DAY)
    record = applied(HEAD + TOWN.replace("甲一", "甲新"))
    assert imports.changes(record.pk)[0]["before"] == {"name_zh": "甲一街道"}
    rows = Division.objects.filter(code="980102001").order_by("valid_from").values_list("name_zh", "valid_from", "valid_to")
    assert list(rows) == [("甲一街道", today - 100 * DAY, today - DAY), ("甲新街道", today, None)]
    assert (queries.division("980102001", on=today - DAY).name_zh, queries.division("980102001").name_zh) == ("甲一街道", "甲新街道")
    assert [child.code for child in queries.children("980102001")] == ["980102001001"]
    assert queries.county_of("980102001001").code == "980102"


def test_a_community_that_moves_keeps_its_history():
    applied(WHOLE + "980102002,town,甲二街道,980102\n980102002001,community,甲二社区,980102002\n")
    today = timezone.localdate()
    Division.objects.update(valid_from=today - 100 * DAY)
    registers.raise_version("territory")
    moved = HEAD + "980102001,town,甲一街道,980102\n980102002,town,甲合街道,980102\n"
    applied(moved)
    assert [(d.code, d.name_zh) for d in queries.children("980102", on=today - DAY)] == [
        ("980102001", "甲一街道"),
        ("980102002", "甲二街道"),
    ]
    assert [(d.code, d.name_zh) for d in queries.children("980102")] == [("980102001", "甲一街道"), ("980102002", "甲合街道")]


def test_a_correction_on_the_day_of_the_first_import_is_no_new_row():
    applied(WHOLE)
    applied(HEAD + TOWN.replace("甲一", "甲新"))
    assert list(Division.objects.filter(code="980102001").values_list("name_zh", "valid_to")) == [("甲新街道", None)]


def test_a_change_may_have_its_own_date_but_not_one_before_the_present_row():
    head = HEAD.strip() + ",生效日期\n"
    applied(head + CITY.strip() + ",2020-01-01\n")
    late = checked(head + CITY.strip().replace("甲", "乙") + ",2019-12-31\n")
    assert late.counts["by_code"] == {"date_too_early": 1}
    applied(head + CITY.strip().replace("甲", "乙") + ",2024年7月1日\n")
    names = [queries.division("980100", on=timezone.datetime(2024, month, day).date()).name_zh for month, day in ((6, 30), (7, 1))]
    assert names == ["甲市", "乙市"]


def test_a_complete_file_ends_what_it_lacks_and_a_partial_one_does_not():
    applied(WHOLE)
    Division.objects.update(valid_from=timezone.localdate() - 10 * DAY)
    assert applied(HEAD + CITY + COUNTY + TOWN).counts["gone"] == 0
    record = applied(HEAD + CITY + COUNTY + TOWN, complete=True)
    assert [(change["difference"], change["before"]["code"]) for change in imports.changes(record.pk)] == [("gone", "980102001001")]
    assert queries.division("980102001001") is None
    assert queries.division("980102001001", on=timezone.localdate() - DAY).name_zh == "甲一社区"


def test_a_complete_file_must_not_lose_a_parent():
    applied(WHOLE)
    record = checked(HEAD + CITY + COUNTY + COMMUNITY, complete=True)
    assert record.counts["by_code"] == {"orphan": 1}


def test_a_code_that_ended_today_cannot_come_back_today():
    applied(WHOLE)
    applied(HEAD + CITY + COUNTY + TOWN, complete=True)
    assert checked(WHOLE).counts["by_code"] == {"date_too_early": 1}
