"""The citizen's side of an incident: who follows it with which code, what he answered, when he asked again; and who tries too often."""

from django.db import models
from django.db.models import F, Q

from chengzhi.incidents.models import Incident
from chengzhi.kernel.ids import new_id


class Followed(models.Model):
    """One citizen who follows an incident (关注) by a code of six signs: its reporter (`own`), or one who met with it too.

    The code is kept as it is: it opens nothing but a page without personal data, and the call-taker can tell it again.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=6, unique=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    person = models.BigIntegerField(null=True)
    own = models.BooleanField(default=True)
    confidential = models.BooleanField(default=True)
    picture = models.CharField(max_length=12)
    expected_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    phone_withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "followed"
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=Q(own=True), name="followed_one_reporter"),
            models.CheckConstraint(
                condition=Q(phone_withdrawn_at__isnull=True) | Q(person__isnull=True), name="followed_withdrawn_knows_nobody"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="followed_of_person", condition=Q(person__isnull=False))]

    def __str__(self) -> str:
        return self.code


class Rating(models.Model):
    """What a citizen thinks of finished work (评价): one of five answers, words, and whether it shall be done again."""

    followed = models.OneToOneField(Followed, on_delete=models.PROTECT, primary_key=True, related_name="rating")
    score = models.IntegerField()
    words = models.CharField(max_length=500, blank=True, default="")
    why = models.CharField(max_length=12, blank=True, default="")
    redo = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_one_to_five"),
            models.CheckConstraint(condition=Q(redo=False) | Q(score__lte=2), name="rating_redo_when_dissatisfied"),
            models.CheckConstraint(condition=~Q(why="") | Q(score__gt=2), name="rating_dissatisfied_says_why"),
        ]
        indexes = [models.Index(F("at").desc(), name="rating_newest")]

    def __str__(self) -> str:
        return f"{self.followed_id}: {self.score}"


class AskedAgain(models.Model):
    """One wish for haste (催问): once a day for each who follows."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    followed = models.ForeignKey(Followed, on_delete=models.PROTECT, related_name="asked")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "asked again"
        constraints = [models.UniqueConstraint(fields=["followed", "day"], name="asked_again_once_a_day")]

    def __str__(self) -> str:
        return f"{self.followed_id} {self.day}"


class Attempt(models.Model):
    """One try that counts against a limit, by a keyed digest of who tried; kept for two days."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "subject", "at"], name="attempt_window"),
            models.Index(fields=["at"], name="attempt_old"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
