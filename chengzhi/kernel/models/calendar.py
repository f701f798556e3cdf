"""Days that differ from Monday to Friday (public holidays, 调休), and the city's own timing schemes."""

import datetime

from django.db import models

from chengzhi.kernel.ids import new_id


class CalendarDay(models.Model):
    """One day of the city's holiday table; it goes before the holidays that come with the platform."""

    date = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    note = models.CharField(max_length=80, blank=True, default="")
    source = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.date} {self.note}"

    @classmethod
    def entered(cls) -> list[tuple[datetime.date, bool, str]]:
        """Return day, whether it is a working day, and source, for every day that was entered."""
        return list(cls.objects.order_by("date").values_list("date", "is_workday", "source"))


class TimingScheme(models.Model):
    """One timing scheme of the city from a day on (计时方案), until a newer one of its code; it goes before the platform's own."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=16)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    periods = models.CharField(max_length=80)
    workdays_only = models.BooleanField()
    valid_from = models.DateField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="timing_scheme_once_per_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.valid_from}"
