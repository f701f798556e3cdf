"""What administrators see of the organisation: people, posts, roles, duty plans, notes of handing over; each only his own nodes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.utils import timezone

from chengzhi.kernel import clocks
from chengzhi.kernel.access import CAPABILITIES, Actor, capability
from chengzhi.kernel.administration import Line, Look, options_of, over, period, yes
from chengzhi.kernel.cards import Option, tells_stand_ins
from chengzhi.kernel.imports import top_node
from chengzhi.kernel.models import CalendarDay
from chengzhi.organisation.models import Assignment, Duty, Handover, Role, Shift, Staff
from chengzhi.organisation.queries.people import acting_for, staff_name
from chengzhi.organisation.queries.snapshot import Snapshot, masked, today

CALL = capability("organisation.staff.call", "拨打经办人电话", "call who has a matter")
BODIES, DUTIES, NOTES = "organisation.body.manage", "organisation.duty.plan", "organisation.handover.write"
PLANNED_BACK, PLANNED_AHEAD, NOTES_BACK = 1, 28, 14
READS = {"subtree": ("本级及下级", "own node and below"), "node": ("本级", "own node"), "held": ("本人承办", "what he holds")}
WEEKDAYS = (("一", "Mo"), ("二", "Tu"), ("三", "We"), ("四", "Th"), ("五", "Fr"), ("六", "Sa"), ("日", "Su"))


def reach(actor: Actor, capability: str) -> frozenset[int]:
    """Return the nodes at which a person may use a capability: those where he holds it and all below them."""
    taken = today()
    return frozenset().union(*(taken.below.get(node, frozenset()) for node in actor.capabilities.get(capability, frozenset())))


@top_node
def city() -> int:
    """Return the node that has no node above it: registers for everybody are kept there."""
    return next((node.id for node in today().nodes.values() if node.parent is None), 0)


def node_options(actor: Actor, capability: str) -> list[Option]:
    """Return the nodes at which a person may use a capability, as options."""
    taken = today()
    return [Option(str(key), taken.nodes[key].name, taken.nodes[key].name_en) for key in sorted(reach(actor, capability))]


@options_of("duty_nodes")
def duty_nodes(actor: Actor) -> Sequence[Option]:
    """Return the nodes whose duty a person may plan."""
    return node_options(actor, DUTIES)


@options_of("units_of_mine")
def units(actor: Actor) -> Sequence[Option]:
    """Return the units of the nodes that a person administers."""
    taken, mine = today(), reach(actor, BODIES)
    found = [view for view in taken.units.values() if view.node in mine and taken.valid(view)]
    return [Option(str(view.id), view.name, view.name_en) for view in found]


@options_of("posts_of_mine")
def posts(actor: Actor) -> Sequence[Option]:
    """Return the posts of the nodes that a person administers, each with its unit and who is in it."""
    return _posts(actor, BODIES)


@options_of("duty_posts")
def duty_posts(actor: Actor) -> Sequence[Option]:
    """Return the posts of the nodes whose duty a person plans."""
    return _posts(actor, DUTIES)


def _posts(actor: Actor, capability: str) -> list[Option]:
    taken, mine = today(), reach(actor, capability)
    return [
        Option(str(post.id), post.name, post.name_en, (f"{taken.units[post.unit].name} {_people(taken, post.id)}",) * 2)
        for post in taken.posts.values()
        if post.node in mine
    ]


def _people(taken: Snapshot, post: int) -> str:
    return "、".join(taken.staff[staff].name for staff in taken.staff_in.get(post, []))


@options_of("staff_of_mine")
def staff(actor: Actor) -> Sequence[Option]:
    """Return the people in posts of the nodes that a person administers or whose duty he plans."""
    taken, mine = today(), reach(actor, BODIES) | reach(actor, DUTIES)
    found = {key: post for post in taken.posts.values() if post.node in mine for key in taken.staff_in.get(post.id, [])}
    return [Option(str(key), taken.staff[key].name, taken.staff[key].name, (taken.posts[post.id].name,) * 2) for key, post in found.items()]


@options_of("shifts_of_mine")
def shifts(actor: Actor) -> Sequence[Option]:
    """Return the shifts of the nodes whose duty a person plans or hands over."""
    mine = reach(actor, DUTIES) | actor.capabilities.get(NOTES, frozenset())
    rows = Shift.objects.filter(node__in=mine).order_by("node_id", "starts")
    return [Option(str(row.pk), f"{row.name_zh} {row.starts:%H:%M}–{row.ends:%H:%M}", "", (_node(row.node_id),) * 2) for row in rows]


@options_of("roles")
def roles(_actor: Actor) -> Sequence[Option]:
    """Return all roles."""
    return role_options()


@options_of("timing_schemes")
def timing_schemes(_actor: Actor) -> Sequence[Option]:
    """Return the timing schemes whose hours a city may set; one that runs day and night has none."""
    valid = clocks.schemes_on(timezone.localdate())
    return [Option(row.code, row.name_zh, row.name_en, (row.code, row.code)) for row in valid if not row.always]


@options_of("capabilities")
def capabilities(_actor: Actor) -> Sequence[Option]:
    """Return all capabilities."""
    return [Option(code, zh, en) for code, (zh, en) in sorted(CAPABILITIES.items())]


def _node(key: int) -> str:
    known = today().nodes.get(key)
    return known.short if known else ""


def role_rows(_actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the roles with what they may do."""
    taken = today()
    for role in taken.roles.values():
        named = [CAPABILITIES.get(code, (code, code)) for code in sorted(role.capabilities)]
        count = sum(post.role == role.code for post in taken.posts.values())
        if look.fits(role.code, role.name_zh, role.name_en, *role.capabilities, *(zh for zh, _ in named)):
            may = ("、".join(zh for zh, _ in named), ", ".join(en for _, en in named))
            cells = ((role.name_zh, role.name_en), role.code, READS[role.reads], yes(role.acts_for_unit), str(count), may)
            yield Line(cells, {"role": role.code})


