"""Opening channels and pausing all of them; channels belong to the whole city."""

import re

from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed
from chengzhi.notification import queries
from chengzhi.notification.integrations import REGISTRY
from chengzhi.notification.integrations.sms.template import shape_in
from chengzhi.notification.models import BELL, Channel, Pause
from chengzhi.organisation import queries as organisation

CODE = re.compile(r"[a-z][a-z0-9_-]{1,23}")
ENTRY = re.compile(r"[A-Za-z0-9_-]{0,40}")


@writes.service
def save_channel(
    *,
    code: str,
    integration: str,
    act: Act,
    name_zh: str = "",
    enabled: bool = False,
    urgent_only: bool = False,
    entry: str = "",
    body: int | None = None,
    shape: str = "",
) -> Channel:
    """Open a channel or change the one with this code. Raises NotAllowed, or Invalid naming the field, its value and the fix."""
    _authorise(act)
    if integration not in REGISTRY:
        raise Invalid(
            f"渠道类型“{integration[:24]}”不可用，可用：{'、'.join(REGISTRY)}。",
            f"“{integration[:24]}” is no integration; there are: {', '.join(REGISTRY)}.",
        )
    _check_names(code, name_zh, entry)
    made = REGISTRY[integration]
    if made.to_group and (body is None or organisation.body(body) is None):
        raise Invalid(
            "群机器人须指定所属单位（body），请选择单位。",
            "A group robot needs the unit (body) whose group it speaks to; choose one.",
            code="body_missing",
        )
    if enabled and (variable := made.missing(entry)):
        raise Invalid(
            f"渠道“{made.zh}”还缺环境变量 {variable}，请先配置后再启用。",
            f"{made.en} lacks the variable {variable} in the environment; set it first.",
            code="not_configured",
        )
    row = Channel.objects.filter(code=code).first() or Channel(code=code)
    row.integration, row.name_zh, row.enabled, row.urgent_only = integration, name_zh.strip() or made.zh, enabled, urgent_only
    row.entry, row.body = entry, body if made.to_group else None
    row.settings = shape_in(shape) if shape.strip() else row.settings
    row.save()
    return row


def _check_names(code: str, name: str, entry: str) -> None:
    if not CODE.fullmatch(code) or code == BELL:
        raise Invalid(
            f"代码“{code[:24]}”不可用：须为2至24位小写字母、数字、_ 或 -。",
            f"code “{code[:24]}” is not usable: 2 to 24 of a–z, 0–9, “_”, “-”.",
        )
    if len(name.strip()) > 40 or "\x00" in name:
        raise Invalid(f"名称“{name[:20]}…”太长，最多40个字。", f"name “{name[:20]}…” is too long; at most 40 characters.")
    if not ENTRY.fullmatch(entry):
        raise Invalid(
            f"机器人名“{entry[:40]}”不可用：须为环境变量中的名字（字母、数字、_、-）。",
            f"entry “{entry[:40]}” is not usable: the robot's name in the environment (letters, digits, “_”, “-”).",
        )


def _authorise(act: Act) -> None:
    if not queries.manages_channels(act.actor):
        raise NotAllowed(
            "仅市级系统管理员可管理渠道，请联系市级系统管理员。", "Only the city's system administrator manages channels; ask him."
        )


@writes.service
def pause_everything(*, why: str, act: Act) -> Pause:
    """Pause all channels until the pause is ended; whatever is told waits. Raises NotAllowed, Invalid without a reason, Conflict twice."""
    _authorise(act)
    kept = why.strip()
    if not 2 <= len(kept) <= 200 or "\x00" in kept:
        raise Invalid(
            f"why“{kept[:20]}”不可用：请写明暂停原因，2至200个字。",
            f"why “{kept[:20]}” is not usable: give the reason in 2 to 200 characters.",
        )
    if queries.paused():
        raise Conflict("全部渠道已经暂停，请刷新页面。", "All channels are paused already; reload the page.")
    row = Pause(since=act.at, by=act.actor.id, why=kept)
    writes.add(row)
    return row


@writes.service
def end_pause(*, act: Act) -> Pause:
    """Let messages go out again. Raises NotAllowed, Conflict when nothing is paused."""
    _authorise(act)
    row = queries.running_pause()
    if row is None:
        raise Conflict("渠道没有暂停，请刷新页面。", "Nothing is paused; reload the page.")
    row.until, row.running = act.at, None
    writes.change(row, "until", "running")
    return row
