"""The path of a disposal task, the part of an incident that a department, unit or county works on."""

from chengzhi.incidents import rules
from chengzhi.incidents.rules import IncidentFacts
from chengzhi.incidents.workflow.capabilities import HANDLE
from chengzhi.incidents.workflow.states import DONE, RECALLED, RETURNED, SENT, SIGNED, WITHDRAWN
from chengzhi.kernel.workflow import AUTOMATIC, ClockKind, Kind, State, Step
from chengzhi.kernel.workflow.table import ALL

TASK: Kind[IncidentFacts] = Kind(
    "task",
    zh="处置任务",
    en="task",
    states=[
        State(SENT, "待签收", "To sign"),
        State(SIGNED, "处置中", "In hand"),
        State(DONE, "已反馈", "Reported done", final=True),
        State(RECALLED, "已改派", "Recalled", final=True),
        State(RETURNED, "已退回", "Returned", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ],
    clocks=[ClockKind("sign", "签收时限", "Signing"), ClockKind("dispose", "处置时限", "Disposal")],
    steps=[
        Step("issue", (), SENT, AUTOMATIC, "下达任务", "Issue", starts=("sign", "dispose"), ref="C1"),
        Step("sign", (SENT,), SIGNED, HANDLE, "签收", "Sign for", stops=("sign",), held=True, ref="D1"),
        Step(
            "finish",
            (SIGNED,),
            DONE,
            HANDLE,
            "处置反馈",
            "Report done",
            needs=(rules.visible_result_has_photo,),
            stops=("dispose",),
            held=True,
            then="tasks_done",
            ref="D2",
        ),
        Step("recall", (SENT, SIGNED), RECALLED, AUTOMATIC, "收回", "Recall", stops=(ALL,), ref="C4"),
        Step("withdraw", (SENT, SIGNED), WITHDRAWN, AUTOMATIC, "撤回", "Withdraw", stops=(ALL,), ref="H1"),
        Step(
            "county_closed",
            (SENT, SIGNED),
            DONE,
            AUTOMATIC,
            "县区已结案",
            "Closed by the county",
            stops=(ALL,),
            then="tasks_done",
            ref="D2",
        ),
        Step(
            "county_ended",
            (SENT, SIGNED),
            RETURNED,
            AUTOMATIC,
            "县区未办理",
            "Not handled by the county",
            stops=(ALL,),
            then="tasks_returned",
            ref="D4",
        ),
    ],
)
