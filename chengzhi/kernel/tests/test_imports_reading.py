"""Reading register files: what is understood, and what is refused with one sentence."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from chengzhi.kernel import imports
from chengzhi.kernel.imports import reading
from chengzhi.kernel.problems import Invalid, TooLarge
from chengzhi.kernel.tests.shelves import Shelves


def workbook(rows: list[list[Any]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


PLAIN = "名称,册数\n文学,12\n\n历史,7\n"


@pytest.mark.parametrize(
    ("situation", "content", "encoding"),
    [
        ("UTF-8", PLAIN.encode(), "utf-8"),
        ("UTF-8 with a mark", PLAIN.encode("utf-8-sig"), "utf-8"),
        ("GBK", PLAIN.encode("gbk"), "gb18030"),
        ("Windows line ends", PLAIN.replace("\n", "\r\n").encode("gb18030"), "gb18030"),
        ("tabs", PLAIN.replace(",", "\t").encode(), "utf-8"),
        ("quotes and blanks", '"名称" , 册数\n 文学 ,"12"\n,\n历史,7\n'.encode(), "utf-8"),
        ("Excel", workbook([["名称", "册数"], ["文学", 12], [None, None], ["历史", 7.0]]), "xlsx"),
    ],
)
def test_the_same_rows_are_read_from_every_kind_of_file(situation, content, encoding):
    table = reading.open_table(content, "shelves")
    assert (table.encoding, table.headers) == (encoding, ["名称", "册数"])
    assert list(table.rows) == [(2, ["文学", "12"]), (4, ["历史", "7"])]


def test_excel_codes_and_dates_are_read_as_they_are_written():
    content = workbook([["code", "day", "yes"], [620802001003017, date(2026, 8, 15), "x"]])
    assert list(reading.open_table(content, "a.xlsx").rows) == [(2, ["620802001003017", "2026-08-15", "x"])]


BOMB = archive({"[Content_Types].xml": b"", "xl/workbook.xml": b"\0" * 20_000_000})


@pytest.mark.parametrize(
    ("situation", "name", "content", "code"),
    [
        ("empty file", "a.csv", b"", "import_empty"),
        ("only blank lines", "a.csv", b"\n\n , \n", "import_empty"),
        ("picture named csv", "a.csv", b"\x89PNG\r\n\x1a\n\0\0", "import_file_unusable"),
        ("neither UTF-8 nor GBK", "a.csv", b"name,books\n\xff\xff\xff,1\n", "import_file_unusable"),
        ("text named xlsx", "a.xlsx", b"name,books\n", "import_file_unusable"),
        ("old Excel", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "import_file_unusable"),
        ("archive named xlsx", "a.xlsx", archive({"a.txt": b"hello"}), "import_file_unusable"),
        ("cut workbook", "a.xlsx", workbook([["name", "books"], ["a", 1]])[:-300], "import_file_unusable"),
        ("workbook with a broken sheet", "a.xlsx", archive({"xl/workbook.xml": b"<x"}), "import_file_unusable"),
        ("decompression bomb", "a.xlsx", BOMB, "import_file_unusable"),
        ("unpaired quote", "a.csv", b'name,books\n"a,1\n' + b"b,2\n" * 40_000, "import_file_unusable"),
        ("too many columns", "a.csv", b"name,books\n" + b"a," * 300 + b"1", "import_file_unusable"),
    ],
)
def test_a_file_that_is_not_usable_is_refused_with_one_sentence(situation, name, content, code):
    with pytest.raises(Invalid) as refused:
        list(reading.open_table(content, name).rows)
    assert refused.value.code == code
    assert refused.value.zh.count("。") == 1 and refused.value.en.endswith(".")


def test_a_file_over_64_megabytes_is_refused_before_it_is_read(tmp_path):
    large = tmp_path / "large.csv"
    with large.open("wb") as out:
        out.truncate(reading.LARGEST_FILE + 1)
    with pytest.raises(TooLarge, match="at most 64 MB"):
        reading.content_of(large)
    with pytest.raises(Invalid, match="There is no file"):
        reading.content_of(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("situation", "headers", "mapping", "positions"),
    [
        ("English names", ["books", "name"], {}, {"books": 0, "name": 1}),
        ("Chinese names", ["名称", "册数", "启用日期"], {}, {"name": 0, "books": 1, "since": 2}),
        ("a synonym with marks", ["*书 架：", "册数（本）"], {}, {"name": 0, "books": 1}),
        ("a given mapping", ["甲", "乙"], {"name": "甲", "books": "乙"}, {"name": 0, "books": 1}),
        ("a mapping wins over a name", ["name", "甲", "books"], {"name": "甲"}, {"name": 1, "books": 2}),
    ],
)
def test_columns_are_found_by_name_synonym_or_mapping(situation, headers, mapping, positions):
    assert reading.match(Shelves.columns, headers, mapping) == positions


@pytest.mark.parametrize(
    ("situation", "headers", "mapping", "en"),
    [
        ("a column is missing", ["名称", "价格"], {}, "Columns are missing: books; the file has: 名称, 价格. Rename"),
        ("a column twice", ["名称", "name", "册数"], {}, "Column “name” is there 2 times; keep one."),
        ("no such column", ["名称", "册数"], {"price": "册数"}, "There is no column “price” to map; choose one of: name, books, since."),
        ("no such header", ["名称", "册数"], {"name": "书名"}, "The file has no header “书名”; it has: 名称, 册数."),
    ],
)
def test_wrong_columns_are_refused_with_what_is_there(situation, headers, mapping, en):
    with pytest.raises(Invalid) as refused:
        reading.match(Shelves.columns, headers, mapping)
    assert refused.value.en.startswith(en)


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (imports.whole, "12", 12),
        (imports.whole, "12.0", 12),
        (imports.whole, "12.5", None),
        (imports.number, "4.5", Decimal("4.5")),
        (imports.number, "NaN", None),
        (imports.number, "四", None),
        (imports.day, "2026年8月15日", date(2026, 8, 15)),
        (imports.day, "2026/8/5", date(2026, 8, 5)),
        (imports.day, "2026-02-30", None),
        (imports.choice({"甲": "a"}), "甲", "a"),
        (imports.choice({"甲": "a"}), "A", "a"),
        (imports.choice({"甲": "a"}), "乙", None),
        (imports.matching(r"\d{2}", "应为两位数字", "must have two digits"), "62", "62"),
        (imports.matching(r"\d{2}", "应为两位数字", "must have two digits"), "620", None),
    ],
)
def test_a_cell_is_read_or_said_to_be_unfit(reader, cell, value):
    if value is None:
        with pytest.raises(imports.Unfit):
            reader(cell)
    else:
        assert reader(cell) == value
