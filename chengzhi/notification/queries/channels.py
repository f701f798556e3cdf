"""Which ways out are open, what each still lacks, and whether everything is paused."""

from dataclasses import dataclass

from chengzhi.kernel.problems import NotFound
from chengzhi.notification.integrations import REGISTRY
from chengzhi.notification.integrations.base import Integration
from chengzhi.notification.models import LOG, Channel, Pause
from chengzhi.organisation import queries as organisation

LOG_SINK = Channel(id=0, code=LOG, integration=LOG, name_zh=REGISTRY[LOG].zh, enabled=True)


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel with its integration, what it lacks, and the group it speaks to."""

    row: Channel
    integration: Integration
    missing: str
    group: tuple[str, str]


def open_channels() -> list[Channel]:
    """Return the channels that are switched on and can send; the log sink alone when there is none."""
    return [row for row in enabled_channels() if not REGISTRY[row.integration].missing(row.entry)] or [LOG_SINK]


def enabled_channels() -> list[Channel]:
    """Return the channels that are switched on, also those that lack something in the environment."""
    return [row for row in Channel.objects.filter(enabled=True).order_by("code") if row.integration in REGISTRY]


def shown_channels() -> list[ChannelView]:
    """Return every channel that somebody has opened, for the administrators."""
    rows = list(Channel.objects.order_by("code"))
    names = organisation.holder_names([row.body for row in rows if row.body])
    return [
        ChannelView(row, REGISTRY[row.integration], REGISTRY[row.integration].missing(row.entry), names.get(row.body or 0, ("", "")))
        for row in rows
        if row.integration in REGISTRY
    ]


def channel_named(code: str) -> Channel:
    """Return a channel by its code. Raises NotFound."""
    row = Channel.objects.filter(code=code[:24]).first()
    if row is None:
        raise NotFound(f"没有渠道“{code[:24]}”，请刷新页面。", f"There is no channel “{code[:24]}”; reload the page.")
    return row


def running_pause() -> Pause | None:
    """Return the emergency pause that is running, None when messages go out."""
    return Pause.objects.filter(running=True).first()


def paused() -> bool:
    """Tell whether the emergency switch is on."""
    return Pause.objects.filter(running=True).exists()
