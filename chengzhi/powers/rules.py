"""Judgements about powers: one body for one role, subject, area and day."""

from dataclasses import dataclass
from datetime import date

from chengzhi.kernel.rules import Law, rule

POLICY = Law("执法体制改革指导意见", "Guiding opinion on the reform of enforcement", mark="D")
# Supporting bodies may be several (one leads, any support), so that two of them are no conflict.
SHARED_ROLES = frozenset({"co"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What one body claims, as the rule sees it: `scope` is all that must be equal before two claims can collide."""

    body: int
    role: str
    scope: tuple[object, ...]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A new claim and the ones that stand."""

    claim: Claim
    standing: tuple[Claim, ...]


def collide(one: Claim, other: Claim) -> bool:
    """Tell whether two claims cannot both hold: same role and scope, a day in common, and a role that only one body has.

    The same body twice on one day is a collision in every role: the second row would say nothing new.
    """
    if one.role != other.role or one.scope != other.scope:
        return False
    if one.role in SHARED_ROLES and one.body != other.body:
        return False
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


@rule(zh="同一事项、同一区域、同一日期、同一职责只能有一个责任单位", source=POLICY("一（一）"))
def one_body_answers(facts: ClaimFacts) -> bool:
    """For one matter, area, day and role only one body is responsible."""
    return not any(collide(facts.claim, standing) for standing in facts.standing)
