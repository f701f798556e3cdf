"""Who is signed in to a shift, and was at an earlier moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from chengzhi.organisation.models import Attendance, Duty
from chengzhi.organisation.queries.duty import covers
from chengzhi.organisation.queries.snapshot import today

# Design of this platform: whoever forgot to sign out is not on shift for ever.
LONGEST_SHIFT = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class AttendanceView:
    """A stay on shift as its person sees it."""

    id: int
    shift: str
    signed_in_at: datetime
    signed_out_at: datetime | None


def attendance_now(account_id: int, at: datetime) -> AttendanceView | None:
    """Return the stay on shift of an account that is open at a moment, None when he is signed out or forgot it long ago."""
    own = Attendance.objects.filter(account=account_id, signed_out_at__isnull=True, signed_in_at__gt=at - LONGEST_SHIFT)
    row = own.select_related("shift").first()
    if row is None:
        return None
    return AttendanceView(row.id, row.shift.name_zh if row.shift else "", row.signed_in_at, row.signed_out_at)


def was_on_shift(account_id: int, at: datetime) -> bool:
    """Tell whether an account was signed in to a shift at a moment."""
    until = Q(signed_out_at__isnull=True) | Q(signed_out_at__gte=at)
    return Attendance.objects.filter(until, account=account_id, signed_in_at__lte=at, signed_in_at__gt=at - LONGEST_SHIFT).exists()


def open_attendance(staff_id: int) -> Attendance | None:
    """Return the stay on shift that a person has not ended."""
    return Attendance.objects.filter(staff_id=staff_id, signed_out_at__isnull=True).first()


def signed_out_last(staff_id: int) -> datetime | None:
    """Return when a person signed out of his latest stay on shift, None when he never did."""
    ended = Attendance.objects.filter(staff_id=staff_id, signed_out_at__isnull=False).order_by("-signed_out_at")
    return ended.values_list("signed_out_at", flat=True).first()


def planned_shift(staff_id: int, at: datetime) -> int | None:
    """Return the shift in which the plan has a person at a moment, if any."""
    moment = timezone.localtime(at)
    days = (moment.date() - timedelta(days=1), moment.date())
    planned = Duty.objects.filter(staff_id=staff_id, date__in=days).order_by("-date")
    lines = planned.values_list("date", "shift__starts", "shift__ends", "shift_id")
    return next((shift for day, starts, ends, shift in lines if covers(day, starts, ends, moment)), None)


def staff_of(account_id: int) -> int | None:
    """Return the staff row of an account."""
    known = today().accounts.get(account_id)
    return None if known is None else known.staff
