"""Words of the city that go with those of the platform: everyday words of classes, phrases of the street."""

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id


class EverydayWord(models.Model):
    """An everyday word of a class (同义词): it adds to those that come with the platform, or, inactive, takes one of them away."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    word = models.CharField(max_length=20)
    class_code = models.CharField(max_length=8)
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "class_code"], name="everyday_word_once_per_class"),
            models.CheckConstraint(condition=~Q(word=""), name="everyday_word_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.class_code}"


class StreetPhrase(models.Model):
    """A phrase with gaps for reports on the street (现场用语): it adds to those that come with the platform, or takes one away."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    text_zh = models.CharField(max_length=40, unique=True)
    text_en = models.CharField(max_length=80, blank=True, default="")
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=4)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text_zh=""), name="street_phrase_says_something")]

    def __str__(self) -> str:
        return self.text_zh
