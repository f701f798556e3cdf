"""Events: delivered after the commit, at least once, in order per root; the feed never leaves one out."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection

from chengzhi.kernel import feed, writes
from chengzhi.kernel.access import Act, Actor, act_now
from chengzhi.kernel.models import Delivery, Event, Holder
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.tests import toy
from chengzhi.kernel.workflow import perform

pytestmark = pytest.mark.django_db(transaction=True)
seen: list[str] = []


@pytest.fixture
def node() -> Holder:
    return Holder.objects.create(kind="node", name_zh="东城", name_en="Dongcheng")


@pytest.fixture
def reaction(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bool]]:
    """A reaction that keeps what it saw and fails while it is told to."""
    told = {"fail": False}
    seen.clear()

    def react(event: feed.Moved) -> None:
        if told["fail"]:
            raise RuntimeError("the reaction is broken")
        seen.append(f"{event.number}:{event.step}")

    monkeypatch.setitem(feed.REACTIONS, "kernel.Moved", [("toy.react", react)])
    yield told


def keeper(node: Holder, expects: int | None = None) -> Act:
    here = frozenset({node.id})
    return act_now(Actor(7, "甲", {toy.LEND: here, toy.LOOK: here}, nodes=here, holders=here), expects=expects)


def lent(node: Holder, number: str) -> None:
    toy.make(act=keeper(node), node=node.id, number=number)
    perform(toy.KEY, number, "scrap", {}, act=keeper(node, 1))


def test_events_are_relayed_in_the_order_of_their_root_and_only_once(node: Holder, reaction: dict[str, bool]) -> None:
    lent(node, "K1")
    assert (feed.relay(), feed.relay()) == (2, 0)
    assert seen == ["K1:make", "K1:scrap"]
    assert Delivery.objects.count() == 2


def test_an_event_delivered_before_a_power_cut_is_not_done_again(node: Holder, reaction: dict[str, bool]) -> None:
    lent(node, "K1")
    feed.relay()
    Event.objects.update(relayed_at=None)
    assert (feed.relay(), len(seen)) == (2, 2)


def test_a_broken_reaction_holds_up_its_own_root_only_and_is_tried_again(node: Holder, reaction: dict[str, bool]) -> None:
    lent(node, "K1")
    reaction["fail"] = True
    assert feed.relay() == 0
    assert list(Event.objects.order_by("seq").values_list("attempts", "fault")) == [(1, "the reaction is broken"), (0, "")]
    assert feed.waiting()[0] == 2
    Event.objects.update(retry_at=None)
    reaction["fail"] = False
    assert feed.relay() == 2
    assert (seen, feed.waiting()) == (["K1:make", "K1:scrap"], (0, 0.0))


def test_after_five_failures_a_person_has_to_look_and_order_is_still_kept(node: Holder, reaction: dict[str, bool]) -> None:
    lent(node, "K1")
    reaction["fail"] = True
    for _ in range(5):
        feed.relay()
        assert feed.relay() == 0, "it waits before it tries again"
        Event.objects.update(retry_at=None)
    assert (feed.failing(), list(Event.objects.order_by("seq").values_list("attempts", flat=True))) == (1, [5, 0])
    reaction["fail"] = False
    assert (feed.relay(), seen) == (2, ["K1:make", "K1:scrap"])


def test_an_event_that_this_release_does_not_know_stops_its_own_root_only(node: Holder, reaction: dict[str, bool]) -> None:
    lent(node, "K1")
    Event.objects.update(name="kernel.Forgotten")
    lent(node, "K2")
    assert (feed.relay(), seen) == (2, ["K2:make", "K2:scrap"])


@pytest.mark.parametrize("cursor", ["abc", "1", "1.x", "9" * 30 + ".0"])
def test_a_cursor_that_nobody_gave_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        feed.since(cursor)


def test_what_is_rolled_back_is_never_announced(node: Holder, reaction: dict[str, bool]) -> None:
    with pytest.raises(ValueError, match="no"), writes.unit_of_work():
        toy.make(act=keeper(node), node=node.id, number="K1")
        raise ValueError("no")
    assert (Event.objects.count(), feed.relay()) == (0, 0)


def test_the_feed_gives_each_event_once_page_by_page(node: Holder) -> None:
    _, start = feed.since("")
    for number in range(5):
        toy.make(act=keeper(node), node=node.id, number=f"K{number}")
    cursor, found = start, []
    while True:
        events, cursor = feed.since(cursor, limit=2)
        found += [event["body"] for event in events]
        if not events:
            break
    assert len(found) == 5


@pytest.mark.postgres_only
def test_the_feed_waits_for_a_transaction_that_commits_late(node: Holder) -> None:
    _, start = feed.since("")
    opened, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with writes.unit_of_work() as work:
            toy.make(act=keeper(node), node=node.id, number="slow")
            work.flush()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
            opened.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert opened.wait(10)
    toy.make(act=keeper(node), node=node.id, number="quick")
    early, cursor = feed.since(start)
    assert early == []
    may_commit.set()
    thread.join()
    late, _ = feed.since(cursor)
    assert sorted(event["name"] for event in late) == ["kernel.Moved", "kernel.Moved"]


def test_an_event_begins_with_its_matter() -> None:
    @dataclass(frozen=True)
    class Wrong:
        name: str

    with pytest.raises(TypeError, match="must begin with matter_id"):
        feed.event(Wrong)
