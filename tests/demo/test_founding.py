"""The demo city: founded once, with a generated day of reports that went through the real services."""

import random
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.utils import timezone

from chengzhi.incidents.models import Incident, Task
from chengzhi.incidents.queries.registers import FrozenLimit
from chengzhi.kernel import verify
from chengzhi.kernel.models import Matter, RegisterVersion, TrailEntry
from chengzhi.kernel.problems import Refused
from chengzhi.organisation.models import Account, Post, Unit
from chengzhi.powers.models import Responsibility
from chengzhi.site.demo import queries, texts, tour
from chengzhi.site.demo.founding import demo
from chengzhi.site.demo.organisation import PASSWORD
from chengzhi.site.demo.rows import rows
from chengzhi.site.demo.script import Scene
from chengzhi.territory.city_plan import AddressWords
from tests.demo.conftest import SEED, silent

pytestmark = pytest.mark.django_db


def test_a_generated_day_has_reports_of_every_outcome_and_its_counts_add_up(city):
    told = city.told
    assert told["reports"] == sum(told["states"].values()) > 300
    assert told["open"] + told["closed"] + told["merged"] + told["refused"] + told["void"] == told["reports"]
    assert city.result.ran.steps > 4 * told["reports"]
    assert told["steps"] >= city.result.ran.steps


@pytest.mark.parametrize(
    ("source", "marked", "clock", "urgent"),
    [
        ("inspector", False, "accept", False),
        ("inspector", False, "file", False),
        ("inspector", False, "dispatch", True),
        ("inspector", True, "accept", True),
        ("110", False, "verify", True),
    ],
)
def test_a_case_is_as_urgent_as_it_was_reported_until_its_condition_is_filed(source, marked, clock, urgent):
    limit = FrozenLimit(2, "hour", "natural", "SJ0101", "", "", "", 0, "", "")
    scene = Scene(source, "SJ0101", "", "other", 0.0, 0.0, "", "", 0, True, limit, texts.Words("", "", "", ""), marked)
    assert scene.urgent_in(clock) is urgent


def test_the_tour_opens_its_page_as_the_person_of_the_stop(city, client):
    for number, stop in enumerate(tour.STOPS, start=1):
        answer = client.post(f"/tour/{number}")
        assert answer.status_code == 302, stop
        if stop.username:
            assert Account.objects.get(pk=client.session["_auth_user_id"]).username == stop.username


@pytest.mark.parametrize("path", ["/tour/1", "/tour/7", "/tour/away"])
def test_nobody_becomes_another_person_in_a_city_that_is_no_demo(city, client, path):
    RegisterVersion.objects.filter(register=queries.MARK).delete()
    assert client.post(path).status_code == 404
    assert "_auth_user_id" not in client.session


def test_nobody_becomes_another_person_where_the_demo_is_not_alone(city, client):
    Account.objects.create(username="somebody")
    assert client.post("/tour/2").status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("path", "status"), [("/tour/0", 404), ("/tour/99", 404)])
def test_a_stop_that_there_is_not_is_refused(city, client, path, status):
    assert client.post(path).status_code == status
    assert client.get("/tour/1").status_code == 405


def test_tasks_by_department_and_stages_are_the_rows_of_the_database(city):
    assert sum(row["tasks"] for row in city.told["departments"]) == Task.objects.count()
    assert all(row["in_time"] + row["late"] + row["open"] <= row["tasks"] for row in city.told["departments"])
    assert [row["stage"] for row in city.told["stages"]][:2] == ["accept", "verify"]
    assert all(0 <= row["in_time"] <= row["need"] for row in city.told["stages"])


def test_the_reports_lie_in_the_days_before_now_and_newer_ones_have_larger_ids(city):
    opened = list(Matter.objects.filter(kind="incident").order_by("id").values_list("opened_at", flat=True))
    assert opened == sorted(opened)
    assert timezone.now() - timedelta(days=23) < opened[0]
    assert TrailEntry.objects.order_by("-at").first().at <= timezone.now()


