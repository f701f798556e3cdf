"""A kind of matter: its states, clocks and steps, how one is opened and how it moves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from chengzhi.kernel import feed, trail, writes
from chengzhi.kernel.access import CAPABILITIES, SYSTEM_ID, Act
from chengzhi.kernel.ids import new_id
from chengzhi.kernel.matter import BESIDE, Family, keep
from chengzhi.kernel.models import Matter
from chengzhi.kernel.problems import Conflict, Fault, NotAllowed, Refused
from chengzhi.kernel.rules import broken
from chengzhi.kernel.workflow import ticking
from chengzhi.kernel.workflow.table import ALL, AUTOMATIC, SAME, ClockKind, State, Step
from chengzhi.kernel.workflow.ticking import Timing

F = TypeVar("F")
Facts = Any
KEEP = -1

KINDS: dict[str, "Kind[Any]"] = {}


@dataclass(frozen=True, slots=True)
class Choice:
    """One step as the actor sees it now: possible, or not with all reasons."""

    step: Step
    matter: Matter
    reasons: tuple[Fault, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether the step can be taken now."""
        return not self.reasons


class Kind(Generic[F]):
    """One state machine, written as a table. See `table.Step` for the words of a row.

    A part `beside` the path of its parent neither holds it, nor gives it a light, nor keeps it from ending: it may outlive it.
    """

    def __init__(
        self,
        name: str,
        *,
        zh: str,
        en: str,
        states: Sequence[State],
        steps: Sequence[Step],
        clocks: Sequence[ClockKind] = (),
        beside: bool = False,
    ) -> None:
        self.name, self.zh, self.en = name, zh, en
        self.states = {state.slug: state for state in states}
        self.steps = {step.slug: step for step in steps}
        self.clocks = {clock.slug: clock for clock in clocks}
        self.services: dict[str, Callable[..., Any]] = {}
        self.forms: dict[str, Callable[..., Any]] = {}
        self.facts: Callable[[Family, Act], F] | None = None
        self._check()
        KINDS[name] = self
        if beside:
            BESIDE.add(name)

    def _check(self) -> None:
        for step in self.steps.values():
            unknown = {*step.frm, step.to} - set(self.states) - {SAME}
            clocks = {*step.starts, *step.may_start, *step.stops, *step.pauses, *step.resumes, *step.extends} - set(self.clocks) - {ALL}
            if unknown or clocks or (step.by and step.by not in CAPABILITIES):
                raise TypeError(
                    f"{self.name}.{step.slug}: unknown state {unknown or ''} clock {clocks or ''} or capability {step.by}."
                )

    def open(
        self,
        slug: str,
        *,
        act: Act,
        facts: F,
        node: int,
        number: str,
        holder: int | None = None,
        place_key: int | None = None,
        parent: Family | None = None,
        timings: Mapping[str, Timing] | None = None,
        body: Mapping[str, Any] | None = None,
        matter_id: int | None = None,
    ) -> Family:
        """Make a matter of this kind by its opening step and return its family; `matter_id` if rows already speak of it.

        Raises NotAllowed without the capability at the node, Refused with all broken rules.
        """
        step = self.steps[slug]
        if step.frm:
            raise TypeError(f"{self.name}.{slug} does not open a matter.")
        identifier = matter_id or new_id()
        matter = Matter(
            id=identifier,
            kind=self.name,
            number=number,
            parent_id=parent.focus if parent else None,
            root_id=parent.root.id if parent else identifier,
            state=step.to,
            open=not self.states[step.to].final,
            node_id=node,
            holder_id=holder,
            place_key=place_key,
            opened_at=act.at,
        )
        family = parent.add(matter) if parent else Family(identifier).add(matter)
        self._refuse(step, family, act, facts)
        writes.add(matter)
        keep(family)
        self._write(step, family, act, frm="", timings=timings or {}, body={**(body or {}), "number": number})
        return family

    def move(
        self,
        family: Family,
        slug: str,
        *,
        act: Act,
        facts: F,
        holder: int | None = KEEP,
        asker: int | None = KEEP,
        timings: Mapping[str, Timing] | None = None,
        clocks_at: datetime | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        """Take one step of the matter in focus: check state, right and rules, then collect all rows that follow from it.

        `asker` is who waits for the new holder's answer; a matter that ends goes back to him. `clocks_at` is the moment from which the
        clocks count when it is not that of the act.
        Raises Conflict in another state, NotAllowed without the right, Refused with all broken rules. Nothing is written by then.
        """
        step, matter = self.steps[slug], family.matter
        self._refuse(step, family, act, facts)
        frm = matter.state
        if step.to != SAME:
            matter.state = step.to
        target = self.states[matter.state]
        matter.open = not target.final
        if holder != KEEP:
            matter.holder_id = holder
        elif target.waits:
            matter.holder_id = None
        if asker != KEEP:
            matter.asker_id = asker
        if target.final and matter.asker_id is not None:
            matter.holder_id, matter.asker_id = matter.asker_id, None
        self._write(step, family, act, frm=frm, timings=timings or {}, body=body or {}, clocks_at=clocks_at)
        for slug_of_parent in step.follows:
            if self._follow(family, slug_of_parent, act):
                break

    def choices(self, family: Family, *, act: Act, facts: F) -> list[Choice]:
        """Return every step that a person may take from the present state in principle, with the reasons against it now."""
        matter = family.matter
        return [
            Choice(step, matter, tuple(self._reasons(step, family, act, facts)))
            for step in self.steps.values()
            if matter.state in step.frm and step.by != AUTOMATIC and step.slug in self.services
        ]

    def may_follow(self, slug: str, matter: Matter) -> bool:
        """Tell whether a step leads on from where the matter stands, rights and rules aside."""
        return matter.state in self.steps[slug].frm

    def stands_after(self, slug: str, matter: Matter) -> bool:
        """Tell whether the matter stands where a step leads to."""
        return matter.state == self.steps[slug].to

    def facts_for(self, family: Family, act: Act) -> F:
        """Return the facts that this kind's rules judge, from the query registered for it."""
        if self.facts is None:
            raise TypeError(f"No query gives the facts of {self.name}: register one with @facts_of.")
        return self.facts(family, act)

    def facts_of(self, query: Callable[[Family, Act], F]) -> Callable[[Family, Act], F]:
        """Register the query that gathers the facts of this kind."""
        self.facts = query
        return query

    def _refuse(self, step: Step, family: Family, act: Act, facts: F) -> None:
        matter = family.matter
        if step.frm and matter.state not in step.frm:
            state = self.states[matter.state]
            raise Conflict(
                f"该{self.zh}现在是“{state.zh}”，不能“{step.zh}”。",
                f"This {self.en} is “{state.en}” now and cannot take the step “{step.en}”.",
                code="wrong_state",
                extra={"version": matter.version, "state": matter.state, "number": matter.number},
            )
        if right := self._right(step, matter, act):
            raise NotAllowed(right.zh, right.en, faults=[right])
        if faults := [rule.fault() for rule in broken(step.needs, facts)]:
            raise Refused("；".join(f.zh for f in faults) + "。", " ".join(f.en for f in faults), faults=faults)

    def _reasons(self, step: Step, family: Family, act: Act, facts: F) -> list[Fault]:
        right = self._right(step, family.matter, act)
        return ([right] if right else []) + [rule.fault() for rule in broken(step.needs, facts)]

    @staticmethod
    def _right(step: Step, matter: Matter, act: Act) -> Fault | None:
        if act.actor.id == SYSTEM_ID or step.by == AUTOMATIC:
            return None  # a consequence: the right was judged at the step that caused it, and no door takes it by itself
        if not act.actor.may(step.by, matter.node_id):
            zh, en = CAPABILITIES[step.by]
            return Fault(
                "kernel.capability",
                f"仅有“{zh}”权限的岗位可办理",
                f"Only posts that may “{en}” can take this step.",
                source=step.by,
            )
        if step.held and matter.holder_id not in act.actor.holders:
            return Fault("kernel.holder", "该事项现由其他单位或人员办理", "This matter is with another unit or person.")
        return None

    def _write(
        self,
        step: Step,
        family: Family,
        act: Act,
        *,
        frm: str,
        timings: Mapping[str, Timing],
        body: Mapping[str, Any],
        clocks_at: datetime | None = None,
    ) -> None:
        matter = family.matter
        operations = ticking.tick(self, step, family, clocks_at or act.at, timings, starts_at=act.known_from)
        if not matter.open and family.parts(only_open=True, on_path=True):
            raise RuntimeError(f"{matter.kind} {matter.number} cannot end by {step.slug} while parts of it are open.")
        ticking.refresh_lights(family)
        if frm:
            _touch(family)
        said = {**body, "holder": None if matter.holder_id is None else str(matter.holder_id)}
        trail.append(family.root, matter, step=step.slug, frm=frm, to=matter.state, act=act, body=said, clocks=operations)
        moved = feed.Moved(matter.id, matter.kind, matter.number, step.slug, frm, matter.state, matter.holder_id)
        feed.publish(moved, matter=matter, root=family.root)

    def _follow(self, family: Family, slug: str, act: Act) -> bool:
        """Take a step of the parent if it can be taken now, and tell whether it was."""
        parent = family.parent
        if parent is None:
            return False
        kind = KINDS[parent.matter.kind]
        step = kind.steps.get(slug)
        if step is None:
            return False  # a parent of another kind, which does not wait for this
        consequence = act.by_system()
        facts = kind.facts_for(parent, consequence)
        possible = parent.matter.state in step.frm and not broken(step.needs, facts)
        if possible:
            kind.services[slug](family=parent, act=consequence)
        return possible


def check_together() -> None:
    """Raise TypeError when a consequence named in one table is in no other: called once, when all contexts are loaded."""
    for kind in KINDS.values():
        for step in kind.steps.values():
            for slug in step.follows:
                owners = [other for other in KINDS.values() if slug in other.steps]
                if not any(other.steps[slug].by == AUTOMATIC and slug in other.services for other in owners):
                    raise TypeError(f"{kind.name}.{step.slug}: no kind takes the consequence {slug}.")


def _touch(family: Family) -> None:
    """Give the matter and all above it a new version: whoever saw one of them before has not seen this."""
    step: Family | None = family
    while step is not None:
        step.matter.version += 1
        writes.change(step.matter, "state", "open", "holder_id", "asker_id", "version", "due_at", "amber_at", "number", "earlier_number")
        step = step.parent
