"""Numbers of the loop are dated data: each judges by the value of the day of the act, before a change and after it (W2)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from chengzhi.incidents.models import Incident, LoopNumber
from chengzhi.incidents.queries import citizens, linked, nearby_open, numbers
from chengzhi.incidents.tests.asking import at, dispose, footprint, in_hand
from chengzhi.incidents.tests.telling import report, take
from chengzhi.kernel.matter import read
from chengzhi.kernel.problems import Refused
from tests.world import COUNTY, World

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
METRE = 1 / 111_320  # of latitude
CHANGES = [("on the day before the change", WEDNESDAY, True), ("on the day of the change", TUESDAY, False)]


def change(code: str, amount: int, since: date, node_code: str = "") -> None:
    """Let a number have another amount from a day on."""
    old = LoopNumber.objects.get(code=code, node_code="")
    words = {"unit": old.unit, "name_zh": old.name_zh, "name_en": old.name_en, "source": "试验", "mark": "D"}
    LoopNumber.objects.create(code=code, amount=amount, valid_from=since, node_code=node_code, **words)
    numbers.REGISTER.clear()


def refused(world: World, row: Incident, slug: str, when: str, **data: object) -> list[str]:
    """Return the rules by which a step is refused, having looked that nothing changed; none when it is taken."""
    before = footprint(row)
    try:
        take(world, row, slug, at=at(when), **data)
    except Refused as refusal:
        assert footprint(row) == before
        return [fault.code for fault in refusal.faults]
    return []


def pair(world: World, metres: float, first: str, second: str) -> tuple[Incident, Incident]:
    """Return two reports some metres apart."""
    lon, lat = world.point(0)
    return report(world, at=at(first)), report(world, at=at(second), lon=lon, lat=lat + metres * METRE)


@pytest.mark.parametrize(("situation", "since", "taken"), CHANGES)
@pytest.mark.parametrize(
    ("code", "amount", "metres", "first", "rule"),
    [
        ("merge_metres", 10, 30, "2026-11-24T08:00", "incidents.target_is_near"),
        ("merge_hours", 12, 5, "2026-11-23T10:00", "incidents.target_is_recent"),
    ],
)
def test_what_may_be_merged_is_judged_by_the_day_of_the_merging(
    code: str, amount: int, metres: int, first: str, rule: str, situation: str, since: date, taken: bool, world: World
) -> None:
    change(code, amount, since)
    old, new = pair(world, metres, first, "2026-11-24T09:00")
    assert refused(world, new, "merge", "2026-11-24T09:10", into=old.matter.number) == ([] if taken else [rule])


def test_a_county_may_set_its_own_distance_and_the_others_keep_that_of_the_city(world: World) -> None:
    change("merge_metres", 10, TUESDAY, COUNTY)
    old, new = pair(world, 30, "2026-11-24T08:00", "2026-11-24T09:00")
    assert refused(world, new, "merge", "2026-11-24T09:10", into=old.matter.number) == ["incidents.target_is_near"]
    assert numbers.amount("merge_metres", world.other_county, at("2026-11-24T09:10")) == 50


@pytest.mark.parametrize(("situation", "since", "taken"), CHANGES)
def test_from_how_far_a_check_must_be_explained_is_judged_by_the_day_of_the_check(
    situation: str, since: date, taken: bool, world: World
) -> None:
    change("far_metres", 60, since)
    row, _ = in_hand(world)
    for slug, when in (("finish", "2026-11-23T10:00"), ("send_check", "2026-11-24T10:10")):
        row = take(world, row, slug, at=at(when))
    seen = {"lon": row.lon, "lat": (row.lat or 0) + 80 * METRE}
    assert refused(world, row, "pass_check", "2026-11-24T10:20", **seen) == ([] if taken else ["incidents.distance_is_explained"])


@pytest.mark.parametrize(("since", "minutes"), [(WEDNESDAY, 105), (TUESDAY, 210)])
def test_the_least_share_of_a_rework_is_that_of_its_day(since: date, minutes: int, world: World) -> None:
    change("rework_share", 50, since)
    row, first = in_hand(world, limit="7 working_hour")
    for slug, when in (("finish", "2026-11-23T17:50"), ("send_check", "2026-11-24T09:00"), ("fail_check", "2026-11-24T09:10")):
        row = take(world, row, slug, at=at(when))
    row = take(world, row, "rework", at=at("2026-11-24T09:20"))
    again = first.__class__.objects.filter(matter__parent=row.matter).latest("pk")
    assert (dispose(again).amount, dispose(again).unit) == (minutes, "working_minute")


@pytest.mark.parametrize(("days", "found"), [(1, 1), (0, 0)])
def test_what_is_offered_for_merging_follows_the_same_numbers(days: int, found: int, world: World) -> None:
    change("merge_metres", 10, timezone.localdate() + timedelta(days=days))
    now = timezone.now()
    lon, lat = world.point(0)
    report(world)
    new = report(world, lon=lon, lat=lat + 30 * METRE)
    assert len(nearby_open(new)) == found
    assert (citizens.same_today("SJ0101", lon, lat + 60 * METRE, now) is not None) == bool(found)


@pytest.mark.parametrize(
    ("code", "days", "found"), [("earlier_metres", 1, 1), ("earlier_metres", 0, 0), ("earlier_days", 1, 1), ("earlier_days", 0, 0)]
)
def test_what_counts_as_earlier_at_the_same_place_follows_its_numbers(code: str, days: int, found: int, world: World) -> None:
    change(code, 10, timezone.localdate() + timedelta(days=days))
    lon, lat = world.point(0)
    now = timezone.now()
    old = report(world, at=now - timedelta(days=20))
    take(world, old, "void", "chief")
    row = report(world, lon=lon, lat=lat + 30 * METRE)
    assert len(linked.earlier_here(row, world.actor("chief"))) == found
    assert read(row.pk, actor=world.actor("chief")).focus == row.pk
