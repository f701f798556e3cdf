"""Who is told of which step and limit, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chengzhi.incidents import services as incidents
from chengzhi.incidents.tests.telling import call, crew, report, take, tell
from chengzhi.incidents.tests.test_after_closing import person
from chengzhi.kernel import feed
from chengzhi.kernel.models import Clock, Delivery, Event, Matter, TrailEntry
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.workflow import KINDS
from chengzhi.notification import messages, services
from chengzhi.notification.models import BELL, GROUP, PERSON, Channel, Notice, Threshold
from chengzhi.notification.tests.standins import HOSTILE
from chengzhi.notification.tests.telling import bell, open_robot, open_sms, out
from chengzhi.organisation import services as organisation
from chengzhi.organisation.models import Post, Shift, Staff, Unit
from chengzhi.parties import services as parties

TO_TASK = ("pass_on", "file_case", "dispatch")


def dispatched(world, *, urgent: bool = True, n: int = 0):
    """An incident whose task lies with the road unit."""
    return tell(world, report(world, n=n, urgent=urgent), TO_TASK)


def test_every_row_of_the_table_names_a_step_that_exists() -> None:
    missing = [(row.kind, row.step) for row in messages.STEPS if row.step not in getattr(KINDS.get(row.kind), "steps", {})]
    assert missing == []
    assert [row.message for row in messages.STEPS if row.message not in messages.MESSAGES] == []
    assert [kind for kind in messages.LIMITS if kind not in KINDS] == []


def test_an_urgent_task_is_told_at_once_and_the_words_name_nobody(world, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    row = dispatched(world)
    feed.relay()
    assert bell(world, "road") == ["urgent_task"]
    assert out() == [("urgent_task", "sms", "waiting")]
    notice = Notice.objects.exclude(channel=BELL).get()
    assert notice.link == f"/incidents/{row.matter.number}"
    assert notice.words_zh.startswith("紧急任务待签收：")
    assert row.description not in notice.words_zh + notice.words_en
    assert (row.address or "—") not in notice.words_zh


def test_an_ordinary_task_shows_under_the_bell_only(world, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    dispatched(world, urgent=False)
    feed.relay()
    assert (bell(world, "road"), out()) == (["new_task"], [])


def test_with_nothing_configured_messages_go_to_the_log(world) -> None:
    dispatched(world)
    feed.relay()
    assert out() == [("urgent_task", "log", "waiting")]
    assert services.send_waiting() == {"sent": 1}
    assert out() == [("urgent_task", "log", "sent")]


def test_an_event_that_arrives_twice_is_told_once(world, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    dispatched(world)
    feed.relay()
    before = Notice.objects.count()
    Delivery.objects.all().delete()
    Event.objects.update(relayed_at=None)
    feed.relay()
    assert (before, Notice.objects.count()) == (2, 2)


def test_what_nobody_is_told_of_is_not_relayed(world) -> None:
    report(world)
    assert Event.objects.filter(name="kernel.Moved", relayed_at__isnull=True).count() == 0


def test_those_on_duty_are_told_and_everybody_when_no_plan_names_them(world) -> None:
    post = world.actor("road").post
    second = organisation.hire(name="养护乙", hired_on=timezone.localdate(), act=world.act("sys_admin"))
    unit = world.actor("road").unit
    other = organisation.open_post(
        unit=Unit.objects.get(pk=unit), role="dept_operator", name_zh="二", valid_from=timezone.localdate(), act=world.act("sys_admin")
    )
    organisation.assign(staff=second, post=other, valid_from=timezone.localdate(), act=world.act("sys_admin"))
    account = organisation.open_account(username="second", staff=second, act=world.act("sys_admin"))
    dispatched(world)
    feed.relay()
    told = set(Notice.objects.filter(channel=BELL).values_list("to", flat=True))
    assert told == {world.account("road").pk, account.pk}
    Notice.objects.all().delete()
    local = timezone.localtime()
    starts, ends = (local - timedelta(hours=1)).time(), (local + timedelta(hours=1)).time()
    shift = organisation.open_shift(node=world.node["990102"], name_zh="当班", starts=starts, ends=ends, act=world.act("chief"))
    day = (local - timedelta(hours=1)).date()
    staff = Staff.objects.get(account__pk=world.account("road").pk)
    organisation.plan_duty(
        day=day, shift=Shift.objects.get(pk=shift.pk), post=Post.objects.get(pk=post), staff=staff, act=world.act("chief")
    )
    dispatched(world, n=2)
    feed.relay()
    assert set(Notice.objects.filter(channel=BELL).values_list("to", flat=True)) == {world.account("road").pk}


def test_an_inspector_is_told_of_a_verification_and_a_unit_of_a_task_taken_back(world) -> None:
    take(world, report(world), "send_verify")
    feed.relay()
    assert list(Notice.objects.filter(channel=BELL).values_list("message", flat=True)) == ["to_verify"]
    row = dispatched(world, n=3)
    feed.relay()
    take(world, row, "redirect")
    feed.relay()
    assert bell(world, "road") == ["urgent_task", "taken_back"]
    assert bell(world, "clean") == ["urgent_task"]


def test_a_task_that_was_redirected_before_anybody_was_told_is_told_as_taken_back_only(world) -> None:
    take(world, dispatched(world), "redirect")
    feed.relay()
    assert (bell(world, "road"), bell(world, "clean")) == (["taken_back"], ["urgent_task"])


def test_whoever_is_urged_is_told_each_time(world) -> None:
    row = dispatched(world)
    for _ in range(2):
        take(world, row, "urge", "supervisor_lead")
    feed.relay()
    assert bell(world, "road") == ["urgent_task", "urged", "urged"]


def test_a_supervision_is_told_to_whoever_must_answer(world) -> None:
    soon = (timezone.now() + timedelta(days=1)).isoformat()
    take(world, dispatched(world), "supervise", "supervisor_lead", opinion="请尽快处置", reply_by=soon)
    feed.relay()
    assert bell(world, "road") == ["urgent_task", "supervised"]


def test_a_decided_appeal_is_told_to_the_unit_that_appealed(world) -> None:
    row = tell(world, dispatched(world), ("sign", "finish", "send_check", "pass_check", "close"))
    person(world, "lead", "road", "dept_lead")
    incidents.appeal(matter_id=row.pk, act=world.act("lead"), about="overdue", reason="材料等待三天")
    part = Matter.objects.get(parent=row.matter, kind="appeal")
    feed.relay()
    Notice.objects.all().delete()
    act = world.act("supervisor_lead")
    incidents.decide_appeal(matter_id=part.pk, act=act, decision="rejected", opinion="未见材料等待记录")
    feed.relay()
    assert bell(world, "road") == ["appeal_decided"]
    notice = Notice.objects.filter(channel=BELL).first()
    assert notice.words_zh.startswith("申诉已裁定：")
    assert "材料" not in notice.words_zh + notice.words_en


def test_work_given_to_a_crew_reaches_the_robot_of_the_crew(world, settings) -> None:
    made = crew(world)
    open_robot(settings, "http://127.0.0.1:9", made.pk)
    take(world, tell(world, dispatched(world), ("sign",)), "give_to_crew", crew=str(made.pk))
    feed.relay()
    assert out(to=made.pk) == [("crew_work", "ding", "waiting")]


def test_a_replay_of_the_past_tells_nobody(world) -> None:
    tell(world, call(world, source="110"), TO_TASK)  # the stories' door is the replay: a call marks its incident as replayed
    feed.relay()
    assert Notice.objects.count() == 0


def test_a_step_of_long_ago_tells_nobody(world) -> None:
    dispatched(world)
    long_ago = timezone.now() + timedelta(hours=25)
    event = Event.objects.get(body__step="issue")
    moved = feed.Moved(matter_id=event.matter, **event.body)
    assert services.tell_of_step(moved, event_id=event.id, now=long_ago) == 0
    assert TrailEntry.objects.filter(root_id=event.root, seq=event.seq).exists()
    assert Notice.objects.count() == 0


def test_the_robot_of_the_unit_is_told_once_however_many_work_there(world, settings) -> None:
    open_robot(settings, "http://127.0.0.1:9", world.unit("road"))
    dispatched(world)
    feed.relay()
    assert list(Notice.objects.filter(addressee=GROUP).values_list("to", "channel")) == [(world.unit("road"), "ding")]


@pytest.mark.parametrize(("urgent_only", "urgent", "told"), [(True, True, 1), (True, False, 0), (False, False, 1)])
def test_a_channel_for_urgent_messages_takes_no_others(world, settings, urgent_only: bool, urgent: bool, told: int) -> None:
    open_sms(settings, "http://127.0.0.1:9", urgent_only=urgent_only)
    act = world.act("chief")
    services.tell(key="x", zh="请看", en="Look", node=world.county, accounts=[world.account("road").pk], urgent=urgent, act=act)
    assert len(out()) == told


# Limits


def passing(world, share: int):
    """Let the disposal clock of a task pass 80 or 100 percent now, and return it."""
    row = dispatched(world)
    feed.relay()
    Notice.objects.all().delete()
    now = timezone.now()
    clock = Clock.objects.get(matter__parent_id=row.pk, kind="dispose")
    Clock.objects.filter(matter__parent_id=row.pk).exclude(pk=clock.pk).update(ended_at=now)
    minutes = {80: 30, 100: -1}[share]
    Clock.objects.filter(pk=clock.pk).update(amber_at=now - timedelta(minutes=5), due_at=now + timedelta(minutes=minutes))
    Clock.objects.exclude(pk=clock.pk).filter(ended_at__isnull=True).update(
        amber_at=now + timedelta(days=3), due_at=now + timedelta(days=4)
    )
    return clock


@pytest.mark.parametrize(("share", "message"), [(80, "due_soon"), (100, "overdue")])
def test_a_limit_is_told_once_per_clock_and_instance(world, share: int, message: str) -> None:
    clock = passing(world, share)
    now = timezone.now()
    assert [services.look_at_limits(now), services.look_at_limits(now)] == [1, 0]
    assert bell(world, "road") == [message]
    Clock.objects.filter(pk=clock.pk).update(instance=2)
    assert services.look_at_limits(now) == 1
    assert bell(world, "road") == [message, message]


@pytest.mark.parametrize(
    ("situation", "change"),
    [
        ("ended", {"ended_at": timezone.now()}),
        ("paused", {"paused_at": timezone.now(), "due_at": None}),
        ("in the background", {"background": True}),
        ("passed long ago", {"amber_at": timezone.now() - timedelta(days=3), "due_at": timezone.now() - timedelta(days=2)}),
    ],
)
def test_what_does_not_run_is_not_told(world, situation: str, change: dict[str, object]) -> None:
    clock = passing(world, 100)
    Clock.objects.filter(pk=clock.pk).update(**change)
    assert services.look_at_limits(timezone.now()) == 0, situation
    assert Threshold.objects.count() == 0


def test_an_overdue_supervision_is_told_to_the_leader_too(world) -> None:
    clock = passing(world, 100)
    Matter.objects.filter(pk=clock.matter_id).update(kind="supervision")
    services.look_at_limits(timezone.now())
    assert (bell(world, "road"), bell(world, "leader")) == (["reply_overdue"], ["reply_overdue"])


def test_looking_at_limits_is_bounded(world, django_assert_max_num_queries) -> None:
    passing(world, 80)
    with django_assert_max_num_queries(16):
        services.look_at_limits(timezone.now())
    with django_assert_max_num_queries(4):
        services.look_at_limits(timezone.now())


# The service for the contexts above


def test_a_citizen_is_told_by_sms_once_per_key(world, settings) -> None:
    open_sms(settings, "http://127.0.0.1:9")
    person = parties.register_person(name="王五", phone="13812345678", source="12345", act=world.act("acceptor"))
    act = world.act("acceptor")
    given = {"key": "closed:1", "zh": "您反映的问题已办结", "en": "What you reported is done", "node": world.county, "persons": [person.pk]}
    assert [services.tell(**given, urgent=True, act=act), services.tell(**given, urgent=True, act=act)] == [1, 0]
    row = Notice.objects.get()
    assert (row.addressee, row.to, row.channel, row.state) == (PERSON, person.pk, "sms", "waiting")
    assert "138" not in row.words_zh + row.answer + row.link


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"key": ""}, "key"),
        ({"key": "k" * 81}, "key"),
        ({"zh": " "}, "zh"),
        ({"en": "x" * 701}, "en"),
        ({"zh": "a\x00b"}, "zh"),
        ({"link": "https://evil.example/"}, "link"),
        ({"link": "//evil.example"}, "link"),
        ({"link": "/\\evil.example"}, "link"),
        ({"link": "/a\nb"}, "link"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name_and_nothing_is_made(world, change: dict[str, str], named: str) -> None:
    given = {"key": "k", "zh": "好", "en": "Good", "node": world.county, "accounts": [world.account("road").pk], **change}
    with pytest.raises(Invalid) as refused:
        services.tell(**given, act=world.act("chief"))
    assert refused.value.en.startswith(named)
    assert (Notice.objects.count(), Channel.objects.count()) == (0, 0)


def test_hostile_words_are_kept_as_words(world) -> None:
    services.tell(key="h", zh=HOSTILE, en=HOSTILE, node=world.county, accounts=[world.account("road").pk], act=world.act("chief"))
    assert Notice.objects.filter(channel=BELL).get().words_zh == HOSTILE.strip()
