"""The paths of what an inspector does on site: verification before filing, check after disposal."""

from chengzhi.incidents import rules
from chengzhi.incidents.rules import IncidentFacts
from chengzhi.incidents.workflow.capabilities import VISIT
from chengzhi.incidents.workflow.states import ANSWERED, ASKED, FAILED, PASSED, WITHDRAWN
from chengzhi.kernel.workflow import AUTOMATIC, ClockKind, Kind, State, Step
from chengzhi.kernel.workflow.table import ALL

VERIFICATION: Kind[IncidentFacts] = Kind(
    "verification",
    zh="核实任务",
    en="verification",
    states=[
        State(ASKED, "待核实", "To verify"),
        State(ANSWERED, "已回复", "Answered", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ],
    clocks=[ClockKind("verify", "核实时限", "Verification")],
    steps=[
        Step("ask", (), ASKED, AUTOMATIC, "发核实", "Ask", starts=("verify",), ref="A3"),
        Step(
            "reply_verify",
            (ASKED,),
            ANSWERED,
            VISIT,
            "回复核实",
            "Reply",
            needs=(rules.visit_has_photo,),
            stops=("verify",),
            held=True,
            then="verify_replied",
            ref="A4",
        ),
        Step("withdraw", (ASKED,), WITHDRAWN, AUTOMATIC, "撤回", "Withdraw", stops=(ALL,), ref="H1"),
    ],
)

CHECK: Kind[IncidentFacts] = Kind(
    "check",
    zh="核查任务",
    en="check",
    states=[
        State(ASKED, "待核查", "To check"),
        State(PASSED, "核查通过", "Passed", final=True),
        State(FAILED, "核查不通过", "Failed", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ],
    clocks=[ClockKind("check", "核查时限", "Check")],
    steps=[
        Step("ask", (), ASKED, AUTOMATIC, "发核查", "Ask", starts=("check",), ref="E1"),
        Step(
            "pass_check",
            (ASKED,),
            PASSED,
            VISIT,
            "核查通过",
            "Check passed",
            needs=(rules.visit_has_photo, rules.checker_did_not_handle, rules.distance_is_explained),
            stops=("check",),
            held=True,
            then="checked",
            ref="E2",
        ),
        Step(
            "fail_check",
            (ASKED,),
            FAILED,
            VISIT,
            "核查不通过",
            "Check failed",
            needs=(rules.visit_has_photo, rules.checker_did_not_handle, rules.distance_is_explained),
            stops=("check",),
            held=True,
            then="checked",
            ref="E3",
        ),
        Step("withdraw", (ASKED,), WITHDRAWN, AUTOMATIC, "撤回", "Withdraw", stops=(ALL,), ref="H1"),
    ],
)
