"""Days that differ from Monday to Friday: public holidays and make-up working days (调休), by year and notice."""

import datetime

from django.db import models


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
