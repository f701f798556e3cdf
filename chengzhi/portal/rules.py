"""Judgements of the citizens' pages: codes, words that call for another number, masks, what may be done with a code."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chengzhi.kernel.rules import HOUSE, rule

ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 6
DISSATISFIED = 2
CODES_LIVE = timedelta(days=365)
# Identity cards, telephone numbers, bank cards: long runs of digits, also Chinese ones; signs between them do not hide them.
_DIGIT = "[0-9〇零一二三四五六七八九幺]"
_PERSONAL = re.compile(rf"(?<!{_DIGIT})(?:{_DIGIT}(?:[\s\-‐‑–—.()（）]?{_DIGIT}){{6,18}}(?:[\s\-]?[0-9Xx])?)(?!{_DIGIT})")
_DAY = re.compile(r"^20[0-9]{2}[-.][01]?[0-9][-.][0-3]?[0-9]$")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One row of the eight pictures: a class, and the words that speak for it; the first row of a picture has none."""

    picture: str
    name_zh: str
    name_en: str
    icon: str
    class_code: str
    hints: tuple[str, ...]
    nearby: bool


@dataclass(frozen=True, slots=True)
class Warned:
    """One row of words that call for somebody else: what to tell, and which numbers to call."""

    words: tuple[str, ...]
    zh: str
    en: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FollowFacts:
    """What is judged before somebody with a code does something: how the incident ended, and what was done before."""

    open: bool = True
    outcome: str = ""
    rated: bool = False
    asked_today: bool = False
    score: int | None = None
    wants_redo: bool = False
    has_phone: bool = False


@rule(zh="办结后才能评价", source=HOUSE("市民端"))
def work_is_done(follow: FollowFacts) -> bool:
    """Work can be rated only when it is done."""
    return follow.outcome == "done"


@rule(zh="每个编码只能评价一次", source=HOUSE("市民端"))
def not_rated_before(follow: FollowFacts) -> bool:
    """Each code rates once only."""
    return not follow.rated


@rule(zh="只有不满意时才能申请重办", source=HOUSE("市民端"))
def redo_follows_dissatisfaction(follow: FollowFacts) -> bool:
    """Only who is not satisfied can wish that it is done again."""
    return not follow.wants_redo or follow.score is None or follow.score <= DISSATISFIED


@rule(zh="还在办理的反映才能催问", source=HOUSE("市民端"))
def work_goes_on(follow: FollowFacts) -> bool:
    """One can ask again only while the work goes on."""
    return follow.open


@rule(zh="每天只能催问一次", source=HOUSE("市民端"))
def not_asked_today(follow: FollowFacts) -> bool:
    """One can ask again once a day only."""
    return not follow.asked_today


@rule(zh="没有留下电话，无需撤回", source=HOUSE("市民端"))
def phone_is_kept(follow: FollowFacts) -> bool:
    """A phone number can be taken back only where one is kept."""
    return follow.has_phone


def code_of(text: str) -> str:
    """Return a code as it was meant: capitals, without spaces and strokes; empty when it cannot be one."""
    kept = re.sub(r"[\s\-–—]+", "", unicodedata.normalize("NFKC", text)).upper()
    return kept if len(kept) == CODE_LENGTH and all(sign in ALPHABET for sign in kept) else ""


def code_lives(made_at: datetime, now: datetime, *, open: bool) -> bool:
    """Tell whether a code still opens its page: while the work goes on, and for a year from the report."""
    return open or now - made_at <= CODES_LIVE


def class_for(picture: str, text: str, rows: Iterable[PictureRow]) -> str:
    """Return the class of a picture: the first whose words stand in the text, else the picture's own; empty for no picture."""
    mine = [row for row in rows if row.picture == picture]
    said = text.casefold()
    hinted = next((row for row in mine if any(hint in said for hint in row.hints)), None)
    own = next((row for row in mine if not row.hints), None)
    found = hinted or own
    return found.class_code if found else ""


def warned_by(text: str, rows: Iterable[Warned]) -> list[Warned]:
    """Return the rows whose words stand in a text."""
    said = text.casefold()
    return [row for row in rows if any(word in said for word in row.words)]


def masked(text: str) -> str:
    """Return a text in which phone numbers, identity numbers, long numbers and mail addresses cannot be read."""
    visible = (sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cc"} or sign == "\n")
    plain = "".join(unicodedata.normalize("NFKC", sign) if unicodedata.category(sign) == "Nd" else sign for sign in visible)
    return _MAIL.sub("***", _PERSONAL.sub(_masked_number, plain))


def _masked_number(hit: "re.Match[str]") -> str:
    return hit[0] if _DAY.match(hit[0]) else "***"
