"""How often somebody may try something: limits from data, tries from the database, so that all web processes count together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from chengzhi.portal.models import Attempt
from chengzhi.portal.queries.tables import rows_in


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries of a kind within a window that slides."""

    kind: str
    window: timedelta
    most: int
    zh: str
    en: str


@lru_cache(maxsize=16)
def limits(kind: str) -> tuple[Limit, ...]:
    """Return the limits of a kind, the shortest window first."""
    rows = [row for row in rows_in("limits.csv") if row["kind"] == kind]
    found = [Limit(kind, timedelta(minutes=int(row["minutes"])), int(row["most"]), row["name_zh"], row["name_en"]) for row in rows]
    return tuple(sorted(found, key=lambda limit: limit.window))


def tries(kind: str, subject: str, since: datetime) -> int:
    """Return how often somebody has tried since a moment."""
    return Attempt.objects.filter(kind=kind, subject=subject, at__gt=since).count()
