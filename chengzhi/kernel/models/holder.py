"""Whoever can hold a matter: a command node, a unit, a crew, a post. Contexts above extend this row."""

from django.db import models

from chengzhi.kernel.ids import new_id


class Holder(models.Model):
    """One body or post that can hold matters; its own context (organisation) extends it one to one."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16)
    node = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["node", "kind"], name="holder_of_node")]

    def __str__(self) -> str:
        return self.name_zh


class HolderNoun(models.Model):
    """A noun of a context that is a holder: its primary key is the holder."""

    holder = models.OneToOneField(Holder, on_delete=models.PROTECT, primary_key=True, related_name="%(class)s")

    class Meta:
        abstract = True
