"""Parts of an incident: matters with a parent, each with its own holder, clock and few states."""

from django.db import models

from chengzhi.kernel.models import Holder, MatterNoun


class Task(MatterNoun):
    """A disposal task (处置任务): work given to one department, unit or county node."""

    unit = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    lead = models.BooleanField(default=True)
    instructions = models.CharField(max_length=500, blank=True, default="")
    result = models.CharField(max_length=1000, blank=True, default="")
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


class VoidRequest(MatterNoun):
    """A request to void an incident (申请作废), answered by the duty chief."""

    reason = models.CharField(max_length=40)
    remark = models.CharField(max_length=500, blank=True, default="")
