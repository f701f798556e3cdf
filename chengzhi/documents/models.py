"""Attachments as they were received, and what they prove in which matter."""

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models import Matter


class AttachmentKind(models.TextChoices):
    """What an attachment is, judged by its content."""

    IMAGE = "image", "图片"
    PDF = "pdf", "PDF 文件"
    AUDIO = "audio", "录音"
    VIDEO = "video", "视频"


class Stage(models.TextChoices):
    """The stage of the loop in which a piece of evidence was taken."""

    REPORT = "report", "上报"
    VERIFY = "verify", "核实"
    DISPOSE = "dispose", "处置"
    CHECK = "check", "核查"
    OTHER = "other", "其他"


class Attachment(models.Model):
    """A file as it was received (附件): one row for the same bytes from the same person; `claimed_at` is its first use in a step."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=AttachmentKind.choices)
    mime = models.CharField(max_length=40)
    size = models.IntegerField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    phash = models.CharField(max_length=16, blank=True, default="")
    original_name = models.CharField(max_length=120)
    taken_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    from_camera = models.BooleanField(default=False)
    uploaded_by = models.BigIntegerField()
    uploaded_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sha256", "uploaded_by"], name="attachment_once_per_person"),
            models.CheckConstraint(condition=Q(size__gte=1), name="attachment_not_empty"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False), name="attachment_place"
            ),
        ]
        indexes = [
            models.Index(fields=["phash"], name="attachment_seen_before", condition=~Q(phash="")),
            models.Index(fields=["uploaded_at"], name="attachment_unclaimed", condition=Q(claimed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.original_name


class Evidence(models.Model):
    """An attachment in a matter at a stage (证据); `root` is the root of the matter, under which the case page finds all."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="evidence")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="evidence")
    root = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="all_evidence")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    note = models.CharField(max_length=200, blank=True, default="")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [models.UniqueConstraint(fields=["attachment", "matter", "stage"], name="evidence_once_per_stage")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.stage}"
