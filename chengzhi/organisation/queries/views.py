"""What the questions about the organisation answer with: plain, frozen rows without a database behind them."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class NodeView:
    """A command node."""

    id: int
    code: str
    name: str
    name_en: str
    short: str
    level: str
    parent: int | None
    is_city: bool
    does_own_command: bool


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its two lines of authority: `parent` by business, `daily_parent` by day."""

    id: int
    code: str
    name: str
    name_en: str
    short: str
    kind: str
    node: int
    parent: int | None
    daily_parent: int | None
    division_code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class CrewView:
    """A crew of a unit."""

    id: int
    name: str
    name_en: str
    unit: int
    is_contractor: bool


@dataclass(frozen=True, slots=True)
class PostView:
    """A post with its unit, its node and its role."""

    id: int
    name: str
    name_en: str
    unit: int
    node: int
    role: str
    area_code: str


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role with its scope of reading and its capabilities."""

    code: str
    name_zh: str
    name_en: str
    reads: str
    acts_for_unit: bool
    capabilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account, with the staff row from which its rights come."""

    id: int
    username: str
    staff: int | None
    is_active: bool
    is_system: bool


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token: whose it is, to which capabilities it is narrowed, until when it is good."""

    account: int
    capabilities: list[str]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffView:
    """A person as colleagues see him: the phone is masked."""

    id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who has a matter now: name, masked phone, post and unit, each with its English name."""

    name: str
    phone: str
    post: str
    unit: str
    post_en: str = ""
    unit_en: str = ""


@dataclass(frozen=True, slots=True)
class BodyView:
    """A node, unit, crew or post that can hold matters, with the node it belongs to (a node: itself)."""

    id: int
    kind: str
    node: int
    name: str
    name_en: str
