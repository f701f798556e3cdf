"""The paths of the closed loop: one table per kind. References such as A1 are the steps of the trade's flow chart."""

from chengzhi.incidents import rules
from chengzhi.incidents.rules import IncidentFacts
from chengzhi.kernel.access import capability
from chengzhi.kernel.workflow import AUTOMATIC, ClockKind, Kind, State, Step
from chengzhi.kernel.workflow.table import ALL, SAME

REPORT = capability("incidents.incident.report", "现场上报", "report from the street")
REGISTER = capability("incidents.incident.register", "登记受理", "register calls")
ACCEPT = capability("incidents.incident.accept", "受理、发核实、发核查", "accept and send inspectors")
MERGE = capability("incidents.incident.merge", "并案", "merge duplicates")
FILE = capability("incidents.incident.file", "立案", "file")
DISPATCH = capability("incidents.incident.dispatch", "派遣", "dispatch")
CLOSE = capability("incidents.incident.close", "结案、返工", "close")
ASK_VOID = capability("incidents.incident.ask_void", "申请作废", "ask to void")
VOID = capability("incidents.incident.void", "作废", "void")
HANDLE = capability("incidents.task.handle", "处置", "handle tasks")
VISIT = capability("incidents.visit.do", "现场核实、核查", "verify and check on site")

TO_ACCEPT, VERIFYING, TO_FILE, TO_DISPATCH = "to_accept", "verifying", "to_file", "to_dispatch"
DISPOSING, TO_SEND_CHECK, CHECKING, TO_CLOSE = "disposing", "to_send_check", "checking", "to_close"
CLOSED, REFUSED, NOT_FILED, MERGED, VOIDED = "closed", "refused", "not_filed", "merged", "void"
OPEN_STATES = (TO_ACCEPT, VERIFYING, TO_FILE, TO_DISPATCH, DISPOSING, TO_SEND_CHECK, CHECKING, TO_CLOSE)

INCIDENT: Kind[IncidentFacts] = Kind(
    "incident",
    zh="案件",
    en="incident",
    states=[
        State(TO_ACCEPT, "待受理", "To accept"),
        State(VERIFYING, "待核实", "Verifying", waits=True),
        State(TO_FILE, "待立案", "To file"),
        State(TO_DISPATCH, "待派遣", "To dispatch"),
        State(DISPOSING, "处置中", "Disposing", waits=True),
        State(TO_SEND_CHECK, "待发核查", "To send check"),
        State(CHECKING, "待核查", "Checking", waits=True),
        State(TO_CLOSE, "待结案", "To close"),
        State(CLOSED, "已结案", "Closed", final=True),
        State(REFUSED, "不予受理", "Refused", final=True),
        State(NOT_FILED, "不予立案", "Not filed", final=True),
        State(MERGED, "已并入（重复）", "Merged (duplicate)", final=True),
        State(VOIDED, "已作废", "Void", final=True),
    ],
    clocks=[
        ClockKind("accept", "受理时限", "Acceptance"),
        ClockKind("file", "立案时限", "Filing"),
        ClockKind("dispatch", "派遣时限", "Dispatch"),
        ClockKind("send_check", "发核查时限", "Sending check"),
        ClockKind("close", "结案时限", "Closing"),
        ClockKind("total", "整体时限", "Total", background=True),
    ],
    steps=[
        Step("report", (), TO_ACCEPT, REPORT, "上报", "Report", needs=(rules.report_has_photo,), starts=("accept",), ref="A1"),
        Step("register_call", (), TO_ACCEPT, REGISTER, "登记受理", "Register", starts=("accept",), ref="A2"),
        Step("send_verify", (TO_ACCEPT,), VERIFYING, ACCEPT, "发核实", "Send verify", needs=(
            rules.inspector_is_available,), stops=("accept",), ref="A3"),
        Step("verify_replied", (VERIFYING,), TO_ACCEPT, AUTOMATIC, "核实已回复", "Verify replied", starts=("accept",), ref="A4"),
        Step("pass_on", (TO_ACCEPT,), TO_FILE, ACCEPT, "批转立案", "Pass to filing", needs=(
            rules.class_is_known, rules.position_is_known, rules.truth_is_verified), stops=("accept",), starts=("file",), ref="A5"),
        Step("refuse", (TO_ACCEPT,), REFUSED, ACCEPT, "不予受理", "Refuse", needs=(rules.reply_is_made,), then="county_ended", ref="A6"),
        Step("merge", (TO_ACCEPT, TO_FILE), MERGED, MERGE, "并入已有案件", "Merge", needs=(
            rules.target_is_another_open_one, rules.target_has_same_class, rules.target_is_near, rules.target_is_recent),
            then="county_ended", ref="A8"),
        Step("absorb", OPEN_STATES, SAME, AUTOMATIC, "并入一件重复案件", "Duplicate merged in", ref="A8"),
        Step("file_case", (TO_FILE,), TO_DISPATCH, FILE, "立案", "File", needs=(
            rules.condition_fits_class,), stops=("file",), starts=("dispatch", "total"), ref="B1"),
        Step("refuse_filing", (TO_FILE,), NOT_FILED, FILE, "不予立案", "Not file", then="county_ended", ref="B2"),
        Step("send_back", (TO_FILE,), TO_ACCEPT, FILE, "退回受理", "Send back", stops=("file",), starts=("accept",), ref="B3"),
        Step("take_over", (), TO_DISPATCH, AUTOMATIC, "接市级派遣", "Taken over from the city", starts=("dispatch", "total"), ref="C1"),
        Step("dispatch", (TO_DISPATCH,), DISPOSING, DISPATCH, "派遣", "Dispatch", needs=(
            rules.each_unit_has_one_task,), stops=("dispatch",), ref="C1/C2"),
        Step("return_to_filing", (TO_DISPATCH,), TO_FILE, DISPATCH, "回退立案", "Back to filing",
             stops=("dispatch",), starts=("file",), ref="C3"),
        Step("redirect", (DISPOSING,), SAME, DISPATCH, "改派", "Redirect", needs=(rules.each_unit_has_one_task,), ref="C4"),
        Step("tasks_done", (DISPOSING,), TO_SEND_CHECK, AUTOMATIC, "任务全部反馈", "All tasks done", needs=(
            rules.all_tasks_are_done,), starts=("send_check",), ref="D2"),
        Step("tasks_returned", (DISPOSING,), TO_DISPATCH, AUTOMATIC, "任务退回重派", "Tasks returned", needs=(
            rules.all_tasks_are_done,), starts=("dispatch",), ref="D4"),
        Step("send_check", (TO_SEND_CHECK,), CHECKING, ACCEPT, "发核查", "Send check", needs=(
            rules.inspector_is_available,), stops=("send_check",), ref="E1"),
        Step("checked", (CHECKING,), TO_CLOSE, AUTOMATIC, "核查已回复", "Check replied", starts=("close",), ref="E2/E3"),
        Step("close", (TO_SEND_CHECK, TO_CLOSE), CLOSED, CLOSE, "结案", "Close", needs=(
            rules.check_is_passed_or_waived, rules.closing_condition_is_met, rules.closer_did_not_file),
            stops=(ALL,), then="county_closed", ref="F1"),
        Step("rework", (TO_CLOSE,), DISPOSING, CLOSE, "返工", "Rework", needs=(rules.check_has_failed,), stops=("close",), ref="F2"),
        Step("ask_void", OPEN_STATES, SAME, ASK_VOID, "申请作废", "Ask to void", needs=(rules.no_void_request_waits,), ref="H1"),
        Step("void", OPEN_STATES, VOIDED, VOID, "作废", "Void", stops=(ALL,), then="county_ended", ref="H1"),
        Step("withdraw", OPEN_STATES, VOIDED, AUTOMATIC, "随上级案件作废", "Voided with the city's incident", stops=(ALL,), ref="H1"),
    ],
)

