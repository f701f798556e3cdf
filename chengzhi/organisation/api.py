"""JSON door of the organisation: signing in to a shift and out of it."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from chengzhi.kernel import doors
from chengzhi.kernel.access import Act
from chengzhi.organisation import queries, services
from chengzhi.organisation.models import Attendance

router = Router(tags=["attendance"])


class Signing(Schema):
    """What a phone tells when its person signs in or out; `at` only when that happened before it could be sent."""

    lon: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    accuracy: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = None
    device: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    at: datetime | None = None


@router.get("/attendance", summary="Whether I am signed in to a shift")
def attendance(request: HttpRequest) -> HttpResponse:
    """Return the open stay on shift of the caller, `signed_in_at` null without one."""
    found = queries.attendance_now(doors.actor_of(request).id, timezone.now())
    return doors.answered({"signed_in_at": found.signed_in_at.isoformat() if found else None, "shift": found.shift if found else ""})


@router.post("/attendance/sign-in", summary="Sign in to the shift")
def sign_in(request: HttpRequest, told: Signing) -> HttpResponse:
    """Sign the caller in to his shift, with position and device."""
    return _sign(request, services.sign_in_to_shift, told)


@router.post("/attendance/sign-out", summary="Sign out of the shift")
def sign_out(request: HttpRequest, told: Signing) -> HttpResponse:
    """Sign the caller out of his shift."""
    return _sign(request, services.sign_out_of_shift, told)


def _sign(request: HttpRequest, service: Any, told: Signing) -> HttpResponse:
    act: Act = doors.act_of(request)
    seen = services.Seen(told.lon, told.lat, told.accuracy, told.device)

    def work() -> tuple[int, dict[str, Any]]:
        row: Attendance = service(act=act, seen=seen, at=told.at)
        out = row.signed_out_at.isoformat() if row.signed_out_at else None
        return 200, {"id": str(row.pk), "signed_in_at": row.signed_in_at.isoformat(), "signed_out_at": out}

    return doors.answer_once(request, work)
