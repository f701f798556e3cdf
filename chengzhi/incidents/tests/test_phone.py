"""The inspector's phone: late acts, own reports to read only, what the day holds, and what the page needs."""

import json
from datetime import timedelta

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from django.utils import timezone

from chengzhi.documents.models import Attachment
from chengzhi.incidents import services
from chengzhi.incidents.models import Check, Incident
from chengzhi.incidents.queries import phone
from chengzhi.incidents.tests.telling import call, condition_of, photo, report
from chengzhi.kernel import registers, verify
from chengzhi.kernel.models import Clock, Matter, Once, TrailEntry, TrailPayload
from chengzhi.kernel.problems import NotAllowed, NotFound, Problem
from chengzhi.organisation import services as organisation
from chengzhi.organisation.models import Account, Attendance, Post
from tests.world import COUNTY, OTHER_COUNTY, World

HOUR = timedelta(hours=1)
NOW = timezone.now().replace(second=0, microsecond=0)


def client_of(world: World, role: str, county: str = "990102") -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=world.account(role, county).pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def on_shift(world: World, since: float, role: str = "inspector") -> None:
    """Let an inspector have signed in some hours ago."""
    organisation.sign_in_to_shift(act=world.act(role), seen=organisation.Seen(), at=NOW - since * HOUR)


def late_report(world: World, hours: float, **more) -> Incident:
    act = world.act("inspector", door="api")
    lon, lat = world.point(0)
    given = {"class_code": "SJ0101", "description": "垃圾", "lon": lon, "lat": lat, "photos": [photo(act)], "at": NOW - hours * HOUR}
    return services.report(act=act, **{**given, **more})


@pytest.mark.parametrize(
    ("situation", "signed_in", "said", "code"),
    [
        ("off line for three hours of the shift", 4, 3, ""),
        ("at the sign-in itself", 4, 4, ""),
        ("before the sign-in", 4, 5, "past_time"),
        ("never signed in", None, 3, "past_time"),
        ("a phone whose clock is a day ahead", 4, -24, "future_time"),
        ("a phone whose clock is a day behind", 4, 24, "past_time"),
    ],
)
def test_a_phone_without_network_may_tell_the_past_of_its_shift_only(world, situation, signed_in, said, code):
    if signed_in is not None:
        on_shift(world, signed_in)
    before = (Matter.objects.count(), TrailEntry.objects.count())
    if code:
        with pytest.raises(Problem) as refusal:
            late_report(world, said)
        assert refusal.value.code == code, situation
        assert (Matter.objects.count(), TrailEntry.objects.count(), Incident.objects.count()) == (*before, 0)
    else:
        row = late_report(world, said)
        entry = TrailEntry.objects.get(root_id=row.pk)
        assert (row.matter.opened_at, entry.at) == (NOW - said * HOUR, NOW - said * HOUR), situation
        assert entry.recorded_at > NOW - HOUR
        # The centre could not know before: its time begins with the receipt.
        assert Clock.objects.get(matter_id=row.pk, kind="accept").started_at >= NOW
        assert verify.holds(row.pk)


def test_the_time_that_stops_with_a_late_answer_stops_at_the_visit_and_what_follows_begins_with_its_receipt(world):
    row = call(world, at=NOW - 3 * HOUR)
    services.send_verify(matter_id=row.pk, act=world.act("acceptor", at=NOW - 2 * HOUR))
    part = Matter.objects.get(parent_id=row.pk)
    name = next(key for (county, key) in world.accounts if county == COUNTY and part.holder_id in world.actor(key).holders)
    on_shift(world, 3, name)
    services.reply_verify(matter_id=part.pk, act=world.act(name), result="true", photos=[photo(world.act(name))], at=NOW - HOUR)
    clocks = {clock.kind: clock for clock in Clock.objects.filter(matter_id__in=[row.pk, part.pk], ended_at__isnull=False)}
    assert clocks["verify"].ended_at == NOW - HOUR
    assert Clock.objects.get(matter_id=row.pk, kind="accept").started_at >= NOW
    assert verify.holds(row.pk)


