"""Clocks: one row per matter and kind of clock."""

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models.matter import Matter


class Clock(models.Model):
    """A limit that runs, pauses and ends. `minutes_left` is kept while paused; a fresh instance reuses the row."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="clocks", db_index=False)
    kind = models.CharField(max_length=24)
    scheme = models.CharField(max_length=24)
    amount = models.IntegerField()
    unit = models.CharField(max_length=16)
    background = models.BooleanField(default=False)
    instance = models.IntegerField(default=1)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    amber_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    minutes_left = models.IntegerField(null=True)
    extended = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "kind"], name="clock_one_per_matter_and_kind"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(paused_at__isnull=False) | Q(due_at__isnull=False),
                name="clock_running_has_deadline",
            ),
        ]
        indexes = [
            # Which running limits have passed 80 percent, and of those which are over: asked every minute, so it holds nothing else.
            models.Index(fields=["amber_at", "due_at"], name="clock_amber", condition=Q(ended_at__isnull=True, background=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.matter_id}"

    matter_id: int
