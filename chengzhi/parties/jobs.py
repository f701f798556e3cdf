"""Periodic work on personal data: what is needed no longer is erased, what is under an old key is encrypted anew."""

from datetime import datetime

from chengzhi.kernel import schedule
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.parties import services


@schedule.every(hours=1)
def erase_expired(now: datetime) -> None:
    """Erase the data of persons whose time of keeping is past."""
    services.erase_expired(act=Act(actor=SYSTEM, at=now, door="system"))


@schedule.every(hours=1)
def renew_ciphers(now: datetime) -> None:
    """Bring personal data under the current key, some rows at a time."""
    services.renew_ciphers(act=Act(actor=SYSTEM, at=now, door="system"))
