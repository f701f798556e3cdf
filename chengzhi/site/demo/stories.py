"""Stories of the demo city: each state and side path in several cases at every node that commands, and work for each post that is shown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chengzhi.site.demo import pace
from chengzhi.site.demo.life import Told
from chengzhi.site.demo.script import Script
from chengzhi.site.demo.writing import GREEN, RED, STAY, YELLOW, Pin, Writer, body_key

CALLS, PATROL = ("12319", "12345"), ("inspector",)
MAIN = ("accept", "verify", "file", "dispatch", "send_check", "check", "close", "sign", "work")
# Limits of the centre that run in what a story waits for; hours that it waits where none does; all else is work under way.
CLOCK_OF = {"audit": "accept", "dispatch again": "dispatch", "checked again": "check", "close": "close", "sign": "sign"}
WITHIN_HOURS = {"conclude": 20, "worked again": 0.6, "visit": 24, "judge": 24, "decide appeal": 24}
SOON = timedelta(hours=4)  # a reply to a supervision is owed within hours
EASY = (0.03, 0.55)  # the share of its limit that work under way has used
TRIES = 25  # for a story that came in at an hour at which reports come in
# More than a working day, or than five of them, even where the longest holiday lies between.
LATE_DAYS = {"conclude": 9, "visit": 14, "judge": 14, "decide appeal": 20}
SETTLED_CLASSES = ("SJ0102", "SJ0201", "SJ0203", "SJ0506")
COVERS = ("BJ0102", "BJ0103", "BJ0107", "BJ0110")
ENQUIRY = ("SJ0682",)
LEAST_TASKS, SHOWN_BODIES = 10, (("clean", False), ("road", False), ("squad", True))
COVER = "{road}{no}号门前人行道一处无标识井盖破损下沉，已临时围挡；通信、供电、供水三家单位到场均称非本单位所有。"
GULLY = "{road}与{cross}交叉口雨水口沉降、箅子周边路面开裂，冬季不能开挖，先行垫平并设警示。"
ROOF = "{road}{no}号楼顶擅自搭建彩钢房约30平方米，当事人拒不停工，拟转执法案件立案查处。"

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
    Kind("work", (), 2, Pin(sources=("public",))),
    Kind("", (), 2, Pin(sources=("public",)), 0.3),
)
# The tail that everybody knows: told once, in the first county.
TAIL = (
    Kind("conclude", ("ownerless",), 1, Pin(classes=("BJ0102",), said=COVER)),
    Kind("resume", ("hang",), 1, Pin(classes=("BJ0104",), bodies=("road",), said=GULLY), 11.0),
)
SHACK = Pin(classes=("SJ0101",), bodies=("law",), sources=PATROL, light=RED, said=ROOF)
# Of these the first is late: at every node, or only where an account is shown.
LATE_AT_NODES, LATE_WHERE_SHOWN = ("accept", "file", "dispatch", "conclude"), ("check",)


class Stories:
    """Writes the stories for every county of a plan; `writer` gives scenes, waits and chance."""

    def __init__(self, writer: Writer, first: int) -> None:
        self.writer, self.rng, self.now, self.number = writer, writer.rng, writer.now, first
        self.written: list[Script] = []

    def add(self) -> None:
        """Add the stories to the book of the writer."""
        counties = self.writer.plan.counties
        for county in counties:
            shown = county is counties[0]
            grid = next(grid.code for grid in self.writer.plan.duty_grids if grid.node == county.code)
            for told in (*STOCK, *TAIL) if shown else STOCK:
                for place in range(told.count):
                    self._add(self._one(told, self._pin(told, county.code, grid, place, shown=shown), place))
        self._add(self._shack(counties[0].code))

    def top_up(self) -> None:
        """Add what the departments whose accounts are shown lack beside the generated reports."""
        for script in self._topped_up(self.writer.plan.counties[0].code):
            self._add(script)

    def _add(self, script: Script) -> None:
        self.writer.book.add(replace(script, number=self.number, planned=script.planned))
        self.number += 1

    def _pin(self, told: Kind, county: str, grid: str, place: int, *, shown: bool) -> Pin:
        """Return what is fixed for one of several: late, urgent, then due soon; visits go to the first grid."""
        near = grid if told.stays in {"verify", "check"} else ""
        if told.stays not in MAIN or told.turns:
            return replace(told.pin, county=county, grid=near, urgent=place == 1)
        late = place == 0 and told.stays in (LATE_AT_NODES + LATE_WHERE_SHOWN if shown else LATE_AT_NODES)
        light = RED if late else YELLOW if place == 2 else GREEN
        return replace(told.pin, county=county, grid=near, light=light, urgent=place == 1)

    def _one(self, told: Kind, pin: Pin, place: int) -> Script:
        """Return one story; of those that fit, one that came in at an hour at which reports come in."""
        fitting: Script | None = None
        for _ in range(TRIES):
            known = self._tried(told, pin, place)
            fitting = known or fitting
            if known is not None and self.writer.days.likely(self.rng, known.scene.source, known.opened_at):
                break
        if fitting is None:
            raise RuntimeError(f"No story fits {told.stays}.")
        return replace(fitting, planned=fitting.planned or (bool(fitting.waits) and told.stays in {"verify", "check"}))

    def _tried(self, told: Kind, pin: Pin, place: int) -> Script | None:
        if told.stays in MAIN and not told.turns and told.pin.sources != ("public",):
            return self.writer.stopped(0, told.stays, pin)
        return self._story(told, pin, late=place == 0 and (told in TAIL or told.stays != "conclude" or not self._first(pin.county)))

    def _first(self, county: str) -> bool:
        """Tell whether a county is the first, whose late case is one of those that everybody knows."""
        return county == self.writer.plan.counties[0].code

    def _shack(self, county: str) -> Script:
        """Return the work that is late because it is to become a penalty case; it was supervised and answered for."""
        told = self._one(Kind("work", (), 1), replace(SHACK, county=county), 0)
        return replace(told, turns=frozenset({"supervise"}))

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
        if told.stays in WITHIN_HOURS:
            return self.now - timedelta(hours=WITHIN_HOURS[told.stays] * self.rng.uniform(0.05, 1.0))
        clock = CLOCK_OF.get(told.stays)
        if clock:
            most = pace.stage_minutes(clock, script.scene.urgent_in(clock), script.scene.county, self.now)
            return self.now - timedelta(minutes=self.rng.uniform(0.05, 0.7) * most)
        begun = pace.begun_before(self.rng, self.now, script.scene.limit, EASY, self.now - STAY) or self.now
        return max(begun, self.now - SOON) if told.stays == "reply" else begun

    def _wait(self, script: Script, name: str, since: datetime) -> timedelta:
        if name == "work":
            return pace.work_wait(self.rng, since - timedelta(hours=3), script.scene.limit, late=False)
        return timedelta(minutes=self.rng.uniform(2, 14))

    def _topped_up(self, county: str) -> Iterator[Script]:
        """Yield more work for the departments whose accounts are shown, one of it late and one urgent."""
        town = next(division.code for division in self.writer.plan.divisions if division.parent == county)
        for body, of_town in SHOWN_BODIES:
            pin = Pin(county=county, bodies=(body,), town=town if of_town else "")
            there = sum(self._at_work(script, pin) for script in self.writer.book.scripts.values())
            for place in range(max(2, LEAST_TASKS - there)):
                light = RED if place == 0 else GREEN
                yield self._one(Kind("work", (), 1), replace(pin, light=light, urgent=place == 1), place)

    def _at_work(self, script: Script, pin: Pin) -> bool:
        scene = script.scene
        cell = self.writer.plan.cell_at(scene.lon, scene.lat)
        here = scene.county == pin.county and cell is not None and cell.community.startswith(pin.town)
        return script.stays in {"sign", "work", "crew back", "reply"} and here and body_key(scene.class_code) in pin.bodies
