"""Periodic work on attachments: what was uploaded and never used is removed."""

from datetime import datetime

from chengzhi.documents import services
from chengzhi.kernel import schedule


@schedule.every(hours=6)
def sweep(now: datetime) -> None:
    """Remove attachments that were not used within 48 hours, and files without a row."""
    services.sweep(now - services.KEEP_UNCLAIMED)
