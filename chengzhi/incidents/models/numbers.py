"""Numbers and lists by which the side paths of the loop work: shares, days, limits and classes, all dated data with source and mark."""

from django.db import models
from django.db.models import F, Q

from chengzhi.incidents.models.registers import Dated

NUMBER_UNITS = (
    "percent",
    "times",
    "metre",
    "km_per_hour",
    "minute",
    "hour",
    "working_hour",
    "day",
    "working_day",
)
CLASS_LISTS = {
    "rebound": ("易反复的小类", "Classes that come back"),
    "consultation": ("咨询类小类", "Classes that only ask for advice"),
    "self_handled": ("可自行处置的小类", "Classes an inspector may settle himself"),
}


class LoopNumber(Dated):
    """One number of the loop (规则数值), for example the share of closed cases that is checked again by lot."""

    code = models.CharField(max_length=32)
    amount = models.IntegerField()
    unit = models.CharField(max_length=12)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "node_code", "valid_from"], name="loop_number_once_per_day"),
            models.CheckConstraint(condition=Q(unit__in=NUMBER_UNITS), name="loop_number_unit_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="loop_number_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="loop_number_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.amount} {self.unit}"


class ResultPhrase(Dated):
    """Words for the report of what was done (处置结果用语), for one class, or for all classes of a major one."""

    covers = models.CharField(max_length=8)
    text_zh = models.CharField(max_length=100)
    text_en = models.CharField(max_length=160, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node_code", "covers", "text_zh", "valid_from"], name="result_phrase_once_per_day"),
            models.CheckConstraint(condition=~Q(text_zh=""), name="result_phrase_says_something"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="result_phrase_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.covers}: {self.text_zh}"


class ClassListing(Dated):
    """A class on a list of the loop (小类名单): what comes back easily, what an inspector may settle himself."""

    list = models.CharField(max_length=16)
    class_code = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "class_code", "node_code", "valid_from"], name="class_listing_once_per_day"),
            models.CheckConstraint(condition=Q(list__in=sorted(CLASS_LISTS)), name="class_listing_list_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="class_listing_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list}: {self.class_code}"
