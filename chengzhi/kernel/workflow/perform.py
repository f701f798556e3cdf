"""The one way by which doors take a step: find the service of the row, check its inputs, call it."""

from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family, check_version, lock
from chengzhi.kernel.problems import Conflict, NotFound
from chengzhi.kernel.workflow import forms
from chengzhi.kernel.workflow.kind import KINDS, Choice, Kind

P = ParamSpec("P")
R = TypeVar("R")


def step(kind: Kind[Any], slug: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a service the one that takes this step: it runs in one transaction, and its signature is the step's form."""
    if slug not in kind.steps:
        raise TypeError(f"{kind.name} has no step {slug}.")

    def register(function: Callable[P, R]) -> Callable[P, R]:
        served = writes.service(function)
        kind.services[slug] = served
        kind.forms[slug] = function
        return served

    return register


def choices(family: Family, act: Act) -> list[Choice]:
    """Return the steps of the matter in focus and of its open parts that the actor may see, each possible or with its reasons."""
    found: list[Choice] = []
    for member in [family, *family.parts(only_open=True)]:
        if member.visible_to(act.actor):
            kind = KINDS[member.matter.kind]
            found += kind.choices(member, act=act, facts=kind.facts_for(member, act))
    return found


def target_of(family: Family, slug: str, act: Act, part: str = "") -> Family:
    """Return the matter that a slug speaks of: the one in focus, or its part (the named one, or the only one that is the actor's)."""
    if not part and slug in KINDS[family.matter.kind].steps:
        return family
    fitting = [
        member
        for member in _below(family, family.matter.kind)
        if slug in KINDS[member.matter.kind].steps and member.visible_to(act.actor) and part in ("", member.matter.number)
    ]
    held = [member for member in fitting if member.matter.open and member.matter.holder_id in act.actor.holders]
    waiting = [member for member in fitting if KINDS[member.matter.kind].may_follow(slug, member.matter)]
    candidates = held or waiting or fitting[-1:]
    if not candidates:
        raise _unknown_step(slug)
    if len(candidates) > 1:
        numbers = "、".join(member.matter.number for member in candidates)
        raise Conflict(
            f"有多个任务可办理（{numbers}），请用 part 指明一个。",
            f"Several parts can take this step ({numbers}); name one with part.",
            code="part_needed",
        )
    return candidates[0]


def _below(family: Family, addressed: str) -> Iterator[Family]:
    """Yield the parts of a matter and their parts, but not a run of its own kind below it, which has its own number."""
    for part in family.parts():
        if part.matter.kind != addressed:
            yield part
            yield from _below(part, addressed)


@writes.service
def perform(kind: Kind[Any], key: int | str, slug: str, data: dict[str, Any], *, act: Act, part: str = "") -> tuple[Family, Any]:
    """Take a step by its slug on a matter of a kind, or on a part of it, with checked inputs.

    Returns its family, seen from the addressed matter, and what the service returned.

    Raises NotFound for an unknown matter or slug, Invalid for wrong inputs, and whatever the step refuses.
    """
    addressed = lock(key, act=act, checked=False)
    if addressed.matter.kind != kind.name:
        raise NotFound(f"没有找到“{key}”。", f"There is no “{key}”.")
    target = target_of(addressed, slug, act, part)
    check_version(act, addressed.matter, target.matter)
    row = KINDS[target.matter.kind].steps[slug]
    service = KINDS[target.matter.kind].services.get(slug)
    if service is None or not row.by or not row.frm:
        raise _unknown_step(slug)
    inputs = forms.check(KINDS[target.matter.kind].forms[slug], data)
    return addressed, service(matter_id=target.focus, act=act, **inputs)


def open_with(kind: Kind[Any], slug: str, data: dict[str, Any], *, act: Act) -> Any:
    """Open a matter of a kind by one of its opening steps with checked inputs; return what the service returned."""
    inputs = forms.check(kind.forms[slug], data)
    return kind.services[slug](act=act, **inputs)


def _unknown_step(slug: str) -> NotFound:
    return NotFound(f"该事项没有步骤“{slug}”。", f"This matter has no step “{slug}”.", code="unknown_step")
