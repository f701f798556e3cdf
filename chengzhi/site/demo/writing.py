"""Writing the scripts of a generated day: the mix of sources, classes and outcomes of the trade, ending now."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from chengzhi.incidents.models.incident import SOURCES_OF_CITIZENS, SOURCES_TO_VERIFY, URGENT_SOURCES
from chengzhi.incidents.queries import registers
from chengzhi.organisation import queries as organisation
from chengzhi.site.demo import pace, people
from chengzhi.site.demo.days import DAYS, Days
from chengzhi.site.demo.rows import rows
from chengzhi.site.demo.script import CLOSED, MERGED, NOT_FILED, REFUSED, VOIDED, Book, Scene, Script
from chengzhi.site.demo.texts import words
from chengzhi.territory.city_plan import CityPlan, PlannedCell, PlannedPlace

STAY = timedelta(hours=60)  # what is at work may have come in so long ago
FAR = timedelta(days=14)  # how long ago a report may have come in that must be late today
SOURCES = {
    "inspector": 85, "12319": 5, "12345": 4, "public": 4, "video": 0.8, "iot": 0.7,
    "110": 0.2, "leader": 0.1, "media": 0.05, "web": 0.1, "higher": 0.05,
}  # fmt: skip
# Shares of all reports: how they end, and in which stage those are that are still open.
ENDS = ((MERGED, 0.03), (REFUSED, 0.025), (NOT_FILED, 0.025), (VOIDED, 0.01))
# Those that wait for the centre itself are written as stories, so that each of its posts has work.
STAYING = (("sign", 0.004), ("work", 0.032))
# Side paths, whose work takes them, and which share of it: a contractor whose work is often done again, a body that returns too much.
TURNS = (
    ("rework", ("sweep",), 0.17), ("rework", (), 0.02), ("return", ("haul",), 0.15), ("return", (), 0.01), ("redirect", (), 0.025),
    ("send_back", (), 0.02), ("deny_void", (), 0.008), ("joint", (), 0.03), ("return_to_filing", (), 0.008), ("remote", (), 0.02),
)  # fmt: skip
GREEN, YELLOW, RED = pace.GREEN, pace.YELLOW, pace.RED
YELLOW_SHARE, RED_SHARE = 0.14, 0.0
HOT_SHARE = 0.3
HOT_SPREAD = 4e-4  # degrees: some forty metres around a hot corner
STAGES = ("accept", "file", "dispatch", "work", "send_check", "check", "close")
VERIFIED = ("accept", "verify", "again", "file", "dispatch", "work", "send_check", "check", "close")
VISITS = ("verify", "check")
HALF_HOUR = timedelta(minutes=30)
TRIES = 30


@dataclass(frozen=True, slots=True)
class Pin:
    """What is fixed beforehand of a report: where, whose work, which light, how urgent, from whom."""

    county: str = ""
    grid: str = ""
    town: str = ""
    bodies: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    light: tuple[float, float] | None = None
    urgent: bool = False
    said: str = ""


class Writer:
    """Writes scripts for a plan, the same for the same seed and moment."""

    def __init__(self, plan: CityPlan, rng: random.Random, days: Days) -> None:
        self.plan, self.rng, self.days, self.now = plan, rng, days, days.now
        self.first = self.now - STAY
        self.mixes = {day: days.mix(day) for day in (days.today - timedelta(days=ago) for ago in range(DAYS))}
        self.hot = {place.kind: place for place in plan.hot_places}
        self.grids = {grid.code: number for number, grid in enumerate(plan.duty_grids)}
        self.cells: dict[tuple[str, str, str], tuple[PlannedCell, ...]] = {}
        self.book = Book()
        self.stories: frozenset[int] = frozenset()

    def write(self, count: int) -> Book:
        """Write the scripts of so many reports beside the stories that are in the book already, and return it."""
        wanted = _quotas(count)
        self.days.make_room(Counter(timezone.localtime(story.opened_at).date() for story in self.book.scripts.values()), count)
        self.stories = frozenset(self.book.scripts)
        for number, (outcome, stays) in enumerate(wanted):
            if outcome != MERGED:
                self.book.add(self._script(number, outcome, stays))
        for number, (outcome, _) in enumerate(wanted):
            if outcome == MERGED:
                self.book.add(self._twin(number))
        self._turns()
        return self.book

    def _script(self, number: int, outcome: str, stays: str) -> Script:
        for turn in range(TRIES * TRIES):
            if turn % TRIES == 0:  # what came in at that moment cannot have ended yet, whatever it was
                source = self.rng.choices(list(SOURCES), list(SOURCES.values()))[0]
                opened_at = self.days.opening(self.rng, source, self.now - timedelta(minutes=20))
            script = self._stopped(number, stays) if stays else self._ended(number, outcome, source, opened_at)
            if script is not None:
                return script
        raise RuntimeError(f"No script fits {outcome} {stays}.")

    def _ended(self, number: int, outcome: str, source: str, opened_at: datetime) -> Script | None:
        scene = self.scene(Pin(sources=(source,)), timezone.localtime(opened_at).date())
        waits = self._waits(scene, opened_at, _stages_until(scene, outcome))
        script = Script(number, scene, opened_at, waits, outcome, caller=self.caller(scene))
        return script if script.ends_at < self.now else None

    def _stopped(self, number: int, stays: str) -> Script | None:
        script = self.stopped(number, stays, Pin())
        if script is None:
            return None
        fits = script.opened_at >= self.first and self.days.likely(self.rng, script.scene.source, script.opened_at)
        return script if fits else None

    def stopped(self, number: int, stays: str, pin: Pin) -> Script | None:
        """Return the script of a report that waits at a stage of the main line now; None when it would have begun too long ago."""
        scene = self.scene(pin)
        before, since = self._since(scene, stays, pin.light or self._light(), far=pin.light is not None)
        if since is None:
            return None
        opened_at = since - sum(before.values(), start=timedelta())
        return Script(number, scene, opened_at, before, CLOSED, stays, caller=self.caller(scene))

    def _since(
        self, scene: Scene, stays: str, light: tuple[float, float], *, far: bool
    ) -> tuple[dict[str, timedelta], datetime | None]:
        """Return the stages before the one in which a report stays, and when that one began."""
        order = _order(scene)
        passed = order[: order.index("work" if stays == "sign" else stays)]
        before = {stage: self.wait_for(scene, stage, self.now) for stage in passed if stage != "work"}
        if stays == "work":
            earliest = self.now - FAR if far else self.first + timedelta(hours=1)
            return before, pace.begun_before(self.rng, self.now, scene.limit, light, earliest)
        limit = pace.stage_minutes(stays, scene.urgent_in(stays), scene.county, self.now)
        limit -= 0 if light == RED else 1  # a limit begins with the minute that has begun
        since = self.now - timedelta(minutes=limit * self.rng.uniform(*light))
        while stays in VISITS and light == RED and not _own_on_duty(scene, since):
            since -= HALF_HOUR  # what is late was given to the grid's own inspectors in their last shift
        if "work" in passed:
            before["work"] = pace.work_wait(self.rng, since - timedelta(hours=3), scene.limit, late=False)
        return before, since

    def _waits(self, scene: Scene, opened_at: datetime, stages: tuple[str, ...]) -> dict[str, timedelta]:
        waits: dict[str, timedelta] = {}
        at = opened_at
        for stage in stages:
            if stage == "work":
                late = pace.is_late(self.rng, body_key(scene.class_code), at)
                waits[stage] = pace.work_wait(self.rng, at, scene.limit, late, body_key(scene.class_code))
            else:
                waits[stage] = self.wait_for(scene, stage, at)
            at += waits[stage]
        return waits

    def wait_for(self, scene: Scene, stage: str, at: datetime) -> timedelta:
        """Return how long a stage of the main line takes."""
        clock = "accept" if stage == "again" else stage
        return pace.stage_wait(self.rng, pace.stage_minutes(clock, scene.urgent_in(clock), scene.county, at))

    def _light(self) -> tuple[float, float]:
        drawn = self.rng.random()
        if drawn < RED_SHARE:
            return RED
        return YELLOW if drawn < RED_SHARE + YELLOW_SHARE else GREEN

    def scene(self, pin: Pin, on: date | None = None) -> Scene:
        """Return something that is wrong somewhere, as the mix of a day (today) has it, within what is fixed beforehand."""
        source = self.rng.choice(pin.sources) if pin.sources else self.rng.choices(list(SOURCES), list(SOURCES.values()))[0]
        known_ones = self.mixes[on or self.days.today]
        mix = [(row, weight) for row, weight in known_ones if _fits(row["class_code"], pin)]
        mix = mix or [({"class_code": code, "scene": "other"}, 1.0) for code in pin.classes]
        row = self.rng.choices([row for row, _ in mix], [weight for _, weight in mix])[0]
        lon, lat, cell = self._spot(pin, self._corner(row["class_code"]))
        code = row["class_code"]
        day = timezone.localtime(self.now).date()
        county = cell.code[:6]
        conditions = registers.conditions_of(code)
        condition = self.rng.choice(conditions)
        limit = registers.limit_for(code, condition.code, cell.area_class, county, day)
        told = words(self.rng, code, _class_zh(code), condition.name_zh, source, self.plan.address_at(lon, lat), pin.said)
        for known in conditions:
            if known.name_zh in told.description:
                condition = known
                limit = registers.limit_for(code, condition.code, cell.area_class, county, day)
        urgent = pin.urgent or source in URGENT_SOURCES or limit.unit == "hour"
        grid = cell.duty_grid
        return Scene(source, code, condition.code, row["scene"], lon, lat, county, grid, self.grids[grid], urgent, limit, told, pin.urgent)

    def _corner(self, class_code: str) -> PlannedPlace | None:
        """Return the hot corner where this class comes again and again, as often as not; none for most classes."""
        kinds = [row["kind"] for row in rows("corners") if row["class_code"] == class_code]
        return self.hot[self.rng.choice(kinds)] if kinds and self.rng.random() < HOT_SHARE else None

    def _spot(self, pin: Pin, corner: PlannedPlace | None) -> tuple[float, float, PlannedCell]:
        """Return a position and its cell; around the hot corner only where no place is fixed."""
        cells = self._cells_of(pin)
        while True:
            if cells:
                lon, lat = self._within(self.rng.choice(cells))
            elif corner is not None:
                lon = round(corner.lon + self.rng.gauss(0, HOT_SPREAD), 7)
                lat = round(corner.lat + self.rng.gauss(0, HOT_SPREAD), 7)
            else:
                lon, lat = self.plan.random_point(self.rng)
            cell = self.plan.cell_at(lon, lat)
            if cell is not None and (not cells or cell in cells):
                return lon, lat, cell

    def _cells_of(self, pin: Pin) -> tuple[PlannedCell, ...]:
        key = (pin.county, pin.town, pin.grid)
        if key not in self.cells:
            self.cells[key] = tuple(
                cell
                for cell in self.plan.cells
                if any(key) and cell.community.startswith(pin.county) and cell.community.startswith(pin.town)
                if pin.grid in ("", cell.duty_grid)
            )
        return self.cells[key]

    def _within(self, cell: PlannedCell) -> tuple[float, float]:
        lons, lats = zip(*cell.ring, strict=True)
        return round(self.rng.uniform(min(lons), max(lons)), 7), round(self.rng.uniform(min(lats), max(lats)), 7)

    def caller(self, scene: Scene) -> tuple[str, str]:
        """Return who calls, where somebody does."""
        if scene.source not in SOURCES_OF_CITIZENS:
            return "", ""
        return people.caller(self.rng), people.phone(self.rng)

    def _twin(self, number: int) -> Script:
        """Return a second report of something that is known and still open then."""
        known = [script for script in self.book.scripts.values() if self._may_have_twin(script)]
        for _ in range(TRIES if known else 0):
            first = self.rng.choice(known)
            last = self.now if first.stays else first.ends_at
            at = first.opened_at + (last - first.opened_at) * self.rng.uniform(0.1, 0.6)
            scene = self._beside(first.scene)
            waits = self._waits(scene, at, _stages_until(scene, MERGED))
            script = Script(number, scene, at, waits, MERGED, twin_of=first.number, caller=self.caller(scene))
            if script.ends_at < min(last, self.now) and at - first.opened_at < timedelta(hours=23):
                return script
        return replace(self._script(number, CLOSED, ""), twin_of=None)

    def _may_have_twin(self, script: Script) -> bool:
        long = (self.now if script.stays else script.ends_at) - script.opened_at > timedelta(hours=1)
        return long and script.outcome == CLOSED and script.twin_of is None and script.number not in self.stories

    def _beside(self, scene: Scene) -> Scene:
        while True:
            lon, lat = scene.lon + self.rng.uniform(-2e-4, 2e-4), scene.lat + self.rng.uniform(-2e-4, 2e-4)
            cell = self.plan.cell_at(lon, lat)
            if cell is not None and cell.code[:6] == scene.county:
                break
        source = self.rng.choice(("inspector", "12319", "12345", "public"))
        condition = next(known.name_zh for known in registers.conditions_of(scene.class_code) if known.code == scene.condition)
        told = words(self.rng, scene.class_code, _class_zh(scene.class_code), condition, source, self.plan.address_at(lon, lat))
        grid = cell.duty_grid
        return replace(scene, source=source, lon=round(lon, 7), lat=round(lat, 7), grid=grid, place=self.grids[grid], words=told)

    def _turns(self) -> None:
        twins = {script.twin_of for script in self.book.scripts.values()} | self.stories
        going_on = [script for script in self.book.scripts.values() if script.outcome == CLOSED and script.number not in twins]
        for turn, bodies, share in TURNS:
            theirs = [script for script in going_on if not bodies or body_key(script.scene.class_code) in bodies]
            for script in self.rng.sample(theirs, min(len(theirs), max(1, round(len(theirs) * share)))):
                if not self.book.scripts[script.number].turns and script.stays in {"", "work"}:
                    self.book.add(replace(script, turns=frozenset({turn})))


def _quotas(count: int) -> list[tuple[str, str]]:
    wanted = [(outcome, "") for outcome, share in ENDS for _ in range(max(1, round(count * share)))]
    wanted += [(CLOSED, stays) for stays, share in STAYING for _ in range(max(1, round(count * share)))]
    return (wanted + [(CLOSED, "")] * max(0, count - len(wanted)))[:count]


def _own_on_duty(scene: Scene, at: datetime) -> bool:
    """Tell whether the inspectors of the duty grid itself are on duty."""
    node = organisation.commanding(organisation.node_by_code(scene.county).id).id
    return any(organisation.post(post).area_code == scene.grid for post in organisation.inspectors_on_duty(node, scene.grid, at))


def _order(scene: Scene) -> tuple[str, ...]:
    return VERIFIED if scene.source in SOURCES_TO_VERIFY else STAGES


def _stages_until(scene: Scene, outcome: str) -> tuple[str, ...]:
    order = _order(scene)
    if outcome in {MERGED, REFUSED}:
        return order[: order.index("file")]
    if outcome == NOT_FILED:
        return order[: order.index("dispatch")]
    return order[: order.index("work")] if outcome == VOIDED else order


def _fits(code: str, pin: Pin) -> bool:
    return (not pin.bodies or body_key(code) in pin.bodies) and (not pin.classes or code in pin.classes)


def body_key(code: str) -> str:
    """Return the key of the body that answers for a class."""
    known = {row["subject"]: row["body"] for row in rows("duties")}
    return known.get(code) or known.get(code[:4], "")


def _class_zh(code: str) -> str:
    known = registers.class_view(code)
    return known.name_zh if known else code
