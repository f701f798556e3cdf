"""Administration: registers that people look at and change on pages under /settings/.

A context registers one `Sheet` per register: its columns, the query that gives its rows, and its verbs. A verb is a service whose
signature is its form, as with steps. Every change is kept with who made it, when, in which words, and the version that came of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from chengzhi.kernel import cards, pages, registers, writes
from chengzhi.kernel.access import CAPABILITIES, Act, Actor
from chengzhi.kernel.cards import Option
from chengzhi.kernel.models import RegisterChange
from chengzhi.kernel.pages import FieldView
from chengzhi.kernel.problems import NotAllowed, NotFound, Problem
from chengzhi.kernel.workflow import forms
from chengzhi.kernel.workflow.forms import FormField, fields_of

Words = tuple[str, str]
MOST = 200
LONGEST_SEARCH = 60
YES, NO = ("是", "yes"), ("否", "no")


@dataclass(frozen=True, slots=True)
class Look:
    """What a person asks of a register: the words he looks for, and the row after which the page begins."""

    words: str = ""
    after: int = 0

    def fits(self, *texts: str) -> bool:
        """Tell whether one of the texts holds the words."""
        wanted = self.words.lower()
        return not wanted or any(wanted in text.lower() for text in texts)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a register: what stands in its columns, and the values with which its own verbs begin."""

    cells: Sequence[object]
    begins: Mapping[str, str] = field(default_factory=dict)
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """One way to change a register. A verb `of_row` stands in each row and gets its first values from there."""

    slug: str
    zh: str
    en: str
    work: Callable[..., Any]
    needs: str
    of_row: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One register as a page: who may look at it, its columns, its rows for a person, its verbs, and where else to look."""

    slug: str
    zh: str
    en: str
    section: Words
    reads: tuple[str, ...]
    columns: tuple[Words, ...]
    rows: Callable[[Actor, Look], Iterable[Line]]
    verbs: tuple[Verb, ...] = ()
    register: str = ""
    note: Words = ("", "")
    links: tuple[tuple[str, str, str], ...] = ()
    kept_at: Callable[[], int] | None = None
    own_page: str = ""  # the address of a page that is made for it, instead of the one that all sheets have
    named: Callable[[str], Words] = lambda name: (name, name)  # words for verbs and values that no form of the sheet has

    @property
    def address(self) -> str:
        """Where the sheet is looked at."""
        return self.own_page or f"/settings/{self.slug}"

    def may(self, actor: Actor, verb: Verb) -> bool:
        """Tell whether a person may use a verb: at the node that keeps the register, if one keeps it for all, or else anywhere."""
        return actor.may_somewhere(verb.needs) if self.kept_at is None else actor.may(verb.needs, self.kept_at())


SHEETS: dict[str, Sheet] = {}
OPTIONS: dict[str, Callable[[Actor], Sequence[Option]]] = {}


def sheet(made: Sheet) -> Sheet:
    """Register a sheet; the order of registration within a section is the order on the page."""
    SHEETS[made.slug] = made
    return made


def options_of(name: str) -> Callable[[Callable[[Actor], Sequence[Option]]], Callable[[Actor], Sequence[Option]]]:
    """Register the query that gives the options of a list to a person, for `Ask(choices=name)` of verbs."""

    def register(query: Callable[[Actor], Sequence[Option]]) -> Callable[[Actor], Sequence[Option]]:
        OPTIONS[name] = query
        return query

    return register


def sheets_of(actor: Actor) -> list[tuple[Words, list[Sheet]]]:
    """Return the sheets that a person may look at, by section."""
    found: dict[Words, list[Sheet]] = {}
    for one in SHEETS.values():
        if _may_read(one, actor):
            found.setdefault(one.section, []).append(one)
    return list(found.items())


def _may_read(one: Sheet, actor: Actor) -> bool:
    return any(actor.may_somewhere(code) for code in one.reads)


def sheet_for(slug: str, actor: Actor) -> Sheet:
    """Return a sheet. Raises NotFound for an unknown one and NotAllowed, which names the capabilities, for a post without any."""
    found = SHEETS.get(slug)
    if found is None:
        raise NotFound(f"没有“{slug[:40]}”这一项设置。", f"There is no setting “{slug[:40]}”.")
    if not _may_read(found, actor):
        named = [CAPABILITIES.get(code, (code, code)) for code in found.reads]
        raise NotAllowed(
            f"“{found.zh}”仅有“{'”或“'.join(zh for zh, _ in named)}”权限的岗位可查看，请联系系统管理员。",
            f"“{found.en}” is open to posts that may “{'” or “'.join(en for _, en in named)}”; ask the system administrator.",
        )
    return found


def verbs_for(one: Sheet, actor: Actor) -> tuple[Verb, ...]:
    """Return the verbs that a person may use on a sheet."""
    return tuple(verb for verb in one.verbs if one.may(actor, verb))


def lines_of(one: Sheet, actor: Actor, look: Look) -> tuple[list[Line], bool]:
    """Return the first two hundred rows that a person may see, and whether there are more."""
    found: list[Line] = []
    for line in one.rows(actor, look):
        if len(found) == MOST:
            return found, True
        found.append(line)
    return found, False


@dataclass(frozen=True, slots=True)
class VerbForm:
    """The form of one verb, empty, begun from a row, or with what was typed and why it was refused."""

    sheet: Sheet
    verb: Verb
    fields: tuple[FieldView, ...]
    key: str
    problem: Problem | None = None


def form_for(one: Sheet, slug: str, actor: Actor, given: QueryDict, problem: Problem | None = None) -> VerbForm:
    """Return the form of a verb. Raises NotFound for an unknown verb and NotAllowed for a post that may not use it."""
    verb = _verb(one, slug, actor)
    asked = tuple(_field(item, actor, given, problem) for item in fields_of(verb.work))
    return VerbForm(one, verb, asked, pages.new_key(), problem)


def _verb(one: Sheet, slug: str, actor: Actor) -> Verb:
    found = next((verb for verb in one.verbs if verb.slug == slug), None)
    if found is None:
        raise NotFound(f"“{one.zh}”没有“{slug[:40]}”这一操作。", f"“{one.en}” has no “{slug[:40]}”.")
    if not one.may(actor, found):
        zh, en = CAPABILITIES.get(found.needs, (found.needs, found.needs))
        where = ("市级", " of the city") if one.kept_at else ("", "")
        raise NotAllowed(f"仅{where[0]}有“{zh}”权限的岗位可办理。", f"Only posts{where[1]} that may “{en}” can do this.")
    return found


def _field(item: FormField, actor: Actor, given: QueryDict, problem: Problem | None) -> FieldView:
    ask = item.ask
    offered = tuple(OPTIONS[ask.choices](actor)) if ask.choices in OPTIONS else ()
    begun = tuple(given.getlist(item.name)) or tuple(_text(item.default) for _ in [0] if item.default not in (None, "", False))
    return FieldView(
        name=item.name,
        zh=ask.zh,
        en=ask.en,
        widget=ask.widget,
        required=item.required,
        values=begun,
        options=offered,
        help=(ask.help_zh, ask.help_en),
        faults=tuple(fault for fault in problem.faults if fault.field == item.name) if problem else (),
    )


def _text(value: object) -> str:
    return "true" if value is True else str(value)


def change(one: Sheet, slug: str, typed: QueryDict, act: Act) -> dict[str, Any]:
    """Use a verb with what was typed, once per form, and keep the change; return the sentence that tells what happened."""
    verb = _verb(one, slug, act.actor)
    data = pages.data_of(fields_of(verb.work), typed)

    def work() -> tuple[int, dict[str, Any]]:
        _change(one, verb, data, act=act)
        return 200, {"zh": f"{one.zh}：已{verb.zh}", "en": f"{one.en}: {verb.en} – done"}

    told: dict[str, Any] = pages.once_only(typed, f"/settings/{one.slug}/{slug}", act, work)
    return told


@writes.service
def _change(one: Sheet, verb: Verb, data: dict[str, Any], *, act: Act) -> None:
    """Run the verb and keep who changed what, in one transaction."""
    verb.work(act=act, **forms.check(verb.work, data))
    writes.add(
        RegisterChange(
            page=one.slug,
            verb=verb.slug,
            account=act.actor.id,
            post=act.post,
            node=act.actor.node,
            at=act.at,
            values={name: _kept(value) for name, value in data.items()},
            register=one.register,
            version=registers.versions().get(one.register, 1) + (one.register in writes.raised()),
        )
    )


def _kept(value: Any) -> Any:
    return [str(each)[:200] for each in value] if isinstance(value, list) else str(value)[:200]


@dataclass(frozen=True, slots=True)
class Change:
    """One kept change as a page shows it."""

    at: datetime
    who: str
    sheet: Words
    verb: Words
    values: tuple[tuple[Words, str], ...]
    register: str
    version: int


def changes(actor: Actor, slug: str = "", most: int = 50) -> list[Change]:
    """Return the newest changes of one sheet, or of all that a person may look at, made at the nodes that he administers."""
    names = [slug] if slug else [one.slug for _, group in sheets_of(actor) for one in group]
    seen = Q(pk__in=[])
    for name in names:  # each by its own rights: a right for one register opens no other one at the same node
        reach = frozenset().union(*(actor.capabilities.get(code, frozenset()) for code in SHEETS[name].reads))
        seen |= Q(page=name, node__in=reach)
    rows = RegisterChange.objects.filter(seen).order_by("-id")
    return [_shown(row, actor) for row in rows[:most]]


def _shown(row: RegisterChange, actor: Actor) -> Change:
    one = SHEETS[row.page]
    verb = next((verb for verb in one.verbs if verb.slug == row.verb), None)
    asked = {item.name: item for item in fields_of(verb.work)} if verb else {}
    values = tuple(
        ((asked[name].ask.zh, asked[name].ask.en) if name in asked else one.named(name), _named(asked.get(name), value, actor))
        for name, value in row.values.items()
    )
    named = (verb.zh, verb.en) if verb else one.named(row.verb)
    return Change(row.at, cards.person(row.account), (one.zh, one.en), named, values, row.register, row.version)


def _named(item: FormField | None, value: Any, actor: Actor) -> str:
    given = value if isinstance(value, list) else [value]
    known = {option.value: option.zh for option in OPTIONS[item.ask.choices](actor)} if item and item.ask.choices in OPTIONS else {}
    return "、".join(known.get(str(each), str(each)) for each in given)


def period(first: date, last: date | None) -> str:
    """Return a period as a register shows it: from its first day, to its last one if it has any."""
    return f"{first} – {last}" if last else f"{first} –"


def over(last: date | None) -> bool:
    """Tell whether a period with this last day is over today."""
    return last is not None and last < timezone.localdate()


def yes(value: object) -> Words:
    """Return yes or no in words."""
    return YES if value else NO
