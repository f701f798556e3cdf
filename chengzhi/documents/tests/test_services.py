"""Storing, attaching and sweeping."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from chengzhi.documents import jobs, queries, services, storage
from chengzhi.documents.models import Attachment, Evidence
from chengzhi.documents.tests.conftest import DISPATCHER, INSPECTOR, NOON, UNIT, WORKER, act, matter, photo
from chengzhi.documents.tests.test_pictures import PDF
from chengzhi.kernel import schedule, writes
from chengzhi.kernel.problems import Invalid, Refused, TooLarge

pytestmark = pytest.mark.django_db
# Without a transaction around the test, so that on PostgreSQL services run in pipeline mode as they do in a city.
in_the_open = pytest.mark.django_db(transaction=True)


def stored(seed=0, who=INSPECTOR, at=NOON, **options):
    return services.store(photo(seed), "现场.jpg", act(who, at), **options)


def attach(ids, matter_id=1, root_id=1, stage="report", who=INSPECTOR):
    return services.attach(matter_id=matter_id, root_id=root_id, attachment_ids=ids, stage=stage, act=act(who))


def test_a_picture_is_stored_with_all_that_is_known_of_it():
    content = photo(3)
    made = services.store(
        content, "现场.jpg", act(INSPECTOR), taken_at=NOON - timedelta(minutes=5), lon=106.684, lat=35.543, from_camera=True
    )
    row = Attachment.objects.get(id=made.id)
    assert (row.kind, row.mime, row.size, row.width, row.height) == ("image", "image/jpeg", len(content), 640, 480)
    assert (row.taken_at, row.lon, row.lat, row.from_camera) == (NOON - timedelta(minutes=5), 106.684, 35.543, True)
    assert (row.uploaded_by, row.uploaded_at, row.claimed_at, row.original_name) == (INSPECTOR.id, NOON, None, "现场.jpg")
    assert len(row.phash) == 16 and storage.path_of(row.sha256).read_bytes() == content


def test_a_stream_is_stored_like_bytes():
    made = services.store(io.BytesIO(PDF), "申请.pdf", act(INSPECTOR))
    assert (made.kind, made.size, made.width, made.phash) == ("pdf", len(PDF), None, "")


def test_the_same_bytes_from_the_same_person_are_the_same_attachment():
    first = stored(from_camera=True)
    again = stored(at=NOON + timedelta(hours=3))
    assert again.id == first.id and Attachment.objects.count() == 1
    row = Attachment.objects.get()
    assert (row.from_camera, row.uploaded_at) == (True, NOON + timedelta(hours=3))  # young again: it waits for its step from now


def test_the_same_bytes_from_another_person_are_another_attachment_over_one_file(files_apart):
    first, second = stored(), stored(who=WORKER)
    assert first.id != second.id and first.sha256 == second.sha256
    assert len([path for path in files_apart.glob("??/??/*") if path.is_file()]) == 1


def at_once(work, times=6):
    """Do the same in several threads, each with its own connection, and return what each got."""

    def one(_):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


@in_the_open
def test_the_same_bytes_sent_several_times_at_once_are_one_attachment():
    assert len({row.id for row in at_once(stored)}) == 1
    assert Attachment.objects.count() == 1


def test_a_time_without_zone_is_meant_in_the_city():
    made = stored(taken_at=datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001
    assert Attachment.objects.get(id=made.id).taken_at == NOON


@pytest.mark.parametrize(
    ("situation", "content", "options", "refusal", "code"),
    [
        ("empty file", b"", {}, Invalid, "file_empty"),
        ("empty stream", io.BytesIO(b""), {}, Invalid, "file_empty"),
        ("one byte above 10 MB", bytes(services.LARGEST_BYTES + 1), {}, TooLarge, "file_size"),
        ("stream above 10 MB", io.BytesIO(bytes(services.LARGEST_BYTES + 500)), {}, TooLarge, "file_size"),
        ("10 MB of nothing known", bytes(services.LARGEST_BYTES), {}, Invalid, "file_type"),
        ("longitude alone", photo(), {"lon": 106.7}, Invalid, "lat_range"),
        ("latitude alone", photo(), {"lat": 35.5}, Invalid, "lon_range"),
        ("longitude too large", photo(), {"lon": 181.0, "lat": 35.5}, Invalid, "lon_range"),
        ("latitude too small", photo(), {"lon": 106.7, "lat": -90.1}, Invalid, "lat_range"),
        ("no number", photo(), {"lon": float("nan"), "lat": 35.5}, Invalid, "lon_range"),
        ("infinite", photo(), {"lon": 106.7, "lat": float("inf")}, Invalid, "lat_range"),
    ],
)
def test_a_refused_file_leaves_neither_row_nor_file(files_apart, situation, content, options, refusal, code):
    with pytest.raises(refusal) as found:
        services.store(content, "现场.jpg", act(INSPECTOR), **options)
    assert found.value.code == code and found.value.zh and found.value.en
    assert Attachment.objects.count() == 0 and not list(files_apart.glob("??/??/*"))


def test_a_picture_of_ten_megabytes_is_taken():
    content = photo()
    assert stored().size == len(content)
    padded = content + bytes(services.LARGEST_BYTES - len(content))
    assert services.store(padded, "大图.jpg", act(INSPECTOR)).size == services.LARGEST_BYTES


@pytest.mark.parametrize(
    ("situation", "name", "kept"),
    [
        ("plain", "现场.jpg", "现场.jpg"),
        ("path upward", "../../etc/passwd", "passwd"),
        ("path of Windows", "C:\\Users\\某人\\照片.jpg", "照片.jpg"),
        ("absolute path", "/etc/shadow", "shadow"),
        ("only folders", "../..", "附件"),
        ("nothing", "", "附件"),
        ("end of text in the middle", "a\x00b.jpg", "ab.jpg"),
        ("new lines, as for forged headers", "a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("reversed direction", "photo‮gpj.exe", "photogpj.exe"),
        ("hidden file", ".htaccess", "htaccess"),
        ("too long", "长" * 300 + ".jpg", "长" * 116 + ".jpg"),
        ("too long without ending", "长" * 300, "长" * 120),
        ("too long with a long ending", "a." + "b" * 300, "a." + "b" * 118),
    ],
)
def test_a_name_is_only_a_name(situation, name, kept):
    assert services.clean_name(name) == kept
    assert services.store(photo(), name, act(INSPECTOR)).original_name == kept


@in_the_open
def test_attaching_makes_evidence_and_claims_the_attachment():
    matter(1)
    first, second = stored(1), stored(2)
    assert attach([second.id, first.id, second.id]) == [
        {"id": str(second.id), "sha256": second.sha256, "stage": "report", "kind": "image", "new": True},
        {"id": str(first.id), "sha256": first.sha256, "stage": "report", "kind": "image", "new": True},
    ]
    rows = Evidence.objects.order_by("id").values_list("attachment_id", "matter_id", "root_id", "stage", "added_at")
    assert list(rows) == [(second.id, 1, 1, "report", NOON), (first.id, 1, 1, "report", NOON)]
    assert set(Attachment.objects.values_list("claimed_at", flat=True)) == {NOON}


@in_the_open
def test_attaching_asks_the_database_once(django_assert_num_queries):
    matter(1)
    ids = [stored(seed).id for seed in range(3)]

    @writes.service
    def report():
        with django_assert_num_queries(1):
            attach(ids)

    report()
    assert Evidence.objects.count() == 3


def test_attaching_nothing_asks_and_writes_nothing():
    assert attach([]) == []


def test_attaching_the_same_again_changes_nothing():
    matter(1)
    made = stored()
    attach([made.id])
    again = {"id": str(made.id), "sha256": made.sha256, "stage": "report", "kind": "image", "new": False}
    assert attach([made.id]) == [again]
    attach([made.id], stage="check")
    assert list(Evidence.objects.order_by("id").values_list("stage", flat=True)) == ["report", "check"]


def test_anothers_file_cannot_be_attached_unless_it_is_evidence_under_the_same_root():
    for identifier in (1, 2):
        matter(identifier)
    matter(3, parent=1, holder=UNIT)
    made, own = stored(1), stored(2, who=WORKER)
    with pytest.raises(Invalid) as refusal:
        attach([own.id, made.id], matter_id=3, who=WORKER, stage="dispose")
    assert refusal.value.code == "attachment_unknown" and f"“{made.id}”" in refusal.value.zh and f"“{made.id}”" in refusal.value.en
    assert Evidence.objects.count() == 0 and not Attachment.objects.filter(claimed_at__isnull=False).exists()
    attach([made.id])
    assert attach([own.id, made.id], matter_id=3, who=WORKER, stage="dispose")[1]["id"] == str(made.id)
    with pytest.raises(Invalid, match=str(made.id)):
        attach([made.id], matter_id=2, root_id=2, who=WORKER)


@pytest.mark.parametrize("identifier", [5, 0, -1, 1 << 63, 1 << 200])
def test_an_unknown_id_is_named(identifier):
    matter(1)
    with pytest.raises(Invalid, match=f"“{identifier}”"):
        attach([identifier])
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize(
    ("situation", "options", "code"),
    [
        ("unknown stage", {"stage": "party"}, "stage_unknown"),
        ("too many at once", {"attachment_ids": list(range(1, 32))}, "attachments_too_many"),
        ("note too long", {"note": "长" * 201}, "note_too_long"),
    ],
)
def test_attaching_in_a_wrong_way_is_refused(situation, options, code):
    with pytest.raises(Invalid) as refusal:
        services.attach(**{"matter_id": 1, "root_id": 1, "attachment_ids": [5], "stage": "report", "act": act(INSPECTOR), **options})
    assert refusal.value.code == code


@in_the_open
def test_a_step_that_fails_after_attaching_leaves_no_evidence():
    matter(1)
    made = stored()

    @writes.service
    def step():
        attach([made.id])
        raise Refused("不行。", "No.")

    with pytest.raises(Refused):
        step()
    assert Evidence.objects.count() == 0 and Attachment.objects.get().claimed_at is None


@in_the_open
def test_a_file_stored_within_a_step_can_be_attached_in_it():
    matter(1)

    @writes.service
    def step():
        attach([stored().id])

    step()
    assert Evidence.objects.get().attachment.claimed_at == NOON


def aged(row, hours):
    moment = (NOON - timedelta(hours=hours)).timestamp()
    os.utime(storage.path_of(row.sha256), (moment, moment))
    return row


@in_the_open
def test_a_sweep_removes_what_nobody_used_and_nothing_else():
    matter(1)
    unused = aged(stored(1, at=NOON - timedelta(hours=49)), 49)
    used = aged(stored(2, at=NOON - timedelta(hours=49)), 49)
    young = aged(stored(3, at=NOON - timedelta(hours=47)), 47)
    shared = aged(stored(4, at=NOON - timedelta(hours=49)), 49)
    also_shared = aged(stored(4, who=WORKER, at=NOON - timedelta(hours=47)), 49)
    orphan = storage.keep(b"a file whose row was never committed")
    os.utime(storage.path_of(orphan), (0, 0))
    attach([used.id])
    assert services.sweep(NOON - services.KEEP_UNCLAIMED) == {"attachments": 2, "files": 2}
    assert set(Attachment.objects.values_list("id", flat=True)) == {used.id, young.id, also_shared.id}
    there = {row.sha256: storage.path_of(row.sha256).exists() for row in (unused, used, young, shared)}
    assert there == {unused.sha256: False, used.sha256: True, young.sha256: True, shared.sha256: True}
    assert not storage.path_of(orphan).exists()
    assert services.sweep(NOON - services.KEEP_UNCLAIMED) == {"attachments": 0, "files": 0}


def test_an_upload_repeated_shortly_before_the_sweep_stays():
    first = aged(stored(at=NOON - timedelta(hours=49)), 49)
    assert stored(at=NOON - timedelta(minutes=1)).id == first.id
    assert services.sweep(NOON - services.KEEP_UNCLAIMED) == {"attachments": 0, "files": 0}
    assert storage.path_of(first.sha256).exists()


@pytest.mark.postgres_only
@in_the_open
def test_a_sweep_leaves_alone_what_a_running_step_is_just_attaching():
    matter(1)
    old = aged(stored(at=NOON - timedelta(hours=49)), 49)

    @writes.service
    def step():
        attach([old.id])
        return at_once(lambda: services.sweep(NOON - services.KEEP_UNCLAIMED), times=1)

    assert step() == [{"attachments": 0, "files": 0}]
    assert Evidence.objects.get().attachment_id == old.id and storage.path_of(old.sha256).exists()


def test_a_sweep_of_more_than_one_batch_removes_all(monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    for seed in range(5):
        aged(stored(seed, at=NOON - timedelta(hours=49)), 49)
    assert services.sweep(NOON - services.KEEP_UNCLAIMED) == {"attachments": 5, "files": 5}


def test_the_sweep_is_in_the_timetable_every_six_hours():
    job = schedule.JOBS[f"{jobs.__name__}.sweep"]
    assert job.period == timedelta(hours=6)
    aged(stored(at=NOON - timedelta(hours=49)), 49)
    job.run(NOON)
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize(
    ("situation", "columns"),
    [
        ("empty file", {"size": 0}),
        ("longitude without latitude", {"lon": 1.0}),
        ("same bytes of the same person", {"sha256": "b" * 64}),
    ],
)
def test_the_database_refuses_what_cannot_be(situation, columns):
    known = {"kind": "image", "mime": "image/png", "size": 5, "original_name": "x", "uploaded_by": 1, "uploaded_at": NOON}
    Attachment.objects.create(sha256="b" * 64, **known)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.create(**{**known, "sha256": "a" * 64, **columns})


def test_the_moment_of_upload_is_that_of_receiving_even_when_an_act_is_told_later():
    late = act(DISPATCHER, at=datetime(2020, 1, 1, tzinfo=UTC))
    now = datetime.now(UTC)
    told = type(late)(actor=late.actor, at=late.at, door="replay", recorded_at=now)
    assert services.store(photo(), "x.jpg", told).uploaded_at == now
    assert queries.openable(Attachment.objects.get().id, DISPATCHER).uploaded_at == now
