"""What pages share: which steps are offered, a step's form made from its service's signature, and taking a step from a form."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from chengzhi.kernel import cards, doors, once, opinions
from chengzhi.kernel.access import Act, Actor, act_now
from chengzhi.kernel.cards import Option
from chengzhi.kernel.matter import Family, read
from chengzhi.kernel.models import Holder, Matter, TrailEntry
from chengzhi.kernel.problems import Fault, NotFound, Problem
from chengzhi.kernel.templatetags import words
from chengzhi.kernel.workflow import KINDS, Choice, Kind, choices, perform
from chengzhi.kernel.workflow.forms import FormField, fields_of
from chengzhi.kernel.workflow.table import SAME, Step

DOOR = "page"
OPINION = "opinion"
RIGHTS = {"kernel.capability", "kernel.holder"}
VERSION, ONCE, TOKEN = "version", "once", "csrfmiddlewaretoken"
FEW = 2  # a step that ends a matter from nearly every state (voiding) never leads


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a matter for one person: the one to take first, other possible ones, and those that wait or are somebody else's."""

    primary: Choice | None
    others: tuple[Choice, ...]
    blocked: tuple[Choice, ...]
    foreign: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as the page draws it, with what was typed and what is wrong with it."""

    name: str
    zh: str
    en: str
    widget: str
    required: bool
    values: tuple[str, ...]
    options: tuple[Option, ...]
    help: tuple[str, str]
    faults: tuple[Fault, ...]

    @property
    def value(self) -> str:
        """The one value of a field that has one."""
        return self.values[0] if self.values else ""

    @property
    def template(self) -> str:
        """The piece of page that draws a field of this widget."""
        return f"kernel/fields/{self.widget}.html"


@dataclass(frozen=True, slots=True)
class StepForm:
    """The form of one step on one matter; `key` lets it be taken only once, however often it is sent."""

    step: Step
    matter: Matter
    kind: tuple[str, str]
    fields: tuple[FieldView, ...]
    key: str
    problem: Problem | None = None
    changed_by: str = ""
    changed_at: Any = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong that belongs to no single field."""
        return tuple(fault for fault in self.problem.faults if not fault.field) if self.problem else ()

    @property
    def stale(self) -> bool:
        """Whether somebody else was faster."""
        return self.problem is not None and self.problem.status == 409


def new_key() -> str:
    """Return the key by which one rendered form is taken only once."""
    return secrets.token_urlsafe(18)


def act_of(request: HttpRequest) -> Act:
    """Return the act of a form: the person, now, and the version that the form was made for."""
    return act_at(request, request.POST.get(VERSION, ""))


def act_at(request: HttpRequest, version: str) -> Act:
    """Return the act of this moment of a person who saw a version given as text."""
    known = version.isascii() and version.isdigit() and len(version) < 10
    return act_now(doors.actor_of(request), door=DOOR, expects=int(version) if known else None)


def steps_of(family: Family, actor: Actor) -> Steps:
    """Return the steps that a person sees at a matter, the one that leads on first."""
    seen = choices(family, act_now(actor, door=DOOR))
    possible = [choice for choice in seen if choice.possible]
    primary = max(possible, key=_leading, default=None)
    if primary is not None and _leading(primary)[0] == 0:
        primary = None
    barred = [choice for choice in seen if not choice.possible]
    foreign = [choice for choice in barred if RIGHTS & {reason.code for reason in choice.reasons}]
    return Steps(
        primary,
        tuple(choice for choice in possible if choice is not primary),
        tuple(choice for choice in barred if choice not in foreign),
        tuple(foreign),
    )


def _leading(choice: Choice) -> tuple[int, int]:
    """Rank a possible step: onward to a later open state; back because a guard of the row calls for it; an end of this state; others."""
    step, states = choice.step, KINDS[choice.matter.kind].states
    order = list(states)
    if step.to == SAME or step.aside:
        return 0, 0
    onward = order.index(step.to) - order.index(choice.matter.state)
    if states[step.to].final:
        # An end whose guards hold (closing) goes before the ways back that are open beside it; an end without guards (refusing) does not.
        return ((2, len(order) - onward) if step.needs else (1, -onward)) if len(step.frm) <= FEW else (0, 0)
    return (3, onward) if onward > 0 else (2 if step.needs else 0, 0)


