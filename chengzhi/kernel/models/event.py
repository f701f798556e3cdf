"""Events that have happened: outbox of the relay and feed of the readers in one table."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id


class Event(models.Model):
    """One published event. `horizon` is the transaction that wrote it (PostgreSQL fills it in); SQLite reads by row id."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    horizon = models.BigIntegerField(null=True)
    name = models.CharField(max_length=80)
    root = models.BigIntegerField()
    seq = models.IntegerField()
    node = models.BigIntegerField(null=True)
    matter = models.BigIntegerField()
    body = models.JSONField()
    at = models.DateTimeField()
    relayed_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True, default="")

    database_fills: ClassVar[frozenset[str]] = frozenset({"horizon"})

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="event_to_relay", condition=Q(relayed_at__isnull=True)),
            models.Index(fields=["horizon", "id"], name="event_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class Delivery(models.Model):
    """A reaction that has handled an event: the row that makes a second delivery harmless."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    reaction = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.reaction} ← {self.event_id}"

    event_id: int
