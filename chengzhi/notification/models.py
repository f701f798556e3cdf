"""Nouns of notification: what is told to whom and how it went, the channels of the city, what each person prefers."""

from datetime import time

from django.db import models
from django.db.models import Q

from chengzhi.kernel.ids import new_id

BELL, LOG = "bell", "log"
WAITING, SENT, FAILED, HELD = "waiting", "sent", "failed", "held"
STATES = {
    WAITING: ("待发送", "Waiting"),
    SENT: ("已发送", "Sent"),
    FAILED: ("发送失败", "Failed"),
    HELD: ("暂缓（免打扰）", "Held"),
}
ACCOUNT, PERSON, GROUP = "account", "person", "group"
QUIET_FROM, QUIET_TO = time(22, 0), time(7, 0)


class Channel(models.Model):
    """One way out (渠道) that the city has opened: an integration of the registry, and for robots the group it speaks to.

    Secrets are not here: `entry` is the name under which the environment has them. `settings` shape the request of the SMS gateway.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=24, unique=True)
    integration = models.CharField(max_length=24)
    name_zh = models.CharField(max_length=40)
    enabled = models.BooleanField(default=False)
    urgent_only = models.BooleanField(default=False)
    entry = models.CharField(max_length=40, blank=True, default="")
    body = models.BigIntegerField(null=True)
    per_minute = models.IntegerField(null=True)
    settings = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(per_minute__isnull=True) | Q(per_minute__gt=0), name="channel_rate_positive")]

    def __str__(self) -> str:
        return self.name_zh


class Notice(models.Model):
    """One message (通知) to one addressee by one channel, with its words as they were said and how the sending went.

    `event` names what happened, so that nobody is told twice of it by one channel. No phone number and no address of a person is kept here:
    they are looked up when the message is sent.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    event = models.CharField(max_length=100)
    message = models.CharField(max_length=24)
    addressee = models.CharField(max_length=8)
    to = models.BigIntegerField()
    channel = models.CharField(max_length=24)
    matter = models.BigIntegerField(null=True)
    node = models.BigIntegerField(null=True)
    urgent = models.BooleanField(default=False)
    words_zh = models.CharField(max_length=500)
    words_en = models.CharField(max_length=800)
    link = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")
    digest = models.ForeignKey("self", on_delete=models.SET_NULL, related_name="bundled", null=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "addressee", "to", "channel"], name="notice_nothing_told_twice"),
            models.CheckConstraint(condition=Q(state__in=[WAITING, SENT, FAILED, HELD]), name="notice_state_known"),
            models.CheckConstraint(condition=Q(addressee__in=[ACCOUNT, PERSON, GROUP]), name="notice_addressee_known"),
            models.CheckConstraint(condition=~Q(state__in=[WAITING, HELD]) | Q(next_at__isnull=False), name="notice_waiting_has_moment"),
        ]
        indexes = [
            models.Index(fields=["-urgent", "next_at", "id"], name="notice_to_send", condition=Q(state=WAITING)),
            models.Index(fields=["next_at", "id"], name="notice_to_release", condition=Q(state=HELD, digest__isnull=True)),
            models.Index(fields=["to", "-id"], name="notice_bell", condition=Q(channel=BELL)),
            models.Index(fields=["to"], name="notice_unread", condition=Q(channel=BELL, read_at__isnull=True)),
            models.Index(fields=["node", "state", "-id"], name="notice_by_state"),
            models.Index(fields=["node", "-id"], name="notice_newest_of_node"),
            models.Index(fields=["channel", "sent_at"], name="notice_rate"),
            models.Index(fields=["digest"], name="notice_of_digest", condition=Q(digest__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.message} → {self.addressee} {self.to}"

    digest_id: int | None


class Reach(models.Model):
    """How one person is reached (联系方式与免打扰): addresses the person has given, quiet hours, language, daily digest."""

    account = models.BigIntegerField(primary_key=True)
    mail = models.CharField(max_length=120, blank=True, default="")
    wecom_user = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=8, default="zh")
    quiet_from = models.TimeField(default=QUIET_FROM)
    quiet_to = models.TimeField(default=QUIET_TO)
    daily_digest = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "reach"
        constraints = [models.CheckConstraint(condition=Q(language__in=["zh", "en"]), name="reach_language_known")]

    def __str__(self) -> str:
        return str(self.account)


class Preference(models.Model):
    """One wish of one person (偏好): this kind of message by this channel, or not; without a row the city's default holds."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    account = models.BigIntegerField()
    message = models.CharField(max_length=24)
    channel = models.CharField(max_length=24)
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "message", "channel"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.account}: {self.message} by {self.channel}"


class Threshold(models.Model):
    """A limit that has passed 80 or 100 percent and was looked at (时限提醒): once per clock, its instance and the share."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    clock = models.BigIntegerField()
    instance = models.IntegerField()
    share = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "instance", "share"], name="threshold_once")]
        indexes = [models.Index(fields=["at"], name="threshold_by_age")]

    def __str__(self) -> str:
        return f"{self.clock}/{self.instance} {self.share}%"


class Pause(models.Model):
    """The emergency switch (紧急暂停): from `since` to `until` nothing leaves the platform, everything waits."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.BigIntegerField()
    why = models.CharField(max_length=200)
    running = models.BooleanField(null=True, unique=True, default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="pause_has_reason"),
            models.CheckConstraint(
                condition=Q(running=True, until__isnull=True) | Q(running__isnull=True, until__isnull=False), name="pause_runs_or_ended"
            ),
        ]

    def __str__(self) -> str:
        return self.why
