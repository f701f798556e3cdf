"""Imports: one file for one register, and its rows while they wait to be checked and applied."""

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id


class Import(models.Model):
    """One file on its way into a register. `counts` tells how far it is, `register_version` what it was checked against."""

    UPLOADED, STAGED, CHECKED, APPLIED, CANCELLED, FAILED = "uploaded", "staged", "checked", "applied", "cancelled", "failed"
    WAITING = (UPLOADED, STAGED, CHECKED)

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=16)
    state = models.CharField(max_length=16, default=UPLOADED)
    counts = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    complete = models.BooleanField(default=False)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    node = models.BigIntegerField(null=True)  # of the post that gave the file: whoever imports there sees it
    applied_at = models.DateTimeField(null=True)
    register_version = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(state="applied") | Q(applied_at__isnull=False), name="import_applied_has_moment"),
        ]
        indexes = [
            models.Index(fields=["kind", "sha256"], name="import_of_file"),
            models.Index(fields=["node", "-id"], name="import_of_node"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class ImportWork(models.Model):
    """What is still to be done with an import, for whom; it is gone when it is done, and found again when who did it was killed."""

    READ, APPLY = "read", "apply"
    PAGE, WORKER = "page", "worker"

    of = models.OneToOneField(Import, on_delete=models.CASCADE, primary_key=True, related_name="work")
    task = models.CharField(max_length=8)
    content = models.BinaryField(null=True)
    account = models.BigIntegerField()
    post = models.BigIntegerField(null=True)
    begun_by = models.CharField(max_length=8, blank=True, default="")
    begun_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(task__in=("read", "apply")), name="import_work_task_known")]

    def __str__(self) -> str:
        return f"{self.task} {self.of_id}"

    of_id: int


class ImportRow(models.Model):
    """One row of a file: what was written, its first fault, and how it differs from the register.

    Row numbers are those of the file (the header is row 1). Row 0 stands for entries of the register that a complete file lacks.
    """

    NEW, CHANGED, SAME, GONE = "new", "changed", "same", "gone"

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    row_no = models.IntegerField()
    data = models.JSONField()
    code = models.CharField(max_length=40, blank=True, default="")
    field = models.CharField(max_length=40, blank=True, default="")
    message_zh = models.TextField(blank=True, default="")
    message_en = models.TextField(blank=True, default="")
    difference = models.CharField(max_length=8, blank=True, default="")
    before = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "row_no"], name="import_row_once", condition=Q(row_no__gt=0)),
            models.CheckConstraint(condition=Q(row_no__gte=0), name="import_row_number_not_negative"),
        ]
        indexes = [
            models.Index(fields=["of", "row_no"], name="import_row_in_order"),
            models.Index(fields=["of", "code", "row_no"], name="import_row_faults", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.row_no}"

    of_id: int
