"""Verbs of the citizens' pages."""

from chengzhi.portal.services.following import ask_again, open_code, rate, withdraw_phone
from chengzhi.portal.services.limits import Caller, TooMany, forget_attempts, spend
from chengzhi.portal.services.photos import NO_FILE, open_photo, photo_address, take_photo
from chengzhi.portal.services.reporting import Emergency, Known, PrivateDispute, Report, join, send, with_photos

__all__ = [
    "NO_FILE",
    "Caller",
    "Emergency",
    "Known",
    "PrivateDispute",
    "Report",
    "TooMany",
    "ask_again",
    "forget_attempts",
    "join",
    "open_code",
    "open_photo",
    "photo_address",
    "rate",
    "send",
    "spend",
    "take_photo",
    "with_photos",
    "withdraw_phone",
]
