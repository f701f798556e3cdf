"""The works over HTTP: what is asked, by whom, and what it shall reach."""

import itertools
import json
import random
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from benchmarks import serving, stories, yardsticks
from benchmarks.city import City, centre, spread
from benchmarks.client import VERSION, request
from benchmarks.report import Row, Table, Target
from chengzhi.incidents.models import Incident
from chengzhi.incidents.queries.lists import LISTS, Listing
from chengzhi.kernel import writes
from chengzhi.kernel.models import Matter
from chengzhi.organisation import queries as organisation

T = TypeVar("T")
CONNECTIONS = 4
WRITERS = 8
MOST_CREATES = 900  # a second: more than any goal
MOST_CHAINS = 60  # a second: incidents that are led through eight steps each
LIST = Target(rate=200, p95=60)
LIST_GOAL = Target(rate=300)
CREATE = {"postgresql": Target(ratio=0.4, rate=120), "sqlite": Target(rate=200, p99=60)}
CREATE_GOAL = {"postgresql": Target(rate=245), "sqlite": Target(rate=400)}
STEP = Target(rate=150)
STEP_GOAL = Target(rate=250)
CHAIN = ("pass_on", "file_case", "dispatch", "sign", "finish", "send_check", "pass_check", "close")


def dealt(asked: Iterable[T], connections: int = CONNECTIONS) -> list[list[T]]:
    """Deal what is asked to the connections in turn."""
    hands: list[list[T]] = [[] for _ in range(connections)]
    for hand, one in zip(itertools.cycle(hands), asked, strict=False):
        hand.append(one)
    return hands


