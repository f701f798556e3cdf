"""The people of the busy hour: what each post looks for, which step it takes and what it gives with it."""

import asyncio
import io
import itertools
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from benchmarks.busy.wire import Answer, Line

POLL_SECONDS = 4.0
CONFLICTS = frozenset({404, 409, 428})  # somebody else was quicker, which is daily life and no fault
_shades = itertools.count(1)


@dataclass
class Heard:
    """What all people together have seen."""

    steps: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    created: set[str] = field(default_factory=set)
    uploads: int = 0
    conflicts: int = 0
    repeated: int = 0
    faults: list[str] = field(default_factory=list)
    committed: dict[str, float] = field(default_factory=dict)

    def note(self, answer: Answer, what: str, expected: int = 200) -> bool:
        """Count an answer; True when it is the expected one."""
        self.repeated += answer.attempts > 1
        if answer.status == expected:
            return True
        if answer.status in CONFLICTS:
            self.conflicts += 1
        else:
            self.faults.append(f"{what}: {answer.status} {answer.body[:200].decode(errors='replace')}")
        return False


@dataclass
class Person:
    """One person: his line with a token, his line with a signed-in page, what he looks for and which steps he takes."""

    api: Line
    page: Line
    states: tuple[str, ...]
    slugs: tuple[str, ...]
    given: dict[str, dict[str, Any]]
    points: list[tuple[float, float]]
    reports: bool
    rng: random.Random
    pause: float


async def picture(person: Person, heard: Heard) -> str:
    """Upload a new picture and return its id."""
    shade = next(_shades)
    image = Image.new("RGB", (64, 48), (shade % 256, shade // 256 % 256, person.rng.randrange(256)))
    for _ in range(12):
        image.putpixel((person.rng.randrange(64), person.rng.randrange(48)), (person.rng.randrange(256),) * 3)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=90)
    answer = await person.api.upload("/api/v1/attachments", f"{shade}.jpg", content.getvalue())
    heard.uploads += 1
    return str(answer.json()["id"]) if heard.note(answer, "upload", 201) else ""


async def work(person: Person, heard: Heard, until: float) -> None:
    """Work until the hour is over: look, take a step or report, think."""
    await asyncio.sleep(person.rng.random() * person.pause)
    while time.monotonic() < until:
        if person.reports:
            await report(person, heard)
        await look_and_step(person, heard)
        await asyncio.sleep(person.rng.expovariate(1 / person.pause))


async def report(person: Person, heard: Heard) -> None:
    """Report a problem at one of the known places."""
    lon, lat = person.rng.choice(person.points)
    body: dict[str, Any] = {"class_code": "SJ0101", "description": f"路口{person.rng.randrange(10**6)}处堆积垃圾", "lon": lon, "lat": lat}
    if "acceptor" in person.given:
        body["source"] = "110"
    else:
        body |= {"source": "inspector", "photos": [await picture(person, heard)]}
    answer = await person.api.post("/api/v1/incidents", body)
    if heard.note(answer, "report", 201):
        heard.steps.append(answer.took)
        heard.taken["report"] += 1
        found = answer.json()
        heard.created.add(found["number"])
        heard.committed[found["id"]] = time.monotonic()


async def look_and_step(person: Person, heard: Heard) -> None:
    """Read the list of what waits, choose one, read its steps, take the first that is possible."""
    if not person.states:
        return
    answer = await person.api.ask("GET", f"/api/v1/incidents?state={person.rng.choice(person.states)}&limit=20")
    if not heard.note(answer, "list"):
        return
    heard.reads.append(answer.took)
    rows = answer.json()["rows"]
    if not rows:
        return
    chosen = person.rng.choice(rows)
    number = chosen["number"]
    answer = await person.api.ask("GET", f"/api/v1/incidents/{number}/steps")
    if not heard.note(answer, "steps"):
        return
    possible = [step for step in answer.json()["steps"] if step["possible"] and step["slug"] in person.slugs]
    if possible:
        await take(person, heard, number, chosen["class_code"], min(possible, key=lambda step: person.slugs.index(step["slug"])))


async def take(person: Person, heard: Heard, number: str, class_code: str, step: dict[str, Any]) -> None:
    """Take one step with what it asks for."""
    slug = step["slug"]
    given = {**person.given.get(slug, {}), "part": step["part"]} if step["kind"] != "incident" else dict(person.given.get(slug, {}))
    if slug in {"finish", "pass_check", "reply_verify"}:
        given["photos"] = [await picture(person, heard)]
    if slug == "file_case":
        given["condition"] = person.given["conditions"][class_code]
    if slug == "pass_check":
        detail = await person.api.ask("GET", f"/api/v1/incidents/{number}")
        if not heard.note(detail, "detail"):
            return
        heard.reads.append(detail.took)
        given |= {"lon": detail.json()["lon"], "lat": detail.json()["lat"]}
    answer = await person.api.post(f"/api/v1/incidents/{number}/steps/{slug}", given, If_Match=str(step["version"]))
    if heard.note(answer, slug):
        heard.steps.append(answer.took)
        heard.taken[slug] += 1
        heard.committed[answer.json()["id"]] = time.monotonic()


async def watch(person: Person, heard: Heard, until: float) -> None:
    """Keep the page alive: ask every four seconds what has moved, and note how old the news of a step is."""
    cursor = ""
    await asyncio.sleep(person.rng.random() * POLL_SECONDS)
    while time.monotonic() < until:
        answer = await person.page.ask("GET", f"/live?since={cursor}")
        if answer.status == 200:
            found = answer.json()
            cursor = found["cursor"]
            heard.lags += [time.monotonic() - heard.committed[move["root"]] for move in found["moves"] if move["root"] in heard.committed]
        elif answer.status != 204:
            heard.faults.append(f"live: {answer.status}")
        await asyncio.sleep(POLL_SECONDS)
