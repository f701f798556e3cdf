"""What a code opens: how far the work is, what may be done, which pictures are shown. Nothing here names a person."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from chengzhi.incidents.queries import citizens
from chengzhi.kernel.cards import Option
from chengzhi.kernel.problems import Fault
from chengzhi.kernel.rules import broken
from chengzhi.portal import rules
from chengzhi.portal.models import AskedAgain, Followed, Rating
from chengzhi.portal.queries.tables import answers, picture_choices, referral

RATE = (rules.work_is_done, rules.not_rated_before, rules.redo_follows_dissatisfaction)
ASK = (rules.work_goes_on, rules.not_asked_today)
WITHDRAW = (rules.phone_is_kept,)


@dataclass(frozen=True, slots=True)
class FollowView:
    """The page of one code."""

    code: str
    own: bool
    said: str
    picture: rules.PictureRow | None
    progress: citizens.Progress
    result: str
    expected_at: datetime | None
    made_at: datetime
    followers: int
    asked: int
    rating: Rating | None
    rating_words: Option | None
    referral: rules.Warned | None
    may_rate: bool
    may_ask: bool
    may_withdraw: bool
    why_not_ask: tuple[Fault, ...]


def followed_by(code: str, now: datetime) -> Followed | None:
    """Return who follows by a code that still lives, None otherwise."""
    row = Followed.objects.select_related("incident__matter").filter(code=code).first() if code else None
    if row is None or not rules.code_lives(row.made_at, now, open=row.incident.matter.open):
        return None
    return row


def codes_in_use(codes: list[str]) -> set[str]:
    """Return those codes that are taken."""
    return set(Followed.objects.filter(code__in=codes).values_list("code", flat=True))


def followers(incident_id: int) -> int:
    """Return how many citizens follow an incident, its reporter included."""
    return Followed.objects.filter(incident_id=incident_id).count()


def facts(row: Followed, now: datetime, *, score: int | None = None, wants_redo: bool = False) -> rules.FollowFacts:
    """Return what is judged before the holder of a code does something."""
    found = citizens.progress(row.incident_id)
    return _facts(row, found, now, score, wants_redo)


def _facts(row: Followed, found: citizens.Progress, now: datetime, score: int | None, wants_redo: bool) -> rules.FollowFacts:
    return rules.FollowFacts(
        open=found.open,
        outcome=found.outcome,
        rated=Rating.objects.filter(followed=row).exists(),
        asked_today=AskedAgain.objects.filter(followed=row, day=timezone.localdate(now)).exists(),
        score=score,
        wants_redo=wants_redo,
        has_phone=row.person is not None,
    )


def asked(incident_id: int) -> int:
    """Return how often citizens have asked again about an incident."""
    return AskedAgain.objects.filter(followed__incident_id=incident_id).count()


def view(row: Followed, now: datetime) -> FollowView:
    """Return the page of a code."""
    found = citizens.progress(row.incident_id)
    judged = _facts(row, found, now, None, False)
    rating = Rating.objects.filter(followed=row).first()
    not_ask = tuple(rule.fault() for rule in broken(ASK, judged))
    return FollowView(
        code=row.code,
        own=row.own,
        said=rules.masked(found.said) if row.own else "",
        picture=next((picture for picture in picture_choices() if picture.picture == row.picture), None),
        progress=found,
        result=rules.masked(found.result) if found.outcome == "done" else "",
        expected_at=found.due_at or row.expected_at if found.open else None,
        made_at=row.made_at,
        followers=followers(row.incident_id),
        asked=asked(row.incident_id),
        rating=rating,
        rating_words=next((option for option in answers("score") if rating and option.value == str(rating.score)), None),
        referral=referral(found.reason_code) if found.reason_code else None,
        may_rate=not broken(RATE, judged),
        may_ask=not not_ask,
        may_withdraw=not broken(WITHDRAW, judged),
        why_not_ask=not_ask,
    )


def pictures_of(seen: FollowView) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the pictures before and after. What a reporter took himself is shown to him alone: it may tell where he stood."""
    found = seen.progress
    own = found.own_before if seen.own and not found.merged else ()
    return (*own, *found.before)[:3], found.after
