"""The call desk of the demo city: calls with their tickets, calls that bring nothing, transfers, drafts, and replies that are owed."""

from datetime import datetime, time, timedelta
from typing import Any

from chengzhi.hotline import queries as hotline_queries
from chengzhi.hotline import services as hotline
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act, Actor
from chengzhi.site.acting import Cast, Life
from chengzhi.site.demo import people, queries
from chengzhi.site.demo.days import Days
from chengzhi.site.demo.script import Script
from chengzhi.site.demo.stage import DOOR, Stage

WANTS_REPLY = 3  # every third caller wants to hear how it ended
# What a day of calls holds beside reports, every other day: when, how it ends or to whom it goes, what was said.
BESIDE = (
    (time(9, 40), "silent", ""), (time(11, 25), "110", "楼下有人打架"), (time(14, 10), "other", ""), (time(16, 5), "abandoned", ""),
    (time(17, 30), "119", "楼道堆物着火冒烟"), (time(19, 45), "120", "老人在路口摔倒受伤"), (time(20, 30), "silent", ""),
)  # fmt: skip
OWED_LEFT = 3
DRAFTS = (
    ("师傅反映小区门口路灯不亮，具体灯杆号回家再看。", "小区东门"),
    ("反映早市占道，车辆绕行，问几点撤市。", "南关早市"),
    ("反映楼上装修噪声，正在核对门牌。", "育才路"),
)  # fmt: skip


def take_report(stage: Stage, script: Script, actor: Actor, at: datetime, place: dict[str, Any]) -> int:
    """Take the call that brings a report and register it; return the incident's id."""
    name, phone = script.caller
    begun = at - timedelta(seconds=stage.rng.uniform(60, 240))
    call = hotline.ring(act=stage.act(actor, begun), phone=phone, answered=True)
    writes.current().flush()
    reply = script.number % WANTS_REPLY == 0
    ticket = hotline.register(call_id=call.pk, act=stage.act(actor, at), data=place, name=name, phone=phone, wants_reply=reply)
    writes.current().flush()
    hotline.end(call_id=call.pk, act=stage.act(actor, at))
    return ticket.matter_id


def calls_beside(stage: Stage, days: Days, nodes: list[int]) -> Life:
    """Take the calls that bring no report, at their hours, day after day."""
    turn = 0
    for away in range((days.today - days.first.date()).days + 1):
        day = days.first.date() + timedelta(days=away)
        for clock, result, said in BESIDE:
            yield datetime.combine(day, clock, days.first.tzinfo)
            at = datetime.combine(day, clock, days.first.tzinfo)
            actor = stage.cast.queue(nodes[turn % len(nodes)], "acceptor", turn)
            _short_call(stage.act(actor, at), stage.act(actor, at + timedelta(seconds=40)), result, said, people.phone(stage.rng))
            turn += 1


def _short_call(begun: Act, ended: Act, result: str, said: str, phone: str) -> None:
    call = hotline.ring(act=begun, phone=phone, answered=result != "abandoned")
    writes.current().flush()
    if said:
        hotline.transfer(call_id=call.pk, act=ended, service=result, to_whom="值班台", said=said)
        writes.current().flush()
    hotline.end(call_id=call.pk, act=ended, result="" if said else result)


def end_of_day(cast: Cast, nodes: list[int], now: datetime) -> None:
    """Let callers add to their cases and urge them, tell most of those who wait for a reply, and leave a call begun at each desk."""
    for node in nodes:
        acceptor = cast.queue(node, "acceptor")
        act = Act(actor=acceptor, at=now, door=DOOR, recorded_at=now)
        for turn, (number, version) in enumerate(queries.called_about(node)):
            call = hotline.ring(act=act, hidden=True, answered=True)
            writes.current().flush()
            if turn % 2:
                hotline.supplement(call_id=call.pk, act=act, number=number, words="来电人补充：现场已有两天，早晚人多时更严重。")
            else:
                hotline.urge(call_id=call.pk, act=act, number=number, version=version, data={"opinion": "市民再次来电询问进度。"})
            writes.current().flush()
            hotline.end(call_id=call.pk, act=act)
        for owed in hotline_queries.replies_owed(acceptor)[:-OWED_LEFT]:
            hotline.reply_given(ticket_id=owed.ticket.pk, act=act)
        for turn, (said, address) in enumerate(DRAFTS):
            own = Act(actor=cast.queue(node, "acceptor", turn), at=now - timedelta(minutes=4 + turn), door=DOOR, recorded_at=now)
            call = hotline.ring(act=own, hidden=True, answered=True)
            writes.current().flush()
            hotline.type_draft(call_id=call.pk, act=own, typed={"description": said, "address": address})
