"""Counting tries in the database: a try is written and committed before it is judged, so that no number of processes can slip past."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Problem
from chengzhi.portal import queries
from chengzhi.portal.models import Attempt

KEEP = timedelta(days=2)
DIGITS = 32
NETWORK_BITS = 64


class TooMany(Problem):
    """Somebody has tried too often; he may again when the window has slid on."""

    status, code = 429, "too_many"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls from the street, known by the address of his network alone; it is never stored as it is."""

    address: str

    @property
    def subject(self) -> str:
        """The keyed digest of the address; of IPv6 the network counts, because a phone changes the rest at will."""
        try:
            known = ipaddress.ip_address(self.address)
        except ValueError:
            return digest(self.address)
        if isinstance(known, ipaddress.IPv6Address):
            if known.ipv4_mapped is None:
                return digest(str(ipaddress.ip_network((known, NETWORK_BITS), strict=False)))
            known = known.ipv4_mapped  # how a socket for both families writes IPv4: their common network would be everybody's
        return digest(str(known))


def digest(text: str) -> str:
    """Return the keyed digest under which tries of somebody are counted."""
    return salted_hmac("chengzhi.portal.attempt", text, algorithm="sha256").hexdigest()[:DIGITS]


def spend(kind: str, subject: str, act: Act) -> int:
    """Count one try and return its id. Raises TooMany when a limit of this kind is passed; a refused try is not counted again."""
    _refuse(kind, subject, act, beyond=0)
    attempt = _count(kind=kind, subject=subject, at=act.recorded_at)
    _refuse(kind, subject, act, beyond=1)
    return attempt


def _refuse(kind: str, subject: str, act: Act, *, beyond: int) -> None:
    for limit in queries.limits(kind):
        if queries.tries(kind, subject, act.recorded_at - limit.window) >= limit.most + beyond:
            minutes = int(limit.window.total_seconds() // 60)
            raise TooMany(
                f"{limit.zh}最多{limit.most}次，现已达到，请{minutes}分钟后再试，急事请拨打 {settings.HOTLINE}。",
                f"At most {limit.most} {limit.en} are taken; try again in {minutes} minutes, or call {settings.HOTLINE}.",
                extra={"minutes": minutes},
            )


@writes.service
def _count(*, kind: str, subject: str, at: datetime) -> int:
    row = Attempt(kind=kind, subject=subject, at=at)
    writes.add(row)
    return row.pk


@writes.service
def forgive(*, attempt: int) -> None:
    """Take back a counted try that was no guess."""
    Attempt.objects.filter(pk=attempt).delete()


@writes.service
def forget_attempts(now: datetime) -> int:
    """Remove tries older than two days and return how many."""
    removed, _ = Attempt.objects.filter(at__lt=now - KEEP).delete()
    return removed
