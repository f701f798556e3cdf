"""Verbs of attendance: signing in to a shift and out of it, also told later by a phone that had no network."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, NotAllowed, Refused
from chengzhi.organisation import queries
from chengzhi.organisation.models import Attendance
from chengzhi.organisation.services.authority import SIGN_SHIFT, authorise

LATEST_AHEAD = timedelta(minutes=5)
LONGEST_DEVICE = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """What the phone tells beside the moment: its position, if it has one, with the accuracy in metres, and what it is."""

    lon: float | None = None
    lat: float | None = None
    accuracy: float | None = None
    device: str = ""

    @property
    def metres(self) -> int | None:
        """The accuracy in whole metres."""
        return None if self.accuracy is None else round(min(self.accuracy, 1_000_000))


@writes.service
def sign_in_to_shift(*, act: Act, seen: Seen, at: datetime | None = None) -> Attendance:
    """Sign the acting person in to his shift (签到); `at` is when he did so, if the phone could tell it only later.

    Raises NotAllowed without a post, Refused when he is signed in already, Invalid for a moment that cannot be.
    """
    staff, moment = _who(act), _moment(act, at)
    before = queries.open_attendance(staff)
    if before is not None and before.signed_in_at > moment - queries.LONGEST_SHIFT:
        raise Refused(
            f"您已于{timezone.localtime(before.signed_in_at):%m-%d %H:%M}签到，无需重复签到；要重新签到请先签退。",
            f"You signed in at {timezone.localtime(before.signed_in_at):%m-%d %H:%M} already; sign out first to sign in again.",
            code="already_signed_in",
        )
    last = queries.signed_out_last(staff)
    if before is None and last is not None and moment < last:
        raise Invalid(
            f"at“{moment.isoformat()}”早于上次签退{last.isoformat()}，两次在岗不能重叠，请检查手机时钟。",
            f"at “{moment.isoformat()}” is before the last sign-out at {last.isoformat()}; two stays on shift cannot overlap: "
            "check the clock of the phone.",
            code="past_time",
        )
    if before is not None:  # forgotten: the stay ends when no shift can last longer, and has no device or position of its end
        before.signed_out_at, before.out_recorded_at = before.signed_in_at + queries.LONGEST_SHIFT, act.recorded_at
        writes.change(before, "signed_out_at", "out_recorded_at")
        writes.current().flush()
    row = Attendance(
        staff_id=staff,
        post_id=act.post,
        shift_id=queries.planned_shift(staff, moment),
        account=act.actor.id,
        signed_in_at=moment,
        in_recorded_at=act.recorded_at,
        in_lon=seen.lon,
        in_lat=seen.lat,
        in_accuracy_m=seen.metres,
        in_device=seen.device[:LONGEST_DEVICE],
    )
    writes.add(row)
    return row


@writes.service
def sign_out_of_shift(*, act: Act, seen: Seen, at: datetime | None = None) -> Attendance:
    """Sign the acting person out of his shift (签退). Raises Refused when he is not signed in, Invalid for a moment before that."""
    staff, moment = _who(act), _moment(act, at)
    row = queries.open_attendance(staff)
    if row is None:
        raise Refused("您尚未签到，请先签到。", "You are not signed in; sign in first.", code="not_signed_in_to_shift")
    if moment < row.signed_in_at:
        raise Invalid(
            f"at“{moment.isoformat()}”早于签到时间{row.signed_in_at.isoformat()}，请检查手机时钟。",
            f"at “{moment.isoformat()}” is before the sign-in at {row.signed_in_at.isoformat()}; check the clock of the phone.",
            code="past_time",
        )
    row.signed_out_at, row.out_recorded_at = moment, act.recorded_at
    row.out_lon, row.out_lat, row.out_accuracy_m, row.out_device = seen.lon, seen.lat, seen.metres, seen.device[:LONGEST_DEVICE]
    writes.change(row, "signed_out_at", "out_recorded_at", "out_lon", "out_lat", "out_accuracy_m", "out_device")
    return row


def _who(act: Act) -> int:
    authorise(act, SIGN_SHIFT)
    staff = queries.staff_of(act.actor.id)
    if staff is None or act.post is None:
        raise NotAllowed("您没有岗位，不能签到。", "You have no post and cannot sign in to a shift.", code="no_post")
    return staff


def _moment(act: Act, at: datetime | None) -> datetime:
    if at is None:
        return act.at
    if at.tzinfo is None or not act.recorded_at - queries.LONGEST_SHIFT <= at <= act.recorded_at + LATEST_AHEAD:
        raise Invalid(
            f"at“{at.isoformat()}”不可用：须带时区，不在将来，也不早于{queries.LONGEST_SHIFT.seconds // 3600}小时前。",
            f"at “{at.isoformat()}” is not usable: it needs a zone, lies not in the future and at most "
            f"{queries.LONGEST_SHIFT.seconds // 3600} hours back.",
            code="past_time",
        )
    return at