@dataclass
class Bench:
    """What every work needs: the city, the server's port, how long to measure, the two yardsticks, the table."""

    city: City
    port: int
    seconds: float
    bare_rate: float
    read_rate: float
    table: Table

    @property
    def vendor(self) -> str:
        """The database under test."""
        return str(connection.vendor)

    def read(self, work: str, requests: list[bytes], floor: Target, goal: Target) -> Row:
        """Measure a work that only reads, again and again."""
        turned = [requests[n * len(requests) // CONNECTIONS :] + requests[: n * len(requests) // CONNECTIONS] for n in range(CONNECTIONS)]
        found = serving.drive(self.port, turned, seconds=self.seconds, again=True)
        return self.table.heard(work, found, floor=floor, goal=goal, ratio=found["rate"] / self.read_rate if self.read_rate else None)


def one_row(bench: Bench) -> None:
    """Yardstick (b): a one-row indexed GET through the same server."""
    asked = [request("GET", f"/yardstick/{pk}") for pk in Matter.objects.order_by("-id").values_list("pk", flat=True)[:500]]
    found = serving.drive(bench.port, dealt(asked), seconds=bench.seconds, again=True)
    bench.read_rate = bench.table.heard("yardstick (b): one-row GET", found, ratio=1.0).rate


def create(bench: Bench) -> None:
    """Create reports: each at another place, with a key of its own, by the acceptor of its county."""
    count = int(MOST_CREATES * (bench.seconds + 1))
    found = serving.drive(bench.port, dealt(_creates(bench.city, count)), seconds=bench.seconds, again=False)
    # The yardstick once more, because a shared machine is not as fast now as it was a minute ago.
    bench.bare_rate = (bench.bare_rate + yardsticks.bare_rate(bench.city, bench.seconds)) / 2
    ratio = found["rate"] / bench.bare_rate
    bench.table.heard("create", found, floor=CREATE[bench.vendor], goal=CREATE_GOAL[bench.vendor], ratio=ratio)


def _creates(city: City, count: int) -> Iterator[bytes]:
    tokens = {county: city.token(city.account("acceptor", county)) for county in city.counties}
    for number, (county, cell) in enumerate(itertools.islice(spread(city, 11), count)):
        lon, lat = centre(cell)
        body = {
            "source": "12345",
            "class_code": stories.CLASSES[number % len(stories.CLASSES)],
            "description": f"第{number}件：路边有堆积物，影响通行，请派人查看。",
            "address": "社区北门东侧",
            "lon": lon,
            "lat": lat,
        }
        text = json.dumps(body, ensure_ascii=False)
        yield request("POST", "/api/v1/incidents", token=tokens[county], body=text, Idempotency_Key=str(uuid.uuid4()))


def step(bench: Bench) -> None:
    """Take steps: a prepared stock of reports is led from acceptance to closure, each step by the person whose it is."""
    _steps(bench, "step", CONNECTIONS, STEP, STEP_GOAL)


def step_by_eight(bench: Bench) -> None:
    """Take steps with eight writers at once, which is what SQLite's one writer must bear."""
    if bench.vendor == "sqlite":
        _steps(bench, "step, 8 writers", WRITERS, Target(p99=100), Target())


def _steps(bench: Bench, work: str, connections: int, floor: Target, goal: Target) -> None:
    count = int(MOST_CHAINS * (bench.seconds + 1))
    hands = dealt(_chains(bench.city, count), connections)
    asked = [[one for chain in hand for one in chain] for hand in hands]
    found = serving.drive(bench.port, asked, seconds=bench.seconds, again=False)
    bench.table.heard(work, found, floor=floor, goal=goal, ratio=found["rate"] / bench.bare_rate)


def _chains(city: City, count: int) -> list[list[bytes]]:
    at = timezone.now() - timedelta(minutes=30)
    stock: list[tuple[str, Incident]] = []
    with writes.unit_of_work():
        for county, cell in itertools.islice(spread(city, 13), count):
            stock.append((county, stories.call(city, county, cell, at)))
    return [_chain(city, county, row) for county, row in stock]


def _chain(city: City, county: str, row: Incident) -> list[bytes]:
    post = organisation.inspectors_on_duty(row.node_id, row.duty_grid, timezone.now())[0]
    inspector = city.holder_account(post)
    who = {slug: city.account(role, county) for slug, role in stories.ROLES.items()} | {"pass_check": inspector}
    asked = []
    for slug in CHAIN:
        act = stories.moment(organisation.actor(who[slug]), timezone.now())
        given = stories.inputs(city, row, slug, act, county) | ({"inspector": str(post)} if slug == "send_check" else {})
        path = f"/api/v1/incidents/{row.matter.number}/steps/{slug}"
        token = city.token(who[slug])
        keys = {"If_Match": "1" if slug == CHAIN[0] else VERSION.decode(), "Idempotency_Key": str(uuid.uuid4())}
        asked.append(request("POST", path, token=token, body=json.dumps(given), **keys))
    return asked


def lists(bench: Bench) -> None:
    """Ask each supported pair of filter and order for its first twenty, as a county and as the city."""
    for listing, (who, county) in itertools.product(LISTS, _readers(bench.city)):
        token = bench.city.token(bench.city.account("leader", county))
        asked = [request("GET", f"/api/v1/incidents?{urlencode(query)}", token=token) for query in questions(listing)]
        name = "+".join(sorted(listing.filters)) or "all"
        bench.read(f"list of 20: {name}, {listing.order}, {who}", asked, LIST, LIST_GOAL)


def _readers(city: City) -> list[tuple[str, str]]:
    return [("county", city.counties[0]), ("city", city.plan.code)]


def questions(listing: Listing) -> list[dict[str, str]]:
    """Return the queries that one supported pair is asked, in turn."""
    known = {
        "state": ("closed", "disposing", "to_file", "refused"),
        "class_code": stories.CLASSES,
        "source": ("110", "12345", "leader"),
        "due": ("open", "overdue"),
    }
    names = sorted(listing.filters)
    return [dict(zip(names, values, strict=True)) for values in itertools.product(*(known[name] for name in names))]


def detail(bench: Bench) -> None:
    """Read incidents of a county anywhere in its history."""
    county = bench.city.counties[0]
    found = list(Incident.objects.filter(node_id=bench.city.nodes[county]).values_list("matter__number", flat=True).order_by("pk"))
    chosen = random.Random(5).sample(found, min(len(found), 2000))
    token = bench.city.token(bench.city.account("leader", county))
    asked = [request("GET", f"/api/v1/incidents/{number}", token=token) for number in chosen]
    bench.read("detail", asked, Target(rate=150), Target(rate=300))


def locate(bench: Bench) -> None:
    """Ask which cell holds a position."""
    token = bench.city.token(bench.city.account("acceptor", bench.city.counties[0]))
    points = [centre(cell) for _, cell in itertools.islice(spread(bench.city, 17), 2000)]
    asked = [request("GET", f"/api/v1/locate?lon={lon}&lat={lat}", token=token) for lon, lat in points]
    bench.read("locate over HTTP", asked, Target(), Target())


HTTP_WORKS: dict[str, tuple[Callable[[Bench], None], ...]] = {
    "create": (create,),
    "step": (step, step_by_eight),
    "list": (lists,),
    "detail": (detail,),
    "locate": (locate,),
}
