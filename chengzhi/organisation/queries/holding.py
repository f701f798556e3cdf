"""What lies at posts: open matters by kind, how many are overdue, and the duty plan; and the list of people who can be moved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from chengzhi.kernel.access import Actor
from chengzhi.kernel.administration import Line, Look, period
from chengzhi.kernel.models import Matter
from chengzhi.kernel.workflow import KINDS
from chengzhi.organisation.models import Assignment, Duty
from chengzhi.organisation.queries.desk import BODIES, reach
from chengzhi.organisation.queries.snapshot import today

Words = tuple[str, str]
NOTHING = ("无", "nothing")


@dataclass
class Holding:
    """What lies at one post: open matters by kind, and how many of them are overdue."""

    kinds: dict[str, int] = field(default_factory=dict)
    overdue: int = 0

    @property
    def open(self) -> int:
        """How many matters lie there."""
        return sum(self.kinds.values())

    @property
    def words(self) -> Words:
        """What lies there, in both languages: 案件 12、核查 3（1 超期）."""
        if not self.kinds:
            return NOTHING
        late = (f"（{self.overdue} 超期）", f" ({self.overdue} overdue)") if self.overdue else ("", "")
        named = [(KINDS[kind].zh, KINDS[kind].en, count) for kind, count in sorted(self.kinds.items())]
        return (
            "、".join(f"{zh} {count}" for zh, _, count in named) + late[0],
            ", ".join(f"{en} {count}" for _, en, count in named) + late[1],
        )


def at_posts(posts: Iterable[int]) -> dict[int, Holding]:
    """Return what lies at each of some posts; a post at which nothing lies is left out."""
    found: dict[int, Holding] = defaultdict(Holding)
    counted = Count("id", filter=Q(due_at__lt=timezone.now()))
    rows = Matter.objects.filter(open=True, holder_id__in=list(posts)).values_list("holder_id", "kind").order_by()
    for post, kind, count, overdue in rows.annotate(count=Count("id"), overdue=counted):
        if kind in KINDS and post is not None:
            found[post].kinds[kind] = count
            found[post].overdue += overdue
    return dict(found)


def transfer_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield who has a post of his own today at the nodes that a person administers, what lies there, and who else has it."""
    taken, mine, now = today(), reach(actor, BODIES), timezone.localdate()
    held = Assignment.objects.filter(post__holder__node_id__in=mine, valid_from__lte=now, substitute_for__isnull=True)
    rows = held.exclude(valid_to__lt=now).exclude(staff__left_on__lt=now)
    shown = list(rows.select_related("staff", "post__holder", "post__unit__holder").order_by("staff__name", "id"))
    lying = at_posts({row.post_id for row in shown})
    ahead = Duty.objects.filter(date__gte=now, staff__in={row.staff_id for row in shown})
    duties = {(staff, post): n for staff, post, n in ahead.values_list("staff_id", "post_id").order_by().annotate(n=Count("id"))}
    for row in shown:
        holder, unit = row.post.holder, row.post.unit.holder
        others = [taken.staff[key].name for key in taken.staff_in.get(row.post_id, []) if key != row.staff_id]
        if look.fits(row.staff.name, holder.name_zh, unit.name_zh):
            yield Line(
                (
                    row.staff.name,
                    (holder.name_zh, holder.name_en),
                    (unit.name_zh, unit.name_en),
                    period(row.valid_from, row.valid_to),
                    lying.get(row.post_id, Holding()).words,
                    str(duties.get((row.staff_id, row.post_id), "")),
                    "、".join(others),
                ),
                {"assignment": str(row.pk)},
            )
