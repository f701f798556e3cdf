"""Registers of the loop: classes, filing conditions, disposal limits and stage limits, all dated data with source and mark.

A mark tells how sure a row is: S found in a source, D a default of this platform, K and K~ known but not verified.
"""

from django.db import models
from django.db.models import F, Q

from chengzhi.kernel.ids import new_id

KINDS = {"component": ("部件", "Component"), "event": ("事件", "Event")}
LEVELS = {
    "A": ("A类区域", "Area class A"),
    "B": ("B类区域", "Area class B"),
    "C": ("C类区域", "Area class C"),
    "*": ("全部区域", "All areas"),
}
UNITS = {
    "hour": ("紧急工作时", "hours, day and night"),
    "working_hour": ("工作时", "working hours"),
    "working_day": ("工作日", "working days"),
    "day": ("日历天", "calendar days"),
}
SCHEMES = ("day", "night", "office")
STAGE_CLOCKS = {
    "accept": ("受理时限", "Acceptance"),
    "verify": ("核实时限", "Verification"),
    "file": ("立案时限", "Filing"),
    "dispatch": ("派遣时限", "Dispatch"),
    "sign": ("签收时限", "Signing for"),
    "send_check": ("发核查时限", "Sending the check"),
    "check": ("核查时限", "Check"),
    "close": ("结案时限", "Closing"),
}
STAGE_UNITS = ("minute", "hour")


class CaseClass(models.Model):
    """One minor class (小类) of components or events; its code is BJ or SJ, major and minor number, for example SJ0102."""

    code = models.CharField(max_length=8, primary_key=True)
    kind = models.CharField(max_length=12)
    major_code = models.CharField(max_length=4)
    major_zh = models.CharField(max_length=40)
    major_en = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    visible_on_site = models.BooleanField(default=True)
    scheme_code = models.CharField(max_length=8, default="day")
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=4)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="case_class_kind_known"),
            models.CheckConstraint(condition=Q(scheme_code__in=SCHEMES), name="case_class_scheme_known"),
            models.CheckConstraint(condition=Q(code__startswith=F("major_code")), name="case_class_begins_with_its_major"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Condition(models.Model):
    """One filing condition (立案条件) of a class; the limit depends on it."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    case_class = models.ForeignKey(CaseClass, on_delete=models.PROTECT, related_name="conditions", db_column="class_code")
    code = models.CharField(max_length=24)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_class", "code"], name="condition_code_once_per_class"),
            models.UniqueConstraint(fields=["case_class", "name_zh"], name="condition_name_once_per_class"),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Dated(models.Model):
    """A row of one version: valid from its first to its last day, both included, for everyone or for one command node."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node_code = models.CharField(max_length=6, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=4)

    class Meta:
        abstract = True


class DisposalLimit(Dated):
    """How long a department has (处置时限) for a class, condition and area class; a new version adds rows and ends old ones."""

    class_code = models.CharField(max_length=8)
    condition = models.CharField(max_length=24)
    level = models.CharField(max_length=1)
    amount = models.IntegerField()
    unit = models.CharField(max_length=12)
    version = models.CharField(max_length=40)
    made_by = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["node_code", "version", "class_code", "condition", "level"], name="disposal_limit_once_per_version"
            ),
            models.CheckConstraint(condition=Q(level__in=list(LEVELS)), name="disposal_limit_level_known"),
            models.CheckConstraint(condition=Q(unit__in=list(UNITS)), name="disposal_limit_unit_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="disposal_limit_positive"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="disposal_limit_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_code} {self.condition} {self.level}: {self.amount} {self.unit}"


class StageLimit(Dated):
    """How long one stage of the loop may take (环节时限), for urgent and for ordinary incidents."""

    clock = models.CharField(max_length=12)
    urgent_amount = models.IntegerField()
    ordinary_amount = models.IntegerField()
    unit = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "node_code", "valid_from"], name="stage_limit_once_per_day"),
            models.CheckConstraint(condition=Q(clock__in=list(STAGE_CLOCKS)), name="stage_limit_clock_known"),
            models.CheckConstraint(condition=Q(unit__in=STAGE_UNITS), name="stage_limit_unit_known"),
            models.CheckConstraint(condition=Q(urgent_amount__gt=0, ordinary_amount__gt=0), name="stage_limit_positive"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="stage_limit_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock}: {self.urgent_amount}/{self.ordinary_amount} {self.unit}"
