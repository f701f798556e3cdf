"""The whole organisation as it stands today, held in memory and valid for one version of the register and one day."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from chengzhi.kernel.access import Actor
from chengzhi.kernel.models import Holder
from chengzhi.kernel.registers import Register
from chengzhi.organisation.models import Account, ApiToken, Assignment, CommandNode, Crew, Grant, Post, Role, Staff, Unit
from chengzhi.organisation.queries.views import AccountView, CrewView, NodeView, PostView, RoleView, StaffView, TokenView, UnitView

NAME = "organisation"
DutyLine = tuple[datetime, datetime, int]  # local start and end of the duty, post


@dataclass
class Snapshot:
    """All bodies, people and rights of one day. Names keep what has been closed, for the history of matters."""

    day: date
    until: float
    nodes: dict[int, NodeView] = field(default_factory=dict)
    node_by_code: dict[str, NodeView] = field(default_factory=dict)
    below: dict[int, frozenset[int]] = field(default_factory=dict)
    commanded: dict[int, frozenset[int]] = field(default_factory=dict)
    units: dict[int, UnitView] = field(default_factory=dict)
    crews: dict[int, CrewView] = field(default_factory=dict)
    crews_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[int, PostView] = field(default_factory=dict)
    posts_with: dict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    names: dict[int, tuple[str, str]] = field(default_factory=dict)
    roles: dict[str, RoleView] = field(default_factory=dict)
    accounts: dict[int, AccountView] = field(default_factory=dict)
    tokens: dict[str, TokenView] = field(default_factory=dict)
    staff: dict[int, StaffView] = field(default_factory=dict)
    posts_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    staff_in: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    stands_in: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))  # staff → post → who is away
    actors: dict[tuple[int, int | None], Actor] = field(default_factory=dict)
    duties: dict[tuple[int, date], list[DutyLine]] = field(default_factory=dict)

    def valid(self, unit: UnitView) -> bool:
        """Tell whether a unit exists today."""
        return unit.valid_from <= self.day and (unit.valid_to is None or unit.valid_to >= self.day)


def valid_on(day: date) -> Q:
    """Return the condition that a dated row is valid on a day; first and last day are included."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def masked(phone: str) -> str:
    """Return a phone number of which only the first three and the last four characters can be read: 139****0000."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 10 else ("****" + phone[-2:] if phone else "")


def _load() -> Snapshot:
    day = timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))
    taken = Snapshot(day=day, until=midnight.timestamp())
    _load_names(taken)
    _load_nodes(taken)
    _load_units(taken)
    _load_posts(taken)
    _load_rights(taken)
    _load_people(taken)
    return taken


def _load_names(taken: Snapshot) -> None:
    rows = Holder.objects.filter(kind__in=("node", "unit", "crew", "post")).values_list("id", "name_zh", "name_en")
    taken.names = {identifier: (zh, en or zh) for identifier, zh, en in rows.iterator()}


def _load_nodes(taken: Snapshot) -> None:
    columns = ("holder_id", "code", "short_zh", "level", "parent_id", "does_own_command")
    for identifier, code, short, level, parent, own in CommandNode.objects.order_by("code").values_list(*columns):
        zh, en = taken.names[identifier]
        view = NodeView(identifier, code, zh, en, short, level, parent, level == CommandNode.Level.CITY, own)
        taken.nodes[identifier] = taken.node_by_code[code] = view
    children: dict[int | None, list[NodeView]] = defaultdict(list)
    for view in taken.nodes.values():
        children[view.parent].append(view)
    for identifier in taken.nodes:
        taken.below[identifier] = _reach(identifier, children, everyone=True)
        taken.commanded[identifier] = _reach(identifier, children, everyone=False)


def _reach(node: int, children: dict[int | None, list[NodeView]], *, everyone: bool) -> frozenset[int]:
    reached, waiting = {node}, [node]
    while waiting:
        for child in children[waiting.pop()]:
            if child.id not in reached and (everyone or not child.does_own_command):
                reached.add(child.id)
                waiting.append(child.id)
    return frozenset(reached)


def _load_units(taken: Snapshot) -> None:
    columns = ("kind", "holder__node_id", "parent_id", "daily_parent_id", "division_code", "valid_from", "valid_to")
    for identifier, code, short, *others in Unit.objects.order_by("code").values_list("holder_id", "code", "short_zh", *columns):
        zh, en = taken.names[identifier]
        taken.units[identifier] = UnitView(identifier, code, zh, en, short or zh, *others)
    for identifier, unit, contractor in Crew.objects.order_by("holder_id").values_list("holder_id", "unit_id", "is_contractor"):
        taken.crews[identifier] = CrewView(identifier, *taken.names[identifier], unit, contractor)
        taken.crews_of[unit].append(identifier)


def _load_posts(taken: Snapshot) -> None:
    columns = ("holder_id", "unit_id", "holder__node_id", "role_id", "area_code")
    rows = Post.objects.filter(valid_on(taken.day)).order_by("holder_id").values_list(*columns)
    for identifier, unit, node, role, area in rows:
        if taken.valid(taken.units[unit]):
            taken.posts[identifier] = PostView(identifier, *taken.names[identifier], unit, node, role, area)
            taken.posts_with[node, role].append(identifier)


def _load_rights(taken: Snapshot) -> None:
    granted: dict[str, set[str]] = defaultdict(set)
    for role, capability in Grant.objects.values_list("role_id", "capability"):
        granted[role].add(capability)
    for code, zh, en, reads, for_unit in Role.objects.values_list("code", "name_zh", "name_en", "reads", "acts_for_unit"):
        taken.roles[code] = RoleView(code, zh, en, reads, for_unit, frozenset(granted[code]))


def _load_people(taken: Snapshot) -> None:
    gone = set()
    for identifier, name, phone, left in Staff.objects.values_list("id", "name", "phone", "left_on").iterator():
        taken.staff[identifier] = StaffView(identifier, name, masked(phone))
        if left is not None and left < taken.day:
            gone.add(identifier)
    for row in Account.objects.values_list("id", "username", "staff_id", "is_active", "is_system").iterator():
        taken.accounts[row[0]] = AccountView(*row)
    for digest, *view in ApiToken.objects.values_list("sha256", "account_id", "capabilities", "expires_at").iterator():
        taken.tokens[digest] = TokenView(*view)
    columns = ("staff_id", "post_id", "substitute_for_id", "valid_from", "id")
    present = Assignment.objects.filter(valid_on(taken.day)).values_list(*columns)
    # A person's own posts come before those in which he stands in for somebody: the first one is the post he signs in with.
    for staff, post, away, _, _ in sorted(present.iterator(), key=lambda row: (row[2] is not None, row[3], row[4])):
        if post in taken.posts and staff not in gone and post not in taken.posts_of[staff]:
            taken.posts_of[staff].append(post)
            taken.staff_in[post].append(staff)
            if away is not None:
                taken.stands_in[staff][post] = away


REGISTER: Register[Snapshot] = Register(NAME, _load)


def today() -> Snapshot:
    """Return the organisation as of today and of the register's present version."""
    taken = REGISTER.get()
    if timezone.now().timestamp() >= taken.until:
        REGISTER.clear()
        taken = REGISTER.get()
    return taken
