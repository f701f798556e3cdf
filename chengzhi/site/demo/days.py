"""The days of the demo city: how many reports come in on each of them, at which hours, from whom, and what the weather does to them."""

import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from chengzhi.incidents.models.incident import SOURCES_OF_CITIZENS
from chengzhi.site.demo.rows import rows
from chengzhi.site.demo.texts import in_season

DAYS = 12  # today, the four days that prepare for the city inspection, and a week before
# Reports an hour from that hour on. Patrols rise at half past eight, dip at noon, peak from 9 to 11 and from 15 to 17; people call in
# the evening, too.
PATROL = (
    (0, 0.1), (6, 0.3), (7, 0.8), (8.5, 5.0), (9, 6.2), (11, 4.2), (12, 1.6), (13, 1.9), (14, 3.4), (15, 5.9), (17, 3.2), (18, 1.8),
    (19, 1.2), (21, 0.4), (23, 0.1),
)  # fmt: skip
CITIZENS = (
    (0, 0.2), (6, 0.5), (7, 1.2), (8.5, 3.0), (9, 4.0), (11, 3.2), (12, 2.0), (14, 2.6), (15, 3.6), (17, 3.0), (18.5, 4.4), (21, 2.2),
    (22.5, 0.6),
)  # fmt: skip
BY_WEEKDAY = (1.35, 1.0, 1.0, 0.98, 0.97, 0.78, 0.7)
BUSIER = {"snow": 1.6, "wind": 1.4, "rain": 1.5}
# In which months a day of this weather may be; the first whose season it is comes, and a windy day as well.
WEATHER = (("snow", "11-3"), ("rain", "5-9"))
AGO = range(5, DAYS)  # how many days ago the weather was; before the city inspection draws near
INSPECTION_AHEAD = 3  # days from today to the city inspection
WEEK = 7
PATROLS, LEAST_ROOM = 0.85, 0.05  # the share of patrols in all reports; how little may be left of a day beside the stories
PATROLS_BEFORE_INSPECTION = 2.0


class Days:
    """The days up to now: the weather is drawn from the seed, the city inspection is always three days ahead."""

    def __init__(self, seed: int | str, now: datetime) -> None:
        self.now = now
        self.today = timezone.localtime(now).date()
        self.first = datetime.combine(self.today - timedelta(days=DAYS - 1), time(0), timezone.get_current_timezone())
        self.inspection = self.today + timedelta(days=INSPECTION_AHEAD)
        self.room: dict[date, float] = {}
        self.weather = self._weather(random.Random(f"weather/{seed}"))  # noqa: S311 - the same days each time, not a secret

    def _weather(self, rng: random.Random) -> dict[date, str]:
        """Return the weather of the days that stand out; never a Monday, which stands out by itself."""
        known = [self.today - timedelta(days=ago) for ago in AGO]
        first, second = sorted(rng.sample([day for day in known if day.weekday()], 2))
        wet = next((name for name, months in WEATHER if in_season(months, first.month)), "")
        return {first: wet, second: "wind"} if wet else {second: "wind"}

    def prepared(self, day: date) -> bool:
        """Tell whether a day lies in the week before the city inspection."""
        return self.inspection - timedelta(days=WEEK) <= day < self.inspection

    def weight(self, source: str, day: date) -> float:
        """Return how much a day brings from a source, where an ordinary one brings 1."""
        weight = BY_WEEKDAY[day.weekday()] * BUSIER.get(self.weather.get(day, ""), 1.0)
        return weight * PATROLS_BEFORE_INSPECTION if source == "inspector" and self.prepared(day) else weight

    def make_room(self, taken: Mapping[date, int], count: int) -> None:
        """Let so many reports come in beside those that are on these days already, so that together they follow the days."""
        usual = {day: PATROLS * self.weight("inspector", day) + (1 - PATROLS) * self.weight("public", day) for day in self._all()}
        usual[self.today] *= passed(PATROL, self.now)
        unit = (count + sum(taken.values())) / sum(usual.values())
        self.room = {day: max(LEAST_ROOM, 1 - taken.get(day, 0) / (unit * weight)) if weight else 1.0 for day, weight in usual.items()}

    def _all(self) -> list[date]:
        return [self.today - timedelta(days=ago) for ago in reversed(range(DAYS))]

    def opening(self, rng: random.Random, source: str, last: datetime) -> datetime:
        """Return a moment of these days for a report from a source, by the day and its hour."""
        days = self._all()
        weights = [self.weight(source, day) * self.room.get(day, 1.0) for day in days]
        while True:
            day = rng.choices(days, weights)[0]
            at = datetime.combine(day, time(0), self.first.tzinfo) + timedelta(days=rng.random())
            if at <= last and self.likely(rng, source, at):
                return at

    def likely(self, rng: random.Random, source: str, at: datetime) -> bool:
        """Draw whether a report of a source comes in at an hour."""
        curve = curve_of(source)
        return rng.random() * max(weight for _, weight in curve) <= by_hour(curve, at)

    def mix(self, day: date) -> Sequence[tuple[dict[str, str], float]]:
        """Return the classes that may be reported on a day with their weights, by season and weather."""
        weather = self.weather.get(day, "")
        factors = {row["class_code"]: float(row["factor"]) for row in rows("weather") if row["weather"] == weather}
        known = [row for row in rows("mix") if in_season(row["months"], day.month)]
        return [(row, float(row["weight"]) * factors.get(row["class_code"], 1.0)) for row in known]


def curve_of(source: str) -> Sequence[tuple[float, float]]:
    """Return the day's curve of a source."""
    return CITIZENS if source in SOURCES_OF_CITIZENS else PATROL


def passed(curve: Sequence[tuple[float, float]], at: datetime) -> float:
    """Return which share of a day's curve lies before a moment."""
    local = timezone.localtime(at)
    now = local.hour + local.minute / 60
    ends = [hour for hour, _ in curve[1:]] + [24]
    spans = [(hour, end, weight) for (hour, weight), end in zip(curve, ends, strict=True)]
    whole = sum((end - hour) * weight for hour, end, weight in spans)
    return sum((min(end, now) - hour) * weight for hour, end, weight in spans if hour < now) / whole


def by_hour(curve: Sequence[tuple[float, float]], at: datetime) -> float:
    """Return what a curve says of a moment."""
    local = timezone.localtime(at)
    return curve[bisect_right([hour for hour, _ in curve], local.hour + local.minute / 60) - 1][1]
