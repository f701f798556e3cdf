"""The inputs of the side paths of disposal: each type carries its words, so that a signature is a form."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.utils import timezone
from pydantic import AfterValidator, Field

from chengzhi.kernel.workflow import Ask, Id


def _in_the_citys_zone(at: datetime | None) -> datetime | None:
    """Take a moment without a zone, as a page's field gives it, for one of the city."""
    return timezone.make_aware(at) if at is not None and timezone.is_naive(at) else at


def _within_sight(at: datetime | None) -> datetime | None:
    """Refuse a moment so far away that the working days up to it would be counted for seconds."""
    if at is not None and not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return at


FIRST_YEAR, LAST_YEAR = 2000, 2100
Local = AfterValidator(lambda at: _in_the_citys_zone(_within_sight(at)))
ReturnReason = Annotated[
    Literal["not_my_duty", "wrong_place", "duplicate", "cannot_find"],
    Ask("退单理由", "Reason for the return", widget="select", choices="return_reasons"),
]
SuspensionReason = Annotated[
    Literal["season", "project", "funds", "no_owner"],
    Ask("挂账理由", "Reason for the suspension", widget="select", choices="suspension_reasons"),
]
NewDeadline = Annotated[datetime, Ask("延期至", "Extend to", widget="moment", choices="extend_until"), Local]
Engineering = Annotated[bool, Ask("工程类", "Engineering work", widget="checkbox")]
ResumeDate = Annotated[date, Ask("恢复日期", "Date of resumption", widget="date")]
Plan = Annotated[str, Ask("处置计划", "Plan", widget="textarea"), Field(min_length=1, max_length=500)]
Files = Annotated[list[Id], Ask("附件照片", "Pictures", widget="photos"), Field(max_length=9)]
Crew = Annotated[Id, Ask("班组", "Crew", widget="select", choices="crews")]
InnerUntil = Annotated[datetime | None, Ask("班组完成时间", "Crew's deadline", widget="moment", choices="task_deadline"), Local]
Quantity = Annotated[
    str, Ask("工程量", "Quantity", help_zh="数量和单位，例如 3 平方米", help_en="Number and unit, such as 3 m²"), Field(max_length=40)
]
Material = Annotated[str, Ask("用料", "Material"), Field(max_length=100)]
Leftover = Annotated[Literal["none", "some"], Ask("遗留问题", "Anything left", widget="radio", choices="leftovers")]
LeftoverWords = Annotated[
    str,
    Ask("遗留什么", "What is left", help_zh="有遗留问题时必填", help_en="Needed when something is left"),
    Field(max_length=300),
]
CrewResult = Annotated[str, Ask("作业情况", "What was done", widget="textarea"), Field(min_length=1, max_length=1000)]
Whom = Annotated[Id | None, Ask("督办对象", "To whom", widget="select", choices="supervised")]
ReplyBy = Annotated[datetime, Ask("回复时限", "Reply by", widget="moment"), Local]
Reply = Annotated[str, Ask("督办回复", "Reply", widget="textarea"), Field(min_length=1, max_length=1000)]
UrgedTask = Annotated[str, Ask("催办的任务", "Task", widget="select", choices="open_tasks"), Field(max_length=40)]
Bodies = Annotated[list[Id], Ask("涉及单位", "Bodies concerned", widget="units", choices="units"), Field(max_length=8)]
NobodysDuty = Annotated[bool, Ask("无人负责", "Nobody's duty", widget="checkbox")]
Danger = Annotated[bool, Ask("有危险，先行处置", "Danger: repair first", widget="checkbox")]
Fallback = Annotated[Id | None, Ask("先行处置单位", "Unit that repairs first", widget="select", choices="units")]
NamedBody = Annotated[Id, Ask("认定单位", "Body named", widget="unit", choices="units")]
Remember = Annotated[bool, Ask("写入权责清单，今后同类不再会商", "Keep it in the register of powers", widget="checkbox")]
RememberArea = Annotated[
    Literal["duty_grid", "community", "county"], Ask("适用范围", "Where it holds", widget="select", choices="remember_areas")
]
CoLimits = Annotated[
    list[Annotated[str, Field(pattern=r"^\d{1,19}=[1-9]\d{0,3} (hour|working_hour|working_day|day)$")]],
    Ask(
        "协办时限",
        "Own limits",
        widget="legs",
        choices="leg_units",
        help_zh="每项写成“单位编号=数值 单位”，例如 123=4 working_hour；不写的同主办",
        help_en="each “unit=amount unit”, for example 123=4 working_hour; those left out have the lead's limit",
    ),
    Field(max_length=8),
]
OptionalUnits = Annotated[list[Id], Ask("不必等待的协办单位", "Units that need not be waited for", widget="kept"), Field(max_length=8)]
