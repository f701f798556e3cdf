"""What follows a closed incident: return visit, sampled check, look again, appeal, the link to a later case, and oddities."""

from django.db import models
from django.db.models import F, Q

from chengzhi.incidents.models.incident import Incident
from chengzhi.incidents.models.parts import Check
from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models import Holder, MatterNoun

SATISFACTION = {
    "very_satisfied": ("非常满意", "very satisfied"),
    "satisfied": ("满意", "satisfied"),
    "basically": ("基本满意", "basically satisfied"),
    "unsatisfied": ("不满意", "unsatisfied"),
    "unreachable": ("无法联系", "cannot be reached"),
}
LINKS = {
    "recurred": ("反复", "came back"),
    "sampled": ("抽查", "sampled check"),
}
ODDITIES = {
    "same_place": ("同一地点反复", "one place again and again"),
    "same_pair": ("同一对人员反复", "one pair again and again"),
    "too_fast": ("快于路程", "faster than the way there"),
    "before_arrival": ("照片早于到场", "picture before arrival"),
    "reused": ("照片重复使用", "picture used again"),
    "far": ("距案发点过远", "far from the place"),
    "sample_differs": ("抽查结果不一致", "sampled check differs"),
}


class ReturnVisit(MatterNoun):
    """A return visit (回访) to the citizen after closing: what he says of the result."""

    satisfaction = models.CharField(max_length=16, blank=True, default="")
    remark = models.CharField(max_length=500, blank=True, default="")
    tries = models.IntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(satisfaction__in=["", *SATISFACTION]), name="return_visit_satisfaction_known"),
            models.CheckConstraint(condition=Q(tries__gte=0), name="return_visit_tries_not_negative"),
        ]


class OnSite(MatterNoun):
    """What every later look at a closed incident keeps: who saw what, from how far."""

    result = models.CharField(max_length=12, blank=True, default="")
    remark = models.CharField(max_length=500, blank=True, default="")
    checked_by = models.BigIntegerField(null=True)
    distance_m = models.IntegerField(null=True)
    far_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class SampleCheck(OnSite):
    """A check by lot (抽查) of what was closed the day before, against the first check where there was one."""

    first_check = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(result__in=["", "agrees", "differs", "gone"]), name="sample_check_result_known")]


class LookAgain(OnSite):
    """A look again (回头看) some days after closing at what comes back easily."""

    days = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(result__in=["", "gone", "back"]), name="look_again_result_known")]


class Appeal(MatterNoun):
    """An appeal (申诉) of a department about something that counts against it, and how it was decided."""

    about = models.CharField(max_length=16)
    reason = models.CharField(max_length=500)
    unit = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    appellant = models.BigIntegerField()
    decision = models.CharField(max_length=12, blank=True, default="")
    opinion = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=["", "upheld", "rejected"]), name="appeal_decision_known"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="appeal_decided_at_a_moment",
            ),
        ]


class CaseLink(models.Model):
    """An earlier case and the later one that came of it (关联案件); `count` tells how often the problem has come back by then."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    earlier = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="later_links")
    later = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="earlier_links")
    kind = models.CharField(max_length=12)
    count = models.IntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="case_link_once"),
            models.CheckConstraint(condition=~Q(earlier=F("later")), name="case_link_between_two"),
            models.CheckConstraint(condition=Q(kind__in=sorted(LINKS)), name="case_link_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} → {self.later_id}"


class Draw(models.Model):
    """A drawing of lots: of how many cases closed on a day at a node which were picked, so that the lot can be judged later."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    population = models.IntegerField()
    percent = models.IntegerField()
    picked = models.JSONField(default=list)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "day"], name="draw_once_per_day")]

    def __str__(self) -> str:
        return f"{self.node_id} {self.day}"


class Oddity(models.Model):
    """Something that a supervisor should look at (疑点): found by a method that the page tells, with the figures that it found."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=100)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="oddities")
    account = models.BigIntegerField(null=True)
    other_account = models.BigIntegerField(null=True)
    figures = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "oddities"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="oddity_once"),
            models.CheckConstraint(condition=Q(kind__in=sorted(ODDITIES)), name="oddity_kind_known"),
        ]
        indexes = [
            models.Index(fields=["node", "id"], name="oddity_newest_of_node"),
            models.Index(fields=["node", "kind", "id"], name="oddity_kind_of_node"),
            models.Index(fields=["node", "account", "id"], name="oddity_person_of_node"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
