"""Who may see which evidence, and was a picture seen before."""

from datetime import timedelta

import pytest

from chengzhi.documents import queries, services, storage
from chengzhi.documents.tests.conftest import COUNTY_B, DISPATCHER, INSPECTOR, NOON, OUTSIDER, UNIT, WORKER, act, actor, matter, photo
from chengzhi.documents.tests.test_pictures import PDF
from chengzhi.kernel.problems import NotFound

pytestmark = pytest.mark.django_db


def stored(seed=0, who=INSPECTOR, content=None):
    return services.store(content or photo(seed), "现场.jpg", act(who))


def attach(row, matter_id, root_id, stage="report", who=INSPECTOR, at=NOON):
    services.attach(matter_id=matter_id, root_id=root_id, attachment_ids=[row.id], stage=stage, act=act(who, at))


def test_evidence_comes_in_the_order_of_stages_and_time():
    matter(1)
    matter(2, parent=1, holder=UNIT)
    rows = [stored(seed) for seed in range(4)]
    attach(rows[0], 1, 1, "check")
    attach(rows[1], 2, 1, "dispose", at=NOON + timedelta(hours=2))
    attach(rows[2], 2, 1, "dispose", at=NOON + timedelta(hours=1))
    attach(rows[3], 1, 1, "report")
    found = queries.of_matter(1)
    assert [(piece["id"], piece["stage"], piece["matter"]) for piece in found] == [
        (rows[3].id, "report", 1),
        (rows[2].id, "dispose", 2),
        (rows[1].id, "dispose", 2),
        (rows[0].id, "check", 1),
    ]
    assert {piece["seen_before"] for piece in found} == {0}


def test_evidence_of_a_matter_is_read_in_two_queries(django_assert_num_queries):
    matter(1)
    for seed in range(4):
        attach(stored(seed), 1, 1)
    with django_assert_num_queries(2):
        assert len(queries.of_matter(1)) == 4
    with django_assert_num_queries(1):
        assert queries.of_matter(2) == []


def test_a_picture_used_in_other_matters_is_noticed():
    for identifier in (1, 2, 3, 4):
        matter(identifier)
    first, of_another, other = stored(1), stored(1, who=WORKER), stored(2)
    flat, document = stored(content=photo(0, (1, 1))), stored(content=PDF)
    for row, root in ((first, 1), (first, 2), (other, 1), (flat, 1), (flat, 4), (document, 1), (document, 4)):
        attach(row, root, root)
    attach(of_another, 3, 3, who=WORKER)
    attach(first, 1, 1, "check")
    seen = {(piece["id"], piece["stage"]): piece["seen_before"] for piece in queries.of_matter(1)}
    assert seen == {
        (first.id, "report"): 2,
        (first.id, "check"): 2,
        (other.id, "report"): 0,
        (flat.id, "report"): 0,
        (document.id, "report"): 0,
    }


@pytest.mark.parametrize(
    ("situation", "who", "may"),
    [
        ("uploader", INSPECTOR, True),
        ("colleague of the node", DISPATCHER, True),
        ("department that holds a part", WORKER, True),
        ("another county", OUTSIDER, False),
        ("nobody in particular", actor(99), False),
    ],
)
def test_an_attachment_is_opened_by_those_who_see_its_matter(situation, who, may):
    matter(1)
    matter(2, parent=1, holder=UNIT)
    row = stored()
    attach(row, 1, 1)
    if may:
        assert queries.openable(row.id, who).id == row.id
    else:
        with pytest.raises(NotFound, match=str(row.id)):
            queries.openable(row.id, who)


def test_an_attachment_without_matter_is_its_uploaders_alone():
    row = stored()
    assert queries.openable(row.id, INSPECTOR).id == row.id
    for who in (DISPATCHER, WORKER, OUTSIDER):
        with pytest.raises(NotFound):
            queries.openable(row.id, who)


def test_an_attachment_in_two_matters_is_open_to_both_sides():
    matter(1)
    matter(2, node=COUNTY_B)
    row = stored()
    attach(row, 1, 1)
    attach(row, 2, 2)
    assert queries.openable(row.id, OUTSIDER).id == queries.openable(row.id, DISPATCHER).id == row.id


@pytest.mark.parametrize("identifier", [5, 0, -1, 1 << 63])
def test_what_does_not_exist_is_not_found(identifier):
    with pytest.raises(NotFound, match=f"“{identifier}”"):
        queries.openable(identifier, DISPATCHER)


def test_copies_are_made_when_first_asked_for_and_can_be_made_again():
    row = stored()
    assert not storage.copy_of(row.sha256, "small").exists()
    found = queries.opened(row.id, "small", INSPECTOR)
    assert (found.path, found.mime, found.name, found.inline) == (
        storage.copy_of(row.sha256, "small"),
        "image/jpeg",
        "现场-small.jpg",
        True,
    )
    made = found.path.read_bytes()
    found.path.unlink()
    assert queries.opened(row.id, "small", INSPECTOR).path.read_bytes() == made
    assert queries.opened(row.id, "original", INSPECTOR).path.read_bytes() == photo()


def test_a_name_that_lies_about_the_type_is_corrected():
    row = services.store(photo(), "page.html", act(INSPECTOR))
    found = queries.opened(row.id, "original", INSPECTOR)
    assert (found.name, found.mime, found.inline) == ("page.jpg", "image/jpeg", True)


@pytest.mark.parametrize(("content", "size"), [(PDF, "small"), (PDF, "large"), (photo(), "huge"), (photo(), "..")])
def test_a_size_that_there_is_not_is_said(content, size):
    row = stored(content=content)
    with pytest.raises(NotFound) as refusal:
        queries.opened(row.id, size, INSPECTOR)
    assert refusal.value.code == "no_such_size" and f"“{size}”" in refusal.value.zh
