"""What a stranger tries at the citizens' pages: walking around limits, losing reports, learning of others, hiding data in pictures."""

import pytest
from django.db.models import Count

from chengzhi.documents.models import Attachment
from chengzhi.documents.storage import path_of
from chengzhi.incidents.models import Incident
from chengzhi.portal import services
from chengzhi.portal.models import Attempt, Followed
from chengzhi.portal.services import Caller, Known, TooMany
from chengzhi.portal.tests.reporting import HERE, PHONE, THERE, filled, picture, reported, upload

SECRET = "GPS 35.5 105.7"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
    ],
)
def test_every_way_to_write_an_address_names_one_network(one, other, same):
    assert (Caller(one).subject == Caller(other).subject) is same


@pytest.mark.parametrize("again", [PHONE.translate(WIDE), f"+86 {PHONE}", f"0{PHONE}", f"{PHONE[:3]} {PHONE[3:]}"])
def test_one_telephone_counts_as_one_however_it_is_written(world, again):
    reported(world, phone=PHONE)
    reported(world, 5, phone=again)
    counted = Attempt.objects.filter(kind="phone").values("subject").annotate(n=Count("id"))
    assert [row["n"] for row in counted] == [2]


def test_other_words_under_the_key_of_an_old_form_are_another_report(world):
    first = filled(world)
    later = filled(world, 5, key=first.key, words="路面有个大坑", picture="road")
    codes = {services.send(first, HERE), services.send(first, HERE), services.send(later, HERE)}
    assert len(codes) == Incident.objects.count() == Followed.objects.count() == 2


def test_asking_what_others_have_reported_is_limited(world):
    reported(world)
    answers = []
    for _ in range(70):
        try:
            services.send(filled(world), THERE)
        except (Known, TooMany) as problem:
            answers.append(problem.code)
    assert answers == ["known_already"] * 60 + ["too_many"] * 10
    assert Incident.objects.count() == 1


def test_no_picture_of_a_citizen_is_stored_with_what_his_phone_wrote_into_it(world, citizen):
    services.take_photo(upload(secret=SECRET), "a.jpg", HERE)
    assert SECRET.encode() in picture(SECRET)
    assert SECRET.encode() not in path_of(Attachment.objects.get().sha256).read_bytes()
