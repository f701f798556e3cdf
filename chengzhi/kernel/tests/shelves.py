"""A toy register for tests of imports: shelves and how many books they hold, kept in the table of counters."""

from collections.abc import Mapping, Sequence
from typing import Any

from chengzhi.kernel import imports
from chengzhi.kernel.access import Act
from chengzhi.kernel.imports import Column, Difference, Importer, Row, RowError, Setting
from chengzhi.kernel.models import Counter, ImportRow


class Shelves(Importer[dict[str, int]]):
    """A register of shelves for tests: names and how many books they hold, kept in the table of counters."""

    kind = "test_shelves"
    zh, en = "书架", "Shelves"
    everywhere = False
    register = "test_shelves"
    key = ("name",)
    columns = (
        Column("name", ("名称", "书架")),
        Column("books", ("册数",), parse=imports.whole),
        Column("since", ("启用日期",), required=False, parse=imports.day),
    )

    def context(self, setting: Setting) -> dict[str, int]:
        return dict(Counter.objects.values_list("name", "value"))

    def check(self, row: Row, context: dict[str, int]) -> list[RowError]:
        low = row.values["books"] < 0
        return [RowError("negative", "册数不能为负。", "books must not be negative.", "books")] if low else []

    def check_all(self, rows: Sequence[Row], context: dict[str, int]) -> list[RowError]:
        total = sum(row.values["books"] for row in rows)
        return [RowError("too_many", "总数超过1000。", "More than 1000 in all.", "books", rows[-1].no)] if total > 1000 else []

    def difference(self, row: Row, context: dict[str, int]) -> Difference:
        known = context.get(row.values["name"])
        if known is None:
            return Difference(ImportRow.NEW)
        return Difference(ImportRow.SAME) if known == row.values["books"] else Difference(ImportRow.CHANGED, {"books": known})

    def gone(self, rows: Sequence[Row], context: dict[str, int]) -> list[Mapping[str, Any]]:
        names = {row.values["name"] for row in rows}
        return [{"name": name, "books": value} for name, value in sorted(context.items()) if name not in names]

    def apply(self, rows: Sequence[Row], context: dict[str, int], act: Act) -> None:
        for row in rows:
            if row.values["name"] == "炸":
                raise RuntimeError("the roof falls in")
            if row.difference == ImportRow.GONE:
                Counter.objects.filter(pk=row.values["name"]).delete()
            else:
                shelf = Counter(name=row.values["name"], value=row.values["books"])
                Counter.objects.bulk_create([shelf], update_conflicts=True, unique_fields=["name"], update_fields=["value"])
