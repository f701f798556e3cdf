"""What each person decides: addresses, quiet hours, language, digest, which kind of message by which channel; and what has been read."""

import re
from collections.abc import Collection
from datetime import datetime, time

from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Fault, Invalid
from chengzhi.notification import queries
from chengzhi.notification.messages import CHOSEN_BY_PEOPLE, MESSAGES
from chengzhi.notification.models import BELL, Notice, Preference, Reach

MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
WECOM_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
Wish = tuple[str, str]


@writes.service
def save_wishes(
    *, mail: str, wecom_user: str, language: str, quiet_from: str, quiet_to: str, daily_digest: bool, wanted: Collection[Wish], act: Act
) -> Reach:
    """Keep how the actor wants to be reached; `wanted` are the pairs (message, channel) that are ticked, all others are not wanted.

    Raises Invalid, which names every wrong field with its value and the fix.
    """
    faults: list[Fault] = []
    first, last = _time("quiet_from", quiet_from, faults), _time("quiet_to", quiet_to, faults)
    mail, wecom_user = mail.strip(), wecom_user.strip()
    if mail and (len(mail) > 120 or not MAIL.fullmatch(mail)):
        faults.append(
            _fault(
                "mail",
                f"邮箱“{mail[:60]}”不是邮件地址，例如 zhang@city.example。",
                f"“{mail[:60]}” is no e-mail address; example: zhang@city.example.",
            )
        )
    if wecom_user and not WECOM_USER.fullmatch(wecom_user):
        faults.append(
            _fault(
                "wecom_user",
                f"企业微信账号“{wecom_user[:60]}”不可用：应为1至64位字母、数字、. _ @ -。",
                f"The WeCom user id “{wecom_user[:60]}” is not usable: 1 to 64 letters, digits, “.”, “_”, “@”, “-”.",
            )
        )
    if language not in {"zh", "en"}:
        faults.append(
            _fault(
                "language",
                f"语言“{language[:20]}”不可用：请选 zh 或 en。",
                f"The language “{language[:20]}” is not usable: choose zh or en.",
            )
        )
    if faults or first is None or last is None:
        raise Invalid(" ".join(f.zh for f in faults), " ".join(f.en for f in faults), faults=faults)
    row = Reach(act.actor.id, mail, wecom_user, language, first, last, daily_digest)
    names = ["mail", "wecom_user", "language", "quiet_from", "quiet_to", "daily_digest"]
    Reach.objects.bulk_create([row], update_conflicts=True, unique_fields=["account"], update_fields=names)
    _save_preferences(act.actor.id, wanted)
    return row


def _save_preferences(account: int, wanted: Collection[Wish]) -> None:
    chosen = set(wanted)
    # What agrees with the default leaves no row, so that a later change of the default reaches everybody who has not chosen otherwise.
    rows, same = [], set()
    for channel in queries.open_channels():
        for slug in CHOSEN_BY_PEOPLE:
            wish = (slug, channel.code) in chosen
            if wish == MESSAGES[slug].loud:
                same.add((slug, channel.code))
            else:
                rows.append(Preference(account=account, message=slug, channel=channel.code, wanted=wish))
    known = Preference.objects.filter(account=account).values_list("id", "message", "channel")
    Preference.objects.filter(id__in=[key for key, slug, code in known if (slug, code) in same]).delete()
    Preference.objects.bulk_create(rows, update_conflicts=True, unique_fields=["account", "message", "channel"], update_fields=["wanted"])


def _time(field: str, value: str, faults: list[Fault]) -> time | None:
    try:
        return datetime.strptime(value.strip(), "%H:%M").time()  # noqa: DTZ007  (a time of day has no zone)
    except ValueError:
        faults.append(_fault(field, f"时刻“{value[:20]}”不可用，例如 22:00。", f"“{value[:20]}” is no time of day; example: 22:00."))
        return None


def _fault(field: str, zh: str, en: str) -> Fault:
    return Fault(code=f"{field}_wrong", zh=zh, en=en, field=field)


@writes.service
def mark_read(*, act: Act, notice_id: int | None = None, newest: int | None = None) -> int:
    """Mark one notice of the actor as read, or all up to the newest that was shown; return how many were unread before."""
    rows = Notice.objects.filter(to=act.actor.id, channel=BELL, read_at__isnull=True)
    rows = rows.filter(pk=notice_id) if notice_id is not None else rows.filter(pk__lte=newest or 0)
    found = list(rows.order_by()[:1000])
    for row in found:
        row.read_at = act.at
        writes.change(row, "read_at")
    return len(found)
