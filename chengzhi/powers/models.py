"""The one table of powers: who is responsible for which matters, where, from when to when, and on which basis."""

from django.db import models
from django.db.models import F, Q

from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models import Holder

AREA_KINDS = {
    "division": ("行政区划", "division"),
    "duty_grid": ("责任网格", "duty grid"),
    "cell": ("单元网格", "cell"),
    "any": ("全域", "everywhere"),
}
ROLES = {
    "lead": ("主办", "lead"),
    "co": ("协办", "supporting"),
    "investigate": ("调查", "investigation"),
    "decide": ("决定", "decision"),
}
# The word that stands before the body's name where a proposal is explained in one line.
GROUNDS = {
    "owner": ("部件权属", "owner of the facility"),
    "upkeep": ("路段养护", "upkeep of the road section"),
    "area": ("责任区", "area of responsibility"),
    "duty": ("职责分工", "division of duties"),
    "power": ("法定职权", "legal power"),
}

LONGEST = {"basis_zh": 300, "document": 120, "source": 200, "note": 300}


class Responsibility(models.Model):
    """One body answers for one subject in one area over one period; first and last day are included.

    The subject is a class code (SJ0102), a major (SJ01) or `*`. Without a node the row serves every command node,
    with one only that node. Where the law splits a power, one body investigates and another decides.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    matter_kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=8)
    area_kind = models.CharField(max_length=12)
    area_code = models.CharField(max_length=16, blank=True, default="")
    node = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", null=True)
    body = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)
    ground = models.CharField(max_length=8)
    basis_zh = models.CharField(max_length=LONGEST["basis_zh"])
    document = models.CharField(max_length=LONGEST["document"], blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=LONGEST["source"], blank=True, default="")
    note = models.CharField(max_length=LONGEST["note"], blank=True, default="")
    made_by = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # Two, because SQLite takes each null for another node.
            models.UniqueConstraint(
                fields=["matter_kind", "subject", "area_kind", "area_code", "role", "node", "body", "valid_from"],
                condition=Q(node__isnull=False),
                name="responsibility_once_per_node",
            ),
            models.UniqueConstraint(
                fields=["matter_kind", "subject", "area_kind", "area_code", "role", "body", "valid_from"],
                condition=Q(node__isnull=True),
                name="responsibility_once_for_all",
            ),
            models.CheckConstraint(condition=Q(area_kind__in=list(AREA_KINDS)), name="responsibility_area_kind_known"),
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="responsibility_role_known"),
            models.CheckConstraint(condition=Q(ground__in=list(GROUNDS)), name="responsibility_ground_known"),
            models.CheckConstraint(
                condition=Q(area_kind="any", area_code="") | (~Q(area_kind="any") & ~Q(area_code="")),
                name="responsibility_area_named",
            ),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(matter_kind=""), name="responsibility_subject_named"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="responsibility_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_kind} {self.subject} {self.area_code or self.area_kind} {self.role} → {self.body}"

    body_id: int
    node_id: int | None
