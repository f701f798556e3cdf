"""The words of which a step table is made: states, clocks, steps."""

from dataclasses import dataclass
from typing import Any

from chengzhi.kernel.rules import Rule

AUTOMATIC = ""
SAME = "="
ALL = "*"


@dataclass(frozen=True, slots=True)
class State:
    """A state with its words. A final state ends all clocks; in a waiting state the parts hold the matter, nobody else does."""

    slug: str
    zh: str
    en: str
    final: bool = False
    waits: bool = False


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
    person takes. `held` asks that the actor acts for the present holder. `then` names a step of the parent that is taken afterwards,
    when its guards hold.
    """

    slug: str
    frm: tuple[str, ...]
    to: str
    by: str
    zh: str
    en: str
    needs: tuple[Rule[Any], ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    held: bool = False
    then: str = ""
    ref: str = ""
