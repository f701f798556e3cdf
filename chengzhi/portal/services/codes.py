"""Codes for citizens whose reports came in by another way than their own page."""

from collections.abc import Iterable
from datetime import timedelta

from chengzhi.incidents.models import Incident
from chengzhi.kernel import writes
from chengzhi.portal import queries
from chengzhi.portal.models import Followed
from chengzhi.portal.services.reporting import new_code

WITHIN = timedelta(days=2)


@writes.service
def give_codes(reports: Iterable[Incident]) -> None:
    """Give the citizen of each report a code, as if he had reported on the page himself; nobody else may follow it as its reporter yet."""
    table = queries.picture_rows()
    pictures, last = {row.class_code: row.picture for row in table}, table[-1].picture
    for row in reports:
        opened = row.matter.opened_at
        code, picture = new_code(), pictures.get(row.class_code, last)
        person, expected = row.reporter_person, opened + WITHIN
        writes.add(Followed(code=code, incident=row, person=person, own=True, picture=picture, expected_at=expected, made_at=opened))
