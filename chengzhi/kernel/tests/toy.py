"""A second kind of matter, as a newcomer would add one: a key that is lent out, with a part, a clock and refusals."""

# fmt: off
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from chengzhi.kernel import clocks, rules
from chengzhi.kernel.access import Act, capability
from chengzhi.kernel.matter import Family, lock
from chengzhi.kernel.workflow import AUTOMATIC, Ask, ClockKind, Kind, State, Step, Timing, step

LEND = capability("toy.key.lend", "借出钥匙", "lend keys")
LOOK = capability("toy.look.do", "查看", "look after keys")
Borrower = Annotated[str, Ask("借用人", "Borrower"), Field(max_length=20)]
Looker = Annotated[int, Ask("谁看", "Looker")]


@dataclass(frozen=True)
class KeyFacts:
    borrower: str | None = None
    looks_open: int = 0

@rules.rule(zh="须写明借用人", source=rules.HOUSE("钥匙一"))
def borrower_is_named(key: KeyFacts) -> bool:
    """A key is lent to somebody with a name."""
    return key.borrower is None or bool(key.borrower)

@rules.rule(zh="须先看过钥匙", source=rules.HOUSE("钥匙二"))
def looked_after(key: KeyFacts) -> bool:
    """A key is taken back after someone has looked at it."""
    return key.looks_open == 0


KEY: Kind[KeyFacts] = Kind("toy", zh="钥匙", en="key", clocks=[ClockKind("lent", "借期", "Lent")], states=[
    State("in", "在库", "In"), State("out", "借出", "Out"), State("seen", "看过", "Seen"),
    State("gone", "注销", "Gone", final=True)], steps=[
    Step("make", (), "in", LEND, "登记", "Make"),
    Step("lend", ("in",), "out", LEND, "借出", "Lend", needs=(borrower_is_named,), starts=("lent",)),
    Step("looked", ("out",), "seen", AUTOMATIC, "已看", "Looked", needs=(looked_after,), pauses=("lent",)),
    Step("scrap", ("in", "seen"), "gone", LEND, "注销", "Scrap", needs=(looked_after,))])
VISIT: Kind[KeyFacts] = Kind("toy_look", zh="查看", en="look",
    states=[State("due", "待看", "Due"), State("done", "已看", "Done", final=True)],
    steps=[Step("ask", (), "due", AUTOMATIC, "请看", "Ask"), Step("look", ("due",), "done", LOOK, "看", "Look", held=True, then="looked")])

@KEY.facts_of
@VISIT.facts_of
def key_facts(family: Family, act: Act) -> KeyFacts:
    return KeyFacts(looks_open=len(family.parts("toy_look", only_open=True)))

@step(KEY, "make")
def make(*, act: Act, node: int, number: str) -> Family:
    return KEY.open("make", act=act, facts=KeyFacts(), node=node, number=number, holder=node)

@step(KEY, "lend")
def lend(*, matter_id: int, act: Act, borrower: Borrower, looker: Looker) -> Family:
    family = lock(matter_id, act=act)
    facts = replace(key_facts(family, act), borrower=borrower)
    KEY.move(family, "lend", act=act, facts=facts, timings={"lent": Timing(clocks.Limit(2, "hour"))}, body={"borrower": borrower})
    return VISIT.open("ask", act=act, facts=facts, node=family.matter.node_id, number="K1-L", holder=looker, parent=family)

@step(VISIT, "look")
def look(*, matter_id: int, act: Act) -> None:
    VISIT.move(lock(matter_id, act=act), "look", act=act, facts=KeyFacts())

@step(KEY, "looked")
def looked(*, family: Family, act: Act) -> None:
    KEY.move(family, "looked", act=act, facts=key_facts(family, act))

@step(KEY, "scrap")
def scrap(*, matter_id: int, act: Act) -> None:
    family = lock(matter_id, act=act)
    KEY.move(family, "scrap", act=act, facts=key_facts(family, act))
