"""Reporting, joining, following, rating: what is written, what is refused, and that a refusal writes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chengzhi.incidents.models import Incident, ReturnVisit
from chengzhi.incidents.tests import telling
from chengzhi.kernel.models import Event, Matter, TrailEntry
from chengzhi.kernel.problems import Conflict, Invalid, NotFound, Problem, Refused
from chengzhi.parties.models import Person
from chengzhi.portal import queries, rules, services
from chengzhi.portal.models import AskedAgain, Attempt, Followed, Rating
from chengzhi.portal.queries import tables
from chengzhi.portal.services.reporting import new_code
from chengzhi.portal.tests.reporting import HERE, PHONE, THERE, WORDS, filled, incident_of, reported, upload
from tests.world import COUNTY, World

pytestmark = pytest.mark.django_db
TO_CLOSED = ("send_verify", "reply_verify", "pass_on", "file_case", "dispatch", "sign", "finish", "send_check", "pass_check", "close")


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Matter, Incident, Followed, Person, Rating, AskedAgain, TrailEntry, Event))


def told(world: World, row: Followed, steps) -> Incident:
    return telling.tell(world, incident_of(row), steps)


def test_a_report_becomes_an_incident_of_the_public_that_must_be_verified(world):
    row = reported(world, phone=PHONE, photos=(services.take_photo(upload(), "a.jpg", HERE),))
    incident = incident_of(row)
    assert (incident.source, incident.class_code, incident.description, incident.county_code) == ("public", "SJ0102", WORDS, COUNTY)
    assert (incident.matter.state, incident.urgent, incident.matter.evidence.count()) == ("to_accept", False, 1)
    assert rules.code_of(row.code) == row.code
    assert row.person == incident.reporter_person is not None
    assert row.expected_at > timezone.now()
    assert Person.objects.get().phone_masked == "139****5678"
    with pytest.raises(Refused) as refusal:
        telling.take(world, incident, "pass_on")
    assert [fault.code for fault in refusal.value.faults] == ["incidents.truth_is_verified"]


def test_the_same_form_sent_twice_is_one_report(world):
    form = filled(world)
    first = services.send(form, HERE)
    assert services.send(form, HERE) == first
    with pytest.raises(services.Known):  # other words are never swallowed: he is asked whether it is the same
        services.send(replace(form, words="别的话"), HERE)
    assert (Incident.objects.count(), Followed.objects.count()) == (1, 1)


def test_without_a_position_the_words_of_the_place_are_enough(world):
    row = reported(world, lon="", lat="", address="实验小学门口")
    assert (incident_of(row).address, incident_of(row).lon) == ("实验小学门口", None)


def test_a_code_on_a_wall_gives_the_place(world):
    cell = world.plan.cells[0].code
    row = reported(world, lon="", lat="", cell=cell, component="BJ0118-0001")
    incident = incident_of(row)
    assert incident.cell_code == cell
    assert incident.address == "（部件 BJ0118-0001）"


@pytest.mark.parametrize(
    ("situation", "changes", "fields"),
    [
        ("no picture", {"picture": ""}, ["picture"]),
        ("an unknown picture", {"picture": "ufo"}, ["picture"]),
        ("no words", {"words": " "}, ["words"]),
        ("too many words", {"words": "长" * 501}, ["words"]),
        ("no place", {"lon": "", "lat": ""}, ["address"]),
        ("half a place", {"lat": ""}, ["address"]),
        ("a place that is no number", {"lon": "east"}, ["lon"]),
        ("a place that is nowhere", {"lon": "nan", "lat": "inf"}, ["address"]),
        ("an unknown system", {"crs": "mars"}, ["lon"]),
        ("a phone that is none", {"phone": "12345"}, ["phone"]),
        ("too many photos", {"photos": ("a",) * 4}, ["photos"]),
        ("everything at once", {"picture": "", "words": "", "lon": "", "lat": ""}, ["picture", "words", "address"]),
    ],
)
def test_a_report_that_lacks_something_names_it_and_writes_nothing(world, situation, changes, fields):
    before = counts()
    with pytest.raises(Invalid) as refusal:
        services.send(filled(world, **changes), HERE)
    assert [fault.field for fault in refusal.value.faults] == fields, situation
    assert counts() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lon": "10.0", "lat": "50.0"}, "outside_city"),
        ({"words": "他拖欠工资三个月"}, "private_dispute"),
        ({"words": "这里着火了"}, "emergency"),
        ({"trap": "http://spam.example"}, "trap"),
        ({"key": ""}, "trap"),
        ({"photos": ("forged",)}, "photo_receipt"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_written(world, changes, code):
    before = counts()
    with pytest.raises(Problem) as refusal:
        services.send(filled(world, **changes), HERE)
    assert refusal.value.code == code
    assert counts() == before


def test_who_has_called_for_help_may_report_and_it_is_urgent(world):
    assert incident_of(reported(world, words="变压器冒烟，已打电话", called=True)).urgent is True


def test_the_unit_is_told_only_on_wish_that_the_reporter_may_be_called(world):
    assert incident_of(reported(world, phone=PHONE)).description == WORDS
    assert "愿意接受处置单位联系" in incident_of(reported(world, 5, phone=PHONE, confidential=False)).description


def test_what_was_reported_here_today_is_offered_and_can_be_joined(world):
    first = reported(world)
    form = filled(world, phone="13987654321")
    before = counts()
    with pytest.raises(services.Known) as question:
        services.send(form, THERE)
    assert counts() == before
    offer = question.value.extra["offer"]
    assert question.value.extra["count"] == 1
    code = services.join(offer, form, THERE)
    assert services.join(offer, form, THERE) == code != first.code
    assert (Incident.objects.count(), queries.followers(first.incident_id)) == (1, 2)
    assert TrailEntry.objects.filter(root_id=first.incident_id).order_by("seq").last().step == "citizen_joined"
    assert Event.objects.filter(name="portal.CitizenJoined").get().body == {"followers": 2}
    differs = services.send(replace(form, key="another-key", differs=True), THERE)
    assert Followed.objects.get(code=differs).own is True


@pytest.mark.parametrize(
    ("situation", "changes"), [("another class", {"picture": "road"}), ("another place", {"lon": "", "lat": "", "address": "别处"})]
)
def test_something_else_is_not_offered(world, situation, changes):
    reported(world)
    assert services.send(filled(world, **changes), THERE), situation


def test_what_was_reported_yesterday_or_has_ended_is_not_offered(world):
    row = reported(world)
    Matter.objects.filter(pk=row.incident_id).update(opened_at=timezone.now() - timedelta(days=1))
    second = reported(world)
    telling.take(world, incident_of(second), "refuse")
    assert services.send(filled(world), THERE)


def test_an_offer_that_was_made_up_or_has_ended_cannot_be_joined(world):
    row = reported(world)
    with pytest.raises(services.Known) as question:
        services.send(filled(world), THERE)
    telling.take(world, incident_of(row), "refuse")
    before = counts()
    for offer in (question.value.extra["offer"], "forged", str(row.incident_id)):
        with pytest.raises(Conflict):
            services.join(offer, filled(world), THERE)
    assert counts() == before


def test_the_page_of_a_code_goes_on_with_the_work(world):
    row = reported(world, photos=(services.take_photo(upload(), "a.jpg", HERE),))
    seen = []
    for step in TO_CLOSED:
        told(world, row, [step])
        view = queries.view(row, timezone.now())
        seen.append((view.progress.stage, view.progress.outcome))
    assert seen == [(1, "")] * 4 + [(2, ""), (3, ""), (3, ""), (3, ""), (3, ""), (4, "done")]
    assert view.progress.unit == ("东城市政养护中心", "东城市政养护中心") or view.progress.unit[0] == "东城市政养护中心"
    assert (view.result, view.may_rate, view.may_ask, view.expected_at) == ("已清理", True, False, None)
    before, after = queries.pictures_of(view)
    assert (len(before), len(after)) == (2, 2)


def test_pictures_of_the_reporter_are_not_shown_to_those_who_joined(world):
    first = reported(world, photos=(services.take_photo(upload(), "a.jpg", HERE),))
    with pytest.raises(services.Known) as question:
        services.send(filled(world), THERE)
    second = Followed.objects.get(code=services.join(question.value.extra["offer"], filled(world), THERE))
    own, joined = (queries.view(row, timezone.now()) for row in (first, second))
    assert (len(queries.pictures_of(own)[0]), len(queries.pictures_of(joined)[0])) == (1, 0)
    assert (own.said, joined.said) == (WORDS, "")


def test_a_refusal_tells_the_reason_and_who_is_responsible_instead(world):
    row = reported(world)
    told(world, row, ["refuse"])
    view = queries.view(row, timezone.now())
    assert (view.progress.outcome, view.progress.reason_code, view.referral.numbers) == ("refused", "not_ours", ("12345",))


def test_what_was_merged_is_followed_to_its_target(world):
    target = telling.call(world, class_code="SJ0102")
    row = reported(world, differs=True)
    telling.take(world, incident_of(row), "merge", into=target.matter.number)
    view = queries.view(row, timezone.now())
    assert (view.progress.matter_id, view.progress.merged, view.progress.open) == (target.pk, True, True)
    services.ask_again(code=row.code, caller=HERE)
    assert TrailEntry.objects.filter(root_id=target.pk).order_by("seq").last().step == "citizen_asked"


def test_a_wish_for_redoing_comes_before_the_chief_who_takes_the_case_up_again(world):
    row = reported(world)
    told(world, row, TO_CLOSED)
    incident = incident_of(row)
    visit = Matter.objects.get(parent=incident.matter, kind="return_visit")
    assert visit.state == "asked"
    services.rate(code=row.code, caller=HERE, score="1", words=f"还有一半，电话{PHONE}", why="halfway", redo=True)
    visit.refresh_from_db()
    assert (visit.state, visit.holder_id in world.actor("chief").holders) == ("to_judge", True)
    kept = ReturnVisit.objects.get(pk=visit.pk)
    assert (kept.satisfaction, kept.remark.startswith("市民网上申请重办"), PHONE in kept.remark) == ("unsatisfied", True, False)
    entry = TrailEntry.objects.get(matter_id=visit.pk, step="record_visit")
    assert entry.actor == 0
    telling.take(world, incident_of(row), "reopen", "chief", reason="not_solved", opinion="属实")
    assert incident_of(row).matter.state == "to_dispatch"


def test_a_bad_rating_without_the_wish_leaves_the_visit_to_the_call(world):
    row = reported(world)
    told(world, row, TO_CLOSED)
    services.rate(code=row.code, caller=HERE, score="1", why="halfway")
    visit = Matter.objects.get(parent=incident_of(row).matter, kind="return_visit")
    assert (visit.state, incident_of(row).satisfaction) == ("asked", "")


def test_a_wish_after_the_call_was_made_is_kept_as_rating_only(world):
    row = reported(world)
    told(world, row, TO_CLOSED)
    telling.take(world, incident_of(row), "record_visit", "callback", satisfaction="satisfied")
    services.rate(code=row.code, caller=HERE, score="1", why="halfway", redo=True)
    assert incident_of(row).satisfaction == "satisfied"
    assert Event.objects.filter(name="portal.WorkRated").get().body["redo"] is True


def test_work_is_rated_once_and_a_wish_is_told_on(world):
    row = reported(world)
    before = counts()
    with pytest.raises(Refused) as early:
        services.rate(code=row.code, caller=HERE, score="5")
    assert [fault.code for fault in early.value.faults] == ["portal.work_is_done"]
    assert counts() == before
    told(world, row, TO_CLOSED)
    services.rate(code=row.code, caller=HERE, score="1", words="还有一半", why="halfway", redo=True)
    assert Event.objects.filter(name="portal.WorkRated").get().body == {"score": 1, "why": "halfway", "redo": True}
    before = counts()
    with pytest.raises(Refused) as twice:
        services.rate(code=row.code, caller=HERE, score="5")
    assert [fault.code for fault in twice.value.faults] == ["portal.not_rated_before"]
    assert counts() == before
    assert [(line.score, line.redo) for line in queries.ratings(world.actor("chief"), only_redo=True)] == [(1, True)]
    assert queries.ratings(world.actor("chief", "990103")) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"score": "6"}, "score"),
        ({"score": ""}, "score"),
        ({"score": "2"}, "why"),
        ({"score": "1", "why": "magic"}, "why"),
        ({"score": "4", "redo": True}, "refused"),
        ({"score": "5", "words": "好" * 501}, "words_length"),
    ],
)
def test_an_answer_that_is_none_is_refused(world, given, code):
    row = reported(world)
    told(world, row, TO_CLOSED)
    before = counts()
    with pytest.raises(Problem) as refusal:
        services.rate(code=row.code, caller=HERE, **given)
    assert refusal.value.code == code
    assert counts() == before


def test_one_asks_again_once_a_day_and_it_stands_in_the_time_line(world):
    row = reported(world)
    services.ask_again(code=row.code, caller=HERE)
    before = counts()
    with pytest.raises(Refused):
        services.ask_again(code=row.code, caller=HERE)
    assert counts() == before
    assert TrailEntry.objects.filter(root_id=row.incident_id, step="citizen_asked").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        AskedAgain.objects.create(followed=row, day=timezone.localdate(), at=timezone.now())
    told(world, row, ["refuse"])
    with pytest.raises(Refused):
        services.ask_again(code=row.code, caller=HERE)


def test_a_phone_number_can_be_taken_back_and_is_erased_when_nothing_else_speaks_of_it(world):
    first, second = reported(world, phone=PHONE), reported(world, 5, phone="+86 139-1234-5678")
    assert first.person == second.person
    services.withdraw_phone(code=first.code, caller=HERE)
    assert incident_of(first).reporter_person is None
    assert Person.objects.get().erased_at is None
    services.withdraw_phone(code=second.code, caller=HERE)
    person = Person.objects.get()
    assert (person.phone_cipher, person.phone_masked, person.erased_why) == ("", "", "反映人在市民端撤回")
    with pytest.raises(Refused):
        services.withdraw_phone(code=first.code, caller=HERE)
    assert queries.view(Followed.objects.get(pk=first.pk), timezone.now()).progress.open


def test_wrong_codes_are_limited_whatever_is_tried_then_and_right_ones_are_not_counted(world):
    row = reported(world)
    for _ in range(20):
        assert services.open_code(row.code, HERE).pk == row.pk
    for _ in range(10):
        with pytest.raises(NotFound):
            services.open_code(new_code(), HERE)
    with pytest.raises(services.TooMany):
        services.open_code(row.code, HERE)
    assert services.open_code(row.code, THERE).pk == row.pk
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert services.open_code(row.code, HERE).pk == row.pk


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("nonsense", "nonsense", True),
    ],
)
def test_who_tries_is_known_by_his_network_and_never_stored_as_he_is(one, other, same):
    assert (services.Caller(one).subject == services.Caller(other).subject) is same
    assert one not in services.Caller(one).subject


def test_reports_are_limited_by_network_and_by_phone(world):
    for n in range(6):
        reported(world, n, phone=PHONE)
    with pytest.raises(services.TooMany) as refusal:
        services.send(filled(world, 7, phone=f"+86{PHONE}"), THERE)
    assert refusal.value.status == 429
    Attempt.objects.filter(kind="report").delete()
    for _ in range(30):
        services.spend("report", HERE.subject, world.act("chief"))
    before = counts()
    with pytest.raises(services.TooMany):
        services.send(filled(world, 8), HERE)
    assert counts() == before


def test_old_tries_are_forgotten(world):
    services.spend("report", HERE.subject, world.act("chief"))
    assert services.forget_attempts(timezone.now()) == 0
    assert services.forget_attempts(timezone.now() + timedelta(days=3)) == 1


def test_a_code_is_no_longer_known_a_year_after_the_work_has_ended(world):
    row = reported(world)
    told(world, row, ["refuse"])
    Followed.objects.update(made_at=timezone.now() - timedelta(days=366))
    with pytest.raises(NotFound):
        services.open_code(row.code, HERE)


def test_codes_are_drawn_from_signs_that_cannot_be_confused():
    drawn = {new_code() for _ in range(200)}
    assert len(drawn) == 200
    assert set("".join(drawn)) == set(rules.ALPHABET)


def test_the_tables_name_classes_that_exist_and_answers_for_every_reason(world):
    known = {view.code for view in telling.registers.classes()}
    assert {row.class_code for row in queries.picture_rows()} <= known
    assert [row.name_zh for row in queries.picture_choices()] == ["垃圾", "占道", "井盖路灯", "道路", "绿化", "噪声油烟", "违建", "其他"]
    assert len({row.picture for row in queries.picture_rows() if not row.hints}) == 8
    for name in ("pictures.csv", "limits.csv", "words.csv", "referrals.csv"):
        assert all(row["source"] and row["mark"] for row in tables.rows_in(name)), name
    reasons = {row["reason"] for row in tables.rows_in("referrals.csv")}
    assert {"not_ours", "private_dispute", "in_court", "emergency_service", "no_facts", "malicious"} <= reasons


def test_what_is_nearby_names_no_place_and_nobody(world):
    reported(world, address="人民路1号3单元", phone=PHONE)
    reported(world, 1, picture="illegal", words="楼顶在搭房子")
    lon, lat = world.point(0)
    found = queries.nearby(lon, lat, "cgcs2000")
    assert [near.klass[0] for near in found.found] == ["市容环境·暴露垃圾"]
    assert found.found[0].metres % 50 == 0
    assert "人民路" not in repr(found)
    assert queries.nearby(10.0, 50.0).inside is False