SENT, SIGNED, DONE, RECALLED, RETURNED, WITHDRAWN = "sent", "signed", "done", "recalled", "returned", "withdrawn"

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
        Step("finish", (SIGNED,), DONE, HANDLE, "处置反馈", "Report done", needs=(
            rules.visible_result_has_photo,), stops=("dispose",), held=True, then="tasks_done", ref="D2"),
        Step("recall", (SENT, SIGNED), RECALLED, AUTOMATIC, "收回", "Recall", stops=(ALL,), ref="C4"),
        Step("withdraw", (SENT, SIGNED), WITHDRAWN, AUTOMATIC, "撤回", "Withdraw", stops=(ALL,), ref="H1"),
        Step("county_closed", (SENT, SIGNED), DONE, AUTOMATIC, "县区已结案", "Closed by the county",
             stops=(ALL,), then="tasks_done", ref="D2"),
        Step("county_ended", (SENT, SIGNED), RETURNED, AUTOMATIC, "县区未办理", "Not handled by the county",
             stops=(ALL,), then="tasks_returned", ref="D4"),
    ],
)

ASKED, ANSWERED, PASSED, FAILED, GRANTED, DENIED = "asked", "answered", "passed", "failed", "granted", "denied"

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
        Step("reply_verify", (ASKED,), ANSWERED, VISIT, "回复核实", "Reply", needs=(
            rules.visit_has_photo,), stops=("verify",), held=True, then="verify_replied", ref="A4"),
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
        Step("pass_check", (ASKED,), PASSED, VISIT, "核查通过", "Check passed", needs=(
            rules.visit_has_photo, rules.checker_did_not_handle, rules.distance_is_explained),
            stops=("check",), held=True, then="checked", ref="E2"),
        Step("fail_check", (ASKED,), FAILED, VISIT, "核查不通过", "Check failed", needs=(
            rules.visit_has_photo, rules.checker_did_not_handle, rules.distance_is_explained),
            stops=("check",), held=True, then="checked", ref="E3"),
        Step("withdraw", (ASKED,), WITHDRAWN, AUTOMATIC, "撤回", "Withdraw", stops=(ALL,), ref="H1"),
    ],
)

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

PARTS = (TASK, VERIFICATION, CHECK, VOID_REQUEST)
