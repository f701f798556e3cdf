"""Parts of an incident: matters with a parent, each with its own holder, clock and few states."""

from django.db import models

from chengzhi.kernel.models import Holder, MatterNoun


class Task(MatterNoun):
    """A disposal task (处置任务): work given to one department, unit or county node."""

    unit = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    lead = models.BooleanField(default=True)
    mandatory = models.BooleanField(default=True, db_default=True)
    fallback = models.BooleanField(default=False, db_default=False)  # repairs first while others confer about whose duty it is
    urged = models.IntegerField(default=0, db_default=0)
    urged_by_time = models.BooleanField(default=False, db_default=False)
    instructions = models.CharField(max_length=500, blank=True, default="")
    result = models.CharField(max_length=1000, blank=True, default="")
    quantity = models.CharField(max_length=40, blank=True, default="", db_default="")
    material = models.CharField(max_length=100, blank=True, default="", db_default="")
    leftover = models.CharField(max_length=300, blank=True, default="", db_default="")  # what is still left; empty when nothing is
    signed_by = models.BigIntegerField(null=True)
    finished_by = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)
    limit_amount = models.IntegerField()
    limit_unit = models.CharField(max_length=16)
    limit_scheme = models.CharField(max_length=16)


class Verification(MatterNoun):
    """An on-site verification (核实) before filing."""

    result = models.CharField(max_length=12, blank=True, default="")
    remark = models.CharField(max_length=500, blank=True, default="")
    answered_by = models.BigIntegerField(null=True)


class Check(MatterNoun):
    """An on-site check (核查) of what a department reported done."""

    remark = models.CharField(max_length=500, blank=True, default="")
    checked_by = models.BigIntegerField(null=True)
    distance_m = models.IntegerField(null=True)
    far_reason = models.CharField(max_length=200, blank=True, default="")
    same_person = models.BooleanField(default=False)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["answered_at"], name="check_answered", condition=models.Q(answered_at__isnull=False)),
            models.Index(fields=["checked_by", "answered_at"], name="check_of_person", condition=models.Q(answered_at__isnull=False)),
        ]


class VoidRequest(MatterNoun):
    """A request to void an incident (申请作废), answered by the duty chief."""

    reason = models.CharField(max_length=40)
    remark = models.CharField(max_length=500, blank=True, default="")