def staff_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the people who have or had a post at the nodes that a person administers: one row per post."""
    mine = reach(actor, BODIES)
    rows = Assignment.objects.filter(post__holder__node_id__in=mine).select_related("staff", "post__holder", "post__unit__holder")
    for row in rows.select_related("substitute_for").order_by("valid_to", "staff__name", "-valid_from").iterator(chunk_size=500):
        person, holder = row.staff, row.post.holder
        if look.fits(person.name, holder.name_zh, row.post.unit.holder.name_zh):
            stands_in = row.substitute_for.name if row.substitute_for else ""
            unit = row.post.unit.holder
            yield Line(
                (
                    person.name,
                    masked(person.phone),
                    (holder.name_zh, holder.name_en),
                    (unit.name_zh, unit.name_en),
                    _node(holder.node_id or 0),
                    period(row.valid_from, row.valid_to),
                    stands_in,
                ),
                {"assignment": str(row.pk), "staff": str(person.pk)},
                ended=over(row.valid_to) or over(person.left_on),
            )


def post_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the posts of the nodes that a person administers, with their role and who is in them."""
    taken, mine = today(), reach(actor, BODIES)
    for post in taken.posts.values():
        unit, role, people = taken.units[post.unit], taken.roles[post.role], _people(taken, post.id)
        if post.node in mine and look.fits(post.name, unit.name, role.name_zh, people, post.area_code):
            cells = ((post.name, post.name_en), (unit.name, unit.name_en), _node(post.node), (role.name_zh, role.name_en))
            yield Line((*cells, post.area_code, people), {"post": str(post.id)})


def shift_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the shifts of the nodes whose duty a person plans."""
    for row in Shift.objects.filter(node__in=reach(actor, DUTIES)).order_by("node_id", "starts"):
        if look.fits(row.name_zh, _node(row.node_id)):
            yield Line((row.name_zh, f"{row.starts:%H:%M}", f"{row.ends:%H:%M}", _node(row.node_id)))


def duty_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the duty plan from yesterday on for four weeks, in the order of days and shifts."""
    first = timezone.localdate() - timedelta(days=PLANNED_BACK)
    rows = Duty.objects.filter(shift__node__in=reach(actor, DUTIES), date__gte=first, date__lte=first + timedelta(days=PLANNED_AHEAD))
    joined = rows.select_related("shift", "post__holder", "staff", "substitute_for").order_by("date", "shift__starts", "id")
    for row in joined.iterator(chunk_size=500):
        away = row.substitute_for.name if row.substitute_for else ""
        if look.fits(row.staff.name, away, row.shift.name_zh, row.post.holder.name_zh, str(row.date)):
            day = tuple(f"{row.date} {word}" for word in WEEKDAYS[row.date.weekday()])
            who = (row.post.holder.name_zh, row.post.holder.name_en)
            yield Line((day, row.shift.name_zh, row.staff.name, who, away, _node(row.shift.node_id), row.note), {"duty": str(row.pk)})


