"""What is left of an import: done at once or by the worker, after a kill again, and never by halves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chengzhi.kernel import administration, imports, registers
from chengzhi.kernel.access import SYSTEM, Act, Actor, act_now
from chengzhi.kernel.imports import desk, pipeline, work
from chengzhi.kernel.models import Counter, Import, ImportRow, ImportWork, RegisterChange, RegisterVersion
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound, TooLarge
from chengzhi.kernel.tests.shelves import Shelves

pytestmark = pytest.mark.django_db(transaction=True)
HERE, THERE = 1, 2
RIGHTS = {imports.MANAGE: frozenset({HERE})}
KEEPER = Actor(id=8, name="李四", capabilities=RIGHTS, node=HERE, post=80)
OTHER = Actor(id=9, name="王五", capabilities={imports.MANAGE: frozenset({THERE})}, node=THERE)
NOBODY = Actor(id=7, name="张三", node=HERE)


@pytest.fixture(autouse=True)
def shelves(monkeypatch) -> Iterator[None]:
    imports.register(Shelves())
    monkeypatch.setattr(work, "_actors", [lambda account, post: {8: KEEPER, 9: OTHER}[account]])
    registers.forget()
    yield
    del imports.IMPORTERS["test_shelves"]
    registers.forget()


def act(actor: Actor = KEEPER) -> Act:
    return act_now(actor)


def given(text: str, actor: Actor = KEEPER, name: str = "书架.csv", **options: Any) -> Import:
    return imports.receive("test_shelves", text.encode(), name, act(actor), options={}, **options)


def held() -> dict[str, int]:
    return dict(Counter.objects.values_list("name", "value"))


def version() -> int:
    return RegisterVersion.objects.filter(pk="test_shelves").values_list("version", flat=True).first() or 1


def state(record: Import) -> str:
    return Import.objects.get(pk=record.pk).state


def long_files(monkeypatch) -> None:
    """Take every file and every apply for a long one."""
    monkeypatch.setattr(work, "SHORT_BYTES", 0)
    monkeypatch.setattr(work, "SHORT_ROWS", 0)


def test_a_short_file_is_compared_at_once_and_applied_at_once_and_stands_among_the_changes():
    record = given("name,books\nA,1\nB,2\n")
    assert (record.state, record.node, record.counts["new"], held()) == ("checked", HERE, 2, {})
    done = imports.order(record.pk, act())
    assert (done.state, held(), version(), ImportWork.objects.count()) == ("applied", {"A": 1, "B": 2}, 2, 0)
    kept = RegisterChange.objects.get()
    assert (kept.page, kept.verb, kept.account, kept.post, kept.node) == ("imports", "test_shelves", 8, 80, HERE)
    assert (kept.values, kept.register, kept.version) == ({"file": "书架.csv", "new": "2"}, "test_shelves", 2)
    shown = administration.changes(KEEPER)
    assert [(change.verb, set(change.values)) for change in shown] == [
        (("书架", "Shelves"), {(("文件", "File"), "书架.csv"), (("新增", "New"), "2")})
    ]
    assert administration.changes(OTHER) == []


def test_an_apply_ordered_twice_writes_once():
    record = given("name,books\nA,1\n")
    imports.order(record.pk, act())
    with pytest.raises(Conflict, match="This import is applied"):
        imports.order(record.pk, act())
    assert (version(), RegisterChange.objects.count()) == (2, 1)


def test_a_file_that_changes_nothing_leaves_no_change():
    imports.order(given("name,books\nA,1\n").pk, act())
    again = given("name,books\nA,1\n")
    assert (again.counts["same"], imports.order(again.pk, act()).state) == (1, "applied")
    assert (version(), RegisterChange.objects.count()) == (2, 1)


def test_a_long_file_waits_for_the_worker_and_so_does_its_apply(monkeypatch):
    long_files(monkeypatch)
    record = given("name,books\nA,1\n")
    seen = desk.opened(record.pk, KEEPER)
    assert (record.state, seen.working, seen.waits, ImportRow.objects.count()) == ("uploaded", True, True, 0)
    assert imports.run_waiting() == 1
    assert (state(record), desk.opened(record.pk, KEEPER).working, held()) == ("checked", False, {})
    assert imports.order(record.pk, act()).state == "checked"
    seen = desk.opened(record.pk, KEEPER)
    assert (seen.working, seen.past.state, held()) == (True, ("写入中", "Being written"), {})
    assert (imports.run_waiting(), state(record), held()) == (1, "applied", {"A": 1})
    assert imports.run_waiting() == 0
    assert RegisterChange.objects.get().account == 8


def test_a_worker_killed_in_the_reading_is_followed_by_one_that_reads_the_rest(monkeypatch):
    long_files(monkeypatch)
    monkeypatch.setattr(pipeline, "CHUNK", 2)
    record = given("name,books\n" + "".join(f"S{n},1\n" for n in range(5)))
    real, calls = pipeline._add_chunk, []

    def killed(*arguments: Any) -> Import:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(pipeline, "_add_chunk", killed)
    with pytest.raises(KeyboardInterrupt):
        imports.run_waiting()
    assert (state(record), ImportRow.objects.count(), held()) == ("uploaded", 2, {})
    assert imports.run_waiting() == 1
    assert (state(record), Import.objects.get().counts["new"], ImportRow.objects.count()) == ("checked", 5, 5)


def test_a_worker_killed_in_the_writing_has_written_nothing_and_the_next_one_writes_all(monkeypatch):
    record = given("name,books\nA,1\nB,2\n")
    long_files(monkeypatch)
    imports.order(record.pk, act())
    real = Shelves.apply

    def killed(self: Shelves, rows: Any, context: Any, act: Act) -> None:
        real(self, rows, context, act)
        raise KeyboardInterrupt

    monkeypatch.setattr(Shelves, "apply", killed)
    with pytest.raises(KeyboardInterrupt):
        imports.run_waiting()
    assert (state(record), held(), version(), RegisterChange.objects.count()) == ("checked", {}, 1, 0)
    monkeypatch.setattr(Shelves, "apply", real)
    assert imports.run_waiting() == 1
    assert (state(record), held(), version(), RegisterChange.objects.count()) == ("applied", {"A": 1, "B": 2}, 2, 1)


@pytest.mark.parametrize(("situation", "minutes", "taken"), [("still at it", 1, 0), ("dead", 6, 1)])
def test_what_a_page_began_is_taken_over_only_when_the_page_must_be_dead(situation, minutes, taken):
    record = given("name,books\nA,1\n")
    begun = timezone.now() - timedelta(minutes=minutes)
    ImportWork.objects.create(of=record, task="read", account=8, begun_by="page", begun_at=begun, tries=1)
    assert imports.run_waiting() == taken, situation


def test_a_file_that_breaks_the_importer_again_and_again_is_given_up_and_says_so(monkeypatch):
    long_files(monkeypatch)
    record = given("name,books\nA,1\n")

    def broken(self: Shelves, *_: Any) -> None:
        raise RuntimeError("the roof falls in")

    monkeypatch.setattr(Shelves, "difference", broken)
    for _ in range(work.MOST_TRIES + 1):
        imports.run_waiting()
    kept = Import.objects.get(pk=record.pk)
    assert (kept.state, ImportWork.objects.count(), ImportRow.objects.count()) == ("failed", 0, 0)
    assert kept.counts["fault_en"].startswith("This file broke off 5 times")


def test_a_register_that_changed_since_the_check_is_compared_anew_and_the_person_is_told():
    first, second = given("name,books\nA,1\n"), given("name,books\nA,2\n")
    imports.order(first.pk, act())
    late = imports.order(second.pk, act())
    assert (late.state, late.counts["new"], late.counts["changed"]) == ("checked", 0, 1)
    assert late.counts["fault_en"].startswith("The register has changed since the check")
    assert held() == {"A": 1}
    assert imports.order(second.pk, act()).state == "applied"
    assert held() == {"A": 2}


def test_the_worker_writes_for_nobody_who_has_lost_the_right(monkeypatch):
    record = given("name,books\nA,1\n")
    long_files(monkeypatch)
    imports.order(record.pk, act())
    monkeypatch.setattr(work, "_actors", [lambda account, post: NOBODY])
    imports.run_waiting()
    kept = Import.objects.get(pk=record.pk)
    assert (kept.state, held(), ImportWork.objects.count()) == ("checked", {}, 0)
    assert "“Shelves” is imported by posts" in kept.counts["fault_en"]


@pytest.mark.parametrize(
    ("situation", "kind", "content", "name", "actor", "refusal"),
    [
        ("no right", "test_shelves", b"name,books\nA,1\n", "a.csv", NOBODY, NotAllowed),
        ("unknown kind", "shelf", b"name,books\nA,1\n", "a.csv", KEEPER, Invalid),
        ("too large", "test_shelves", b"x" * (64 * 1024 * 1024 + 1), "a.csv", KEEPER, TooLarge),
        ("a PDF named csv", "test_shelves", b"%PDF-1.7\n", "a.csv", KEEPER, Invalid),
        ("other columns", "test_shelves", b"shoes\n1\n", "a.csv", KEEPER, Invalid),
        ("headers in no known encoding", "test_shelves", b"\xff\xfa\x00\xff", "a.csv", KEEPER, Invalid),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_not_kept(situation, kind, content, name, actor, refusal):
    with pytest.raises(refusal):
        imports.receive(kind, content, name, act(actor), options={})
    assert (Import.objects.count(), ImportWork.objects.count()) == (0, 0), situation


def test_a_file_that_cannot_be_read_to_its_end_is_kept_as_failed_with_the_reason():
    record = given('name,books\nA,1\n"B,2\n' + "c,3\n" * 40_000)
    assert (record.state, ImportRow.objects.count(), ImportWork.objects.count()) == ("failed", 0, 0)
    assert desk.opened(record.pk, KEEPER).fault[1].startswith("The file “书架.csv” cannot be read near line")


def test_a_cancelled_file_is_left_by_the_worker(monkeypatch):
    long_files(monkeypatch)
    record = given("name,books\nA,1\n")
    imports.cancel(record.pk, act())
    assert (imports.run_waiting(), state(record)) == (0, "cancelled")


def test_an_import_is_seen_and_applied_only_at_its_node():
    record = given("name,books\nA,1\n")
    assert [past.file for past in desk.history(KEEPER)] == ["书架.csv"]
    assert desk.history(OTHER) == []
    with pytest.raises(NotFound):
        desk.opened(record.pk, OTHER)
    with pytest.raises(NotAllowed):
        desk.opened(record.pk, NOBODY)
    assert given("name,books\nA,1\n", OTHER).pk != record.pk


def test_the_page_shows_what_differs_where_and_what_is_refused_and_how_to_mend_it():
    Counter.objects.bulk_create([Counter(name="A", value=1), Counter(name="B", value=2), Counter(name="C", value=3)])
    seen = desk.opened(given("名称,册数\nA,1\nB,5\nD,4\n", complete=True).pk, KEEPER)
    assert [(tab.slug, tab.count) for tab in seen.tabs] == [("changed", 1), ("new", 1), ("gone", 1), ("same", 1)]
    assert (seen.shown, seen.changing, seen.columns) == ("changed", 3, [("名称", "name"), ("册数", "books")])
    row = seen.lines[0]
    assert (row.no, [(cell.now[0], cell.before and cell.before[0]) for cell in row.cells]) == (3, [("B", None), ("5", "2")])
    gone = desk.opened(seen.record.pk, KEEPER, tab="gone").lines[0]
    assert (gone.no, [cell.now[0] for cell in gone.cells]) == (0, ["C", "3"])
    faulty = desk.opened(given("名称,册数\nA,x\n").pk, KEEPER)
    line = faulty.lines[0]
    assert (faulty.past.word, faulty.shown, line.no, line.field, line.value) == ("faulty", "refused", 2, ("册数", "books"), "x")
    assert line.fault[0] == "册数“x”不对：应为整数，例如 4。"


def test_the_report_tells_of_every_row_what_became_of_it():
    Counter.objects.create(name="A", value=1)
    record = given("name,books\nA,2\nB,1\n=C,3\n")
    name, lines = desk.file_of(record.pk, KEEPER, faulty=False)
    assert name == "导入报告_书架_书架.csv"
    assert "".join(lines).splitlines() == [
        "\ufeffrow,结果 result,field,错误,error,name,books,原 name,原 books",
        "2,变更 changed,,,,A,2,,1",
        "3,新增 new,,,,B,1,,",
        "4,新增 new,,,,'=C,3,,",
    ]


def test_the_template_is_read_by_its_own_importer():
    for chinese in (True, False):
        content = desk.template_of(Shelves(), chinese=chinese)
        with pytest.raises(Invalid, match="headers only"):
            imports.stage("test_shelves", content, "t.xlsx", act_now(SYSTEM))
    assert {record.encoding for record in Import.objects.all()} == {"xlsx"}
