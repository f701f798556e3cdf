"""Judgements about calls: who may write into one, and when."""

from dataclasses import dataclass

from chengzhi.kernel.rules import HOUSE, rule


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the rules need to know about a call and about who asks."""

    mine: bool
    answered: bool = False
    hung_up: bool = False
    ended: bool = False
    result: str = ""


@rule(zh="只有接听该来电的坐席可以办理", source=HOUSE("热线坐席"))
def call_is_mine(facts: CallFacts) -> bool:
    """Only the call-taker who took a call works on it."""
    return facts.mine


@rule(zh="该来电已结束整理，不能再改", source=HOUSE("热线坐席"))
def call_is_open(facts: CallFacts) -> bool:
    """A call that has ended is not changed any more."""
    return not facts.ended


@rule(zh="已接听的来电不能再次接听", source=HOUSE("热线坐席"))
def call_is_not_answered(facts: CallFacts) -> bool:
    """A call is answered once."""
    return not facts.answered


@rule(zh="来电须先接听", source=HOUSE("热线坐席"))
def call_is_answered(facts: CallFacts) -> bool:
    """A call is answered before anything else is done with it."""
    return facts.answered


@rule(zh="通话须尚未挂断", source=HOUSE("热线坐席"))
def call_is_not_hung_up(facts: CallFacts) -> bool:
    """A call is hung up once."""
    return not facts.hung_up


@rule(zh="结束整理前须办理或选择来电结果", source=HOUSE("热线坐席"))
def call_has_result(facts: CallFacts) -> bool:
    """A call ends with a result: what was done, or why nothing was."""
    return bool(facts.result)


ANSWER = (call_is_mine, call_is_open, call_is_not_answered)
HANG_UP = (call_is_mine, call_is_open, call_is_answered, call_is_not_hung_up)
WORK = (call_is_mine, call_is_open, call_is_answered)
TYPE = (call_is_mine, call_is_open)
END = (call_is_mine, call_is_open, call_has_result)
