"""Small tables: counters, idempotency keys, timetable, versions of registers."""

from django.db import models

from chengzhi.kernel.ids import new_id


class Counter(models.Model):
    """A gap-free counter, for example the case numbers of one county and day."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Once(models.Model):
    """An idempotency key of one caller with the digest of its body and the answer that was given."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    caller = models.BigIntegerField()
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.IntegerField()
    answer = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="once_per_caller")]
        indexes = [models.Index(fields=["made_at"], name="once_by_age")]

    def __str__(self) -> str:
        return self.key


class Timetable(models.Model):
    """When a periodic job runs next and how it ended last time."""

    job = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return self.job


class RegisterVersion(models.Model):
    """Version of a register of reference data; a cache of the register is valid for exactly one version."""

    register = models.CharField(max_length=40, primary_key=True)
    version = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.register} v{self.version}"
