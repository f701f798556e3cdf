"""Numbers, lists, words, working hours and transfers on the pages of administration: dated, sourced, and only where one may."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chengzhi.incidents.models import ClassListing, EverydayWord, LoopNumber, ResultPhrase, StreetPhrase
from chengzhi.incidents.queries import numbers, phone, suggesting
from chengzhi.incidents.tests import telling
from chengzhi.incidents.tests.test_list_exports import client_of
from chengzhi.kernel import clocks
from chengzhi.kernel.models import CalendarDay, RegisterChange, TimingScheme
from chengzhi.organisation import queries as organisation
from chengzhi.organisation.models import Assignment, Duty, Shift, Staff
from tests.world import CITY, COUNTY, OTHER_COUNTY, World

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = "sys_admin"
DAY = timedelta(days=1)
SOURCE = "东城发〔2026〕1号"
NEW = ("numbers", "class-lists", "synonyms", "street-phrases", "result-phrases", "danger-words", "transfers", "schemes")


def use(client: Client, page: str, verb: str, **typed: Any) -> Any:
    """Send the form of a verb."""
    return client.post(f"/settings/{page}/{verb}", typed)


def done(answer: Any) -> bool:
    """Tell whether a form was taken."""
    return bool(answer.status_code == 302)


@pytest.mark.parametrize("page", NEW)
def test_a_page_shows_its_rows_and_every_form_of_it_opens(world: World, page: str) -> None:
    client = client_of(world, ADMIN, CITY)
    said = client.get(f"/settings/{page}").content.decode()
    assert "<tbody><tr" in said
    for verb in {part.split('"')[0].split("?")[0] for part in said.split(f'href="/settings/{page}/')[1:]}:
        assert client.get(f"/settings/{page}/{verb}").status_code == 200, verb


def test_a_county_sets_its_own_number_from_a_day_on_and_the_city_keeps_its_own(world: World) -> None:
    county, today = client_of(world, ADMIN), timezone.localdate()
    typed = {"node": COUNTY, "number": "sample_share", "source": SOURCE}
    assert done(use(county, "numbers", "add", amount="5", **typed))
    assert done(use(county, "numbers", "set", amount="8", valid_from=f"{today + 2 * DAY}", **typed))
    asked = ((COUNTY, today), (COUNTY, today + 2 * DAY), (OTHER_COUNTY, today))
    shares = [numbers.number("sample_share", code, on).amount for code, on in asked]
    assert shares == [5, 8, 3]
    rows = LoopNumber.objects.filter(node_code=COUNTY).order_by("valid_from")
    assert list(rows.values_list("amount", "valid_to", "source", "mark")) == [(5, today + DAY, SOURCE, "S"), (8, None, SOURCE, "S")]
    assert done(use(county, "numbers", "set", amount="6", **typed))
    assert list(rows.all().values_list("amount", "valid_to")) == [(6, None)]
    kept = RegisterChange.objects.order_by("id").last()
    assert kept is not None
    assert (kept.page, kept.register, kept.values["amount"]) == ("numbers", "loop_numbers", "6")
    assert SOURCE not in client_of(world, ADMIN, OTHER_COUNTY).get("/settings/numbers").content.decode()


@pytest.mark.parametrize(
    ("situation", "page", "verb", "typed", "status", "said"),
    [
        ("a share over the whole", "numbers", "add", {"number": "sample_share", "amount": "101"}, 422, "应为 0 至 100"),
        ("a divisor of nothing", "numbers", "add", {"number": "return_divisor", "amount": "0"}, 422, "应为 1 至 9999"),
        ("an unknown number", "numbers", "add", {"number": "luck", "amount": "1"}, 422, "没有规则数值“luck”"),
        ("a number below nothing", "numbers", "add", {"number": "sample_share", "amount": "-1"}, 422, ""),
        ("a day in the past", "numbers", "add", {"number": "sample_share", "amount": "1", "valid_from": "2020-01-01"}, 422, "已过"),
        ("another county", "numbers", "add", {"node": OTHER_COUNTY, "number": "sample_share", "amount": "1"}, 403, ""),
        ("an unknown list", "class-lists", "add", {"name": "luck", "class_code": "SJ0101"}, 422, "没有名单“luck”"),
        ("an unknown class", "class-lists", "add", {"name": "rebound", "class_code": "SJ9999"}, 422, "没有小类“SJ9999”"),
        ("a class that is there", "class-lists", "add", {"name": "rebound", "class_code": "SJ0102"}, 422, "已在此名单上"),
        ("a class that is not", "class-lists", "remove", {"name": "rebound", "class_code": "BJ0101"}, 404, ""),
        ("a word of the city from a county", "synonyms", "add", {"word": "泔水", "class_code": "SJ0102"}, 403, "市级"),
        ("a phrase of the city from a county", "street-phrases", "add", {"text_zh": "井盖缺失"}, 403, "市级"),
        ("a danger of the city from a county", "danger-words", "add", {"word": "蜂窝", "service": "119"}, 403, "市级"),
        ("hours of the city from a county", "schemes", "set", {"scheme": "day", "periods": "08:00-20:00"}, 403, "市级"),
        ("words for no class", "result-phrases", "add", {"covers": "XX", "text_zh": "已清理", "node": COUNTY}, 422, "没有类别“XX”"),
        ("words for the whole city", "result-phrases", "add", {"covers": "SJ01", "text_zh": "已清理"}, 403, ""),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    world: World, situation: str, page: str, verb: str, typed: dict[str, str], status: int, said: str
) -> None:
    tables = (LoopNumber, ClassListing, EverydayWord, StreetPhrase, ResultPhrase, TimingScheme, RegisterChange)
    before = [table.objects.count() for table in tables]
    usual = {"node": COUNTY} if page in {"numbers", "class-lists"} else {}
    answer = use(client_of(world, ADMIN), page, verb, source=SOURCE, **{**usual, **typed})
    assert (answer.status_code, said in answer.content.decode()) == (status, True), situation
    assert [table.objects.count() for table in tables] == before


def test_a_countys_first_change_of_a_list_begins_with_the_list_that_held_there(world: World) -> None:
    client, today = client_of(world, ADMIN), timezone.localdate()
    before = numbers.classes_on("rebound", COUNTY, today)
    assert done(use(client, "class-lists", "add", node=COUNTY, name="rebound", class_code="BJ0101", source=SOURCE))
    assert numbers.classes_on("rebound", COUNTY, today) == before | {"BJ0101"}
    assert done(use(client, "class-lists", "remove", node=COUNTY, name="rebound", class_code="SJ0102", valid_from=f"{today + DAY}"))
    assert numbers.classes_on("rebound", COUNTY, today + DAY) == before - {"SJ0102"} | {"BJ0101"}
    assert numbers.classes_on("rebound", COUNTY, today) == before | {"BJ0101"}
    assert numbers.classes_on("rebound", OTHER_COUNTY, today) == before


def test_the_last_class_of_a_list_stays(world: World) -> None:
    client = client_of(world, ADMIN)
    for code in sorted(numbers.classes_on("consultation", COUNTY, timezone.localdate())):
        answer = use(client, "class-lists", "remove", node=COUNTY, name="consultation", class_code=code)
    assert (answer.status_code, "至少保留一个小类" in answer.content.decode()) == (422, True)


def test_everyday_words_of_the_city_lead_to_classes_and_words_of_the_platform_can_be_taken_away(world: World) -> None:
    city = client_of(world, ADMIN, CITY)
    assert [hit.code for hit in suggesting.suggest("泔水", 1)] == []
    assert done(use(city, "synonyms", "add", word="泔水", class_code="SJ0102", source=SOURCE))
    assert [hit.code for hit in suggesting.suggest("泔水", 1)] == ["SJ0102"]
    assert ("违建", "SJ0101") in suggesting.everyday_words()
    assert done(use(city, "synonyms", "end", word="违建", class_code="SJ0101", source=SOURCE))
    assert ("违建", "SJ0101") not in suggesting.everyday_words()
    assert use(city, "synonyms", "end", word="违建", class_code="SJ0101", source=SOURCE).status_code == 404


def test_phrases_of_the_phone_are_added_and_taken_away(world: World) -> None:
    city = client_of(world, ADMIN, CITY)
    assert done(use(city, "street-phrases", "add", text_zh="井盖缺失约___厘米", text_en="about ___ cm open", source=SOURCE))
    assert done(use(city, "street-phrases", "end", text_zh="存在安全隐患", source=SOURCE))
    assert ("井盖缺失约___厘米", "about ___ cm open") in phone.phrases()
    assert "存在安全隐患" not in dict(phone.phrases())
    assert use(city, "street-phrases", "end", text_zh="没有的话", source=SOURCE).status_code == 404


def test_words_for_what_was_done_are_a_countys_own_and_end_on_a_day(world: World) -> None:
    client, today = client_of(world, ADMIN), timezone.localdate()
    assert done(use(client, "result-phrases", "add", covers="SJ0102", text_zh="垃圾已清，地面已洗。", node=COUNTY, source=SOURCE))
    said = [[zh for zh, _ in numbers.result_phrases("SJ0102", county, today)] for county in (COUNTY, OTHER_COUNTY)]
    assert ["垃圾已清，地面已洗。" in words for words in said] == [True, False]
    row = ResultPhrase.objects.get(node_code=COUNTY)
    assert use(client_of(world, ADMIN, OTHER_COUNTY), "result-phrases", "end", phrase=row.pk).status_code == 403
    assert done(use(client, "result-phrases", "end", phrase=row.pk))
    assert "垃圾已清，地面已洗。" not in [zh for zh, _ in numbers.result_phrases("SJ0102", COUNTY, today + DAY)]
    shipped = ResultPhrase.objects.filter(node_code="").first()
    assert shipped is not None
    assert use(client, "result-phrases", "end", phrase=shipped.pk).status_code == 403


def test_new_working_hours_count_from_their_day_on_for_clocks_that_begin_then(world: World) -> None:
    city, today = client_of(world, ADMIN, CITY), timezone.localdate()
    typed = {"scheme": "office", "workdays_only": "true", "source": SOURCE}
    assert done(use(city, "schemes", "set", periods="8:30-12:00、14:30-18:00", valid_from=f"{today + 3 * DAY}", **typed))
    found = [clocks.scheme("office", on=today + n * DAY).periods for n in (2, 3)]
    assert found == [((480, 720), (840, 1080)), ((510, 720), (870, 1080))]
    kept = TimingScheme.objects.get()
    assert (kept.name_zh, kept.periods) == ("工作日 08:30–12:00 14:30–18:00", "08:30-12:00;14:30-18:00")
    page = city.get("/settings/schemes").content.decode()
    assert SOURCE in page and f"{today + 3 * DAY} –" in page
    assert "工作日 08:30" not in city.get("/tools/deadlines").content.decode()


@pytest.mark.parametrize(
    ("situation", "typed", "said"),
    [
        ("today", {"valid_from": "today"}, "须在今天之后"),
        ("out of order", {"periods": "14:00-18:00 08:00-12:00"}, "须依次排列"),
        ("no period", {"periods": "早八点到晚八点"}, "读不懂"),
        ("beyond the day", {"periods": "08:00-25:00"}, "00:00 至 24:00"),
        ("day and night", {"scheme": "natural"}, "不可修改"),
        ("unknown", {"scheme": "siesta"}, "不可修改"),
    ],
)
def test_working_hours_that_cannot_be_are_refused(world: World, situation: str, typed: dict[str, str], said: str) -> None:
    usual = {"scheme": "day", "periods": "08:00-20:00", "source": SOURCE}
    given = {key: f"{timezone.localdate()}" if value == "today" else value for key, value in typed.items()}
    answer = use(client_of(world, ADMIN, CITY), "schemes", "set", **{**usual, **given})
    assert (answer.status_code, said in answer.content.decode()) == (422, True), situation
    assert TimingScheme.objects.count() == 0


def test_a_year_of_holidays_is_entered_at_once(world: World) -> None:
    city = client_of(world, ADMIN, CITY)
    off = "2028-01-01至2028-01-03\n2028-01-26~2028-02-01"
    typed = {"year": "2028", "off": off, "work": "2028-01-22 2028-02-05", "source": "国办发明电"}
    assert done(use(city, "calendar", "year", **typed))
    assert CalendarDay.objects.count() == 12
    calendar = clocks.current()
    days = [(date(2028, 1, 3), False), (date(2028, 1, 22), True), (date(2028, 1, 27), False), (date(2028, 2, 2), True)]
    assert [calendar.is_workday(day) for day, _ in days] == [working for _, working in days]
    assert (calendar.known_year(2028), calendar.source(2028)) == (True, "国办发明电")


@pytest.mark.parametrize(
    ("situation", "typed", "said"),
    [
        ("no new year", {"off": "2028-02-01"}, "放假日期里没有 2028-01-01"),
        ("another year", {"off": "2028-01-01 2027-05-01"}, "应在 2028 年内"),
        ("backwards", {"off": "2028-01-01 2028-05-05至2028-05-01"}, "先后有序"),
        ("both", {"off": "2028-01-01 2028-01-02", "work": "2028-01-02"}, "既是放假又是上班"),
        ("a weekday", {"off": "2028-01-01", "work": "2028-01-04"}, "本来就是工作日"),
        ("no date", {"off": "2028-01-01 2028-02-30"}, "不是日期"),
        ("words", {"off": "2028-01-01 和春节"}, "读不懂"),
    ],
)
def test_a_year_that_cannot_be_is_refused_as_a_whole(world: World, situation: str, typed: dict[str, str], said: str) -> None:
    answer = use(client_of(world, ADMIN, CITY), "calendar", "year", **{"year": "2028", "source": "通知", **typed})
    assert (answer.status_code, said in answer.content.decode()) == (422, True), situation
    assert CalendarDay.objects.count() == 0


def assignment(name: str) -> Assignment:
    """Return the one assignment of a person."""
    return Assignment.objects.get(staff__name=name)


def test_somebody_moves_and_his_successor_takes_over_what_lies_there(world: World) -> None:
    client, today = client_of(world, ADMIN), timezone.localdate()
    telling.tell(world, telling.report(world), ["pass_on"])
    chief, acceptor = assignment("东城chief"), assignment("东城acceptor")
    shift = Shift.objects.create(node_id=world.county, name_zh="日班", starts="08:00", ends="18:00")
    Duty.objects.create(date=today + 3 * DAY, shift=shift, post=chief.post, staff=chief.staff)
    page = client.get("/settings/transfers?q=东城chief").content.decode()
    assert "案件 1" in page and "西城chief" not in client.get("/settings/transfers").content.decode()
    target = organisation.post_of(world.county, "dispatcher")
    typed = {"assignment": chief.pk, "to": target, "since": f"{today + DAY}"}
    refused = use(client, "transfers", "move", **typed)
    assert (refused.status_code, "还有未办事项（案件 1），调走后无人承办" in refused.content.decode()) == (422, True)
    assert Assignment.objects.filter(staff=chief.staff).count() == 1
    assert done(use(client, "transfers", "move", successor=acceptor.staff_id, **typed))
    chief.refresh_from_db()
    assert chief.valid_to == today
    new = Assignment.objects.get(staff=chief.staff, post_id=target)
    taken = Assignment.objects.get(staff=acceptor.staff, post=chief.post)
    assert (new.valid_from, new.valid_to, taken.valid_from, taken.valid_to) == (today + DAY, None, today + DAY, None)
    assert Duty.objects.get().staff_id == acceptor.staff_id
    kept = RegisterChange.objects.get()
    assert (kept.page, kept.verb, kept.values["successor"]) == ("transfers", "move", str(acceptor.staff_id))


@pytest.mark.parametrize(
    ("situation", "change", "status", "said"),
    [
        ("the same post", {"to": "same"}, 422, "调往岗位与原岗位相同"),
        ("to himself", {"successor": "himself"}, 422, "不能交接给本人"),
        ("in the past", {"since": "2020-01-01"}, 422, "已过"),
        ("to a post of another county", {"to": "elsewhere"}, 403, ""),
        ("somebody of another county", {"assignment": "elsewhere"}, 403, ""),
        ("nobody", {"assignment": "1"}, 404, ""),
    ],
)
def test_a_transfer_that_cannot_be_moves_nobody(world: World, situation: str, change: dict[str, str], status: int, said: str) -> None:
    chief, other = assignment("东城chief"), assignment("西城chief")
    values = {
        ("to", "same"): chief.post_id,
        ("to", "elsewhere"): other.post_id,
        ("successor", "himself"): chief.staff_id,
        ("assignment", "elsewhere"): other.pk,
    }
    typed: dict[str, Any] = {"assignment": chief.pk, "to": organisation.post_of(world.county, "dispatcher")}
    typed |= {key: values.get((key, value), value) for key, value in change.items()}
    before = list(Assignment.objects.order_by("pk").values_list("pk", "valid_to"))
    answer = use(client_of(world, ADMIN), "transfers", "move", **typed)
    assert (answer.status_code, said in answer.content.decode()) == (status, True), answer.content.decode()[-2000:]
    assert list(Assignment.objects.order_by("pk").values_list("pk", "valid_to")) == before


def test_an_empty_post_without_open_work_may_be_left(world: World) -> None:
    client = client_of(world, ADMIN)
    left = assignment("东城callback")
    assert done(use(client, "transfers", "move", assignment=left.pk, to=organisation.post_of(world.county, "dispatcher")))
    assert not Staff.objects.filter(assignments__post=left.post_id, assignments__valid_to__isnull=True).exists()


@pytest.mark.parametrize(("role", "linked"), [(ADMIN, True), ("chief", False), ("auditor", False)])
def test_sending_records_are_linked_from_the_settings_for_those_who_may_see_them(world: World, role: str, linked: bool) -> None:
    client = client_of(world, role)
    assert ('href="/notices/sent"' in client.get("/settings/").content.decode()) is linked
    assert client.get("/notices/sent").status_code == (200 if linked else 403)
