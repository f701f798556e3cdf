"""The paths of what is asked and answered beside the main line."""

from chengzhi.incidents import rules
from chengzhi.incidents.rules import IncidentFacts
from chengzhi.incidents.workflow.capabilities import CREW_WORK, REPLY, VOID
from chengzhi.incidents.workflow.states import ASKED, DENIED, GIVEN, GRANTED, HANDED_BACK, OWED, REPLIED, WITHDRAWN
from chengzhi.kernel.workflow import AUTOMATIC, ClockKind, Kind, State, Step
from chengzhi.kernel.workflow.table import ALL

VOID_REQUEST: Kind[IncidentFacts] = Kind(
    "void_request",
    zh="作废申请",
    en="request to void",
    states=[
        State(ASKED, "待审批", "Waiting"),
        State(GRANTED, "已同意", "Granted", final=True),
        State(DENIED, "不同意", "Denied", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ],
    steps=[
        Step("ask", (), ASKED, AUTOMATIC, "申请作废", "Ask", ref="H1"),
        Step("grant", (ASKED,), GRANTED, AUTOMATIC, "同意作废", "Grant", ref="H1"),
        Step("deny_void", (ASKED,), DENIED, VOID, "不同意", "Deny", ref="H1n"),
        Step("withdraw", (ASKED,), WITHDRAWN, AUTOMATIC, "随案件结束", "Ended with the incident", ref="H1"),
    ],
)

SUPERVISION: Kind[IncidentFacts] = Kind(
    "supervision",
    zh="督办",
    en="supervision",
    states=[
        State(OWED, "待回复督办", "Reply owed"),
        State(REPLIED, "督办已回复", "Replied", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ],
    clocks=[ClockKind("reply", "督办回复时限", "Reply to supervision")],
    steps=[
        Step("ask", (), OWED, AUTOMATIC, "督办", "Supervise", starts=("reply",), ref="D12"),
        Step("reply_supervision", (OWED,), REPLIED, REPLY, "回复督办", "Reply to supervision", stops=("reply",), held=True, ref="D12"),
        Step("withdraw", (OWED,), WITHDRAWN, AUTOMATIC, "随案件结束", "Ended with the incident", stops=(ALL,), ref="H1"),
    ],
)

CREW_JOB: Kind[IncidentFacts] = Kind(
    "crew_job",
    zh="班组作业",
    en="crew job",
    states=[
        State(GIVEN, "班组作业中", "With the crew"),
        State(HANDED_BACK, "班组已交回", "Handed back", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ],
    clocks=[ClockKind("inner", "班组时限", "Inner limit")],
    steps=[
        Step("give", (), GIVEN, AUTOMATIC, "下派班组", "Give to crew", starts=("inner",), ref="D13"),
        Step(
            "crew_done",
            (GIVEN,),
            HANDED_BACK,
            CREW_WORK,
            "作业完成",
            "Hand back",
            needs=(rules.visible_result_has_photo,),
            stops=("inner",),
            held=True,
            ref="D13",
        ),
        Step("withdraw", (GIVEN,), WITHDRAWN, AUTOMATIC, "随任务撤回", "Withdrawn with the task", stops=(ALL,), ref="H1"),
    ],
)
