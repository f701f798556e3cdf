"""Small tables of the desks: what was changed in a register, and what a person wrote last."""

from django.db import models

from chengzhi.kernel.ids import new_id


class RegisterChange(models.Model):
    """One change of a register by a person (基础数据变更): who changed what when, in which words, and the version that came of it."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    page = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    account = models.BigIntegerField()
    post = models.BigIntegerField(null=True)
    node = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    values = models.JSONField(default=dict)
    register = models.CharField(max_length=40)
    version = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["page", "-id"], name="register_change_of_page")]

    def __str__(self) -> str:
        return f"{self.page} {self.verb}"


class LastOpinion(models.Model):
    """One of the last opinions of a person (最近意见), offered again in the next form."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    account = models.BigIntegerField()
    text = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "text"], name="last_opinion_once")]

    def __str__(self) -> str:
        return self.text[:40]
