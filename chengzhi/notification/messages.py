"""What is told: the kinds of message, and one table of which step of which kind of matter leads to which message to whom.

A row may name a step that no table has: it then never fires. A test keeps the table to steps that exist.
"""

from dataclasses import dataclass

HOLDER, UNIT, TASKS, LEADER = "holder", "unit", "tasks", "leader"


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message: its name, its sentence in two languages, whether it breaks quiet hours.

    `loud` messages leave the platform by every open channel, the others show in the bell and go out only to whoever asks for them.
    """

    slug: str
    zh: str
    en: str
    say_zh: str
    say_en: str
    urgent: bool = False
    loud: bool = True


def _message(slug: str, zh: str, en: str, say_zh: str, say_en: str, *, urgent: bool = False, loud: bool = True) -> Message:
    return Message(slug, zh, en, say_zh, say_en, urgent, loud)


MESSAGES = {
    message.slug: message
    for message in (
        _message("urgent_task", "紧急任务", "Urgent task", "紧急任务待签收：{what}", "Urgent task to sign for: {what}", urgent=True),
        _message("new_task", "新任务", "New task", "新任务待签收：{what}", "New task to sign for: {what}", loud=False),
        _message("due_soon", "将超期", "Due soon", "将超期：{what}，{due} 前", "Due soon: {what}, by {due}"),
        _message("overdue", "超期", "Overdue", "已超期：{what}，时限 {due}", "Overdue: {what}, was due {due}"),
        _message("urged", "催办", "Urged", "被催办：{what}", "Urged: {what}"),
        _message("supervised", "督办", "Supervision", "收到督办，请回复：{what}", "Supervision, please reply: {what}", urgent=True),
        _message(
            "reply_due",
            "督办待回复",
            "Supervision reply due",
            "督办回复将超期：{what}，{due} 前",
            "Supervision reply due soon: {what}, by {due}",
        ),
        _message(
            "reply_overdue",
            "督办超期",
            "Supervision overdue",
            "督办超期未回复：{what}，时限 {due}",
            "Supervision not answered in time: {what}, was due {due}",
        ),
        _message("granted", "申请已同意", "Request granted", "申请已同意：{what}", "Request granted: {what}"),
        _message("denied", "申请不同意", "Request denied", "申请未获同意：{what}", "Request denied: {what}"),
        _message(
            "taken_back", "任务收回", "Task taken back", "任务已收回，无需再办：{what}", "Task taken back, nothing more to do: {what}"
        ),
        _message("to_verify", "核实任务", "Verification", "待核实：{what}", "To verify: {what}"),
        _message("to_check", "核查任务", "Check", "待核查：{what}", "To check: {what}"),
        _message("to_call_back", "回访任务", "Return visit", "待回访：{what}", "To call back: {what}", loud=False),
        _message("appeal_decided", "申诉已裁定", "Appeal decided", "申诉已裁定：{what}", "Appeal decided: {what}"),
        _message("crew_work", "班组作业", "Crew work", "有新的作业：{what}", "New work: {what}"),
        _message("told", "平台告知", "From the platform", "{what}", "{what}"),
        _message("digest", "汇总", "Digest", "{what}", "{what}"),
    )
}
CHOSEN_BY_PEOPLE = tuple(slug for slug in MESSAGES if slug not in {"told", "digest"})


@dataclass(frozen=True, slots=True)
class Row:
    """When a matter of this kind takes this step, its holder gets this message.

    `to` may name others instead: the unit that has the task or has appealed, or the units of the open tasks.
    """

    kind: str
    step: str
    message: str
    to: str = HOLDER


STEPS = (
    Row("task", "issue", "new_task"),
    # The task's own step at 80 percent of its limit (`urge_by_time`) is told as `due_soon`, not a second time here.
    Row("incident", "urge", "urged", TASKS),
    Row("supervision", "ask", "supervised"),
    Row("task", "grant_return", "granted", UNIT),
    Row("task", "deny_return", "denied", UNIT),
    Row("task", "grant_extension", "granted", UNIT),
    Row("task", "deny_extension", "denied", UNIT),
    Row("task", "grant_suspension", "granted", UNIT),
    Row("task", "deny_suspension", "denied", UNIT),
    Row("task", "recall", "taken_back", UNIT),
    Row("task", "withdraw", "taken_back", UNIT),
    Row("verification", "ask", "to_verify"),
    Row("check", "ask", "to_check"),
    Row("sample_check", "ask", "to_check"),
    Row("look_again", "ask", "to_check"),
    Row("return_visit", "ask", "to_call_back"),
    Row("appeal", "decide_appeal", "appeal_decided", UNIT),
    Row("crew_job", "give", "crew_work"),
)
BY_STEP = {(row.kind, row.step): row for row in STEPS}


@dataclass(frozen=True, slots=True)
class Limit:
    """What is told when a limit of a kind of matter has passed 80 or 100 percent, and to whom beside the holder."""

    kind: str
    soon: str
    over: str
    also_over: tuple[str, ...] = ()


LIMITS = {
    limit.kind: limit
    for limit in (
        Limit("task", "due_soon", "overdue"),
        Limit("verification", "due_soon", "overdue"),
        Limit("check", "due_soon", "overdue"),
        Limit("supervision", "reply_due", "reply_overdue", (LEADER,)),
    )
}
