"""Replay: a small file with every case, its counts, a second run, an interruption in the middle, and inputs that cannot be used."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from chengzhi.incidents import services as incidents
from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests.test_dated_numbers import change
from chengzhi.kernel import place, registers, verify
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.kernel.problems import Conflict, Invalid
from chengzhi.site.replay import mapping
from chengzhi.site.replay.deciding import duplicates, most_of
from chengzhi.site.replay.mapping import Meaning
from chengzhi.site.replay.reading import Entry, read
from chengzhi.site.replay.running import TOGETHER, Replay, Times
from chengzhi.territory import queries as territory
from tests.world import found_small_world

MAPPING = """
id = "nr"
time = "created"
closed = "closed"
zone = "America/Los_Angeles"
time_format = "%m/%d/%Y %I:%M:%S %p"
lon = "x"
lat = "y"
extent = [-118.67, 33.70, -118.15, 34.34]
[type]
column = "type"
[type.classes]
Bulky = { class = "SJ0108", text = "大件垃圾" }
Graffiti = "SJ0201"
[status]
column = "status"
[status.outcomes]
Closed = "closed"
Cancelled = "void"
Referred = "refused"
Open = "open"
[source]
column = "source"
[source.sources]
Call = "12319"
App = "public"
"""
# nr, created, closed, type, status, source, x, y
ROWS = [
    ("1", "12/30/2017 08:00:00 AM", "01/02/2018 09:00:00 AM", "Bulky", "Closed", "Call", "-118.40000", "34.00000"),
    ("2", "12/30/2017 08:10:00 AM", "01/02/2018 10:00:00 AM", "Bulky", "Closed", "App", "-118.40030", "34.00000"),  # 28 m from 1: merged
    ("3", "12/30/2017 09:30:00 AM", "01/02/2018 10:00:00 AM", "Graffiti", "Closed", "App", "-118.40000", "34.00000"),  # another class
    ("4", "12/30/2017 10:00:00 AM", "01/02/2018 10:00:00 AM", "Bulky", "Closed", "Call", "-118.40100", "34.00000"),  # 92 m from 1
    ("5", "12/31/2017 08:30:00 AM", "01/02/2018 10:00:00 AM", "Bulky", "Closed", "Call", "-118.40000", "34.00001"),  # after 24 hours
    ("6", "12/30/2017 11:00:00 AM", "", "Graffiti", "Open", "Call", "-118.30000", "34.10000"),
    ("7", "12/30/2017 11:00:00 AM", "12/30/2017 03:00:00 PM", "Graffiti", "Cancelled", "Call", "-118.30000", "33.90000"),
    ("8", "12/30/2017 11:00:00 AM", "12/30/2017 12:00:00 PM", "Bulky", "Referred", "App", "-118.20000", "33.90000"),
    ("9", "12/30/2017 12:00:00 PM", "12/31/2017 12:00:00 PM", "Bulky", "Closed", "Call", "", ""),
    ("10", "12/30/2017 12:00:00 PM", "12/30/2017 12:00:00 AM", "Bulky", "Closed", "Call", "-118.20000", "33.80000"),
    ("11", "12/30/2017 12:00:00 PM", "12/30/2017 12:00:00 PM", "Bulky", "Closed", "Call", "-118.50000", "34.20000"),  # at once
    ("12", "12/30/2017 12:00:00 PM", "12/30/2017 12:30:00 PM", "Bulky", "Closed", "Call", "-118.50000", "34.20000"),  # 11 is closed by then
    ("13", "13/45/2017 12:00:00 PM", "", "Bulky", "Open", "Call", "-118.50000", "34.20000"),
    ("14", "12/30/2017 12:00:00 PM", "", "Potholes", "Open", "Call", "-118.50000", "34.20000"),
    ("1", "12/30/2017 12:00:00 PM", "", "Bulky", "Open", "Call", "-118.50000", "34.20000"),
]
HEADER = "nr,created,closed,type,status,source,x,y"
ERRORS = [(10, "position_missing"), (11, "negative_duration"), (14, "bad_time"), (15, "unknown_type"), (16, "id_repeated")]
STATES = {"disposing": 1, "closed": 6, "refused": 1, "merged": 1, "void": 1}


@pytest.fixture
def files(tmp_path):
    file, words = tmp_path / "reports.csv.gz", tmp_path / "mapping.toml"
    file.write_bytes(gzip.compress("\n".join([HEADER, *(",".join(row) for row in ROWS)]).encode()))
    words.write_text(MAPPING, encoding="utf-8")
    return file, words


@pytest.fixture
def world(db):
    return found_small_world()


def run(files, **more):
    now = timezone.now()
    known = read(files[0], mapping.load(files[1]), territory.extent(), now)
    return Replay(known, now, more.get("progress", lambda done, whole: None), more.get("together", TOGETHER)).run()


def plain(outcome):
    return outcome.rows, outcome.incidents, outcome.merged, [(e.row, e.code) for e in outcome.errors], outcome.states, outcome.unfinished


def test_every_row_is_an_incident_or_an_error_and_the_counts_add_up(world, files):
    outcome = run(files)
    assert plain(outcome) == (15, 10, 1, ERRORS, STATES, [])
    assert outcome.repeated == 0
    assert Incident.objects.filter(replayed=True).count() == 10
    merged = Incident.objects.get(outside_number="2")
    assert (merged.merged_into.outside_number, merged.matter.state) == ("1", "merged")


def test_things_happen_at_the_times_of_the_file_in_its_zone(world, files):
    run(files)
    row = Incident.objects.get(outside_number="1")
    assert row.matter.opened_at == datetime(2017, 12, 30, 16, 0, tzinfo=UTC)
    assert row.closed_at == datetime(2018, 1, 2, 17, 0, tzinfo=UTC)
    times = list(TrailEntry.objects.filter(root=row.matter).order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)
    assert len(times) == 14  # thirteen of its own, and one that says that number 2 was merged into it
    at_once = Incident.objects.get(outside_number="11")
    assert at_once.closed_at == at_once.matter.opened_at
    assert "回放" in row.description and "大件垃圾" in row.description


def test_pictures_of_a_replay_are_there_and_none_twice_in_a_case(world, files):
    run(files)
    for row in Incident.objects.filter(matter__state="closed"):
        pictures = list(row.matter.all_evidence.values_list("attachment__sha256", flat=True))
        assert len(pictures) == len(set(pictures)) == 2


def test_a_second_run_adds_nothing_and_the_trail_verifies(world, files):
    first = run(files)
    entries = TrailEntry.objects.count()
    second = run(files)
    assert plain(second) == plain(first)
    assert second.repeated == 10
    assert TrailEntry.objects.count() == entries
    assert verify.verify().good


class Killed(BaseException):
    """What kill -9 does, as far as one process can do it to itself."""


@pytest.mark.parametrize("service", ["register_call", "file_case", "dispatch", "finish", "close", "void", "refuse", "merge"])
def test_a_run_that_was_killed_in_any_step_goes_on_and_loses_or_doubles_nothing(world, files, monkeypatch, service):
    real, calls = getattr(incidents, service), []

    def dies(**inputs):
        row = real(**inputs)
        calls.append(row)
        if len(calls) == (2 if service in {"register_call", "file_case", "dispatch", "finish", "close"} else 1):
            raise Killed
        return row

    with monkeypatch.context() as patched:
        patched.setattr(incidents, service, dies)
        with pytest.raises(Killed):
            run(files, together=3)
    assert Incident.objects.count() < 10 or Matter.objects.filter(kind="incident", open=True).count() > 1
    outcome = run(files)
    assert plain(outcome) == (15, 10, 1, ERRORS, STATES, [])
    assert outcome.repeated < 10
    assert verify.verify().good


def test_a_step_that_is_refused_stops_its_own_row_only(world, files, settings):
    settings.FOUR_EYES = True  # each county has one chief, who files and so may not close
    outcome = run(files)
    closable = ["1", "3", "4", "5", "11", "12"]
    assert sorted(error.row for error in outcome.unfinished) == sorted(int(number) + 1 for number in closable)
    assert {error.code for error in outcome.unfinished} == {"refused"}
    assert outcome.states == {"disposing": 1, "to_close": 6, "refused": 1, "merged": 1, "void": 1}
    settings.FOUR_EYES = False
    assert plain(run(files)) == (15, 10, 1, ERRORS, STATES, [])
    assert verify.verify().good


@pytest.mark.parametrize(
    ("situation", "changes", "code"),
    [
        ("no position before all else", {"x": "", "closed": "12/29/2017 08:00:00 AM", "type": "Potholes"}, "position_missing"),
        ("closed before reported", {"closed": "12/29/2017 08:00:00 AM", "type": "Potholes", "status": "Lost"}, "negative_duration"),
        ("an unknown type", {"type": "Potholes", "status": "Lost", "created": "soon"}, "unknown_type"),
        ("an unknown status", {"status": "Lost", "created": "soon"}, "unknown_status"),
        ("no time of the report", {"created": "", "x": "far"}, "bad_time"),
        ("a time in another format", {"closed": "2018-01-02", "x": "far"}, "bad_time"),
        ("a position in words", {"x": "far", "source": "Pigeon"}, "bad_position"),
        ("a position that is no number", {"x": "nan"}, "bad_position"),
        ("a position beside the extent of the file", {"x": "-117.0"}, "bad_position"),
        ("an unknown source", {"source": "Pigeon"}, "unknown_source"),
        ("a report of tomorrow", {"created": "12/30/2117 08:00:00 AM", "closed": "12/30/2117 09:00:00 AM"}, "future_time"),
        ("closed, nobody knows when", {"closed": ""}, "closed_missing"),
        ("no number", {"nr": ""}, "bad_id"),
        ("a number that is too long", {"nr": "9" * 61}, "bad_id"),
    ],
)
def test_of_several_faults_of_a_row_the_first_in_a_fixed_order_is_named(world, files, situation, changes, code):
    row = dict(zip(HEADER.split(","), ROWS[0], strict=True)) | changes
    files[0].write_text("\n".join([HEADER, ",".join(row.values())]), encoding="utf-8")
    found = read(files[0], mapping.load(files[1]), territory.extent(), timezone.now())
    assert (found.entries, [(error.row, error.code) for error in found.errors]) == ([], [(2, code)])


def test_what_falls_beside_the_cells_goes_into_the_nearest_one(world):
    lon, lat = world.point(3)
    assert territory.inside(lon, lat) == (lon, lat)
    west, south, east, north = territory.extent()
    for x, y in ((west - 0.01, south - 0.01), (east + 0.01, lat), (lon, north + 0.0001), (west - 0.01, north + 0.01)):
        moved = territory.inside(x, y)
        assert moved != (x, y)
        assert territory.locate(*moved) is not None
        assert place.distance(x, y, *moved) < 2000


def test_a_row_goes_on_although_somebody_here_has_redirected_its_task(world, files):
    row = only_opened(files, "4")
    holder = row.matter.parts.get(kind="task").holder_id
    other = next(world.unit(name, row.county_code) for name in ("clean", "green") if world.unit(name, row.county_code) != holder)
    incidents.redirect(matter_id=row.pk, act=world.act("dispatcher", row.county_code), unit=other, opinion="改派")
    assert plain(run(files)) == (15, 10, 1, ERRORS, STATES, [])


def test_an_incident_that_ended_another_way_here_is_left_as_it_is(world, files):
    row = only_opened(files, "4")
    incidents.void(matter_id=row.pk, act=world.act("chief", row.county_code), reason="test")
    assert plain(run(files)) == (15, 10, 1, ERRORS, {**STATES, "closed": 5, "void": 2}, [])


def only_opened(files, number):
    """Replay one row up to the department's desk, as if the run had been interrupted there."""
    half = read(files[0], mapping.load(files[1]), territory.extent(), timezone.now())
    open_ones = [replace(entry, outcome="open", closed=None) for entry in half.entries if entry.id == number]
    Replay(replace(half, entries=open_ones), timezone.now(), lambda done, whole: None).run()
    return Incident.objects.get(outside_number=number)


