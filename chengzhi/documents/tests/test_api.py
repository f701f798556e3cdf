"""The doors: upload first, open later."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import JsonResponse
from django.test import Client, override_settings
from django.urls import path
from ninja import NinjaAPI

from chengzhi.documents import services
from chengzhi.documents.api import router
from chengzhi.documents.models import Attachment
from chengzhi.documents.tests.conftest import DISPATCHER, INSPECTOR, NOON, act, matter, photo
from chengzhi.documents.tests.test_pictures import HTML, PDF
from chengzhi.kernel.problems import Problem

pytestmark = pytest.mark.django_db
PEOPLE = {"inspector": INSPECTOR, "dispatcher": DISPATCHER}


def signed_in(request):
    request.act = act(PEOPLE[request.headers["X-Who"]])
    return True


api = NinjaAPI(urls_namespace="documents-test", auth=signed_in)
api.add_router("", router)


@api.exception_handler(Problem)
def as_answer(request, problem):
    return JsonResponse({"code": problem.code, "zh": problem.zh, "en": problem.en}, status=problem.status)


urlpatterns = [path("", api.urls)]


@pytest.fixture(autouse=True)
def only_these_doors():
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        yield


def send(content, name="现场.jpg", claimed="image/jpeg", who="inspector", **fields):
    file = SimpleUploadedFile(name, content, content_type=claimed)
    return Client(headers={"X-Who": who}).post("/attachments", {"file": file, **fields})


def get(identifier, size, who="inspector"):
    return Client(headers={"X-Who": who}).get(f"/attachments/{identifier}/{size}")


def body(answer):
    return b"".join(answer.streaming_content)


def test_an_upload_gives_the_id_for_the_step():
    content = photo()
    answer = send(content, taken_at="2026-11-23T12:00:00+08:00", lon="106.684", lat="35.543", from_camera="true")
    assert answer.status_code == 201
    row = Attachment.objects.get()
    assert answer.json() == {"id": str(row.id), "sha256": row.sha256, "kind": "image", "size": len(content), "width": 640, "height": 480}
    assert (row.taken_at, row.lon, row.lat, row.from_camera, row.uploaded_by) == (NOON, 106.684, 35.543, True, INSPECTOR.id)


def test_an_upload_without_further_fields_is_enough_and_may_be_repeated():
    first, again = send(photo()), send(photo())
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and Attachment.objects.count() == 1


def test_a_large_upload_is_spooled_and_stored_whole():
    content = photo() + bytes(5_000_000)
    assert send(content).json()["size"] == len(content)


@pytest.mark.parametrize(
    ("situation", "content", "fields", "status", "code"),
    [
        ("page that claims to be a picture", HTML, {}, 422, "file_type"),
        ("above 10 MB", bytes(services.LARGEST_BYTES + 1), {}, 413, "file_size"),
        ("empty", b"", {}, 422, "file_empty"),
        ("broken", photo()[:5000], {}, 422, "file_broken"),
        ("half a position", photo(), {"lon": "106.7"}, 422, "lat_range"),
        ("no number that is one", photo(), {"lon": "nan", "lat": "35"}, 422, "lon_range"),
    ],
)
def test_a_refused_upload_says_why(situation, content, fields, status, code):
    answer = send(content, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("fields", [{"lon": "east", "lat": "35"}, {"taken_at": "yesterday"}, {"from_camera": "perhaps"}])
def test_fields_of_a_wrong_form_are_refused(fields):
    assert send(photo(), **fields).status_code == 422
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize(
    ("situation", "name", "content", "size", "mime", "disposition"),
    [
        ("picture as it was sent", "现场.jpg", photo(), "original", "image/jpeg", "inline; filename*=utf-8''%E7%8E%B0%E5%9C%BA.jpg"),
        ("thumbnail", "a.jpg", photo(), "small", "image/jpeg", 'inline; filename="a-small.jpg"'),
        ("public copy", "a.jpg", photo(), "large", "image/jpeg", 'inline; filename="a-large.jpg"'),
        ("picture named as a page", "a.html", photo(), "original", "image/jpeg", 'inline; filename="a.jpg"'),
        ("picture with a page behind it", "a.jpg", photo() + HTML, "original", "image/jpeg", 'inline; filename="a.jpg"'),
        ("name that would forge a header", 'a".jpg', photo(), "original", "image/jpeg", 'inline; filename="a\\".jpg"'),
        ("PDF is saved, not shown", "a.pdf", PDF, "original", "application/pdf", 'attachment; filename="a.pdf"'),
    ],
)
def test_a_file_is_sent_as_what_it_is(situation, name, content, size, mime, disposition):
    made = services.store(content, name, act(INSPECTOR))
    answer = get(made.id, size)
    assert answer.status_code == 200
    assert answer["Content-Type"] == mime and answer["Content-Disposition"] == disposition
    assert answer["Cache-Control"] == "private, max-age=86400, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert (body(answer) == content) is (size == "original")


def test_others_get_nothing_until_the_picture_belongs_to_a_matter_they_see():
    made = services.store(photo(), "a.jpg", act(INSPECTOR))
    assert get(made.id, "original", who="dispatcher").status_code == 404
    matter(1)
    services.attach(matter_id=1, root_id=1, attachment_ids=[made.id], stage="report", act=act(INSPECTOR))
    assert get(made.id, "original", who="dispatcher").status_code == 200


@pytest.mark.parametrize(
    ("identifier", "size", "status"), [(5, "original", 404), ("x", "original", 422), (1 << 70, "original", 404), (5, "..%2f..%2fetc", 404)]
)
def test_what_is_not_there_is_not_found(identifier, size, status):
    assert get(identifier, size).status_code == status
