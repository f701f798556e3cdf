"""The JSON door: create, step, list, read; and one clear sentence for whatever cannot be done."""

import itertools
import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests.telling import CLASS, call, condition_of, photo, report, role_holding, take, tell
from chengzhi.kernel.access import SYSTEM
from chengzhi.kernel.models import Event, Matter, Once, TrailEntry
from chengzhi.organisation import services as organisation
from tests.world import CITY, COUNTY, OTHER_COUNTY, World

_names = itertools.count(1)
URL = "/api/v1/incidents"


class Caller:
    """Somebody who calls the API with a token."""

    def __init__(self, world: World, role: str, county: str = COUNTY) -> None:
        act = world.act("sys_admin", CITY)
        act = act.__class__(actor=SYSTEM, at=act.at, door="system")
        self.token = organisation.issue_token(account=world.account(role, county), name=f"test {next(_names)}", act=act)
        self.client = Client()

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(URL + path, query, headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str = "", body: Any = None, *, version: Any = None, key: str = "", raw: bytes | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        headers |= {"If-Match": str(version)} if version is not None else {}
        headers |= {"Idempotency-Key": key} if key else {}
        content = raw if raw is not None else json.dumps(body or {})
        return self.client.post(URL + path, content, content_type="application/json", headers=headers)


def a_call(world: World, n: int = 0, **more: Any) -> dict[str, Any]:
    lon, lat = world.point(n)
    return {"source": "12345", "class_code": CLASS, "description": "门口有垃圾", "lon": lon, "lat": lat, **more}


def counts() -> tuple[int, int, int, int]:
    return Matter.objects.count(), TrailEntry.objects.count(), Event.objects.count(), Once.objects.count()


def test_an_incident_goes_from_call_to_closure_over_http(world: World) -> None:
    made = Caller(world, "acceptor").post(body=a_call(world))
    assert made.status_code == 201
    number, version = made.json()["number"], made.json()["version"]
    assert (made["ETag"], made.json()["state"]) == ('"1"', "to_accept")
    row = Incident.objects.get(pk=made.json()["id"])
    story: list[tuple[str, str, dict[str, Any]]] = [
        ("send_verify", "acceptor", {}),
        ("reply_verify", "*verification", {"result": "true"}),
        ("pass_on", "acceptor", {}),
        ("file_case", "chief", {"condition": condition_of(row)}),
        ("dispatch", "dispatcher", {"unit": str(world.unit("clean"))}),
        ("sign", "clean", {}),
        ("finish", "clean", {"result": "已清"}),
        ("send_check", "acceptor", {}),
        ("pass_check", "*check", {}),
        ("close", "chief", {"closing_met": True}),
    ]
    for slug, role, body in story:
        who = role_holding(world, row, role[1:]) if role.startswith("*") else role
        if slug in {"reply_verify", "finish", "pass_check"}:
            body = {**body, "photos": [str(photo(world.act(who)))]}
        if slug == "pass_check":
            body |= {"lon": row.lon, "lat": row.lat}
        taken = Caller(world, who).post(f"/{number}/steps/{slug}", body, version=version)
        assert taken.status_code == 200, (slug, taken.json())
        version = taken.json()["version"]
    read = Caller(world, "chief").get(f"/{number}").json()
    assert (read["state"], read["report_number"], len(read["parts"]), read["open"]) == ("closed", number, 4, False)  # with the return visit
    assert len(read["number"]) == 20
    trail = Caller(world, "chief").get(f"/{number}/trail").json()["entries"]
    assert [entry["step"] for entry in trail if entry["kind"] == "incident"] == [
        "register_call", "send_verify", "verify_replied", "pass_on", "file_case", "dispatch",
        "tasks_done", "send_check", "checked", "close",
    ]  # fmt: skip


BAD = [
    ("unknown class", {"class_code": "SJ9999"}, 422, "unknown_class"),
    ("class of another form", {"class_code": "garbage"}, 422, "invalid"),
    ("position outside the city", {"lon": 2.35, "lat": 48.85}, 422, "position_outside"),
    ("half a position", {"lat": None}, 422, "position_missing"),
    ("no position and no address", {"lon": None, "lat": None}, 422, "position_missing"),
    ("latitude off the earth", {"lat": 91}, 422, "invalid"),
    ("an unknown coordinate system", {"crs": "mars"}, 422, "invalid"),
    ("a time in the future", {"at": "2099-01-01T00:00:00+08:00"}, 422, "future_time"),
    ("a time without a zone", {"at": "2026-11-23T08:00:00"}, 422, "time_without_zone"),
    ("a time of the past by one who may not", {"at": "2020-01-01T00:00:00+08:00"}, 403, "past_time"),
    ("an empty description", {"description": "  "}, 422, "invalid"),
    ("a description of 3,000 characters", {"description": "长" * 3000}, 422, "invalid"),
    ("an unknown source", {"source": "pigeon"}, 422, "invalid"),
    ("a field too many", {"colour": "red"}, 422, "invalid"),
    ("a photo that nobody has uploaded", {"photos": ["12345"]}, 422, "attachment_unknown"),
    ("a photo id that is no id", {"photos": ["x"]}, 422, "invalid"),
    ("NUL in the text", {"description": "a\x00b"}, 422, "bad_json"),
    ("a broken phone number", {"caller_phone": "12", "caller_name": "王"}, 422, ""),
]


@pytest.mark.parametrize(("situation", "change", "status", "code"), BAD, ids=[row[0] for row in BAD])
def test_bad_input_gets_one_sentence_in_both_languages_and_changes_nothing(
    situation: str, change: dict[str, Any], status: int, code: str, world: World
) -> None:
    caller = Caller(world, "acceptor")
    before = counts()
    answer = caller.post(body={**a_call(world), **change}, key="k1")
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), body
    assert code in ("", body["code"])
    assert body["detail"]["zh"] and body["detail"]["en"]
    assert counts() == before