def test_the_command_answers_with_the_stable_keys(world, files, capsys):
    call_command("replay", str(files[0]), "--mapping", str(files[1]), "--json")
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["rows", "incidents", "merged", "errors", "states", "repeated", "seconds"]
    assert told["errors"][0] == {"row": 10, "code": "position_missing"}
    assert told["rows"] == told["incidents"] + len(told["errors"])
    call_command("replay", str(files[0]), "--mapping", str(files[1]))
    assert "15 行 rows = 10 案件 incidents + 5 错误 errors" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("situation", "old", "new", "named"),
    [
        ("no toml", "id =", "id", "TOML"),
        ("an unknown class", "SJ0201", "SJ9999", "SJ9999"),
        ("an unknown outcome", '"void"', '"gone"', "gone"),
        ("an unknown source", '"public"', '"inspector"', "inspector"),
        ("an unknown zone", "America/Los_Angeles", "Mars/Olympus", "Mars/Olympus"),
        ("an extent the wrong way round", "-118.67", "-110", "extent"),
        ("an unknown key", 'id = "nr"', 'id = "nr"\nspeed = "x"', "speed"),
        ("no id", 'id = "nr"', "", "id"),
        ("no words for types", "[type.classes]", "[type.words]", "type"),
        ("a column that the file lacks", 'lon = "x"', 'lon = "longitude"', "longitude"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_one_sentence_and_nothing_is_written(world, files, situation, old, new, named):
    files[1].write_text(MAPPING.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Invalid) as refusal:
        run(files)
    assert named in refusal.value.zh and named in refusal.value.en
    assert Incident.objects.count() == 0


@pytest.mark.parametrize(
    ("situation", "content"),
    [("a torn gzip", gzip.compress(b"nr,created\n" * 500)[:-20]), ("an empty file", b""), ("neither UTF-8 nor GB18030", b"\xff\xff\xff")],
)
def test_a_file_that_cannot_be_used_is_one_sentence(world, files, situation, content):
    files[0].write_bytes(content)
    with pytest.raises(Invalid):
        run(files)


def test_two_replays_of_one_file_at_once_are_told_in_one_sentence(world, files, monkeypatch):
    def taken(**inputs):
        raise IntegrityError("incident_outside_number_once")

    monkeypatch.setattr(incidents, "register_call", taken)
    with pytest.raises(Conflict) as refusal:
        call_command("replay", str(files[0]), "--mapping", str(files[1]))
    assert refusal.value.code == "replayed_twice_at_once"


def test_without_a_city_the_command_says_what_to_do_first(db, files):
    registers.clear_all()
    with pytest.raises(Invalid) as refusal:
        call_command("replay", str(files[0]), "--mapping", str(files[1]))
    assert refusal.value.code == "no_city"


def moment(hours):
    return datetime(2018, 1, 1, tzinfo=UTC) + timedelta(hours=hours)


def entry(number, created, closed, x=0.0, code="SJ0108", outcome="closed"):
    here = (105 + x / 100_000, 36.0)
    ends = None if closed is None else moment(closed)
    return Entry(number, str(number), "12319", Meaning(code, ""), outcome, moment(created), ends, here, here)


@pytest.mark.parametrize(
    ("situation", "entries", "expected"),
    [
        ("near, same class, open", [entry(1, 0, 9), entry(2, 1, 9, x=20)], {"2": "1"}),
        ("too far", [entry(1, 0, 9), entry(2, 1, 9, x=80)], {}),
        ("another class", [entry(1, 0, 9), entry(2, 1, 9, code="SJ0201")], {}),
        ("closed by then", [entry(1, 0, 1), entry(2, 1, 9)], {}),
        ("within 24 hours", [entry(1, 0, None, outcome="open"), entry(2, 24, 30)], {"2": "1"}),
        ("after 24 hours", [entry(1, 0, None, outcome="open"), entry(2, 25, 30)], {}),
        ("into the first, not into what was merged", [entry(1, 0, 9), entry(2, 1, 9, x=40), entry(3, 2, 9, x=80)], {"2": "1"}),
        ("the nearest of two", [entry(1, 0, 9), entry(2, 0, 9, x=70), entry(3, 2, 9, x=40)], {"3": "2"}),
        ("what was cancelled stays so", [entry(1, 0, 9), entry(2, 1, 9, outcome="void")], {}),
        ("but may be repeated while it stands", [entry(1, 0, 9, outcome="void"), entry(2, 1, 9)], {"2": "1"}),
    ],
)
def test_duplicates_are_decided_by_the_merge_rule_of_the_loop(situation, entries, expected):
    found = {key.split()[1]: into.split()[1] for key, into in duplicates(entries, lambda _: (50, 24)).items()}
    assert found == expected


@pytest.mark.parametrize(("since", "metres"), [(date(2020, 1, 2), 50), (date(2020, 1, 1), 10)])
def test_a_row_is_merged_by_the_numbers_of_its_day(since, metres, db):
    world = found_small_world()
    change("merge_metres", 10, since)
    row = replace(entry(1, 0, 9), created=datetime(2020, 1, 1, 4, tzinfo=UTC), at=world.point(0))
    assert most_of(row) == (metres, 24)


@pytest.mark.parametrize("hours", [0, 1, 23])
def test_the_steps_of_a_case_stand_in_order_however_short_it_is(hours):
    times = Times(entry(1, 0, hours), datetime(2020, 1, 1, tzinfo=UTC))
    steps = ["pass_on", "file_case", "dispatch", "sign", "finish", "send_check", "pass_check", "end"]
    moments = [times.created, *(times.at(step) for step in steps)]
    assert moments == sorted(moments) and moments[-1] == times.end
