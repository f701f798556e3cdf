"""The knowledge base: pages with dated versions, found by pairs of characters."""

from django.db import models
from django.db.models import F, Q

from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models import Holder


class KnowledgePage(models.Model):
    """One page (知识条目): what holds of it now. Without a node it serves the whole city, with one only that command node."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", null=True)
    unit = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    question = models.CharField(max_length=200)
    words = models.CharField(max_length=200, blank=True, default="")
    answer = models.CharField(max_length=4000)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="knowledge_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(question="") & ~Q(answer=""), name="knowledge_asks_and_answers"),
        ]

    def __str__(self) -> str:
        return self.question


class KnowledgeVersion(models.Model):
    """One version of a page as it was saved: what it said, who changed it, when. Never changed."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey(KnowledgePage, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    question = models.CharField(max_length=200)
    words = models.CharField(max_length=200, blank=True, default="")
    answer = models.CharField(max_length=4000)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    unit = models.BigIntegerField(null=True)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "version"], name="knowledge_version_once")]

    def __str__(self) -> str:
        return f"{self.page_id} v{self.version}"


class KnowledgeGram(models.Model):
    """One pair of characters (or single sign) that a page holds, with its weight: what a search counts, alike on every database."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey(KnowledgePage, on_delete=models.CASCADE, related_name="grams")
    gram = models.CharField(max_length=24)
    weight = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gram", "page"], name="knowledge_gram_once_per_page")]

    def __str__(self) -> str:
        return self.gram
