"""Register files: what is reported, and that all or nothing is applied."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from chengzhi.kernel import imports, registers
from chengzhi.kernel.access import SYSTEM, Act, Actor, act_now
from chengzhi.kernel.imports import pipeline
from chengzhi.kernel.models import Counter, Import, ImportRow, RegisterVersion
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound, Problem
from chengzhi.kernel.tests.shelves import Shelves


@pytest.fixture(autouse=True)
def shelves() -> Iterator[None]:
    imports.register(Shelves())
    registers.forget()
    yield
    del imports.IMPORTERS["test_shelves"]
    registers.forget()


def act(actor: Actor = SYSTEM) -> Act:
    return act_now(actor)


def held() -> dict[str, int]:
    return dict(Counter.objects.values_list("name", "value"))


def version() -> int:
    return RegisterVersion.objects.filter(pk="test_shelves").values_list("version", flat=True).first() or 1


def staged(text: str, **given: Any) -> Import:
    return imports.stage("test_shelves", text.encode(), "书架.csv", act(), **given)


FAULTY = "name,books,since\nA,1,\n,2,\nB,x,2026-13-01\nA,3,\nC,-4,\nD,5,,over\nE,990,\n"


@pytest.mark.django_db
def test_every_faulty_row_is_reported_by_code_with_its_number():
    record = imports.check(staged(FAULTY).pk)
    report = imports.report(record.pk)
    assert (report["state"], report["rows"], report["errors"], report["new"]) == ("checked", 7, 5, 2)
    assert [(entry["code"], entry["count"], entry["rows"]) for entry in report["by_code"]] == [
        ("bad_value", 1, [4]),
        ("duplicate", 1, [5]),
        ("empty", 1, [3]),
        ("negative", 1, [6]),
        ("too_many_cells", 1, [7]),
    ]
    row = ImportRow.objects.get(of=record, row_no=4)
    assert row.message_en == (
        "books “x” is wrong: it must be a whole number, for example 4. "
        "since “2026-13-01” is wrong: it must be a date, for example 2026-08-15."
    )
    assert row.message_zh == "册数“x”不对：应为整数，例如 4。启用日期“2026-13-01”不对：应为日期，例如 2026-08-15。"
    assert ImportRow.objects.get(of=record, row_no=5).message_en == "“A” is in row 2 already; remove one of the two rows."


@pytest.mark.django_db
def test_nothing_is_applied_while_one_row_is_faulty():
    record = imports.check(staged("name,books\nA,1\nB,x\n").pk)
    with pytest.raises(Conflict, match="1 rows are faulty") as refused:
        imports.apply(record.pk, act())
    assert refused.value.code == "import_faulty"
    assert (held(), version(), Import.objects.get(pk=record.pk).state) == ({}, 1, "checked")


@pytest.mark.django_db(transaction=True)
def test_a_clean_file_is_applied_with_one_switch_of_version():
    record = imports.check(staged("name,books\nA,1\nB,2\n").pk)
    done = imports.apply(record.pk, act())
    assert (held(), version(), done.state, done.register_version) == ({"A": 1, "B": 2}, 2, "applied", 2)
    with pytest.raises(Conflict, match="This import is applied; the operation needs it to be checked"):
        imports.apply(record.pk, act())


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing_and_no_version():
    for _ in range(2):
        record = imports.apply(imports.check(staged("name,books\nA,1\nB,2\n").pk).pk, act())
    assert (record.counts["same"], record.counts["new"], version(), Import.objects.count()) == (2, 0, 2, 2)


@pytest.mark.django_db(transaction=True)
def test_differences_are_shown_before_they_are_applied():
    Counter.objects.bulk_create([Counter(name="A", value=1), Counter(name="B", value=2), Counter(name="C", value=3)])
    record = imports.check(staged("name,books\nA,1\nB,5\nD,4\n", complete=True).pk)
    assert [record.counts[word] for word in ("new", "changed", "same", "gone", "errors")] == [1, 1, 1, 1, 0]
    assert imports.changes(record.pk) == [
        {"row": 0, "difference": "gone", "before": {"name": "C", "books": "3"}, "after": None},
        {"row": 3, "difference": "changed", "before": {"books": "2"}, "after": {"name": "B", "books": "5"}},
        {"row": 4, "difference": "new", "before": None, "after": {"name": "D", "books": "4"}},
    ]
    imports.apply(record.pk, act())
    assert held() == {"A": 1, "B": 5, "D": 4}


@pytest.mark.django_db
def test_what_a_partial_file_lacks_stays():
    Counter.objects.create(name="C", value=3)
    imports.apply(imports.check(staged("name,books\nA,1\n").pk).pk, act())
    assert held() == {"A": 1, "C": 3}


@pytest.mark.django_db
def test_a_register_that_changed_since_the_check_must_be_checked_again():
    first = imports.check(staged("name,books\nA,1\n").pk)
    second = imports.check(staged("name,books\nA,2\n").pk)
    imports.apply(first.pk, act())
    with pytest.raises(Conflict, match="changed since the check"):
        imports.apply(second.pk, act())
    assert (held(), version()) == ({"A": 1}, 2)
    imports.apply(imports.check(second.pk).pk, act())
    assert (held(), version()) == ({"A": 2}, 3)


@pytest.mark.django_db(transaction=True)
def test_an_apply_that_breaks_off_leaves_nothing_behind():
    record = imports.check(staged("name,books\nA,1\n炸,2\n").pk)
    with pytest.raises(RuntimeError):
        imports.apply(record.pk, act())
    assert (held(), version(), Import.objects.get(pk=record.pk).state) == ({}, 1, "checked")


@pytest.mark.django_db(transaction=True)
def test_a_killed_staging_goes_on_where_it_stopped(monkeypatch):
    text = "name,books\n" + "".join(f"S{n},1\n" for n in range(7))
    monkeypatch.setattr(pipeline, "CHUNK", 3)
    real, calls = pipeline._add_chunk, []

    def killed(*arguments: Any) -> Import:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(pipeline, "_add_chunk", killed)
    with pytest.raises(KeyboardInterrupt):
        staged(text)
    assert (ImportRow.objects.count(), Import.objects.get().state) == (6, "uploaded")
    record = staged(text)
    assert (Import.objects.count(), record.state, record.counts["rows"]) == (1, "staged", 7)
    assert list(ImportRow.objects.order_by("row_no").values_list("row_no", flat=True)) == [2, 3, 4, 5, 6, 7, 8]
    assert staged(text).pk == record.pk


@pytest.mark.django_db
def test_a_file_that_breaks_off_while_it_is_read_has_failed_and_leaves_no_rows():
    with pytest.raises(Invalid):
        imports.stage("test_shelves", b'name,books\nA,1\n"B,2\n' + b"c,3\n" * 40_000, "x.csv", act())
    record = Import.objects.get()
    assert (record.state, ImportRow.objects.count()) == ("failed", 0)
    assert imports.report(record.pk)["fault_en"].startswith("The file “x.csv” cannot be read near line")


@pytest.mark.django_db
def test_a_file_without_rows_is_refused():
    with pytest.raises(Invalid, match="headers only"):
        staged("name,books\n")


@pytest.mark.django_db
def test_a_cancelled_import_cannot_be_applied_and_keeps_no_rows():
    record = imports.check(staged("name,books\nA,1\n").pk)
    imports.cancel(record.pk, act())
    with pytest.raises(Conflict, match="This import is cancelled"):
        imports.apply(record.pk, act())
    assert (ImportRow.objects.count(), held()) == (0, {})
    assert staged("name,books\nA,1\n").pk != record.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("situation", "actor", "refusal"),
    [
        ("nobody in particular", Actor(id=7, name="张三"), NotAllowed),
        ("a register keeper", Actor(id=8, name="李四", capabilities={imports.MANAGE: frozenset({1})}), None),
    ],
)
def test_only_a_keeper_of_registers_may_import(situation, actor, refusal):
    if refusal is None:
        assert imports.stage("test_shelves", b"name,books\nA,1\n", "a.csv", act(actor)).made_by == actor.id
        return
    with pytest.raises(refusal):
        imports.stage("test_shelves", b"name,books\nA,1\n", "a.csv", act(actor))
    assert Import.objects.count() == 0


@pytest.mark.django_db
def test_an_unknown_kind_or_import_is_named():
    with pytest.raises(Invalid, match="There is no import of kind “shelf”"):
        imports.stage("shelf", b"", "a.csv", act())
    for ask in (imports.check, imports.report, imports.faults_csv):
        with pytest.raises(NotFound, match="no import with the id 5"):
            ask(5)


@pytest.mark.django_db
def test_the_file_of_faults_opens_in_a_spreadsheet_and_runs_no_formula():
    record = imports.check(staged("name,books\n=1+1,x\nB,2\n").pk)
    lines = imports.faults_csv(record.pk).splitlines()
    assert lines == [
        "\ufeffrow,field,code,错误,error,name,books",
        '2,books,bad_value,册数“x”不对：应为整数，例如 4。,"books “x” is wrong: it must be a whole number, for example 4.",\'=1+1,x',
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("situation", "text", "options", "code", "state", "after"),
    [
        ("clean", "甲,乙\nA,1\n", [], 0, "applied", {"A": 1}),
        ("dry run", "甲,乙\nA,1\n", ["--dry-run"], 0, "checked", {}),
        ("faulty", "甲,乙\nA,x\n", [], 1, "checked", {}),
    ],
)
def test_the_command_reports_and_applies(situation, text, options, code, state, after, tmp_path: Path, capsys):
    file, faults = tmp_path / "书架.csv", tmp_path / "faults.csv"
    file.write_bytes(text.encode("gbk"))
    arguments = ["--mapping", "name=甲", "--mapping", "books=乙", "--faults", str(faults), "--json", *options]
    try:
        call_command("import", "test_shelves", str(file), *arguments)
        left = 0
    except SystemExit as end:
        left = end.code
    told = json.loads(capsys.readouterr().out)
    assert (left, told["state"], told["errors"], held(), faults.exists()) == (code, state, code, after, bool(code))


@pytest.mark.django_db
def test_the_command_refuses_a_mapping_without_a_header(tmp_path: Path):
    with pytest.raises(Problem, match="must be written NAME=VALUE"):
        call_command("import", "test_shelves", str(tmp_path / "a.csv"), "--mapping", "name")
