"""Points, lines and areas of the map, and how many statements workbench, board and map need."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengzhi.incidents.queries import board, maps, requests, workbench
from chengzhi.incidents.tests.benches import ask, give_power, in_hand, waiting, world_community
from chengzhi.incidents.tests.telling import tell
from chengzhi.kernel.problems import Invalid
from tests.world import CITY, COUNTY, OTHER_COUNTY, World, found_small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return found_small_world()


def test_points_carry_light_kind_and_link_and_a_box_narrows_them(world):
    row = waiting(world)
    far = waiting(world, 15)
    (one, other) = sorted(maps.incident_points(world.actor("dispatcher"))["features"], key=lambda f: f["properties"]["id"])
    assert one["properties"]["id"] == str(row.pk)
    assert (one["properties"]["kind"], one["properties"]["light"]) == ("event", "green")
    assert one["properties"]["url"] == f"/incidents/{row.matter.number}"
    assert one["geometry"] == {"type": "Point", "coordinates": [row.lon, row.lat]}
    box = f"{row.lon - 0.0004},{row.lat - 0.0004},{row.lon + 0.0004},{row.lat + 0.0004}"
    assert [f["properties"]["id"] for f in maps.incident_points(world.actor("dispatcher"), bbox=box)["features"]] == [str(row.pk)]
    assert other["properties"]["id"] == str(far.pk)
    assert maps.incident_points(world.actor("dispatcher"), "closed")["features"] == []


def test_points_are_bounded_and_say_that_there_are_more(world, monkeypatch):
    for n in range(3):
        waiting(world, n)
    monkeypatch.setattr(maps, "MOST", 2)
    found = maps.incident_points(world.actor("dispatcher"))
    assert (len(found["features"]), found["more"]) == (2, True)


def test_a_department_sees_the_points_of_its_open_tasks_only(world):
    mine = tell(world, waiting(world), ("dispatch",))
    waiting(world, 1)
    assert [f["properties"]["id"] for f in maps.incident_points(world.actor("road"))["features"]] == [str(mine.pk)]
    assert maps.incident_points(world.actor("green"))["features"] == []


def test_lines_are_those_of_the_own_county_with_names(world):
    county = maps.divisions(world.actor("dispatcher"))["features"]
    assert {f["properties"]["code"][:6] for f in county if "code" in f["properties"]} == {COUNTY}
    city = maps.divisions(world.actor("dispatcher", CITY))["features"]
    assert {f["properties"]["code"][:6] for f in city if "code" in f["properties"]} == {COUNTY, OTHER_COUNTY}
    assert {f["properties"]["style"] for f in city if "style" in f["properties"]} == {"town", "county"}
    json.dumps(maps.divisions(world.actor("dispatcher"), "duty_grid"))


@pytest.mark.parametrize("level", ["duty_grid", "community"])
def test_a_box_keeps_to_the_shapes_in_view_and_says_when_there_are_more(world, monkeypatch, level):
    actor = world.actor("dispatcher", CITY)
    lon, lat = world.point(0)
    every = maps.divisions(actor, level)["features"]
    near = maps.divisions(actor, level, f"{lon - 0.0002},{lat - 0.0002},{lon + 0.0002},{lat + 0.0002}")
    whole = maps.divisions(actor, level, "104,35,107,37")
    assert (near["more"], whole["more"]) == (False, False)
    assert len(near["features"]) == 2 < len(every)
    assert near["features"][0] in every
    assert sorted(map(str, whole["features"])) == sorted(map(str, every))
    assert maps.divisions(actor, level, "1,1,2,2")["features"] == []
    monkeypatch.setattr(maps, "MOST_SHAPES", 1)
    bounded = maps.divisions(actor, level, "104,35,107,37")
    assert (bounded["more"], len(bounded["features"])) == (True, 2)
    monkeypatch.undo()
    seen = maps.divisions(world.actor("dispatcher"), level, "104,35,107,37")
    assert seen["features"] == maps.divisions(world.actor("dispatcher"), level)["features"]


def test_an_area_is_where_a_unit_answers(world):
    give_power(world, area_code=world_community(world))
    features = maps.areas(world.actor("dispatcher"), world.unit("clean"))["features"]
    assert [f["properties"] for f in features] == [{"code": world_community(world), "style": "area"}]
    assert maps.areas(world.actor("dispatcher"), world.unit("green"))["features"] == []


@pytest.mark.parametrize("box", ["", "1", "a,b,c,d", "5,5,1,1", "-200,0,0,0"])
def test_a_box_that_cannot_be_read_is_refused(world, box):
    if box == "":
        assert maps.incident_points(world.actor("dispatcher"), bbox=box)["features"] == []
        return
    with pytest.raises(Invalid):
        maps.incident_points(world.actor("dispatcher"), bbox=box)


def statements(work) -> int:
    work()  # registers are in memory from here on
    with CaptureQueriesContext(connection) as caught:
        work()
    return len([query for query in caught.captured_queries if "registerversion" not in query["sql"]])


def test_the_number_of_statements_does_not_grow_with_the_rows(world):
    give_power(world)
    dispatcher, road = world.actor("dispatcher"), world.actor("road")
    few: list[int] = []
    for count in (1, 5):
        for n in range(count):
            waiting(world, n)
            in_hand(world, n)
            ask(world, in_hand(world, n), "ask_return", reason="not_my_duty", remark="属于绿化")
        works = (
            lambda: workbench.bench(dispatcher),
            lambda: requests.waiting(dispatcher),
            lambda: board.board(road),
            lambda: maps.incident_points(dispatcher),
            lambda: workbench.load(dispatcher, world.unit("road")),
        )
        counted = [statements(work) for work in works]
        assert not few or counted == few
        few = counted
    assert few <= [8, 10, 20, 1, 6], few
