"""Stories of the demo city: each state and side path in several cases at every node that commands, and work for each post that is shown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chengzhi.kernel import clocks
from chengzhi.site.demo import pace
from chengzhi.site.demo.life import Told
from chengzhi.site.demo.script import Script
from chengzhi.site.demo.writing import GREEN, RED, Pin, Writer, body_key

CALLS, PATROL = ("12319", "12345"), ("inspector",)
MAIN = ("accept", "verify", "file", "dispatch", "send_check", "check", "close", "sign", "work")
# Limits of the centre that run in what a story waits for; all else waits for some hours, or for days where it must be late.
CLOCK_OF = {"audit": "accept", "dispatch again": "dispatch", "checked again": "check"}
# More than a working day, or than five of them, even where the longest holiday lies between.
LATE_DAYS = {"conclude": 14, "visit": 14, "judge": 14, "decide appeal": 20}
SETTLED_CLASSES = ("SJ0102", "SJ0201", "SJ0203", "SJ0506")
COVERS = ("BJ0102", "BJ0103", "BJ0107", "BJ0110")
REBOUND = ("SJ0102", "SJ0201", "SJ0501", "SJ0504", "SJ0505")
ENQUIRY = ("SJ0682",)
LEAST_TASKS, SHOWN_BODIES = 10, (("clean", False), ("road", False), ("squad", True))


ANYWHERE = Pin()


@dataclass(frozen=True, slots=True)
class Kind:
    """So many cases of one kind at every node: where they wait now (nowhere when they are over), with which side paths."""

    stays: str
    turns: tuple[str, ...]
    count: int
    pin: Pin = ANYWHERE
    days_ago: float = 0.0


STOCK = (
    Kind("accept", (), 7),
    Kind("verify", (), 5, Pin(sources=CALLS)),
    Kind("file", (), 7),
    Kind("dispatch", (), 8),
    Kind("send_check", (), 5),
    Kind("check", (), 7),
    Kind("close", (), 7),
    Kind("audit", ("self",), 5, Pin(sources=PATROL, classes=SETTLED_CLASSES)),
    Kind("", ("self",), 3, Pin(sources=PATROL, classes=SETTLED_CLASSES), 0.4),
    Kind("", ("self", "invalid"), 3, Pin(sources=PATROL, classes=SETTLED_CLASSES), 0.6),
    Kind("", ("answer",), 3, Pin(sources=CALLS, classes=ENQUIRY), 0.2),
    Kind("answer return", ("return",), 3, Pin(bodies=("haul",))),
    Kind("work", ("return", "denied"), 3, Pin(bodies=("haul",))),
    Kind("", ("return",), 3, Pin(bodies=("haul",)), 0.5),
    Kind("confirm", ("return_up",), 3, Pin(bodies=("haul",))),
    Kind("answer extension", ("extend",), 3),
    Kind("work", ("extend",), 3),
    Kind("endorse", ("hang",), 3, Pin(bodies=("road", "drain", "green"))),
    Kind("decide", ("hang",), 4, Pin(bodies=("road", "drain", "green"))),
    Kind("resume", ("hang",), 4, Pin(bodies=("road", "drain", "green")), 1.5),
    Kind("conclude", ("confer",), 5, Pin(classes=COVERS)),
    Kind("work", ("confer",), 3, Pin(classes=COVERS)),
    Kind("crew back", ("crew",), 3, Pin(bodies=("sweep", "haul", "clean"))),
    Kind("", ("crew",), 3, Pin(bodies=("sweep", "haul", "clean")), 0.3),
    Kind("reply", ("supervise",), 3),
    Kind("work", ("supervise",), 3),
    Kind("work", ("urge",), 3),
    Kind("denied", ("deny_void",), 3),
    Kind("work", ("deny_void",), 3),
    Kind("work", ("reclass",), 3),
    Kind("sign", ("redirect",), 3),
    Kind("worked again", ("rework",), 4, Pin(bodies=("sweep",))),
    Kind("dispatch again", ("redispatch",), 3),
    Kind("checked again", ("review",), 3),
    Kind("close", ("remote",), 3),
    Kind("visit", (), 10, Pin(sources=CALLS)),
    Kind("visit", ("tries",), 3, Pin(sources=CALLS)),
    Kind("judge", ("unsatisfied",), 3, Pin(sources=CALLS)),
    Kind("", ("unsatisfied",), 3, Pin(sources=CALLS), 0.4),
    Kind("worked again", ("reopen",), 3, Pin(sources=CALLS)),
    Kind("decide appeal", ("appeal",), 9, Pin(sources=PATROL)),
    Kind("", ("appeal",), 3, Pin(sources=PATROL), 1.0),
    Kind("", (), 6, Pin(sources=PATROL, classes=REBOUND), 3.4),
    Kind("work", (), 2, Pin(sources=("public",))),
    Kind("", (), 2, Pin(sources=("public",)), 0.3),
)
REDDEST = ("accept", "verify", "file", "dispatch", "check", "conclude", "visit", "decide appeal")


class Stories:
    """Writes the stories for every county of a plan; `writer` gives scenes, waits and chance."""

    def __init__(self, writer: Writer, first: int) -> None:
        self.writer, self.rng, self.now, self.number = writer, writer.rng, writer.now, first
        self.written: list[Script] = []

    def add(self) -> None:
        """Add all stories to the book of the writer."""
        for county in self.writer.plan.counties:
            grid = next(grid.code for grid in self.writer.plan.duty_grids if grid.node == county.code)
            for told in STOCK:
                for place in range(told.count):
                    self._add(self._one(told, self._pin(told, county.code, grid, place), place))
        for script in self._topped_up():
            self._add(script)

    def _add(self, script: Script) -> None:
        self.writer.book.add(replace(script, number=self.number, planned=script.planned))
        self.number += 1

    def _pin(self, told: Kind, county: str, grid: str, place: int) -> Pin:
        """Return what is fixed for one of several: the first is late, the second urgent, visits go to the first duty grid."""
        near = grid if told.stays in {"verify", "check"} else ""
        light = RED if told.stays in REDDEST and place == 0 and not told.turns else None
        if told.stays in MAIN and light is None and not told.turns:
            light = GREEN
        return replace(told.pin, county=county, grid=near, light=light, urgent=place == 1)

    def _one(self, told: Kind, pin: Pin, place: int) -> Script:
        while True:
            if told.stays in MAIN and not told.turns and told.pin.sources != ("public",):
                script = self.writer.stopped(0, told.stays, pin)
            else:
                script = self._story(told, pin, late=place == 0)
            if script is not None:
                return script if not script.waits else replace(script, planned=script.planned or told.stays in {"verify", "check"})

    def _story(self, told: Kind, pin: Pin, *, late: bool) -> Script:
        scene = self.writer.scene(pin)
        caller, turns = self.writer.caller(scene), frozenset(told.turns)
        script = Script(0, scene, self.now, {}, stays=told.stays, turns=turns, planned=True, caller=caller)
        names = Told.names(script)
        since = self._since(told, script, late=late)
        waits = {name: self._wait(script, name, since) for name in names}
        return replace(script, waits=waits, opened_at=since - sum((waits[name] for name in names), start=timedelta()))

    def _since(self, told: Kind, script: Script, *, late: bool) -> datetime:
        """Return when the last deed of a story was."""
        if late and told.stays in LATE_DAYS:
            return self.now - timedelta(days=LATE_DAYS[told.stays], hours=self.rng.uniform(0, 5))
        if told.days_ago:
            return self.now - timedelta(days=told.days_ago + self.rng.uniform(0, 0.2))
        limit = script.scene.limit
        most = min(240.0, 0.5 * clocks.minutes_of(clocks.Limit(limit.amount, limit.unit)))
        clock = CLOCK_OF.get(told.stays, told.stays if told.stays == "close" else "")
        if clock:
            most = 0.7 * pace.stage_minutes(clock, script.scene.urgent_in(clock), script.scene.county, self.now)
        return self.now - timedelta(minutes=self.rng.uniform(0.1, 1.0) * most)

    def _wait(self, script: Script, name: str, since: datetime) -> timedelta:
        if name == "work":
            return pace.work_wait(self.rng, since - timedelta(hours=3), script.scene.limit, late=False)
        return timedelta(minutes=self.rng.uniform(2, 14))

    def _topped_up(self) -> Iterator[Script]:
        """Yield more work for the departments whose accounts are shown, one of it late and one urgent."""
        for county in self.writer.plan.counties:
            town = next(division.code for division in self.writer.plan.divisions if division.parent == county.code)
            for body, of_town in SHOWN_BODIES:
                pin = Pin(county=county.code, bodies=(body,), town=town if of_town else "")
                there = sum(self._at_work(script, pin) for script in self.writer.book.scripts.values())
                for place in range(max(2, LEAST_TASKS - there)):
                    light = RED if place == 0 else GREEN
                    yield self._one(Kind("work", (), 1), replace(pin, light=light, urgent=place == 1), place)

    def _at_work(self, script: Script, pin: Pin) -> bool:
        scene = script.scene
        cell = self.writer.plan.cell_at(scene.lon, scene.lat)
        here = scene.county == pin.county and cell is not None and cell.community.startswith(pin.town)
        return script.stays in {"sign", "work", "crew back", "reply"} and here and body_key(scene.class_code) in pin.bodies
