"""The trail: an append-only, chained record of every step; payloads lie beside it so that they can be erased lawfully."""

from django.db import models

from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models.matter import Matter


class TrailEntry(models.Model):
    """One link of the chain of a root matter. Nothing in this row may ever change; a trigger refuses it.

    `clocks` are the clock operations of the step: they stand here and not in the payload, so that erasing what was said about a person
    never erases the proof of a deadline.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    root = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField()
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="trail", db_index=False)
    kind = models.CharField(max_length=40)
    step = models.CharField(max_length=40)
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.BigIntegerField()
    post = models.BigIntegerField(null=True)
    unit = models.BigIntegerField(null=True)
    door = models.CharField(max_length=16)
    clocks = models.TextField(blank=True, default="")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root", "seq"], name="trail_one_entry_per_place")]
        indexes = [models.Index(fields=["matter", "id"], name="trail_of_matter")]

    def __str__(self) -> str:
        return f"{self.root_id}/{self.seq} {self.step}"

    root_id: int
    matter_id: int


class TrailPayload(models.Model):
    """What was said and attached at a step, with the salt of its digest. Erasing leaves a marked hole, the chain stays valid."""

    entry = models.OneToOneField(TrailEntry, on_delete=models.PROTECT, primary_key=True, related_name="payload")
    salt = models.CharField(max_length=32)
    body = models.TextField(null=True)
    erased_at = models.DateTimeField(null=True)
    erased_why = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return str(self.entry_id)

    entry_id: int