@pytest.mark.parametrize(
    ("situation", "raw"),
    [
        ("no JSON", b"{"),
        ("a list", b"[]"),
        ("deeply nested", b"[" * 100_000),
        ("not UTF-8", b'{"a": "\xff"}'),
        ("a lone surrogate", b'{"a": "\\ud800"}'),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(situation: str, raw: bytes, world: World) -> None:
    answer = Caller(world, "acceptor").post(raw=raw)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_json")


def test_a_report_from_the_street_needs_a_photo(world: World) -> None:
    inspector = Caller(world, "inspector")
    answer = inspector.post(body={**a_call(world), "source": "inspector"})
    assert (answer.status_code, [e["code"] for e in answer.json()["errors"]]) == (422, ["incidents.report_has_photo"])
    answer = inspector.post(body={**a_call(world), "source": "inspector", "photos": [str(photo(world.act("inspector")))]})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("situation", "version", "status", "code"),
    [("no version", None, 428, "version_missing"), ("a stale one", 7, 409, "stale_version"), ("no number", "abc", 422, "bad_version")],
)
def test_a_step_says_which_version_it_was_decided_on(situation: str, version: Any, status: int, code: str, world: World) -> None:
    row = report(world)
    before = counts()
    caller = Caller(world, "acceptor")
    answer = caller.post(f"/{row.matter.number}/steps/pass_on", version=version)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if status == 409:
        assert (answer.json()["version"], answer.json()["state"]) == (1, "to_accept")
    assert counts() == before


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(world: World) -> None:
    caller = Caller(world, "acceptor")
    first, second = (caller.post(body=a_call(world), key="k1") for _ in range(2))
    assert (first.status_code, second.status_code, first.content == second.content) == (201, 201, True)
    assert (second.headers.get("Idempotency-Replayed"), Incident.objects.count()) == ("true", 1)
    third = caller.post(body=a_call(world, n=1), key="k1")
    assert (third.status_code, third.json()["code"], Incident.objects.count()) == (422, "key_reused", 1)
    other = Caller(world, "acceptor", OTHER_COUNTY)
    assert (
        other.post(
            body={**a_call(world), "lon": world.point(0, OTHER_COUNTY)[0], "lat": world.point(0, OTHER_COUNTY)[1]}, key="k1"
        ).status_code
        == 201
    )


def test_a_repeated_step_is_answered_again_although_the_version_has_moved_on(world: World) -> None:
    row = report(world)
    caller = Caller(world, "acceptor")
    first, second = (caller.post(f"/{row.matter.number}/steps/pass_on", version=1, key="s1") for _ in range(2))
    assert (first.status_code, second.status_code, second.json()) == (200, 200, first.json())


@pytest.mark.parametrize(
    ("situation", "slug", "role", "status", "code"),
    [
        ("the wrong post", "pass_on", "chief", 403, "not_allowed"),
        ("the wrong state", "close", "chief", 409, "wrong_state"),
        ("an unknown step", "explode", "chief", 404, "unknown_step"),
        ("a consequence that nobody takes", "tasks_done", "chief", 404, "unknown_step"),
        ("a department that has no task", "pass_on", "road", 404, "not_found"),
    ],
)
def test_a_step_in_the_wrong_hands_changes_nothing(situation: str, slug: str, role: str, status: int, code: str, world: World) -> None:
    row = report(world)
    before = counts()
    caller = Caller(world, role)
    answer = caller.post(f"/{row.matter.number}/steps/{slug}", {"closing_met": True} if slug == "close" else {}, version=1)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert counts() == before


def test_county_a_never_reads_county_b(world: World) -> None:
    row = report(world)
    other = Caller(world, "chief", OTHER_COUNTY)
    number = row.matter.number
    assert [other.get(path).status_code for path in (f"/{number}", f"/{number}/trail", f"/{number}/steps")] == [404] * 3
    assert other.post(f"/{number}/steps/void", {"reason": "test"}, version=1).status_code == 404
    assert other.get().json()["rows"] == []
    assert [r["number"] for r in Caller(world, "chief").get().json()["rows"]] == [number]


def test_a_department_sees_what_it_has_a_task_for_and_no_more(world: World) -> None:
    mine = tell(world, report(world, n=0), ["pass_on", "file_case", "dispatch"])
    report(world, n=1)
    caller = Caller(world, "road")
    assert [r["number"] for r in caller.get().json()["rows"]] == [mine.matter.number]
    assert caller.get(f"/{mine.matter.number}").json()["state"] == "disposing"
    steps = caller.get(f"/{mine.matter.number}/steps").json()["steps"]
    assert [s["slug"] for s in steps if s["possible"]] == ["sign", "ask_return", "ask_extension", "ask_suspension"]
    assert all(s["reasons"][0]["zh"] for s in steps if not s["possible"])


def test_nobody_and_a_wrong_token_are_told_to_sign_in(world: World) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        answer = Client().get(URL, headers=headers)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_pages_of_the_list_never_repeat_and_never_leave_out(world: World) -> None:
    made = [report(world, n=n % 4).matter.number for n in range(7)]
    caller, seen, cursor = Caller(world, "chief"), [], ""
    while True:
        page = caller.get(limit=3, cursor=cursor).json()
        seen += [row["number"] for row in page["rows"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert seen == made[::-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [({"state": "to_file"}, 1), ({"class_code": CLASS}, 3), ({"source": "inspector"}, 3), ({"due": "open"}, 3), ({"due": "overdue"}, 1)],
)
def test_each_filter_finds_its_rows(query: dict[str, str], found: int, world: World) -> None:
    rows = [report(world, n=n) for n in range(3)]
    tell(world, rows[0], ["pass_on"])
    Matter.objects.filter(pk=rows[1].pk).update(due_at=timezone.now() - timezone.timedelta(hours=1))
    assert len(Caller(world, "chief").get(**query).json()["rows"]) == found


@pytest.mark.parametrize("query", [{"cursor": "nonsense"}, {"limit": "many"}, {"unit": "x"}, {"since": "yesterday"}])
def test_bad_queries_are_refused_by_name(query: dict[str, str], world: World) -> None:
    answer = Caller(world, "chief").get(**query)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_an_outside_ticket_is_registered_once_and_the_second_time_its_number_is_told(world: World) -> None:
    caller = Caller(world, "acceptor")
    first = caller.post(body=a_call(world, outside_number="12345-1"))
    second = caller.post(body=a_call(world, outside_number="12345-1"))
    assert (second.status_code, second.json()["code"], second.json()["number"]) == (409, "outside_number_known", first.json()["number"])


def test_two_departments_sign_for_their_own_tasks_with_the_versions_of_their_own(world: World) -> None:
    row = tell(world, report(world), ["pass_on", "file_case"])
    taken = Caller(world, "dispatcher").post(
        f"/{row.matter.number}/steps/dispatch", {"unit": str(world.unit("road")), "co_units": [str(world.unit("clean"))]}, version=3
    )
    assert taken.status_code == 200, taken.json()
    offers = {role: Caller(world, role).get(f"/{row.matter.number}/steps").json()["steps"] for role in ("road", "clean")}
    for role, steps in offers.items():
        sign = next(step for step in steps if step["slug"] == "sign" and step["possible"])
        answer = Caller(world, role).post(f"/{row.matter.number}/steps/sign", {"part": sign["part"]}, version=sign["version"])
        assert answer.status_code == 200, answer.json()


@pytest.mark.parametrize(
    "query", [{"unit": "9" * 30}, {"cursor": "~" + "9" * 30}, {"since": "0001-01-01T00:00:00+14:00"}, {"state": "a\x00b"}]
)
def test_values_that_no_database_takes_are_refused(query: dict[str, str], world: World) -> None:
    assert Caller(world, "chief").get(**query).status_code == 422


def test_a_body_of_thirteen_megabytes_is_too_large(world: World) -> None:
    assert Caller(world, "acceptor").post(raw=b" " * 13_000_000).status_code == 413


def test_a_call_by_the_session_of_a_person_needs_the_token_of_a_page(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(get_user_model().objects.get(pk=world.account("acceptor").pk), backend="django.contrib.auth.backends.ModelBackend")
    assert strict.get(URL).status_code == 200
    answer = strict.post(URL, json.dumps(a_call(world)), content_type="application/json")
    assert (answer.status_code, answer.json()["code"], Incident.objects.count()) == (403, "csrf", 0)


def test_a_department_sees_what_the_inspector_saw_and_no_other_department_s_work(world: World) -> None:
    row = tell(world, call(world), ["send_verify", "reply_verify", "pass_on", "file_case"])
    units = {"unit": str(world.unit("road")), "co_units": [str(world.unit("clean"))]}
    row = take(world, row, "dispatch", **units)
    for slug in ("sign", "finish"):
        row = take(world, row, slug, "road")
    seen = {who: Caller(world, who).get(f"/{row.matter.number}").json()["evidence"] for who in ("road", "clean")}
    stages = {who: [piece["stage"] for piece in pieces] for who, pieces in seen.items()}
    assert stages == {"road": ["verify", "dispose"], "clean": ["verify"]}
    done = next(piece["id"] for piece in seen["road"] if piece["stage"] == "dispose")
    headers = {"Authorization": f"Bearer {Caller(world, 'clean').token}"}
    assert Client().get(f"/api/v1/attachments/{done}/original", headers=headers).status_code == 404