def form_of(family: Family, slug: str, actor: Actor, *, typed: QueryDict | None = None, problem: Problem | None = None) -> StepForm:
    """Return the form of a step, empty or with what was typed and why it was refused; NotFound for a step that there is not."""
    kind = _kind_with(family, slug)
    asked = [_field(field, slug, family, actor, typed, problem) for field in fields_of(kind.forms[slug])]
    form = StepForm(kind.steps[slug], family.matter, (kind.zh, kind.en), tuple(asked), new_key(), problem)
    if not form.stale:
        return form
    last = TrailEntry.objects.filter(root_id=family.root.id).order_by("-seq").first()
    named = last is not None and (family.matter.node_id in actor.nodes or last.actor == actor.id)  # who reads only a part learns no names
    who = cards.person(last.actor) if last and named else ""
    return StepForm(form.step, form.matter, form.kind, form.fields, form.key, problem, who, last.at if last else None)


def _kind_with(family: Family, slug: str) -> Kind[Any]:
    """Return the kind of the matter in focus when a person can take this step of it; NotFound otherwise."""
    kind = KINDS[family.matter.kind]
    if slug not in kind.forms or not kind.steps[slug].by:
        raise NotFound(f"该事项没有步骤“{slug[:40]}”。", f"This matter has no step “{slug[:40]}”.", code="unknown_step")
    return kind


def _field(field: FormField, slug: str, family: Family, actor: Actor, typed: QueryDict | None, problem: Problem | None) -> FieldView:
    ask = field.ask
    name = f"{ask.choices}" if ask.choices else f"{ask.widget}:{slug}"
    options = cards.options(name, family, actor) if ask.choices or name in cards.CHOICES else []
    if ask.widget == OPINION:
        options = opinions.offered(slug, actor, options)
    values = tuple(typed.getlist(field.name)) if typed is not None else tuple(o.value for o in options if o.proposed and not field.many)[:1]
    return FieldView(
        name=field.name,
        zh=ask.zh,
        en=ask.en,
        widget=ask.widget,
        required=field.required,
        values=values,
        options=tuple(options),
        help=(ask.help_zh, ask.help_en),
        faults=tuple(fault for fault in problem.faults if fault.field == field.name) if problem else (),
    )


def data_of(fields: Iterable[FormField], typed: QueryDict) -> dict[str, Any]:
    """Return what was typed as the inputs of a service: what was left empty is left out, so that its default or its refusal speaks."""
    data: dict[str, Any] = {}
    for field in fields:
        values = [value for value in typed.getlist(field.name) if value.strip()]
        if values:
            data[field.name] = values if field.many else values[0]
    return data


def take(matter_id: int, slug: str, typed: QueryDict, act: Act) -> dict[str, Any]:
    """Take a step with what was typed, once per form; return its number and the sentence that tells what happened.

    Raises NotFound, Invalid, Refused, NotAllowed and Conflict as the step does.
    """
    kind = _kind_with(read(matter_id, actor=act.actor), slug)
    data = data_of(fields_of(kind.forms[slug]), typed)

    def work() -> tuple[int, dict[str, Any]]:
        family, _ = perform(kind, matter_id, slug, data, act=act)
        opinions.remember(act.actor.id, str(data.get(OPINION, "")), act.at)
        return 200, {"id": str(matter_id), "number": family.matter.number, **_told(kind.steps[slug], family)}

    return once_only(typed, f"/matters/{matter_id}/steps/{slug}", act, work)


def once_only(typed: QueryDict, path: str, act: Act, work: Any) -> dict[str, Any]:
    """Do the work of a form once; the same form sent again gets the first answer."""
    key = typed.get(ONCE, "")[:100]
    kept = sorted((name, values) for name, values in typed.lists() if name not in {TOKEN, ONCE})
    digest = once.digest_of("POST", path, json.dumps(kept).encode())
    return once.answer(caller=act.actor.id, key=key, digest=digest, work=work).body


def _told(step: Step, family: Family) -> dict[str, str]:
    """Return the sentence after a step: what was done and with whom the matter is now."""
    number = words.short_number(family.matter.number)
    waiting = [member for member in family.members.values() if member.open and member.holder_id is not None]
    names = list(Holder.objects.filter(id__in={m.holder_id for m in waiting}).values_list("name_zh", "name_en"))
    zh, en = "、".join(zh for zh, _ in names[:3]), ", ".join(en or zh for zh, en in names[:3])
    return {
        "zh": f"{number} 已{step.zh}" + (f"，现由{zh}办理" if zh else ""),
        "en": f"{number}: {step.en} – done" + (f"; now with {en}" if en else ""),
    }
