"""Questions of notification."""

from chengzhi.notification.queries.channels import (
    LOG_SINK,
    channel_named,
    enabled_channels,
    open_channels,
    paused,
    running_pause,
    shown_channels,
)
from chengzhi.notification.queries.limits import Passed, passed_limits
from chengzhi.notification.queries.lists import MANAGE, Filter, admin_page, manages_channels, mine, unread
from chengzhi.notification.queries.people import Wishes, digest_moment, quiet_until, reach_of, wishes_of
from chengzhi.notification.queries.sending import addresses, due_notices, held_groups, sent_in_last_minute
from chengzhi.notification.queries.subjects import Subject, step_is_old, subject, urged_units

__all__ = [
    "LOG_SINK",
    "MANAGE",
    "Filter",
    "Passed",
    "Subject",
    "Wishes",
    "addresses",
    "admin_page",
    "channel_named",
    "digest_moment",
    "due_notices",
    "enabled_channels",
    "held_groups",
    "manages_channels",
    "mine",
    "open_channels",
    "passed_limits",
    "paused",
    "quiet_until",
    "reach_of",
    "running_pause",
    "sent_in_last_minute",
    "shown_channels",
    "step_is_old",
    "subject",
    "unread",
    "urged_units",
    "wishes_of",
]