def handover_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the notes of handing over of a person's nodes in the last two weeks, the newest first."""
    mine = actor.capabilities.get(NOTES, frozenset())
    since = timezone.localdate() - timedelta(days=NOTES_BACK)
    for row in Handover.objects.filter(node__in=mine, date__gte=since).select_related("shift").order_by("-written_at"):
        who, taker = staff_name(row.written_by), staff_name(row.taken_by) if row.taken_by else ""
        if look.fits(row.text, who, taker):
            shift = row.shift.name_zh if row.shift else ""
            taken = f"{taker} {timezone.localtime(row.taken_at):%m-%d %H:%M}" if row.taken_at else ""
            written = f"{who} {timezone.localtime(row.written_at):%m-%d %H:%M}"
            cells = (f"{row.date} {shift}", row.text, written, taken, row.remark, _node(row.node_id))
            yield Line(cells, {"handover": str(row.pk)}, ended=row.taken_by is not None)


def calendar_rows(_actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the days that the city has entered, the newest first."""
    for row in CalendarDay.objects.order_by("-date"):
        if look.fits(str(row.date), row.note, row.source):
            day = tuple(f"{row.date} {word}" for word in WEEKDAYS[row.date.weekday()])
            kind = ("工作日", "working day") if row.is_workday else ("休息日", "day off")
            yield Line((day, kind, row.note, row.source), {"day": str(row.date)})


def scheme_rows(_actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the timing schemes with their daily periods."""
    now, later = timezone.localdate(), defaultdict[str, list[date]](list)
    for row in clocks.every_scheme():
        later[row.code].append(row.valid_from)
    for row in clocks.every_scheme():
        times = "、".join(f"{a // 60:02d}:{a % 60:02d}–{b // 60:02d}:{b % 60:02d}" for a, b in row.periods)
        if look.fits(row.code, row.name_zh, row.name_en):
            since = "" if row.valid_from == date.min else period(row.valid_from, None)
            begins = {"scheme": row.code, "periods": times.replace("–", "-").replace("、", " ")}
            begins |= {"workdays_only": "true"} if row.workdays_only else {}
            replaced = any(row.valid_from < other <= now for other in later[row.code])
            cells = ((row.name_zh, row.name_en), row.code, times, yes(row.workdays_only), since, row.source)
            yield Line(cells, begins, ended=replaced)


def staff_in_reach(key: int, actor: Actor, capability: str) -> Staff | None:
    """Return a person who has a post at a node where the capability may be used, None otherwise."""
    found = Staff.objects.filter(pk=key).first()
    nodes = set(Assignment.objects.filter(staff_id=key).values_list("post__holder__node_id", flat=True))
    return found if found and nodes & reach(actor, capability) else None


def role_exists(code: str) -> bool:
    """Tell whether there is a role of this code."""
    return Role.objects.filter(code=code).exists()


@tells_stand_ins
def stood_in_for(account_id: int) -> dict[int, str]:
    """Return the posts in which a person only stands in for somebody today, each with the name of who is away."""
    taken = today()
    account = taken.accounts.get(account_id)
    if account is None or account.staff is None:
        return {}
    return {post: taken.staff[away].name for post, away in taken.stands_in.get(account.staff, {}).items()}


def role_options() -> list[Option]:
    """Return all roles as options."""
    return [Option(view.code, view.name_zh, view.name_en) for view in today().roles.values()]


def accounts_of_nodes(nodes: frozenset[int]) -> list[int]:
    """Return the accounts of people who have, or had, a post at one of these nodes, also closed ones."""
    staff = set(Assignment.objects.filter(post__holder__node_id__in=nodes).values_list("staff_id", flat=True))
    return [account.id for account in today().accounts.values() if account.staff in staff]


def number_to_call(holder_id: int) -> str:
    """Return the phone number in clear of the first person who acts for a post, unit or crew: for the link of those who may call."""
    taken = today()
    acting = [staff for post in acting_for(taken, holder_id) for staff in taken.staff_in.get(post.id, [])]
    return Staff.objects.filter(pk__in=acting[:1]).values_list("phone", flat=True).first() or ""
