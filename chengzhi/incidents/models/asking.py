"""What is asked and answered beside the disposal: requests of a task, supervisions, work given to a crew."""

from django.db import models
from django.db.models import F, Q

from chengzhi.incidents.models.parts import Task
from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models import Holder, MatterNoun

REQUESTS = {
    "return": ("退单", "return"),
    "extension": ("延期", "extension"),
    "suspension": ("挂账", "suspension"),
}
COUNTED = {
    "wrong_dispatch": ("派遣有误", "wrong dispatch"),
    "shirking": ("推诿", "shirking"),
}


class TaskRequest(models.Model):
    """One request of the unit that works on a task (退单、延期、挂账申请), with its answer; an empty answer waits or lapsed with the task.

    `counts` tells what the answer counts as in evaluation. `minutes` is what an extension adds, in the time that its clock counts.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="requests", db_index=False)
    unit = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    reason = models.CharField(max_length=16, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    minutes = models.IntegerField(default=0)
    engineering = models.BooleanField(default=False)
    resume_on = models.DateField(null=True)
    plan = models.CharField(max_length=500, blank=True, default="")
    endorsed_by = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=8, blank=True, default="")
    opinion = models.CharField(max_length=500, blank=True, default="")
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    counts = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(REQUESTS)), name="task_request_kind_known"),
            models.CheckConstraint(condition=Q(answer__in=["", "granted", "denied"]), name="task_request_answer_known"),
            models.CheckConstraint(condition=Q(counts__in=["", *COUNTED]), name="task_request_counts_known"),
            models.CheckConstraint(
                condition=~Q(kind="suspension") | (Q(resume_on__isnull=False) & ~Q(plan="")), name="task_request_suspension_has_plan"
            ),
            models.CheckConstraint(condition=~Q(kind="extension") | Q(until__isnull=False), name="task_request_extension_has_deadline"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="task_request_answered_at_a_moment",
            ),
            models.UniqueConstraint(fields=["task"], condition=Q(answer=""), name="task_request_one_waits"),
        ]
        indexes = [
            models.Index(fields=["task", "id"], name="task_request_of_task"),
            models.Index(fields=["unit", "kind", "id"], name="task_request_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.task_id}"

    task_id: int
    unit_id: int


class Supervision(MatterNoun):
    """A supervision (督办): the leader's or supervisor's word on an incident, to be answered by a time."""

    opinion = models.CharField(max_length=500)
    reply_by = models.DateTimeField()
    asked_by = models.BigIntegerField()
    reply = models.CharField(max_length=1000, blank=True, default="")
    replied_by = models.BigIntegerField(null=True)
    replied_at = models.DateTimeField(null=True)


class CrewJob(MatterNoun):
    """Work of a task given to a crew (下派班组), which needs no account: it works from a signed link that ends."""

    crew = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    instructions = models.CharField(max_length=500, blank=True, default="")
    until = models.DateTimeField()
    link_until = models.DateTimeField()
    given_by = models.BigIntegerField()
    result = models.CharField(max_length=1000, blank=True, default="")
    pictures = models.IntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(link_until__gte=F("until")), name="crew_job_link_outlives_its_limit"),
        ]
