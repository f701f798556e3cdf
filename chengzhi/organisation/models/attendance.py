"""Attendance: when and where a person signed in to a shift and out of it, as he said and as it was received."""

from django.db import models
from django.db.models import F, Q

from chengzhi.kernel.ids import new_id
from chengzhi.organisation.models.bodies import Post
from chengzhi.organisation.models.duty import Shift
from chengzhi.organisation.models.people import Staff


class Attendance(models.Model):
    """One stay on shift (签到、签退). The moment that the phone told and the moment of receipt are both kept; a position may be missing."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="attendances")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="attendances", null=True)
    account = models.BigIntegerField()
    signed_in_at = models.DateTimeField()
    in_recorded_at = models.DateTimeField()
    in_lon = models.FloatField(null=True)
    in_lat = models.FloatField(null=True)
    in_accuracy_m = models.IntegerField(null=True)
    in_device = models.CharField(max_length=200, blank=True, default="")
    signed_out_at = models.DateTimeField(null=True)
    out_recorded_at = models.DateTimeField(null=True)
    out_lon = models.FloatField(null=True)
    out_lat = models.FloatField(null=True)
    out_accuracy_m = models.IntegerField(null=True)
    out_device = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff"], condition=Q(signed_out_at__isnull=True), name="attendance_one_open"),
            models.CheckConstraint(
                condition=Q(signed_out_at__isnull=True) | Q(signed_out_at__gte=F("signed_in_at")), name="attendance_in_order"
            ),
        ]
        indexes = [models.Index(fields=["account", "-signed_in_at"], name="attendance_of_account")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.signed_in_at:%Y-%m-%d %H:%M}"

    staff_id: int
    post_id: int
    shift_id: int | None
