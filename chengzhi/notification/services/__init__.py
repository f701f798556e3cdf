"""Verbs of notification."""

from chengzhi.notification.services.bundling import release_held
from chengzhi.notification.services.channels import end_pause, pause_everything, save_channel
from chengzhi.notification.services.personal import mark_read, save_wishes
from chengzhi.notification.services.retrying import retry
from chengzhi.notification.services.sending import send_waiting
from chengzhi.notification.services.sheets import SENT
from chengzhi.notification.services.sweeping import forget_old
from chengzhi.notification.services.telling import look_at_limits, tell, tell_of_step

__all__ = [
    "SENT",
    "end_pause",
    "forget_old",
    "look_at_limits",
    "mark_read",
    "pause_everything",
    "release_held",
    "retry",
    "save_channel",
    "save_wishes",
    "send_waiting",
    "tell",
    "tell_of_step",
]
