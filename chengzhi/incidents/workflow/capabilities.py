"""What a post may do in the closed loop; which role holds what is data of the city."""

from chengzhi.kernel.access import capability

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
