"""Templates of opinions: words that a post may put into the opinion of a step with one touch."""

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id


class OpinionTemplate(models.Model):
    """One template (意见模板) of a step, for every post or for one role, everywhere (empty node) or at one node."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node_code = models.CharField(max_length=6, blank=True, default="")
    step = models.CharField(max_length=40)
    role = models.CharField(max_length=40, blank=True, default="")
    text_zh = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    made_by = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text_zh=""), name="opinion_template_says_something"),
            models.UniqueConstraint(
                fields=["node_code", "step", "role", "text_zh"], condition=Q(valid_to__isnull=True), name="opinion_template_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text_zh


class ClosingCondition(models.Model):
    """When an incident of a class may be closed (结案条件), as the checker reads it; a row may name one filing condition."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node_code = models.CharField(max_length=6, blank=True, default="")
    class_code = models.CharField(max_length=8)
    condition = models.CharField(max_length=24, blank=True, default="")
    text_zh = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True, default="")
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=4)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["node_code", "class_code", "condition"], condition=Q(valid_to__isnull=True), name="closing_condition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_code} {self.text_zh}"
