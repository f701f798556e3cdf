"""Nouns of the territory. Rows are dated: `valid_to` and `end_date` are the last day on which they hold, null while they do."""

from django.db import models
from django.db.models import F, Q

from chengzhi.kernel.ids import new_id


class Division(models.Model):
    """One administrative division over one period (行政区划): a new name or parent is a new row, so that history stays true."""

    CITY, COUNTY, TOWN, COMMUNITY = "city", "county", "town", "community"
    LEVELS = (CITY, COUNTY, TOWN, COMMUNITY)

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=12)
    level = models.CharField(max_length=12)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True, default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="children", null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="division_code_and_day"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to__isnull=True), name="division_one_valid_row"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="division_dates_in_order"),
            models.CheckConstraint(condition=Q(level__in=("city", "county", "town", "community")), name="division_known_level"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    parent_id: int | None


class GridScheme(models.Model):
    """One version of the division into cells, with the pattern of its codes (15 digits; older systems have 14)."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    version = models.IntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    cell_pattern = models.CharField(max_length=80, default=r"^\d{15}$")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="grid_scheme_version")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Cell(models.Model):
    """One unit grid (单元网格) of about 10,000 m². An ended code is never given again. Boundary: WKB polygon in EPSG:4490."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    scheme = models.ForeignKey(GridScheme, on_delete=models.PROTECT, related_name="cells")
    code = models.CharField(max_length=15)
    community = models.CharField(max_length=12)
    duty_grid = models.CharField(max_length=16)
    area_class = models.CharField(max_length=1)
    area_m2 = models.IntegerField()
    init_date = models.DateField()
    change_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    boundary = models.BinaryField()
    min_lon = models.FloatField()
    min_lat = models.FloatField()
    max_lon = models.FloatField()
    max_lat = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="cell_code_never_again"),
            models.CheckConstraint(condition=Q(area_class__in=("A", "B", "C")), name="cell_known_area_class"),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="cell_has_area"),
            models.CheckConstraint(condition=Q(end_date__isnull=True) | Q(end_date__gte=F("init_date")), name="cell_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.code


class DutyGrid(models.Model):
    """A connected set of cells given to one inspector or shift (责任网格); `node` is the code of the county that commands it."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=16)
    name_zh = models.CharField(max_length=80)
    node = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="duty_grid_code_and_day"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="duty_grid_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"
