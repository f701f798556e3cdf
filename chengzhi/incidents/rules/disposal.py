"""Judgements of the side paths of disposal: return, extension, suspension, crews, supervision, conferring."""

from chengzhi.incidents.rules.facts import IncidentFacts
from chengzhi.kernel.rules import LOOP, rule


@rule(zh="下达县区的任务由县区案件办理，不能退单、延期、挂账或下派班组", source=LOOP("D3"))
def task_is_of_a_unit(case: IncidentFacts) -> bool:
    """A task given to a county is handled by the county's own incident; nothing can be asked for it and no crew can be sent."""
    return not case.task.of_county


@rule(zh="已过可申请退单的时间", source=LOOP("D3"))
def return_is_asked_in_time(case: IncidentFacts) -> bool:
    """A return must be asked within the share of the limit that the city has set."""
    return case.task.return_in_time


@rule(zh="派遣有误的退单须经值班长确认，请先报值班长", source=LOOP("D4"))
def wrong_dispatch_is_confirmed(case: IncidentFacts) -> bool:
    """A return because the dispatcher erred is granted by the duty chief."""
    return not case.task.wrong_dispatch or case.task.actor_confirms


@rule(zh="只有“非本单位职责”的退单须报值班长确认", source=LOOP("D4"))
def dispatch_was_wrong(case: IncidentFacts) -> bool:
    """Only a return because of a wrong dispatch is passed to the duty chief."""
    return case.task.wrong_dispatch


@rule(zh="该申请已报上级，须由上级答复", source=LOOP("D5"))
def request_is_not_passed_up(case: IncidentFacts) -> bool:
    """What was passed up is answered by those it was passed to."""
    return not case.task.endorsed or case.task.actor_confirms or case.task.actor_decides


@rule(zh="该申请已报上级", source=LOOP("D9"))
def request_is_not_endorsed_yet(case: IncidentFacts) -> bool:
    """A request is passed up only once."""
    return not case.task.endorsed


@rule(zh="延期须在处置时限届满前提出", source=LOOP("D6"))
def deadline_is_ahead(case: IncidentFacts) -> bool:
    """An extension must be asked before the deadline."""
    return case.task.deadline_ahead


@rule(zh="本任务的延期次数已用完", source=LOOP("D7"))
def an_extension_is_left(case: IncidentFacts) -> bool:
    """A task can be extended only as often as the city has set."""
    return case.task.extensions_left > 0


@rule(zh="新的期限须晚于现期限（按计时时段计算）", source=LOOP("D6"))
def new_deadline_is_later(case: IncidentFacts) -> bool:
    """The new deadline must be later than the present one, in the time in which the limit runs."""
    return case.task.more_minutes is None or case.task.more_minutes >= 1


@rule(zh="累计延期不得超过原处置时限", source=LOOP("D7"))
def extension_is_within_the_limit(case: IncidentFacts) -> bool:
    """All extensions of a task together are not longer than its first limit."""
    return case.task.more_minutes is None or case.task.more_minutes <= case.task.minutes_left


@rule(zh="再次延期或工程类延期须由中心领导答复", source=LOOP("D7"))
def further_extension_is_for_the_leader(case: IncidentFacts) -> bool:
    """A second extension, and one of engineering work, is answered by the leader."""
    return not case.task.needs_leader or case.task.actor_decides


@rule(zh="恢复日期须晚于今天", source=LOOP("D8"))
def resume_date_is_ahead(case: IncidentFacts) -> bool:
    """The date of resumption must lie after today."""
    return case.task.resume_ahead is None or case.task.resume_ahead


@rule(zh="挂账须先由派遣员审核上报", source=LOOP("D9"))
def suspension_is_endorsed(case: IncidentFacts) -> bool:
    """A suspension is granted by the leader after the dispatcher has endorsed it."""
    return case.task.endorsed


@rule(zh="尚有任务未挂账", source=LOOP("D9"))
def all_open_tasks_hang(case: IncidentFacts) -> bool:
    """An incident is suspended when every open task of it is."""
    return case.all_open_hang


@rule(zh="主办任务仍在办理", source=LOOP("D4"))
def no_lead_is_at_work(case: IncidentFacts) -> bool:
    """An incident is dispatched anew when its lead's task is neither open nor done."""
    return not case.lead_open and not case.lead_done


@rule(zh="仍有未收回的处置任务，不能回退立案", source=LOOP("C3"))
def no_task_is_open(case: IncidentFacts) -> bool:
    """An incident with an open task cannot go back to filing."""
    return case.open_tasks == 0 and not case.optional_open


@rule(zh="协办时限或不等待标记中有不是本次协办单位的", source=LOOP("C2"))
def own_limits_are_of_co_units(case: IncidentFacts) -> bool:
    """Own limits and optional marks belong to units that are given the work beside the lead."""
    return case.limits_fit is None or case.limits_fit


@rule(zh="班组时限不得晚于任务的期限", source=LOOP("D13"))
def inner_limit_is_within_the_task(case: IncidentFacts) -> bool:
    """A crew's limit is not later than the deadline of the task."""
    known = case.task.inner_minutes
    return known is None or 1 <= known <= max(1, case.task.minutes_to_deadline)


@rule(zh="回复时限须晚于现在", source=LOOP("D12"))
def reply_time_is_ahead(case: IncidentFacts) -> bool:
    """The time by which a supervision is answered must lie ahead."""
    return case.reply_ahead is None or case.reply_ahead


@rule(zh="会商须至少列出两个单位，或注明无人负责", source=LOOP("C5"))
def conference_has_a_question(case: IncidentFacts) -> bool:
    """A conference needs at least two bodies, or that it is nobody's duty."""
    return case.disputed is None or case.disputed


@rule(zh="有危险的须同时指定先行处置单位", source=LOOP("C5"))
def danger_has_a_fallback(case: IncidentFacts) -> bool:
    """In danger a unit that repairs first must be named."""
    return case.fallback_named is None or case.fallback_named
