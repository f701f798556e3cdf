"""The record of calls: when each began, was answered and ended, by whom it was taken, and what it brought."""

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id
from chengzhi.kernel.models import Holder, Matter

RESULTS = {
    "registered": ("登记受理", "Registered"),
    "supplemented": ("补充案件", "Added to a case"),
    "urged": ("催办", "Urged"),
    "answered": ("当即办结", "Answered at once"),
    "transferred": ("转其他热线", "Transferred"),
    "silent": ("无声或误拨", "Silent or misdialled"),
    "abandoned": ("未接通", "Not answered"),
    "other": ("其他", "Other"),
}
BY_HAND = ("silent", "abandoned", "other")
SERVICES = {"110": ("公安报警", "Police"), "119": ("消防救援", "Fire and rescue"), "120": ("医疗急救", "Ambulance")}


class Call(models.Model):
    """One call (来电). Its phase follows from its moments: rung, answered, hung up, ended; nothing else says it.

    `person` is a party; the number stands there, encrypted. `draft` is what was typed so far, sealed like personal data, and goes
    when the call ends.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    node = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.BigIntegerField()
    person = models.BigIntegerField(null=True)
    hidden = models.BooleanField(default=False)
    rang_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    hung_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=16, blank=True, default="")
    draft = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(result="") | Q(result__in=list(RESULTS)), name="call_result_known"),
            models.CheckConstraint(condition=Q(hung_up_at__isnull=True) | Q(answered_at__isnull=False), name="call_hung_up_was_answered"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | (~Q(result="") & Q(draft="")), name="call_ended_has_result_no_draft"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="call_open_of_account", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["account", "rang_at"], name="call_of_account"),
            models.Index(fields=["person", "rang_at"], name="call_of_person", condition=Q(person__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.result}"


class Ticket(models.Model):
    """One incident that a call touched (工单): registered, answered at once, supplemented or urged, with what the caller wished.

    `person` is the caller where he wants to be called back or stays confidential: then the incident itself does not know him.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="tickets")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=40)
    what = models.CharField(max_length=16)
    merged_into = models.CharField(max_length=40, blank=True, default="")
    person = models.BigIntegerField(null=True)
    wants_reply = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    to_locate = models.BooleanField(default=False)
    page = models.BigIntegerField(null=True)
    account = models.BigIntegerField()
    at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True)
    replied_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(what__in=["registered", "answered", "supplemented", "urged"]), name="ticket_what_known"),
            models.CheckConstraint(condition=Q(replied_at__isnull=True) | Q(wants_reply=True), name="ticket_replied_was_wanted"),
        ]
        indexes = [
            models.Index(fields=["person", "id"], name="ticket_of_person", condition=Q(person__isnull=False)),
            models.Index(fields=["id"], name="ticket_reply_owed", condition=Q(wants_reply=True, replied_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.number


class Transfer(models.Model):
    """One transfer to 110, 119 or 120 (转警): who passed it on, when, to whom there, and the words that called for it. Never changed."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="transfers")
    service = models.CharField(max_length=4)
    to_whom = models.CharField(max_length=60, blank=True, default="")
    words = models.CharField(max_length=200, blank=True, default="")
    said = models.CharField(max_length=2000, blank=True, default="")
    account = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(service__in=list(SERVICES)), name="transfer_service_known")]

    def __str__(self) -> str:
        return f"{self.service} {self.at:%Y-%m-%d %H:%M}"
