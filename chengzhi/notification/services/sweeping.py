"""Forgetting what is old: notices and thresholds are kept for half a year."""

from datetime import datetime, timedelta

from chengzhi.kernel import writes
from chengzhi.notification.models import Notice, Threshold

KEEP, MOST_AT_ONCE = timedelta(days=180), 2000


@writes.service
def forget_old(now: datetime) -> int:
    """Remove the oldest notices and thresholds past their time, some thousand at a time, and return how many."""
    # Ids are ordered by the time they were given, so the oldest stand first in the primary key.
    rows = Notice.objects.order_by("id").values_list("id", "made_at")[:MOST_AT_ONCE]
    notices = [key for key, made_at in rows if made_at < now - KEEP]
    thresholds = list(Threshold.objects.filter(at__lt=now - KEEP).order_by("at").values_list("id", flat=True)[:MOST_AT_ONCE])
    Notice.objects.filter(digest__in=notices).update(digest=None)
    Notice.objects.filter(id__in=notices).delete()
    Threshold.objects.filter(id__in=thresholds).delete()
    return len(notices) + len(thresholds)
