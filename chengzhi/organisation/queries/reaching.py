"""Whom to tell: who is at work for a body, and by which number a person is reached. Screens show people masked, see `people_at`."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from chengzhi.organisation.models import Account
from chengzhi.organisation.queries.duty import posts_on_duty
from chengzhi.organisation.queries.people import accounts_at, accounts_in, acting_for
from chengzhi.organisation.queries.snapshot import today


def accounts_to_tell(holder_id: int, at: datetime) -> list[int]:
    """Return the accounts of those who act for a post, unit or crew and are on duty at a moment; all of them when no plan names any."""
    taken = today()
    acting = acting_for(taken, holder_id)
    moment = timezone.localtime(at)
    on_duty = [post for post in acting if post.id in posts_on_duty(taken, post.node, moment)]
    return accounts_in(taken, on_duty) or accounts_at(holder_id)


def phones_of(accounts: Collection[int]) -> dict[int, str]:
    """Return the phone number in clear of each account that has one: for sending messages to colleagues, never for a screen."""
    rows = Account.objects.filter(pk__in=accounts, is_active=True, staff__isnull=False).exclude(staff__phone="")
    return dict(rows.values_list("pk", "staff__phone"))
