"""Whoever can hold a matter: command nodes, units, crews and posts. Each extends `kernel.Holder` one to one."""

from django.db import models
from django.db.models import F, Q

from chengzhi.kernel.models import HolderNoun
from chengzhi.organisation.models.rights import Role


def in_order(first: str = "valid_from", last: str = "valid_to") -> Q:
    """Return the condition that a period does not end before it begins; both days are included in it."""
    return Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": F(first)})


class CommandNode(HolderNoun):
    """A command node (指挥节点): the city or a county with its own run of the loop, unless the city does it for them."""

    class Level(models.TextChoices):
        CITY = "city"
        COUNTY = "county"

    code = models.CharField(max_length=6, unique=True)
    level = models.CharField(max_length=8, choices=Level)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="children", null=True)
    short_zh = models.CharField(max_length=2)
    does_own_command = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=["city", "county"]), name="node_level_known"),
            models.CheckConstraint(condition=Q(level="county") | Q(parent__isnull=True), name="node_city_has_no_parent"),
            models.CheckConstraint(condition=Q(does_own_command=True) | Q(parent__isnull=False), name="node_without_command_has_parent"),
        ]

    def __str__(self) -> str:
        return self.short_zh

    holder_id: int
    parent_id: int | None


class Unit(HolderNoun):
    """A body with staff (单位). A squad of a department that works in a township has two parents: by business and by day."""

    class Kind(models.TextChoices):
        CENTRE = "centre"
        DEPARTMENT = "department"
        SUBUNIT = "subunit"
        SQUAD = "squad"
        COMPANY = "company"
        TOWNSHIP = "township"

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="children", null=True)
    daily_parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="daily_children", null=True)
    short_zh = models.CharField(max_length=20, blank=True, default="")
    division_code = models.CharField(max_length=12, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["centre", "department", "subunit", "squad", "company", "township"]),
                name="unit_kind_known",
            ),
            models.CheckConstraint(condition=Q(daily_parent__isnull=True) | Q(kind="squad"), name="unit_only_squads_have_daily_parent"),
            models.CheckConstraint(
                condition=Q(daily_parent__isnull=True) | (Q(parent__isnull=False) & ~Q(daily_parent=F("parent"))),
                name="unit_two_parents_differ",
            ),
            models.CheckConstraint(condition=in_order(), name="unit_period_in_order"),
        ]

    def __str__(self) -> str:
        return self.short_zh or self.code

    holder_id: int
    parent_id: int | None
    daily_parent_id: int | None


class Crew(HolderNoun):
    """A crew (班组) of a unit or its contractor, that works on its tasks."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="crews")
    is_contractor = models.BooleanField(default=False)
    phone = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return str(self.holder_id)

    holder_id: int
    unit_id: int


class Post(HolderNoun):
    """A post (岗位) in a unit: it outlives the people in it. An inspector's post names its duty grid in `area_code`."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    area_code = models.CharField(max_length=20, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=in_order(), name="post_period_in_order")]

    def __str__(self) -> str:
        return f"{self.role_id} {self.holder_id}"

    holder_id: int
    unit_id: int
    role_id: str