def test_a_case_shows_no_picture_twice_and_each_step_was_taken_by_a_person_with_the_right(city):
    for row in Incident.objects.all():
        shown = row.matter.all_evidence.exclude(matter__kind="crew_job")  # what a crew hands back becomes its unit's own evidence, too
        pictures = list(shown.values_list("attachment__sha256", flat=True))
        assert len(pictures) == len(set(pictures))
    assert TrailEntry.objects.filter(step="report").exclude(actor=0).count() == TrailEntry.objects.filter(step="report").count() > 0
    assert set(TrailEntry.objects.values_list("door", flat=True)) == {"page", "system"}


def test_the_trail_of_the_demo_verifies(city):
    assert verify.verify().good


def test_a_second_run_says_that_the_city_stands_and_changes_nothing(city):
    before = (Incident.objects.count(), TrailEntry.objects.count(), Account.objects.count())
    again = demo("S", None, SEED, fresh=False, progress=silent)
    assert again.stood and again.ran is None
    assert (Incident.objects.count(), TrailEntry.objects.count(), Account.objects.count()) == before


def test_another_tier_is_refused_while_a_demo_city_stands(city):
    with pytest.raises(Refused) as refusal:
        demo("M", None, SEED, fresh=False, progress=silent)
    assert refusal.value.code == "demo_stands"


def test_a_fresh_start_is_refused_when_the_database_holds_more_than_a_demo(city):
    Account.objects.create(username="somebody")
    with pytest.raises(Refused) as refusal:
        demo("S", 0, SEED, fresh=True, progress=silent)
    assert refusal.value.code == "not_only_demo"
    assert Incident.objects.count() == city.told["reports"]


def test_everybody_signs_in_with_the_printed_password(city):
    shown = {row["username"] for row in queries.accounts()}
    (kept,) = set(Account.objects.filter(username__in=shown).values_list("password", flat=True))
    assert check_password(PASSWORD, kept)
    assert {"acceptor.dc", "leader.sj", "clean.dc"} <= shown == set(Account.objects.values_list("username", flat=True)) & shown


def test_each_duty_grid_has_two_inspectors_and_squads_have_two_parents(city):
    for grid in city.result.plan.duty_grids:
        assert Post.objects.filter(area_code=grid.code, role_id="inspector").count() == 2, grid
    squads = Unit.objects.filter(kind="squad")
    assert squads.count() == 4
    assert all(squad.parent_id and squad.daily_parent_id for squad in squads)
    assert Responsibility.objects.count() > 100


def test_the_command_tells_the_table_and_the_accounts(city, capsys):
    call_command("demo", "--reports", "40")
    told = capsys.readouterr().out
    assert "The demo city stands already (tier S)" in told
    assert f"上报 reports {city.told['reports']}" in told
    assert PASSWORD in told and "acceptor.dc" in told


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{unit}抢修班11分钟到场，设置反光围挡。", "设置反光围挡。"),
        ("更换接头2处，当晚19:20送电试亮。", "更换接头2处。"),
        ("水面无成片漂浮物，核查通过；抄送河长办。", "水面无成片漂浮物，核查通过；抄送河长办。"),
        ("6小时恢复供水。", ""),
    ],
)
def test_a_clause_that_names_a_minute_is_left_out(text, kept):
    assert texts._without_moments(text) == kept


@pytest.mark.parametrize(
    ("months", "month", "inside"),
    [("", 7, True), ("11-3", 12, True), ("11-3", 3, True), ("11-3", 4, False), ("5-9", 9, True), ("5-9", 10, False)],
)
def test_seasons_may_run_over_the_new_year(months, month, inside):
    assert texts.in_season(months, month) is inside


def test_every_text_can_be_filled():
    place = AddressWords("人民路", "建设路", "东", 30, "实验小学", "福通社区", 12)
    rng = random.Random(1)
    for row in rows("texts"):
        code = row["class_code"] if row["class_code"] != "*" else "SJ0199"
        told = texts.words(rng, code, "其他", "其他", row["report_source"], place)
        whole = told.description + told.handled("环卫", "清运班") + told.closed("环卫", "清运班")
        assert "{" not in whole and told.description and told.handling and told.closing


def test_every_class_of_the_mix_has_a_body_that_answers_for_it():
    known = {row["subject"] for row in rows("duties")}
    assert all(row["class_code"] in known or row["class_code"][:4] in known for row in rows("mix"))
    assert {row["body"] for row in rows("duties")} <= {row["key"] for row in rows("bodies")} | {"squad", "street"}
