"""The inputs of the loop's steps: each type carries its words, so that a signature is a form."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chengzhi.kernel.workflow import Ask, Id

Opinion = Annotated[str, Ask("意见", "Opinion", widget="opinion"), Field(max_length=500)]
Description = Annotated[str, Ask("问题描述", "Description", widget="textarea"), Field(min_length=1, max_length=2000)]
ClassCode = Annotated[str, Ask("小类", "Class", widget="class", choices="classes"), Field(pattern=r"^(BJ|SJ)\d{4}$")]
Address = Annotated[str, Ask("地点", "Address", widget="address"), Field(max_length=200)]
Longitude = Annotated[float | None, Ask("经度", "Longitude", widget="position"), Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float | None, Ask("纬度", "Latitude", widget="position"), Field(ge=-90, le=90, allow_inf_nan=False)]
Crs = Annotated[Literal["cgcs2000", "wgs84", "gcj02", "bd09"], Ask("坐标系", "Coordinate system", widget="hidden")]
Source = Annotated[
    Literal["12319", "12345", "110", "public", "video", "iot", "leader", "media", "web", "higher"],
    Ask("来源", "Source", widget="select", choices="sources"),
]
Urgent = Annotated[bool, Ask("紧急", "Urgent", widget="checkbox")]
Photos = Annotated[list[Id], Ask("照片", "Photos", widget="photos"), Field(max_length=9)]
CallerName = Annotated[str, Ask("姓名/称呼", "Name"), Field(max_length=40)]
CallerPhone = Annotated[str, Ask("电话", "Phone", widget="tel"), Field(max_length=20)]
OutsideNumber = Annotated[str, Ask("外部工单号", "Outside ticket number"), Field(max_length=60)]
Moment = Annotated[datetime | None, Ask("发生时间", "Time", widget="hidden")]
ConditionCode = Annotated[
    str, Ask("立案条件", "Filing condition", widget="select", choices="conditions"), Field(min_length=1, max_length=24)
]
TargetNumber = Annotated[str, Ask("并入案件", "Merge into", widget="nearby", choices="nearby"), Field(min_length=1, max_length=40)]
Inspector = Annotated[Id | None, Ask("监督员", "Inspector", widget="select", choices="inspectors")]
RefusalReason = Annotated[
    Literal["not_ours", "private_dispute", "in_court", "emergency_service", "no_facts", "malicious"],
    Ask("不予受理理由", "Reason for refusal", widget="select", choices="refusal_reasons"),
]
FilingReason = Annotated[
    Literal["condition_not_met", "already_solved", "not_found", "not_ours"],
    Ask("不予立案理由", "Reason for not filing", widget="select", choices="filing_reasons"),
]
VoidReason = Annotated[
    Literal["wrong_entry", "test", "duplicate", "untrue", "withdrawn_by_reporter"],
    Ask("作废理由", "Reason for voiding", widget="select", choices="void_reasons"),
]
ReplyMade = Annotated[bool, Ask("已答复市民", "Citizen has been answered", widget="checkbox")]
Remark = Annotated[str, Ask("说明", "Remark", widget="textarea"), Field(max_length=500)]
Reason = Annotated[str, Ask("理由", "Reason", widget="opinion"), Field(min_length=1, max_length=500)]
VerifyResult = Annotated[Literal["true", "false", "solved"], Ask("核实结果", "Result", widget="radio", choices="verify_results")]
Unit = Annotated[Id, Ask("主办单位", "Lead unit", widget="unit", choices="units")]
CoUnits = Annotated[list[Id], Ask("协办单位", "Other units", widget="units", choices="units"), Field(max_length=8)]
OldTask = Annotated[str, Ask("收回的任务", "Task to recall", widget="select", choices="open_tasks"), Field(max_length=40)]
Result = Annotated[str, Ask("处置结果", "What was done", widget="textarea"), Field(min_length=1, max_length=1000)]
FarReason = Annotated[str, Ask("距离说明", "Why from afar"), Field(max_length=200)]
ClosingMet = Annotated[bool, Ask("符合结案条件", "Closing condition met", widget="checkbox")]
SeenClosingMet = Annotated[bool, Ask("现场符合结案条件", "Closing condition met on site", widget="checkbox")]
Waiver = Annotated[str, Ask("免核查理由", "Why without a check"), Field(max_length=200)]
ReplyText = Annotated[str, Ask("答复内容", "Answer given", widget="textarea"), Field(min_length=1, max_length=500)]
CheckResult = Annotated[Literal["passed", "failed"], Ask("核查结果", "Result", widget="radio", choices="check_results")]
BeforePhotos = Annotated[list[Id], Ask("处置前照片", "Photos before", widget="photos"), Field(max_length=9)]
AfterPhotos = Annotated[list[Id], Ask("处置后照片", "Photos afterwards", widget="photos"), Field(max_length=9)]
NewCondition = Annotated[
    str,
    Ask(
        "新小类的立案条件",
        "Filing condition of the new class",
        help_zh="立案后改类时必填：填写条件名称，时限自立案时起重新计算",
        help_en="Needed after filing: the name of the condition; limits count anew from filing",
    ),
    Field(max_length=60),
]
Satisfaction = Annotated[
    Literal["very_satisfied", "satisfied", "basically", "unsatisfied", "unreachable"],
    Ask("满意度", "Satisfaction", widget="radio", choices="satisfactions"),
]
ReopenReason = Annotated[
    Literal["not_solved", "partly_solved", "came_back", "wrong_answer"],
    Ask("重办理由", "Reason", widget="select", choices="reopen_reasons"),
]
AppealAbout = Annotated[
    Literal["overdue", "rework", "returned", "check_result"],
    Ask("申诉事项", "About", widget="select", choices="appeal_subjects"),
]
AppealDecision = Annotated[Literal["upheld", "rejected"], Ask("裁定", "Decision", widget="radio", choices="appeal_decisions")]
SampleResult = Annotated[Literal["agrees", "differs", "gone"], Ask("抽查结果", "Result", widget="radio", choices="sample_results")]
LookResult = Annotated[Literal["gone", "back"], Ask("回头看结果", "Result", widget="radio", choices="look_results")]
