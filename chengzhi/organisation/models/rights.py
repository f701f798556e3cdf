"""Roles and what they may do. A person has posts, a post has a role, a role has capabilities; nobody has rights of his own."""

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id


class Role(models.Model):
    """A role (角色) that posts have. `reads` is how far its holders see, `acts_for_unit` whether they act for the unit."""

    class Reads(models.TextChoices):
        SUBTREE = "subtree"
        NODE = "node"
        HELD = "held"

    code = models.CharField(max_length=40, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    reads = models.CharField(max_length=8, choices=Reads)
    acts_for_unit = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(reads__in=["subtree", "node", "held"]), name="role_reads_known_scope")]

    def __str__(self) -> str:
        return self.name_zh


class Grant(models.Model):
    """One capability of one role."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    capability = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "capability"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.capability}"

    role_id: str
