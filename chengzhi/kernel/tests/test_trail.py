"""The trail: nobody can change it unseen, and what is provable is said."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from chengzhi.kernel import anchors, guards
from chengzhi.kernel.access import Actor, act_now
from chengzhi.kernel.models import Holder, Matter, TrailEntry, TrailPayload
from chengzhi.kernel.tests import toy
from chengzhi.kernel.trail import hash_of
from chengzhi.kernel.verify import export, verify
from chengzhi.kernel.workflow import perform

pytestmark = pytest.mark.django_db(transaction=True)
CHECKER = Path(__file__).resolve().parents[3] / "scripts" / "check_trail.py"


@pytest.fixture
def key(settings: settings, tmp_path: Path) -> Matter:
    """A key that was made, lent and looked after: five entries."""
    settings.VAR = tmp_path
    node = Holder.objects.create(kind="node", name_zh="东城", name_en="Dongcheng")
    here = frozenset({node.id})
    actor = Actor(7, "钥匙管理员", {toy.LEND: here, toy.LOOK: here}, nodes=here, holders=here)
    made = toy.make(act=act_now(actor), node=node.id, number="K1").matter
    perform(toy.KEY, "K1", "lend", {"borrower": "王某", "looker": node.id}, act=act_now(actor, expects=1))
    perform(toy.KEY, "K1", "look", {}, act=act_now(actor, expects=2))
    made.refresh_from_db()
    assert made.trail_seq == 5
    return made


def forge(sql: str, *parameters: object) -> None:
    guards.remove()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    guards.install()


def codes() -> list[tuple[str, int]]:
    return [(finding.code, finding.seq) for finding in verify().findings]


def change_a_header(key: Matter) -> None:
    forge("UPDATE kernel_trailentry SET actor = 99 WHERE root_id = %s AND seq = 2", key.pk)


def change_a_payload(key: Matter) -> None:
    entry = TrailEntry.objects.get(root=key, seq=2)
    forge("UPDATE kernel_trailpayload SET body = replace(body, '王某', '李某') WHERE entry_id = %s", entry.pk)


def remove_a_payload(key: Matter) -> None:
    forge("DELETE FROM kernel_trailpayload WHERE entry_id = %s", TrailEntry.objects.get(root=key, seq=3).pk)


def remove_an_entry(key: Matter) -> None:
    remove_a_payload(key)
    forge("DELETE FROM kernel_trailentry WHERE root_id = %s AND seq = 3", key.pk)


def remove_the_last(key: Matter) -> None:
    last = TrailEntry.objects.get(root=key, seq=5)
    forge("DELETE FROM kernel_trailpayload WHERE entry_id = %s", last.pk)
    forge("DELETE FROM kernel_trailentry WHERE id = %s", last.pk)


def exchange_two(key: Matter) -> None:
    forge("UPDATE kernel_trailentry SET seq = 99 WHERE root_id = %s AND seq = 3", key.pk)
    forge("UPDATE kernel_trailentry SET seq = 3 WHERE root_id = %s AND seq = 4", key.pk)
    forge("UPDATE kernel_trailentry SET seq = 4 WHERE root_id = %s AND seq = 99", key.pk)


def insert_one(key: Matter) -> None:
    last = TrailEntry.objects.get(root=key, seq=5)
    last.pk, last.seq, last.previous = last.pk + 1, 6, "0" * 64
    last.hash = hash_of(last)
    last.save(force_insert=True)
    TrailPayload.objects.create(entry=last, salt="", body=None, erased_at=timezone.now(), erased_why="x")


@pytest.mark.parametrize(
    ("forgery", "found"),
    [
        (change_a_header, [("changed", 2)]),
        (change_a_payload, [("payload_changed", 2)]),
        (remove_a_payload, [("payload_removed", 3)]),
        (remove_an_entry, [("removed", 3), ("inserted", 4), ("inserted", 5)]),
        (remove_the_last, [("removed", 5)]),
        (exchange_two, [("reordered", 3), ("reordered", 4)]),
        (insert_one, [("inserted", 6)]),
    ],
)
def test_verification_names_every_forged_row(
    forgery: Callable[[Matter], None], found: list[tuple[str, int]], key: Matter
) -> None:
    assert codes() == []
    forgery(key)
    assert codes() == found


def test_a_whole_chain_rewritten_with_all_its_hashes_is_proved_by_the_anchor_only(key: Matter) -> None:
    assert anchors.drop(timezone.now()) >= 1
    previous = ""
    for entry in TrailEntry.objects.filter(root=key).order_by("seq"):
        entry.previous, entry.actor = previous, 99
        previous = hash_of(entry)
        forge(
            "UPDATE kernel_trailentry SET actor = 99, previous = %s, hash = %s WHERE id = %s",
            entry.previous,
            previous,
            entry.pk,
        )
    forge("UPDATE kernel_matter SET trail_head = %s WHERE id = %s", previous, key.pk)
    assert codes() == [("rewritten", 5)]


def test_the_report_says_what_is_provable(key: Matter) -> None:
    before = verify().as_json()
    assert (before["anchored_entries"], before["entries"]) == (0, 5)
    anchors.drop(timezone.now())
    after = verify().as_json()
    assert (after["anchored_entries"], after["anchors"], after["good"]) == (5, 1, True)
    assert anchors.drop(timezone.now()) == 0


def test_an_anchor_taken_out_or_changed_is_noticed(key: Matter) -> None:
    anchors.drop(timezone.now())
    node = Holder.objects.get(kind="node")
    here = frozenset({node.id})
    actor = Actor(7, "钥匙管理员", {toy.LEND: here}, nodes=here, holders=here)
    toy.make(act=act_now(actor), node=node.id, number="K2")
    anchors.drop(timezone.now())
    text = anchors.file().read_text()
    anchors.file().write_text(text.splitlines(keepends=True)[1])
    assert [code for code, _ in codes()] == ["anchor_chain"]
    anchors.file().write_text(text.replace('"n":1', '"n":3', 1))
    assert "anchor_signature" in [code for code, _ in codes()]


def test_a_line_torn_by_a_power_cut_is_no_anchor_and_does_not_stop_the_next(key: Matter) -> None:
    anchors.drop(timezone.now())
    with anchors.file().open("a") as file:
        file.write('{"n":2,"at":"20')
    assert codes() == []
    node = Holder.objects.get(kind="node")
    here = frozenset({node.id})
    toy.make(act=act_now(Actor(7, "甲", {toy.LEND: here}, nodes=here)), node=node.id, number="K3")
    assert anchors.drop(timezone.now()) == 1
    assert codes() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE kernel_trailentry SET actor = 1",
        "DELETE FROM kernel_trailentry",
        "DELETE FROM kernel_trailpayload",
        "UPDATE kernel_trailpayload SET body = 'x'",
        "UPDATE kernel_trailpayload SET body = NULL",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(sql: str, key: Matter) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert codes() == []


def test_guards_survive_a_migrate_and_missing_ones_are_counted(key: Matter) -> None:
    assert guards.missing() == []
    guards.remove()
    assert len(guards.missing()) == len(guards.wanted())
    guards.install()
    assert guards.missing() == []


def test_erasing_a_payload_leaves_a_marked_hole_and_a_valid_chain(key: Matter) -> None:
    entry = TrailEntry.objects.get(root=key, seq=2)
    TrailPayload.objects.filter(entry=entry).update(
        body=None, erased_at=timezone.now(), erased_why="个人信息保护法第四十七条"
    )
    report = verify()
    assert (report.good, report.erased) == (True, 1)


def test_the_export_is_checked_by_a_script_that_knows_nothing_of_us(key: Matter, tmp_path: Path) -> None:
    anchors.drop(timezone.now())
    file = tmp_path / "trail.jsonl"
    file.write_text("\n".join(export()) + "\n", encoding="utf-8")
    assert "chengzhi" not in CHECKER.read_text().replace("Chengzhi", "")
    assert len(CHECKER.read_text().splitlines()) < 100
    good = subprocess.run(
        [sys.executable, "-I", str(CHECKER), str(file)], capture_output=True, text=True, check=False
    )
    assert (good.returncode, good.stdout.strip()) == (0, "1 roots, 5 entries, 1 anchors, 0 findings")
    file.write_text(file.read_text(encoding="utf-8").replace("王某", "李某"), encoding="utf-8")
    bad = subprocess.run([sys.executable, "-I", str(CHECKER), str(file)], capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert "its payload was changed" in bad.stdout
