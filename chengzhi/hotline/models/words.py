"""Words that the desk knows: words of danger, names of places, and the versions of the classifier."""

from django.db import models
from django.db.models import Q

from chengzhi.hotline.models.calls import SERVICES
from chengzhi.kernel.ids import new_id


class DangerWord(models.Model):
    """A word of danger of the city: it adds to the words that come with the platform, or, inactive, takes one of them away."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    word = models.CharField(max_length=20, unique=True)
    service = models.CharField(max_length=4)
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=4)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(service__in=list(SERVICES)), name="danger_word_service_known"),
            models.CheckConstraint(condition=~Q(word=""), name="danger_word_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.service}"


class PlaceName(models.Model):
    """A name of a place as people say it (地名), learnt from the addresses of filed incidents, found by its words or initials."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node = models.BigIntegerField()
    name = models.CharField(max_length=60)
    initials = models.CharField(max_length=60)
    lon = models.FloatField()
    lat = models.FloatField()
    times = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "name"], name="place_name_once_per_node")]

    def __str__(self) -> str:
        return self.name


class ClassifierVersion(models.Model):
    """One trained version of the classifier: the counts that it is made of, from how many texts, and their fingerprint."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    number = models.IntegerField(unique=True)
    made_at = models.DateTimeField()
    texts = models.IntegerField()
    confirmed = models.IntegerField()
    fingerprint = models.CharField(max_length=64)
    counts = models.BinaryField()

    def __str__(self) -> str:
        return f"v{self.number}"
