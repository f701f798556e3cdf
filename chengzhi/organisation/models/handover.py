"""Handing over: what one shift tells the next one, and who has taken it over."""

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id
from chengzhi.organisation.models.bodies import CommandNode
from chengzhi.organisation.models.duty import Shift


class Handover(models.Model):
    """One note of a shift for the next one (交接班): what is open, what to watch; taken over by a named person at a named moment."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(CommandNode, on_delete=models.PROTECT, related_name="handovers")
    date = models.DateField()
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="handovers", null=True)
    text = models.CharField(max_length=2000)
    written_by = models.BigIntegerField()
    written_at = models.DateTimeField()
    taken_by = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="handover_says_something"),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True, taken_at__isnull=True) | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="handover_taken_by_somebody_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["node", "-written_at"], name="handover_of_node")]

    def __str__(self) -> str:
        return f"{self.date} {self.node_id}"

    node_id: int
    shift_id: int | None
