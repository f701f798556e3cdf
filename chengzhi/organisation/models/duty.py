"""Duty plans: who is on duty on which day in which shift."""

from django.db import models
from django.db.models import F, Q

from chengzhi.kernel.ids import new_id
from chengzhi.organisation.models.bodies import CommandNode, Post
from chengzhi.organisation.models.people import Staff


class Shift(models.Model):
    """A shift (班次) of a command node; one that ends before it starts runs over midnight and belongs to the day it starts."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(CommandNode, on_delete=models.PROTECT, related_name="shifts")
    name_zh = models.CharField(max_length=20)
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "name_zh"], name="shift_name_once_per_node"),
            models.CheckConstraint(condition=~Q(starts=F("ends")), name="shift_has_length"),
        ]

    def __str__(self) -> str:
        return self.name_zh

    node_id: int


class Duty(models.Model):
    """One line of a duty plan (值班表); `substitute_for` names whom the person stands in for (顶班)."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    date = models.DateField()
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="duties")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="duties")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="duties")
    substitute_for = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True)
    note = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        verbose_name_plural = "duties"
        constraints = [models.UniqueConstraint(fields=["date", "shift", "staff"], name="duty_nobody_twice_in_a_shift")]

    def __str__(self) -> str:
        return f"{self.date} {self.shift_id} {self.staff_id}"

    shift_id: int
    post_id: int
    staff_id: int
    substitute_for_id: int | None
