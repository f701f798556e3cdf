"""The citizens' pages by the test client: without scripts, with tokens, and without a trace of anybody."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chengzhi.documents.models import Attachment
from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests import telling
from chengzhi.organisation.models import Account
from chengzhi.portal import services
from chengzhi.portal.models import AskedAgain, Attempt, Followed, Rating
from chengzhi.portal.tests.reporting import HERE, PHONE, incident_of, picture, reported, typed, upload
from chengzhi.portal.tests.test_services import TO_CLOSED
from tests.world import World

pytestmark = pytest.mark.django_db
SECRET, IDENTITY = "SECRETNAME", "620102199001011234"
OPEN_PAGES = ("/c/", "/c/report", "/c/f/", "/c/near", "/c/public")


def code_in(answer) -> str:
    return re.fullmatch(r"/c/f/([2-9A-Z]{6})/receipt", answer.headers["Location"])[1]


def staff(world: World, role: str, county: str = "990102") -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=world.account(role, county).pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def token(client: Client, path: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', client.get(path).content.decode())[1]


@pytest.mark.parametrize("path", OPEN_PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_may_open_the_pages_in_both_languages(world, citizen, path, language):
    citizen.cookies["django_language"] = language
    answer = citizen.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page), "nothing comes from elsewhere"
    assert "tabler" not in page
    if language == "en" and path != "/c/near":
        bare = re.sub(r'<button[^>]*lang="zh"[^>]*>.*?</button>|XX市|<title>.*?</title>', "", page)
        assert not re.findall(r"[\u4e00-\u9fff]+", bare)


def test_a_report_without_scripts_gives_a_receipt_and_a_double_click_the_same(world, citizen):
    form = typed(citizen, world, phone=PHONE)
    first = citizen.post("/c/report", {**form, "file": upload()})
    again = citizen.post("/c/report", form)
    assert first.headers["Location"] == again.headers["Location"]
    assert (Incident.objects.count(), Incident.objects.get().matter.evidence.count()) == (1, 1)
    receipt = citizen.get(first.headers["Location"]).content.decode()
    assert code_in(first) in receipt
    assert re.search(r"预计 \d{4}-\d{2}-\d{2} \d{2}:\d{2} 前办结", receipt)


def test_a_photo_sent_before_gets_a_receipt_and_what_is_none_a_sentence(world, citizen):
    form = typed(citizen, world)
    head = {"HTTP_X_CSRFTOKEN": form["csrfmiddlewaretoken"]}
    receipt = citizen.post("/c/photo", {"file": upload()}, **head)
    assert receipt.status_code == 201
    for name, content, code in [
        ("a.jpg", b"<script>alert(1)</script>", "file_type"),
        ("a.jpg", b"%PDF-1.4\n%%EOF\n", "not_a_picture"),
        ("a.jpg", b"", "file_empty"),
        ("a.jpg", picture()[:300], "file_broken"),
    ]:
        refused = citizen.post("/c/photo", {"file": SimpleUploadedFile(name, content)}, **head)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert citizen.post("/c/photo", {}, **head).json()["code"] == "no_file"
    assert citizen.post("/c/photo", {"file": upload()}).status_code == 403
    assert citizen.post("/c/report", {**form, "photos": receipt.json()["receipt"]}).status_code == 302


def test_a_refused_report_keeps_what_was_typed_and_the_photos(world, citizen):
    form = typed(citizen, world, picture="", address="<b>路口</b>")
    answer = citizen.post("/c/report", {**form, "file": upload()})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选择问题类型" in page
    assert "&lt;b&gt;路口&lt;/b&gt;" in page
    assert form["words"] in page
    assert form["once"] in page
    assert len(re.findall(r'name="photos" value="[^"]+"', page)) == 1
    assert Incident.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"words": "这里着火了"}, 409, "请先拨打求助电话"),
        ({"words": "老板拖欠工资"}, 422, "12333"),
        ({"lon": "10", "lat": "50"}, 422, "不在本市范围内"),
        ({"website": "spam"}, 422, "提交未被接受"),
        ({"phone": "123"}, 422, "电话号码不对"),
        ({"csrfmiddlewaretoken": ""}, 403, "页面停留太久"),
    ],
)
def test_each_trouble_is_told_on_its_own_page(world, citizen, changes, status, sentence):
    answer = citizen.post("/c/report", typed(citizen, world) | changes)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert Incident.objects.count() == 0


def test_the_question_in_between_carries_the_form_on_without_scripts(world, citizen):
    reported(world)
    form = typed(citizen, world)
    question = citizen.post("/c/report", form)
    page = question.content.decode()
    assert question.status_code == 409
    assert "这里今天已有人反映" in page
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    joined = citizen.post("/c/report", {**carried, "to": "join"})
    assert "已为您关注" in citizen.get(joined.headers["Location"]).content.decode()
    assert (Incident.objects.count(), Followed.objects.count()) == (1, 2)
    other = citizen.post("/c/report", {**carried, "once": "another-key", "differs": "1"})
    assert other.status_code == 302
    assert Incident.objects.count() == 2


def test_nothing_that_a_code_opens_names_anybody(world, citizen):
    text = f"垃圾无人清理，我是{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}，身份证{IDENTITY}，邮箱 who@example.org"
    form = typed(citizen, world, phone=PHONE, words=text, address=f"人民路1号 {SECRET}")
    code = code_in(citizen.post("/c/report", {**form, "file": upload(f"{SECRET}.jpg", SECRET)}))
    row = Followed.objects.select_related("incident__matter").get(code=code)
    telling.tell(world, incident_of(row), TO_CLOSED[:6])
    telling.take(world, incident_of(row), "finish", result=f"已清理，联系人电话 {PHONE}")
    telling.tell(world, incident_of(row), TO_CLOSED[7:])
    pages = [citizen.get(path) for path in (f"/c/f/{code}", f"/c/f/{code}/receipt", f"/c/f/{code}/calendar.ics", f"/c/f/?code={code}")]
    shown = re.findall(r'src="(/c/picture/[^"]+)"', pages[0].content.decode())
    lon, lat = world.point(0)
    pages += [citizen.get(f"/c/near?lon={lon}&lat={lat}"), citizen.get(f"/c/cells?lon={lon}&lat={lat}&metres=500")]
    assert len(shown) == 4
    told = [page.content for page in pages] + [b"".join(citizen.get(path).streaming_content) for path in shown]
    names = [account.username for account in Account.objects.all()] + [
        f"东城{name}" for _, name in world.accounts if name.startswith("inspector")
    ]
    spelled = text[8:21]
    for secret in (PHONE, spelled, IDENTITY, "who@example.org", SECRET, "139****5678", str(row.person), *names):
        assert not any(secret.encode() in content for content in told), secret
    originals = set(Attachment.objects.values_list("sha256", flat=True))
    sent = [services.open_photo(path.rsplit("/", 1)[1]) for path in shown]
    assert not originals & {found.path.name for found in sent}, "what is sent is always a copy"
    assert SECRET in Attachment.objects.order_by("pk").first().original_name
    assert "已清理，联系人电话 ***" in pages[0].content.decode()


def test_pictures_are_shown_only_under_names_that_our_pages_gave(world, citizen):
    row = reported(world, photos=(services.take_photo(upload(), "a.jpg", HERE),))
    other = reported(world, 5)
    attachment = row.incident.matter.evidence.get().attachment_id
    assert citizen.get("/c/picture/forged").status_code == 404
    assert citizen.get(f"/c/picture/{attachment}").status_code == 404
    assert citizen.get(f"/api/v1/attachments/{attachment}/large").status_code == 401
    assert citizen.get(f"/c/picture/{services.photo_address(attachment, row.incident_id)}").status_code == 200
    assert other.pk


def test_guessing_codes_ends_soon_also_with_invented_proxies(world, citizen):
    row = reported(world)
    states = [
        citizen.get(f"/c/f/2222{n:02d}".replace("0", "A").replace("1", "C"), HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code
        for n in range(14)
    ]
    assert states == [404] * 10 + [429] * 4
    assert citizen.get(f"/c/f/{row.code}").status_code == 429
    assert citizen.post(f"/c/f/{row.code}/ask", {"csrfmiddlewaretoken": token(citizen, "/c/")}).status_code == 429
    assert AskedAgain.objects.count() == 0
    assert Attempt.objects.filter(kind="code").count() == 10


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.1"),
    ],
)
def test_the_address_is_what_our_own_proxies_say(world, citizen, settings, proxies, header, address):
    settings.PROXIES = proxies
    citizen.get("/c/f/222222", HTTP_X_FORWARDED_FOR=header, REMOTE_ADDR="192.0.2.1")
    assert Attempt.objects.get().subject == services.Caller(address).subject


def test_the_holder_of_a_code_rates_asks_again_and_takes_his_number_back(world, citizen):
    row = reported(world, phone=PHONE)
    form = {"csrfmiddlewaretoken": token(citizen, "/c/")}
    assert "催问" in citizen.get(f"/c/f/{row.code.lower()}").content.decode()
    assert "已记入案件" in citizen.post(f"/c/f/{row.code}/ask", form, follow=True).content.decode()
    twice = citizen.post(f"/c/f/{row.code}/ask", form)
    assert (twice.status_code, "每天只能催问一次" in twice.content.decode()) == (422, True)
    assert "您的电话已撤回" in citizen.post(f"/c/f/{row.code}/phone", form, follow=True).content.decode()
    telling.tell(world, incident_of(row), TO_CLOSED)
    rated = citizen.post(
        f"/c/f/{row.code}/rate", form | {"score": "2", "why": "unsolved", "words": "<i>还在</i>", "redo": "1"}, follow=True
    )
    assert "您已申请重办" in rated.content.decode()
    assert Rating.objects.get().redo
    assert citizen.post(f"/c/f/{row.code}/rate", {"score": "5"}).status_code == 403
    listed = staff(world, "chief").get("/work/ratings/?redo=1").content.decode()
    assert "&lt;i&gt;还在&lt;/i&gt;" in listed
    assert "不满意" in listed
    assert PHONE not in listed
    case = staff(world, "chief").get(f"/incidents/{incident_of(row).matter.number}").content.decode()
    assert "市民催问" in case


@pytest.mark.parametrize(("role", "county", "status"), [("chief", "990103", 200), ("road", "990102", 403), ("inspector", "990102", 403)])
def test_answers_are_read_only_by_who_may_and_only_of_his_county(world, role, county, status):
    row = reported(world)
    telling.tell(world, incident_of(row), TO_CLOSED)
    services.rate(code=row.code, caller=HERE, score="1", why="slow", words="太慢了")
    answer = staff(world, role, county).get("/work/ratings/")
    assert answer.status_code == status
    assert "太慢了" not in answer.content.decode()


def test_the_calendar_holds_the_expected_end(world, citizen):
    row = reported(world)
    answer = citizen.get(f"/c/f/{row.code}/calendar.ics")
    lines = answer.content.decode().split("\r\n")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert lines[0] == "BEGIN:VCALENDAR"
    assert f"DTSTART:{row.expected_at:%Y%m%dT%H%M%SZ}" in lines
    assert all(len(line.encode()) <= 75 for line in lines)


def test_large_letters_stay_and_lead_nowhere_else(world, citizen):
    form = {"csrfmiddlewaretoken": token(citizen, "/c/"), "to": "1", "next": "//elsewhere.example"}
    assert citizen.post("/c/large", form).headers["Location"] == "/c/"
    assert 'class="large"' in citizen.get("/c/").content.decode()


def test_a_poster_is_for_the_staff_and_refuses_what_is_no_code(world, citizen):
    assert citizen.get("/c/poster/").status_code == 302
    client = staff(world, "acceptor")
    assert "/c/poster/qr.svg?cell=99010200100101" in client.get("/c/poster/?cell=99010200100101").content.decode()
    assert client.get("/c/poster/qr.svg?cell=99010200100101").content.startswith(b"<?xml")
    assert client.get("/c/poster/qr.png").content.startswith(b"\x89PNG")
    assert client.get("/c/poster/?cell=<script>").status_code == 422


@pytest.mark.parametrize("hostile", ["\x00", "😀" * 40, "'; DROP TABLE", "../../etc", "%00", "Ａ" * 6])
def test_hostile_codes_and_texts_do_no_harm(world, citizen, hostile):
    assert citizen.get("/c/f/", {"code": hostile}).status_code in {200, 404}
    answer = citizen.post("/c/report", typed(citizen, world, words=f"垃圾{hostile}", address=hostile, picture=hostile, cell=hostile))
    assert answer.status_code == 422
    assert citizen.get("/c/near", {"lon": hostile, "lat": "1"}).status_code == 200
    assert citizen.get("/c/near", {"lon": "nan", "lat": "inf"}).status_code == 200
