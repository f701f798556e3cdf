"""What the holder of a code does: look, rate, ask again, take his number back."""

from django.utils import timezone

from chengzhi.incidents import services as incidents
from chengzhi.incidents.queries import citizens
from chengzhi.kernel import feed, matter, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Fault, Invalid, NotFound, Refused
from chengzhi.kernel.rules import Rule, broken
from chengzhi.parties import services as parties
from chengzhi.portal import queries, rules
from chengzhi.portal.events import WorkRated
from chengzhi.portal.models import AskedAgain, Followed, Rating
from chengzhi.portal.queries.following import ASK, RATE, WITHDRAW, asked
from chengzhi.portal.services.common import citizens_act
from chengzhi.portal.services.limits import Caller, forgive, spend

LONGEST_WORDS = 500


def open_code(text: str, caller: Caller) -> Followed:
    """Return who follows by a code. Raises NotFound for a wrong one, and TooMany after too many of them, whatever is tried then."""
    act = citizens_act()
    attempt = spend("code", caller.subject, act)
    row = queries.followed_by(rules.code_of(text), act.at)
    if row is None:
        raise NotFound(
            f"没有编码“{text.strip()[:12]}”，请核对六位编码（不含 0、1、B、I、L、O、S、Z）。",
            f"There is no code “{text.strip()[:12]}”; check its six signs (never 0, 1, B, I, L, O, S or Z).",
            code="unknown_code",
        )
    forgive(attempt=attempt)
    return row


def _judge(needs: tuple[Rule[rules.FollowFacts], ...], facts: rules.FollowFacts) -> None:
    faults: list[Fault] = [rule.fault() for rule in broken(needs, facts)]
    if faults:
        raise Refused("；".join(f.zh for f in faults) + "。", " ".join(f.en for f in faults), faults=faults)


def _locked(row: Followed, act: Act) -> matter.Family:
    """Lock the incident that the code leads to, so that what is counted stands still."""
    found = citizens.progress(row.incident_id)
    return matter.lock(found.matter_id, act=act.by_system(), checked=False)


def rate(*, code: str, caller: Caller, score: str, words: str = "", why: str = "", redo: bool = False) -> Rating:
    """Keep what a citizen thinks of finished work, once for each code, and tell it on."""
    row = open_code(code, caller)
    values = {option.value for option in queries.answers("score")}
    if score not in values:
        raise Invalid(
            f"score“{score[:12]}”无效，请在五个答案中选一个。", f"score “{score[:12]}” is no answer; choose one of the five.", code="score"
        )
    if len(words) > LONGEST_WORDS:
        raise Invalid(
            f"words 最多{LONGEST_WORDS}个字，现为{len(words)}个，请缩短。",
            f"words takes at most {LONGEST_WORDS} signs, but has {len(words)}; shorten it.",
            code="words_length",
        )
    return _rate(row=row, score=int(score), words=words.strip(), why=_why(int(score), why), redo=redo, act=citizens_act())


def _why(score: int, why: str) -> str:
    if score > rules.DISSATISFIED:
        return ""
    if why not in {option.value for option in queries.answers("why")}:
        raise Invalid("请选择不满意的原因。", "Choose why you are not satisfied.", code="why")
    return why


@writes.service
def _rate(*, row: Followed, score: int, words: str, why: str, redo: bool, act: Act) -> Rating:
    family = _locked(row, act)
    _judge(RATE, queries.facts(row, act.at, score=score, wants_redo=redo))
    rating = Rating(followed=row, score=score, words=words, why=why, redo=redo, at=act.at)
    writes.add(rating)
    if redo:
        incidents.citizen_wishes_redo(matter_id=family.focus, act=act, remark=_wish(why))
    feed.publish(WorkRated(family.focus, score, why, redo), matter=family.matter, root=family.root)
    return rating


def _wish(why: str) -> str:
    """Return the words of a wish as the duty chief reads them: why, as it was chosen, and nothing that the citizen typed."""
    chosen = next((option.zh for option in queries.answers("why") if option.value == why), "")
    return f"市民网上申请重办：{chosen}" if chosen else "市民网上申请重办"


def ask_again(*, code: str, caller: Caller) -> None:
    """Ask for haste (催问), once a day; it stands in the time line of the incident."""
    _ask_again(row=open_code(code, caller), act=citizens_act())


@writes.service
def _ask_again(*, row: Followed, act: Act) -> None:
    family = _locked(row, act)
    _judge(ASK, queries.facts(row, act.at))
    incidents.citizen_asked(matter_id=family.focus, act=act, count=asked(row.incident_id) + 1)
    writes.add(AskedAgain(followed=row, day=timezone.localdate(act.at), at=act.at))


def withdraw_phone(*, code: str, caller: Caller) -> None:
    """Forget a citizen's phone number: his report no longer knows him, and a person of whom nothing else speaks is erased."""
    _withdraw(row=open_code(code, caller), act=citizens_act())


@writes.service
def _withdraw(*, row: Followed, act: Act) -> None:
    matter.lock(row.incident_id, act=act.by_system(), checked=False)
    row = Followed.objects.get(pk=row.pk)
    _judge(WITHDRAW, queries.facts(row, act.at))
    person = row.person or 0
    reports = citizens.reports_of(person)
    if row.own:
        incidents.forget_reporter(matter_id=row.incident_id, act=act)
        reports -= 1
    row.person, row.phone_withdrawn_at = None, act.at
    writes.change(row, "person", "phone_withdrawn_at")
    if reports <= 0 and not Followed.objects.filter(person=person).exclude(pk=row.pk).exists():
        parties.erase(person_id=person, why="反映人在市民端撤回", act=act)
