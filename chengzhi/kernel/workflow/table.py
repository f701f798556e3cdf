"""The words of which a step table is made: states, clocks, steps."""

from dataclasses import dataclass
from typing import Any

from chengzhi.kernel.rules import Rule

AUTOMATIC = ""
SAME = "="
ALL = "*"


@dataclass(frozen=True, slots=True)
class State:
    """A state with its words. A final state ends all clocks, a fulfilled one with the work done; in a waiting state only parts hold it."""

    slug: str
    zh: str
    en: str
    final: bool = False
    waits: bool = False
    fulfilled: bool = False


@dataclass(frozen=True, slots=True)
class ClockKind:
    """A kind of clock with its words. A background clock runs along and gives no light."""

    slug: str
    zh: str
    en: str
    background: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a step table.

    `frm` is empty for the step that opens the matter; `to` may be SAME. `by` is a capability, or AUTOMATIC for a consequence that no
    person takes. `held` asks that the actor acts for the present holder. `then` names steps of the parent: the first whose guards
    hold is taken afterwards. `may_start` names clocks that start only when the service gives a limit for them; the deadline of those in
    `extends` is moved by such a limit. A step that is `aside` asks for something or denies it: it is offered, but never first.
    """

    slug: str
    frm: tuple[str, ...]
    to: str
    by: str
    zh: str
    en: str
    needs: tuple[Rule[Any], ...] = ()
    starts: tuple[str, ...] = ()
    may_start: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    held: bool = False
    aside: bool = False
    then: str | tuple[str, ...] = ""
    ref: str = ""

    @property
    def follows(self) -> tuple[str, ...]:
        """The steps of the parent of which the first possible one follows."""
        return self.then if isinstance(self.then, tuple) else (self.then,) if self.then else ()
