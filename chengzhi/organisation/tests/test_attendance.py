"""Signing in to a shift and out of it: once, at a moment that can be, and known to whoever asks later."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, NotAllowed, Refused
from chengzhi.organisation import queries, services
from chengzhi.organisation.models import Attendance

NOW = timezone.now().replace(microsecond=0)
HOUR = timedelta(hours=1)
HERE = services.Seen(105.1, 36.2, 8.4, "Phone 1")


@pytest.fixture
def inspector(city):
    """Give the act of an inspector at a moment after NOW."""
    services.load_grants([{"role": "inspector", "capability": services.SIGN_SHIFT}], act=city.act)
    account = city.account("i1", city.post("东中心", "inspector", area_code="D01"))

    def at(hours: float = 0, post: int | None = -1) -> Act:
        actor = queries.actor(account.pk)
        if post != -1:
            actor = replace(actor, post=post)
        return Act(actor=actor, at=NOW + hours * HOUR, recorded_at=NOW + hours * HOUR)

    return at


def test_signing_in_keeps_moment_place_and_device_and_signing_out_ends_it(inspector):
    row = services.sign_in_to_shift(act=inspector(), seen=HERE)
    assert (row.signed_in_at, row.in_recorded_at) == (NOW, NOW)
    assert (row.in_lon, row.in_lat, row.in_accuracy_m, row.in_device) == (105.1, 36.2, 8, "Phone 1")
    assert queries.attendance_now(row.account, NOW + HOUR).signed_in_at == NOW
    services.sign_out_of_shift(act=inspector(8), seen=services.Seen())
    kept = Attendance.objects.get()
    assert (kept.signed_out_at, kept.out_lon, kept.out_device) == (NOW + 8 * HOUR, None, "")
    assert queries.attendance_now(row.account, NOW + 9 * HOUR) is None


def test_a_second_sign_in_is_refused_and_changes_nothing(inspector):
    services.sign_in_to_shift(act=inspector(), seen=HERE)
    with pytest.raises(Refused) as refusal:
        services.sign_in_to_shift(act=inspector(1), seen=HERE)
    assert refusal.value.code == "already_signed_in" and "签到" in refusal.value.zh
    assert [(row.signed_in_at, row.signed_out_at) for row in Attendance.objects.all()] == [(NOW, None)]


def test_the_database_itself_allows_one_open_stay_a_person(inspector):
    row = services.sign_in_to_shift(act=inspector(), seen=HERE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(
            staff_id=row.staff_id, post_id=row.post_id, account=row.account, signed_in_at=NOW, in_recorded_at=NOW
        )


def test_a_forgotten_stay_ends_when_the_next_begins(inspector):
    services.sign_in_to_shift(act=inspector(), seen=HERE)
    services.sign_in_to_shift(act=inspector(24), seen=HERE)
    first, second = Attendance.objects.order_by("signed_in_at")
    assert (first.signed_out_at, first.out_recorded_at) == (NOW + queries.LONGEST_SHIFT, NOW + 24 * HOUR)
    assert (second.signed_in_at, second.signed_out_at) == (NOW + 24 * HOUR, None)


@pytest.mark.parametrize(
    ("situation", "said", "kept"),
    [
        ("now", None, 8),
        ("two hours ago, without network", 6, 6),
        ("as long ago as a shift can be", -8, -8),
        ("longer ago", -8.1, None),
        ("some minutes ahead", 8 + 4 / 60, 8 + 4 / 60),
        ("a day ahead", 32, None),
    ],
)
def test_the_moment_of_a_phone_without_network_is_taken_within_a_shift(inspector, situation, said, kept):
    at = None if said is None else NOW + said * HOUR
    if kept is None:
        with pytest.raises(Invalid):
            services.sign_in_to_shift(act=inspector(8), seen=HERE, at=at)
        assert Attendance.objects.count() == 0
    else:
        row = services.sign_in_to_shift(act=inspector(8), seen=HERE, at=at)
        assert (row.signed_in_at, row.in_recorded_at) == (NOW + kept * HOUR, NOW + 8 * HOUR), situation


def test_without_sign_in_nobody_signs_out_and_nobody_signs_out_before_he_came(inspector):
    with pytest.raises(Refused):
        services.sign_out_of_shift(act=inspector(), seen=HERE)
    services.sign_in_to_shift(act=inspector(8), seen=HERE)
    with pytest.raises(Invalid):
        services.sign_out_of_shift(act=inspector(9), seen=HERE, at=NOW + 7 * HOUR)
    assert Attendance.objects.get().signed_out_at is None


def test_signing_in_needs_the_right_and_a_post(inspector, city):
    stranger = city.account("c1", city.post("东中心", "chief"))
    for act in (Act(actor=queries.actor(stranger.pk), at=NOW), inspector(post=None)):
        with pytest.raises(NotAllowed):
            services.sign_in_to_shift(act=act, seen=HERE)
    assert Attendance.objects.count() == 0


@pytest.mark.parametrize(
    ("situation", "hours", "was"),
    [("before", -0.1, False), ("at the beginning", 0, True), ("within", 4, True), ("at the end", 8, True), ("after", 8.1, False)],
)
def test_who_was_on_shift_at_an_earlier_moment_is_known(inspector, situation, hours, was):
    row = services.sign_in_to_shift(act=inspector(), seen=HERE)
    services.sign_out_of_shift(act=inspector(8), seen=HERE)
    assert queries.was_on_shift(row.account, NOW + hours * HOUR) is was, situation
