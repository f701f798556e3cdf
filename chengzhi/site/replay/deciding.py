"""Deciding which rows of a file repeat another one: the merge rule of the loop, judged where and when the reports were made."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.utils import timezone

from chengzhi.incidents.queries import numbers
from chengzhi.kernel import place
from chengzhi.site.replay.mapping import CLOSED, OPEN
from chengzhi.site.replay.reading import Entry
from chengzhi.territory import queries as territory

BIN_DEGREES, BIN_METRES = 0.002, 50  # a bin is wider than 50 m up to 77° of latitude: who is nearer lies in it or in one beside it
MAY_BE_MERGED = frozenset({CLOSED, OPEN})
Most = tuple[int, int]  # metres and hours


class _Standing:
    """The entries that are open at the moment, by class and bin."""

    def __init__(self) -> None:
        self.bins: dict[tuple[str, int, int], list[Entry]] = defaultdict(list)

    def add(self, entry: Entry) -> None:
        self.bins[(entry.meaning.class_code, *_bin(*entry.raw))].append(entry)

    def nearest(self, entry: Entry, metres: int, hours: int) -> Entry | None:
        """Return the nearest entry into which this one is merged, the older of two at the same distance."""
        found: list[tuple[float, Entry]] = []
        for key in _bins_around(entry, metres):
            self.bins[key] = [other for other in self.bins[key] if _is_open(other, entry, hours)]
            found += [(_metres(other, entry), other) for other in self.bins[key]]
        near = [one for one in found if one[0] <= metres]
        return min(near, key=lambda one: (one[0], one[1].created, one[1].row))[1] if near else None


def most_of(entry: Entry) -> Most:
    """Return how far and how long apart an entry may be merged: the numbers of the loop in force at its place on its day."""
    day, found = timezone.localdate(entry.created), territory.locate(*entry.at)
    county = found.county_code if found is not None else numbers.SEED
    metres, hours = (numbers.number(code, county, day).amount for code in ("merge_metres", "merge_hours"))
    return metres, hours


def duplicates(entries: Sequence[Entry], most: Callable[[Entry], Most] = most_of) -> dict[str, str]:
    """Return for each entry that repeats another one the id of that one; entries come in the order of time.

    An entry repeats one of the same class, near enough in place and time, that is open at that moment; what was merged is not open.
    """
    standing = _Standing()
    into: dict[str, str] = {}
    for entry in entries:
        other = standing.nearest(entry, *most(entry)) if entry.outcome in MAY_BE_MERGED else None
        if other is None:
            standing.add(entry)
        else:
            into[key_of(entry)] = key_of(other)
    return into


def key_of(entry: Entry) -> str:
    """Return the key by which an entry is found again: source and id."""
    return f"{entry.source} {entry.id}"


def _is_open(other: Entry, entry: Entry, hours: int) -> bool:
    recent = entry.created - other.created <= timedelta(hours=hours)
    return recent and (other.closed is None or other.closed > entry.created)


def _metres(other: Entry, entry: Entry) -> float:
    """Return the distance in the file or in the city, whichever is longer: the services judge the one in the city."""
    return max(place.distance(*other.raw, *entry.raw), place.distance(*other.at, *entry.at))


def _bin(lon: float, lat: float) -> tuple[int, int]:
    return math.floor(lon / BIN_DEGREES), math.floor(lat / BIN_DEGREES)


def _bins_around(entry: Entry, metres: int) -> list[tuple[str, int, int]]:
    (x, y), reach = _bin(*entry.raw), max(1, math.ceil(metres / BIN_METRES))
    beside = range(-reach, reach + 1)
    return [(entry.meaning.class_code, x + dx, y + dy) for dx in beside for dy in beside]
