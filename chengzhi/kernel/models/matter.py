"""The one table of matters: everything that has a path, people, clocks, a place, a dossier and a trail."""

from django.db import models
from django.db.models import F, Q

from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models.holder import Holder


class Matter(models.Model):
    """One matter of any kind (事项). Nouns of contexts extend it one to one; parts point to it by `parent`.

    `asker` is who has asked the holder for something and goes on with the matter after the answer; null when nobody waits.
    Every index answers a named question; foreign keys have no index of their own, because a matter is written at every step.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40)
    earlier_number = models.CharField(max_length=40, null=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="parts", null=True, db_index=False)
    root = models.ForeignKey("self", on_delete=models.PROTECT, related_name="family", db_index=False)
    state = models.CharField(max_length=24)
    open = models.BooleanField(default=True)
    node = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="held", null=True, db_index=False)
    asker = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    place_key = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    amber_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    trail_seq = models.IntegerField(default=0)
    trail_head = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="matter_number_once"),
            models.UniqueConstraint(fields=["earlier_number"], name="matter_earlier_number_once"),
            models.CheckConstraint(condition=Q(parent__isnull=False) | Q(root=F("id")), name="matter_without_parent_is_root"),
            models.CheckConstraint(condition=Q(due_at__isnull=True) | Q(open=True), name="matter_closed_has_no_deadline"),
        ]
        indexes = [
            models.Index(fields=["root", "id"], name="matter_family"),
            models.Index(fields=["parent"], name="matter_parts", condition=Q(parent__isnull=False)),
            models.Index(fields=["holder", "due_at", "id"], name="matter_inbox", condition=Q(open=True)),
            models.Index(fields=["kind", "place_key"], name="matter_open_place", condition=Q(open=True)),
            models.Index(
                fields=["kind", "place_key"],
                name="matter_closed_place",
                condition=Q(open=False, parent__isnull=True, place_key__isnull=False),
            ),
            models.Index(fields=["kind", "node", "id"], name="matter_newest_of_node"),
            models.Index(fields=["kind", "node", "state", "id"], name="matter_state_of_node"),
            models.Index(fields=["kind", "node", "due_at", "id"], name="matter_due_of_node", condition=Q(open=True)),
            models.Index(fields=["holder", "id"], name="matter_ever_of_holder"),
            models.Index(fields=["asker", "id"], name="matter_asked_by", condition=Q(asker__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class MatterNoun(models.Model):
    """A noun of a context that is a matter: its primary key is the matter."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="as_%(class)s")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.matter_id)

    matter_id: int
