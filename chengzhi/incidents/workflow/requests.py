"""The paths of what is asked and answered beside the main line."""

from chengzhi.incidents.rules import IncidentFacts
from chengzhi.incidents.workflow.capabilities import VOID
from chengzhi.incidents.workflow.states import ASKED, DENIED, GRANTED, WITHDRAWN
from chengzhi.kernel.workflow import AUTOMATIC, Kind, State, Step

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