def test_a_visit_cannot_be_older_than_its_task(world):
    row = call(world, at=NOW - 3 * HOUR)
    services.send_verify(matter_id=row.pk, act=world.act("acceptor", at=NOW - HOUR))
    part = Matter.objects.get(parent_id=row.pk)
    name = next(key for (county, key) in world.accounts if county == COUNTY and part.holder_id in world.actor(key).holders)
    on_shift(world, 3, name)
    with pytest.raises(Problem) as refusal:
        services.reply_verify(matter_id=part.pk, act=world.act(name), result="true", photos=[photo(world.act(name))], at=NOW - 2 * HOUR)
    assert refusal.value.code == "past_time"
    part.refresh_from_db()
    assert (part.open, part.state, Incident.objects.get().verified) == (True, "asked", "")


def body_of(row: Incident) -> dict:
    return json.loads(TrailPayload.objects.get(entry__root_id=row.pk, entry__step="report").body)


def test_a_report_outside_the_own_grid_is_taken_and_marked(world):
    inside = report(world)
    elsewhere = next(grid.code for grid in world.plan.duty_grids if grid.node == OTHER_COUNTY)
    Post.objects.filter(pk=world.actor("inspector").post).update(area_code=elsewhere)
    registers.clear_all()
    outside = report(world, n=1)
    assert "outside_own_grid" not in body_of(inside) and body_of(outside)["outside_own_grid"] is True
    listed = phone.my_reports(world.actor("inspector"))
    assert (listed[0]["number"], listed[0]["outside_own_grid"]) == (outside.matter.number, True)


def test_an_inspector_reads_his_own_reports_with_their_states_and_no_other_person(world):
    row = report(world)
    services.pass_on(matter_id=row.pk, act=world.act("acceptor"), opinion="张三电话13900000000反映属实")
    found = client_of(world, "inspector").get(f"/api/v1/my-reports/{row.matter.number}")
    told = found.json()
    assert (found.status_code, told["state"], told["state_zh"], told["text"]) == (200, "to_file", "待立案", "路边有暴露垃圾")
    assert [entry["zh"] for entry in told["line"]] == ["上报", "批转立案"] and len(told["photos"]) == 1
    text = found.content.decode()
    assert not [word for word in ("13900000000", "张三", "acceptor", "chief") if word in text]
    listed = client_of(world, "inspector").get("/api/v1/my-reports").json()["rows"]
    assert [(one["number"], one["state_en"]) for one in listed] == [(row.matter.number, "To file")]
    assert client_of(world, "inspector").get(f"/api/v1/attachments/{told['photos'][0]}/small").status_code == 200


