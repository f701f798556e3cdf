"""The paths of what follows a closed incident: return visit, sampled check, look again, appeal. They lie beside its own path."""

from chengzhi.incidents import rules
from chengzhi.incidents.rules import IncidentFacts
from chengzhi.incidents.workflow.capabilities import CALL_BACK, DECIDE_APPEAL, REOPEN, VISIT
from chengzhi.incidents.workflow.states import ANSWERED, ASKED, DECIDED, TO_JUDGE, WITHDRAWN
from chengzhi.kernel.workflow import AUTOMATIC, ClockKind, Kind, State, Step
from chengzhi.kernel.workflow.table import ALL, SAME

ON_SITE = (rules.visit_has_photo, rules.checker_did_not_handle, rules.sampler_is_new_to_the_case, rules.distance_is_explained)

RETURN_VISIT: Kind[IncidentFacts] = Kind(
    "return_visit",
    zh="回访",
    en="return visit",
    states=[
        State(ASKED, "待回访", "To call back"),
        State(TO_JUDGE, "不满意待认定", "Unsatisfied, to judge"),
        State(ANSWERED, "已回访", "Called back", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ],
    clocks=[ClockKind("return_visit", "回访时限", "Return visit"), ClockKind("judge", "认定时限", "Judging")],
    steps=[
        Step("ask", (), ASKED, AUTOMATIC, "转回访", "Ask", starts=("return_visit",), ref="R1"),
        Step("note_try", (ASKED,), SAME, CALL_BACK, "记录未接通", "Not reached", needs=(rules.tries_lie_apart,), held=True, ref="R1"),
        Step(
            "record_visit",
            (ASKED,),
            TO_JUDGE,
            CALL_BACK,
            "回访",
            "Call back",
            needs=(rules.citizen_was_tried_often_enough,),
            stops=("return_visit",),
            may_start=("judge",),
            held=True,
            ref="R1",
        ),
        Step("visited", (TO_JUDGE,), ANSWERED, AUTOMATIC, "回访完成", "Called back", ref="R1"),
        Step("keep_closed", (TO_JUDGE,), ANSWERED, REOPEN, "维持结案", "Keep closed", stops=("judge",), ref="R2"),
        Step("reopened", (TO_JUDGE,), ANSWERED, AUTOMATIC, "已重办", "Taken up again", stops=("judge",), ref="R2"),
        Step("withdraw", (ASKED, TO_JUDGE), WITHDRAWN, AUTOMATIC, "撤回", "Withdraw", stops=(ALL,), ref="R2"),
    ],
    beside=True,
)

SAMPLE_CHECK: Kind[IncidentFacts] = Kind(
    "sample_check",
    zh="抽查",
    en="sampled check",
    states=[
        State(ASKED, "待抽查", "To check by lot"),
        State(ANSWERED, "已抽查", "Checked by lot", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ],
    clocks=[ClockKind("sample", "抽查时限", "Sampled check")],
    steps=[
        Step("ask", (), ASKED, AUTOMATIC, "抽中", "Drawn", starts=("sample",), ref="E6"),
        Step("sample_check", (ASKED,), ANSWERED, VISIT, "抽查", "Check by lot", needs=ON_SITE, stops=("sample",), held=True, ref="E6"),
        Step("withdraw", (ASKED,), WITHDRAWN, AUTOMATIC, "撤回", "Withdraw", stops=(ALL,), ref="R2"),
    ],
    beside=True,
)

LOOK_AGAIN: Kind[IncidentFacts] = Kind(
    "look_again",
    zh="回头看",
    en="look again",
    states=[
        State(ASKED, "待回头看", "To look again"),
        State(ANSWERED, "已回头看", "Looked again", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ],
    clocks=[ClockKind("look_again", "回头看时限", "Look again")],
    steps=[
        Step("ask", (), ASKED, AUTOMATIC, "安排回头看", "Ask", starts=("look_again",), ref="R4"),
        Step(
            "look_again",
            (ASKED,),
            ANSWERED,
            VISIT,
            "回头看",
            "Look again",
            needs=(rules.visit_has_photo, rules.checker_did_not_handle, rules.distance_is_explained),
            stops=("look_again",),
            held=True,
            ref="R4",
        ),
        Step("withdraw", (ASKED,), WITHDRAWN, AUTOMATIC, "撤回", "Withdraw", stops=(ALL,), ref="R2"),
    ],
    beside=True,
)

APPEAL: Kind[IncidentFacts] = Kind(
    "appeal",
    zh="申诉",
    en="appeal",
    states=[State(ASKED, "待裁定", "To decide"), State(DECIDED, "已裁定", "Decided", final=True)],
    clocks=[ClockKind("appeal", "裁定时限", "Decision")],
    steps=[
        Step("ask", (), ASKED, AUTOMATIC, "申诉", "Appeal", starts=("appeal",), ref="R3"),
        Step("decide_appeal", (ASKED,), DECIDED, DECIDE_APPEAL, "裁定申诉", "Decide appeal", stops=("appeal",), ref="R3"),
    ],
    beside=True,
)
