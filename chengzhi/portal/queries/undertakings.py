"""What the city undertakes (公示): how long each kind of problem may take, with the source of each number."""

from dataclasses import dataclass

from django.utils import timezone

from chengzhi.incidents.queries import registers
from chengzhi.incidents.queries.choices import amount_words
from chengzhi.portal.queries.tables import picture_rows

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Undertaking:
    """One class behind a picture, with the limits of its conditions in the general area."""

    picture: Words
    klass: Words
    limits: tuple[tuple[Words, Words], ...]
    source: str


def undertakings() -> list[Undertaking]:
    """Return the limits in force today for every class behind the eight pictures."""
    today, found = timezone.localdate(), []
    for row in picture_rows():
        known = registers.class_view(row.class_code)
        conditions = registers.conditions_of(row.class_code)
        limits = [(view, registers.limit_for(row.class_code, view.code, "", "", today)) for view in conditions]
        if known is not None and limits:
            words = tuple(((view.name_zh, view.name_en), amount_words(limit.amount, limit.unit)) for view, limit in limits)
            found.append(Undertaking((row.name_zh, row.name_en), (known.name_zh, known.name_en), words, limits[0][1].source))
    return found
