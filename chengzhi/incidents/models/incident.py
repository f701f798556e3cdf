"""The incident (案件): one problem found in the city, from report to closure."""

from django.db import models

from chengzhi.kernel.models import Holder, MatterNoun


class Incident(MatterNoun):
    """What was reported, where, by whom, and how the loop has judged it so far. The state lives in the matter."""

    node = models.ForeignKey(
        Holder, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # the matter's node again, for the indexes of lists
    source = models.CharField(max_length=24)
    class_code = models.CharField(max_length=8)
    condition = models.CharField(max_length=24, blank=True, default="")
    urgent = models.BooleanField(default=False)
    description = models.CharField(max_length=2000)
    address = models.CharField(max_length=200, blank=True, default="")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    raw_position = models.CharField(max_length=80, blank=True, default="")
    cell_code = models.CharField(max_length=16, blank=True, default="")
    community_code = models.CharField(max_length=12, blank=True, default="")
    county_code = models.CharField(max_length=6, blank=True, default="")
    duty_grid = models.CharField(max_length=16, blank=True, default="")
    area_class = models.CharField(max_length=1, blank=True, default="")
    reporter_account = models.BigIntegerField(null=True)
    reporter_person = models.BigIntegerField(null=True)
    outside_number = models.CharField(max_length=60, blank=True, default="")
    replayed = models.BooleanField(default=False)
    verified = models.CharField(max_length=12, blank=True, default="")
    check_result = models.CharField(max_length=12, blank=True, default="")
    reason = models.CharField(max_length=40, blank=True, default="")
    rework_count = models.IntegerField(default=0)
    urged = models.IntegerField(default=0, db_default=0)
    reopen_count = models.IntegerField(default=0, db_default=0)
    recurrences = models.IntegerField(default=0, db_default=0)  # how often the problem had come back before, by the linked cases
    satisfaction = models.CharField(max_length=16, blank=True, default="", db_default="")
    self_handled = models.BooleanField(default=False, db_default=False)
    operate_direct = models.BooleanField(default=False, db_default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="merged", null=True)
    lead_unit = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    limit_amount = models.IntegerField(null=True)
    limit_unit = models.CharField(max_length=16, blank=True, default="")
    limit_scheme = models.CharField(max_length=16, blank=True, default="")
    limit_version = models.CharField(max_length=40, blank=True, default="")
    filed_by = models.BigIntegerField(null=True)
    filed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "outside_number"], condition=~models.Q(outside_number=""), name="incident_outside_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(lon__isnull=True, lat__isnull=True) | models.Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="incident_position_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["node", "class_code", "matter"], name="incident_class_of_node"),
            models.Index(fields=["class_code", "matter"], name="incident_class"),
            models.Index(fields=["node", "source", "matter"], name="incident_source_of_node"),
            models.Index(fields=["node", "closed_at"], name="incident_closed_of_node", condition=models.Q(closed_at__isnull=False)),
            models.Index(
                fields=["reporter_account", "-matter"], condition=models.Q(reporter_account__isnull=False), name="incident_of_reporter"
            ),
            models.Index(
                fields=["reporter_person", "-matter"], condition=models.Q(reporter_person__isnull=False), name="incident_of_person"
            ),
        ]


INCIDENT_SOURCES = {
    "inspector": ("监督员上报", "Inspector"),
    "12319": ("12319热线", "Hotline 12319"),
    "12345": ("12345转办", "Transfer from 12345"),
    "110": ("110转办", "Transfer from 110"),
    "public": ("公众上报", "Public"),
    "video": ("视频抓拍", "Video"),
    "iot": ("物联网", "Sensor"),
    "leader": ("领导批示", "Leader's note"),
    "media": ("媒体曝光", "Media"),
    "web": ("网站信访", "Web or petition"),
    "higher": ("上级交办", "Higher level"),
}
SOURCES_TO_VERIFY = frozenset({"12319", "12345", "public", "media", "web", "video", "iot"})
SOURCES_OF_CITIZENS = frozenset({"12319", "12345", "110", "public", "web"})
URGENT_SOURCES = frozenset({"110", "leader"})
