"""What the kernel promises for every kind of matter, shown with a toy kind of under sixty lines."""

import json
from pathlib import Path

import pytest

from chengzhi.kernel import clocks, feed
from chengzhi.kernel.access import Act, Actor, act_now
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Clock, Event, Holder, Matter, TrailEntry
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound, Refused, VersionMissing
from chengzhi.kernel.tests import toy
from chengzhi.kernel.verify import verify
from chengzhi.kernel.workflow import choices, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def node() -> Holder:
    return Holder.objects.create(kind="node", name_zh="东城", name_en="Dongcheng")


@pytest.fixture
def looker(node: Holder) -> Holder:
    return Holder.objects.create(kind="post", name_zh="看守", name_en="Looker", node=node)


def keeper(node: Holder, *holders: Holder, expects: int | None = None) -> Act:
    everywhere = frozenset({node.id})
    rights = {toy.LEND: everywhere, toy.LOOK: everywhere}
    actor = Actor(7, "钥匙管理员", rights, nodes=everywhere, holders=frozenset(holder.id for holder in holders))
    return act_now(actor, expects=expects)


def made(node: Holder) -> Matter:
    return toy.make(act=keeper(node), node=node.id, number="K1").matter


def test_a_kind_in_under_sixty_lines_runs_with_part_clock_and_consequence(node: Holder, looker: Holder) -> None:
    key = made(node)
    perform(toy.KEY, "K1", "lend", {"borrower": "王某", "looker": looker.id}, act=keeper(node, expects=1))
    key.refresh_from_db()
    clock = Clock.objects.get(matter=key)
    assert (key.state, key.version, key.due_at) == ("out", 2, clock.due_at)
    perform(toy.KEY, "K1", "look", {}, act=keeper(node, looker, expects=2))
    key.refresh_from_db()
    clock.refresh_from_db()
    assert (key.state, key.version, key.due_at, clock.due_at) == ("seen", 4, None, None)
    assert clock.minutes_left in {119, 120}
    perform(toy.KEY, "K1", "scrap", {}, act=keeper(node, expects=4))
    key.refresh_from_db()
    clock.refresh_from_db()
    assert (key.open, clock.ended_at is not None) == (False, True)
    steps = list(TrailEntry.objects.filter(root=key).order_by("seq").values_list("kind", "step", "door"))
    assert steps == [
        ("toy", "make", "api"),
        ("toy", "lend", "api"),
        ("toy_look", "ask", "api"),
        ("toy_look", "look", "api"),
        ("toy", "looked", "api"),
        ("toy", "scrap", "api"),
    ]
    assert TrailEntry.objects.get(root=key, step="looked").actor == 0
    assert verify().good


def test_every_deadline_is_derivable_from_the_trail(node: Holder, looker: Holder) -> None:
    key = made(node)
    perform(toy.KEY, "K1", "lend", {"borrower": "王某", "looker": looker.id}, act=keeper(node, expects=1))
    kept = TrailEntry.objects.filter(matter=key).exclude(clocks="").order_by("seq").values_list("clocks", flat=True)
    operations = [operation for text in kept for operation in json.loads(text)]
    assert clocks.replay(operations) == {"lent": Clock.objects.get(matter=key).due_at}


@pytest.mark.parametrize(
    ("situation", "slug", "data", "expects", "problem", "code"),
    [
        ("no version", "scrap", {}, None, VersionMissing, "version_missing"),
        ("a version of yesterday", "scrap", {}, 9, Conflict, "stale_version"),
        ("another state", "look", {}, 1, NotFound, "unknown_step"),
        ("no such step", "sell", {}, 1, NotFound, "unknown_step"),
        ("a consequence", "looked", {}, 1, NotFound, "unknown_step"),
        ("a missing field", "lend", {"borrower": "王某"}, 1, Invalid, "invalid"),
        ("a field too many", "scrap", {"colour": "red"}, 1, Invalid, "invalid"),
        ("a broken rule", "lend", {"borrower": "", "looker": 1}, 1, Refused, "refused"),
    ],
)
def test_a_refused_step_changes_nothing(
    situation: str,
    slug: str,
    data: dict[str, object],
    expects: int | None,
    problem: type[Exception],
    code: str,
    node: Holder,
) -> None:
    key = made(node)
    before = (Matter.objects.values().get(), TrailEntry.objects.count(), Event.objects.count())
    with pytest.raises(problem) as refusal:
        perform(toy.KEY, "K1", slug, data, act=keeper(node, expects=expects))
    assert refusal.value.code == code
    assert (Matter.objects.values().get(), TrailEntry.objects.count(), Event.objects.count()) == before
    assert key.version == 1


def test_a_step_needs_the_capability_at_this_node_and_says_so_in_both_languages(node: Holder) -> None:
    made(node)
    stranger = act_now(Actor(8, "外人", {}, nodes=frozenset({node.id})), expects=1)
    with pytest.raises(NotAllowed) as refusal:
        perform(toy.KEY, "K1", "scrap", {}, act=stranger)
    assert (refusal.value.zh, refusal.value.en) == (
        "仅有“借出钥匙”权限的岗位可办理",
        "Only posts that may “lend keys” can take this step.",
    )


def test_what_lies_outside_the_scope_does_not_exist_for_the_asker(node: Holder) -> None:
    made(node)
    with pytest.raises(NotFound):
        perform(
            toy.KEY,
            "K1",
            "scrap",
            {},
            act=act_now(Actor(8, "外县", {toy.LEND: frozenset({1})}, nodes=frozenset({1})), expects=1),
        )


def test_choices_name_all_reasons_against_a_step(node: Holder, looker: Holder) -> None:
    made(node)
    perform(toy.KEY, "K1", "lend", {"borrower": "王某", "looker": looker.id}, act=keeper(node, expects=1))
    found = choices(read("K1", actor=keeper(node).actor), keeper(node))
    assert [(choice.step.slug, choice.possible, [reason.code for reason in choice.reasons]) for choice in found] == [
        ("look", False, ["kernel.holder"])
    ]


def test_the_feed_gives_every_event_once_and_in_order(node: Holder) -> None:
    _, cursor = feed.since("")
    made(node)
    events, after = feed.since("0.0")
    assert [(event["name"], event["matter"] == event["root"]) for event in events][-1:] in (
        [("kernel.Moved", True)],
        [],
    )
    assert cursor <= after or after


def test_the_toy_kind_takes_under_sixty_lines() -> None:
    lines = Path(toy.__file__).read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line.strip() and not line.startswith(("#", '"""'))]
    assert len(code) < 60
