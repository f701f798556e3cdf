"""What a service promises when it has its own transaction: few round trips, all or nothing, one after the other."""

import threading

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from chengzhi.kernel import numbers, writes
from chengzhi.kernel.access import Act, Actor, act_now
from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models import Counter, Holder, Matter, TrailEntry
from chengzhi.kernel.problems import Conflict
from chengzhi.kernel.tests import toy
from chengzhi.kernel.tests.round_trips import round_trips
from chengzhi.kernel.verify import verify
from chengzhi.kernel.workflow import perform

pytestmark = pytest.mark.django_db(transaction=True)


def keeper(node: Holder, expects: int | None = None) -> Act:
    here = frozenset({node.id})
    return act_now(
        Actor(7, "钥匙管理员", {toy.LEND: here, toy.LOOK: here}, nodes=here, holders=here), expects=expects
    )


@pytest.fixture
def node() -> Holder:
    return Holder.objects.create(kind="node", name_zh="东城", name_en="Dongcheng")


@pytest.mark.postgres_only
def test_opening_waits_once_and_a_step_twice_for_the_database(node: Holder) -> None:
    opened, said = round_trips(lambda: toy.make(act=keeper(node), node=node.id, number="K1"))
    assert opened == 1, said
    taken, said = round_trips(lambda: perform(toy.KEY, "K1", "scrap", {}, act=keeper(node, 1)))
    assert taken == 2, said


def test_a_constraint_broken_at_the_end_leaves_nothing_behind(node: Holder) -> None:
    toy.make(act=keeper(node), node=node.id, number="K1")
    with pytest.raises(IntegrityError):
        toy.make(act=keeper(node), node=node.id, number="K1")
    assert (Matter.objects.count(), TrailEntry.objects.count()) == (1, 1)
    toy.make(act=keeper(node), node=node.id, number="K2")
    assert Matter.objects.count() == 2


def test_of_two_people_who_take_the_same_step_one_is_told_that_he_came_late(node: Holder) -> None:
    toy.make(act=keeper(node), node=node.id, number="K1")
    outcomes = at_the_same_time(8, lambda _: perform(toy.KEY, "K1", "scrap", {}, act=keeper(node, 1)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 7 + ["tuple"]
    assert all(outcome.code == "stale_version" for outcome in outcomes if isinstance(outcome, Conflict))
    assert TrailEntry.objects.count() == 2
    assert verify().good


def test_gapless_numbers_have_no_gap_with_eight_writers_and_refusals(node: Holder) -> None:
    def draw(turn: int) -> int:
        with writes.unit_of_work():
            value = numbers.draw("cases")
            if turn % 3 == 0:
                raise ValueError("refused after the draw")
            return value

    outcomes = at_the_same_time(8, draw, times=6)
    drawn = sorted(value for value in outcomes if isinstance(value, int))
    assert drawn == list(range(1, len(drawn) + 1))
    assert len(drawn) == 32
    assert Counter.objects.get(name="cases").value == 32


def test_numbers_with_gaps_never_come_twice_even_after_a_rollback(node: Holder) -> None:
    def take(turn: int) -> int:
        with writes.unit_of_work():
            value = numbers.with_gaps()
            if turn % 4 == 0:
                raise ValueError("rolled back")
            return value

    kept = [value for value in at_the_same_time(8, take, times=8) if isinstance(value, int)]
    assert len(kept) == len(set(kept)) == 48


def at_the_same_time(threads: int, work: object, times: int = 1) -> list[object]:
    """Run work(turn) in several threads that start together; return results and exceptions."""
    gate = threading.Barrier(threads)
    outcomes: list[object] = []

    def run(first: int) -> None:
        gate.wait()
        for turn in range(first, threads * times, threads):
            try:
                outcomes.append(work(turn))
            except Exception as problem:
                outcomes.append(problem)
        connection.close()

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return outcomes


def test_a_service_may_lock_rows_with_djangos_own_words(node: Holder) -> None:
    with writes.unit_of_work():
        assert Holder.objects.select_for_update().get(pk=node.pk) == node
        assert Counter.objects.update_or_create(name="x", defaults={"value": 3})[1]
    assert Counter.objects.get(name="x").value == 3


def test_a_service_within_a_service_is_one_transaction(node: Holder) -> None:
    with pytest.raises(ValueError, match="late"), writes.unit_of_work():
        toy.make(act=keeper(node), node=node.id, number="K1")
        toy.make(act=keeper(node), node=node.id, number="K2")
        raise ValueError("late")
    assert Matter.objects.count() == 0


@pytest.mark.parametrize("extra", [0, 1200])
def test_a_service_that_only_writes_is_all_or_nothing_however_much_it_writes(extra: int) -> None:
    def write() -> None:
        with writes.unit_of_work():
            for number in range(extra + 1):
                writes.add(Counter(name=f"c{number}", value=1))
            lost = new_id()
            writes.add(Matter(id=lost, kind="loan", number="lost", root_id=lost, state="lent", node_id=1, opened_at=timezone.now()))

    with pytest.raises(IntegrityError):
        write()
    assert (Counter.objects.count(), Matter.objects.count()) == (0, 0)