@pytest.mark.parametrize(
    ("role", "county"), [("inspector2", COUNTY), ("inspector", OTHER_COUNTY), ("chief", COUNTY), ("road", COUNTY)]
)
def test_nobody_else_finds_a_report_among_his_own(world, role, county):
    row = report(world)
    client = client_of(world, role, county)
    answer = client.get(f"/api/v1/my-reports/{row.matter.number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert client.get("/api/v1/my-reports").json() == {"rows": []}
    with pytest.raises(NotFound):
        phone.my_report(row.matter.number, world.actor(role, county))


def test_reading_an_own_report_opens_no_other_door(world):
    row = report(world)
    client = client_of(world, "inspector")
    assert client.get(f"/api/v1/incidents/{row.matter.number}").status_code == 404
    assert client.get(f"/incidents/{row.matter.number}").status_code == 404
    step = f"/api/v1/incidents/{row.matter.number}/steps/pass_on"
    refused = client.post(step, "{}", content_type="application/json", headers={"If-Match": "1"})
    assert refused.status_code == 404
    row.matter.refresh_from_db()
    assert (row.matter.state, row.matter.version) == ("to_accept", 1)


@pytest.mark.parametrize("number", ["", "%00", "S' OR 1=1", "九九九", "../../x"])
def test_a_hostile_number_finds_nothing(world, number):
    assert client_of(world, "inspector").get(f"/api/v1/my-reports/{number or 'x'}").status_code == 404


def test_the_day_holds_the_tasks_with_what_is_needed_on_site_and_no_caller(world):
    row = call(world, address="人民路1号", caller_name="王先生", caller_phone="13912345678")
    services.send_verify(matter_id=row.pk, act=world.act("acceptor"))
    part = Matter.objects.get(parent_id=row.pk)
    names = [key for (county, key) in world.accounts if county == COUNTY and key.startswith("inspector")]
    holder = next(key for key in names if part.holder_id in world.actor(key).holders)
    for name in names:
        tasks = phone.day(world.actor(name))["tasks"]
        assert [task["part"] for task in tasks] == ([part.number] if name == holder else [])
    answer = client_of(world, holder).get("/api/v1/phone/day")
    task = answer.json()["tasks"][0]
    assert (task["kind"], task["address"], task["version"], task["lon"]) == ("verification", "人民路1号", 1, row.lon)
    assert "13912345678" not in answer.content.decode() and "王" not in answer.content.decode()


def test_the_day_needs_as_many_queries_for_eight_tasks_as_for_one(world, django_assert_max_num_queries):
    for n in range(8):
        services.send_verify(matter_id=call(world, n=n).pk, act=world.act("acceptor"))
    actors = [world.actor(key) for (county, key) in world.accounts if county == COUNTY and key.startswith("inspector")]
    for actor in actors:
        phone.day(actor)
    with django_assert_max_num_queries(9):
        phone.day(max(actors, key=lambda actor: Matter.objects.filter(holder_id__in=actor.holders).count()))


def test_the_book_finds_classes_by_name_everyday_word_initials_and_code_and_draws_the_grid(world):
    told = phone.book(world.actor("inspector"))
    by_code = {row["code"]: row["find"] for row in told["classes"]}
    assert all(word in by_code["SJ0101"] for word in ("sj0101", "违建"))
    assert told["grid"]["code"] == phone.own_grid(world.actor("inspector"))
    cells = {feature["properties"]["code"] for feature in told["grid"]["cells"]["features"]}
    assert cells == {cell.code for cell in world.plan.cells if cell.duty_grid == told["grid"]["code"]}


def test_what_is_open_nearby_is_told_without_persons(world):
    row = report(world, role="inspector2")
    lon, lat = world.point(0)
    told = client_of(world, "inspector").get(f"/api/v1/phone/place?lon={lon}&lat={lat + 0.0001}&class_code=SJ0101").json()
    assert [(near["number"], near["state_zh"]) for near in told["near"]] == [(row.matter.number, "待受理")]
    assert 8 <= told["near"][0]["metres"] <= 14
    assert set(told["near"][0]) == {"number", "metres", "address", "state_zh", "state_en", "at"}
    outside = client_of(world, "inspector").get("/api/v1/phone/place?lon=1&lat=1&class_code=SJ0101").json()
    assert outside == {"inside": False, "duty_grid": "", "own": False, "address": "", "near": []}


@pytest.mark.parametrize(("role", "status"), [("inspector", 200), ("chief", 403), ("road", 403)])
def test_the_phone_page_is_for_inspectors(world, role, status):
    for path in ("/m/", "/api/v1/phone/day", "/api/v1/phone/book"):
        assert client_of(world, role).get(path).status_code == status, path
    if status == 403:
        with pytest.raises(NotAllowed):
            phone.on_the_street(world.actor(role))


def test_who_is_not_signed_in_is_led_to_sign_in_and_the_worker_may_be_had_by_all(world):
    assert Client().get("/m/").headers["Location"] == "/sign-in?next=%2Fm%2F"
    assert Client().get("/api/v1/phone/day").status_code == 401
    worker = Client().get("/m/worker.js")
    assert (worker.status_code, worker.headers["Content-Type"].split(";")[0]) == (200, "text/javascript")
    assert staticfiles_storage.url("incidents/phone/queue.js") in worker.content.decode()


def test_an_upload_that_is_repeated_after_a_lost_answer_is_one_report(world):
    client, act = client_of(world, "inspector"), world.act("inspector")
    lon, lat = world.point(0)
    body = {"source": "inspector", "class_code": "SJ0101", "description": "垃圾", "lon": lon, "lat": lat, "photos": [str(photo(act))]}
    send = {"content_type": "application/json", "headers": {"Idempotency-Key": "phone-1"}}
    first = client.post("/api/v1/incidents", json.dumps(body), **send)
    second = client.post("/api/v1/incidents", json.dumps(body), **send)
    assert (first.status_code, second.status_code, second.headers["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json() == second.json() and Incident.objects.count() == 1 and Once.objects.count() == 1


def test_signing_in_by_the_api_is_taken_once_per_key(world):
    client = client_of(world, "inspector")
    lon, lat = world.point(0)
    told = json.dumps({"lon": lon, "lat": lat, "accuracy": 8, "device": "Phone"})
    for status in (200, 200):
        answer = client.post("/api/v1/attendance/sign-in", told, content_type="application/json", headers={"Idempotency-Key": "k"})
        assert answer.status_code == status
    again = client.post("/api/v1/attendance/sign-in", told, content_type="application/json")
    assert (again.status_code, again.json()["code"], Attendance.objects.count()) == (422, "already_signed_in", 1)
    assert client.get("/api/v1/attendance").json()["signed_in_at"] is not None
    bad = client.post("/api/v1/attendance/sign-out", '{"lon": 400}', content_type="application/json")
    assert bad.status_code == 422 and Attendance.objects.get().signed_out_at is None
    assert client_of(world, "chief").post("/api/v1/attendance/sign-in", "{}", content_type="application/json").status_code == 403


def test_the_closing_condition_that_was_ticked_on_site_stands_in_the_trail(world):
    row = report(world)
    for service, role, more in (
        (services.pass_on, "acceptor", {}),
        (services.file_case, "chief", {"condition": condition_of(row)}),
        (services.dispatch, "dispatcher", {"unit": world.unit("clean")}),
    ):
        service(matter_id=row.pk, act=world.act(role), **more)
    task = Matter.objects.get(parent_id=row.pk, kind="task")
    services.sign(matter_id=task.pk, act=world.act("clean"))
    services.finish(matter_id=task.pk, act=world.act("clean"), result="已清理", photos=[photo(world.act("clean"))])
    services.send_check(matter_id=row.pk, act=world.act("acceptor"))
    part = Matter.objects.get(parent_id=row.pk, kind="check")
    name = next(key for (county, key) in world.accounts if county == COUNTY and part.holder_id in world.actor(key).holders)
    lon, lat = world.point(0)
    given = {"photos": [photo(world.act(name))], "lon": lon, "lat": lat + 0.00147}
    with pytest.raises(Problem):  # 164 m away: a reason is asked
        services.pass_check(matter_id=part.pk, act=world.act(name), **given, closing_met=True)
    services.pass_check(matter_id=part.pk, act=world.act(name), **given, closing_met=True, far_reason="对岸拍摄")
    said = json.loads(TrailPayload.objects.get(entry__matter_id=part.pk, entry__step="pass_check").body)
    assert (said["closing_met"], said["far_reason"], Check.objects.get().distance_m) == (True, "对岸拍摄", said["metres"])
    assert 160 <= said["metres"] <= 168


def test_the_visible_copy_of_a_street_photo_bears_time_place_and_number_and_the_original_does_not_change(world):
    row = report(world)
    found = Attachment.objects.get()
    plain = client_of(world, "acceptor").get(f"/api/v1/attachments/{found.pk}/large")
    original = b"".join(client_of(world, "acceptor").get(f"/api/v1/attachments/{found.pk}/original"))
    Attachment.objects.update(from_camera=True, lon=105.1, lat=36.2)
    burnt = client_of(world, "acceptor").get(f"/api/v1/attachments/{found.pk}/large")
    assert b"".join(plain) != b"".join(burnt)
    assert original == b"".join(client_of(world, "acceptor").get(f"/api/v1/attachments/{found.pk}/original"))
    assert row.matter.number
