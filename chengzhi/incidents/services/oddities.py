"""Finding what a supervisor should look at: repetitions, haste, pictures that cannot be, results that differ. Each has its method."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from chengzhi.incidents.models import Incident, Oddity, SampleCheck
from chengzhi.incidents.queries import numbers, oddities
from chengzhi.kernel import place, writes
from chengzhi.kernel.access import Act
from chengzhi.organisation import queries as organisation

WINDOW = timedelta(days=2)  # longer than the timetable's pace: what is found twice is kept once


def note_difference(row: Incident, sample: SampleCheck, first: int | None, result: str, act: Act) -> None:
    """Open a finding against the first check because a check by lot saw something else, within the service of that step."""
    figures = {"result": result, "was": row.check_result}
    writes.add(_odd("sample_differs", f"{sample.pk}", row.node_id, row.pk, act.at, first, act.actor.id, figures))


def find_oddities(now: datetime) -> int:
    """Look through what was done lately at every node and keep what is odd; again is harmless. Return how much was found."""
    found = list(_reused(now))
    for node in organisation.nodes():
        found += _at(node.id, node.code, now)
    return _keep(found)


@writes.service
def _keep(found: Sequence[Oddity]) -> int:
    Oddity.objects.bulk_create(found, ignore_conflicts=True, batch_size=500)
    return len(found)


def _at(node: int, code: str, now: datetime) -> list[Oddity]:
    day = timezone.localtime(now).date()

    def number(name: str) -> int:
        return numbers.number(name, code, day).amount

    since, long_ago, month = now - WINDOW, now - timedelta(days=number("odd_days")), f"{day:%Y%m}"
    visits = oddities.visits(node, since)
    found = list(_repeated_places(node, long_ago, number("odd_place_times"), month, now))
    found += _repeated_pairs(node, long_ago, number("odd_pair_times"), month, now)
    found += _too_fast(node, visits, number("odd_speed"), number("far_metres"))
    found += _far(node, visits, number("far_metres"))
    found += _before_arrival(node, visits)
    return found


def _repeated_places(node: int, since: datetime, least: int, month: str, now: datetime) -> Iterator[Oddity]:
    for seen in oddities.repeated_places(node, since, least):
        key = f"{seen.account}:{seen.cell}:{seen.class_code}:{month}"
        figures = {"times": seen.times, "cell": seen.cell, "class": seen.class_code}
        yield _odd("same_place", key, node, seen.incident, now, seen.account, None, figures)


def _repeated_pairs(node: int, since: datetime, least: int, month: str, now: datetime) -> Iterator[Oddity]:
    for seen in oddities.repeated_pairs(node, since, least):
        key = f"{seen.reporter}:{seen.checker}:{month}"
        yield _odd("same_pair", key, node, seen.incident, now, seen.reporter, seen.checker, {"times": seen.times})


def _too_fast(node: int, visits: Sequence[oddities.Visit], speed: int, near: int) -> Iterator[Oddity]:
    by_person: dict[int, list[oddities.Visit]] = {}
    for visit in visits:
        if visit.lon is not None and visit.lat is not None:
            by_person.setdefault(visit.account, []).append(visit)
    for account, done in by_person.items():
        for first, second in pairwise(done):
            metres = place.distance(first.lon or 0, first.lat or 0, second.lon or 0, second.lat or 0)
            hours = (second.at - first.at).total_seconds() / 3600
            if metres > near and metres / 1000 > hours * speed:
                figures = {"metres": round(metres), "minutes": round(hours * 60), "from": first.number}
                yield _odd("too_fast", f"{second.check}", node, second.incident, second.at, account, None, figures)


def _far(node: int, visits: Sequence[oddities.Visit], metres: int) -> Iterator[Oddity]:
    for visit in visits:
        if visit.metres is not None and visit.metres > metres:
            figures = {"metres": visit.metres, "reason": visit.far_reason}
            yield _odd("far", f"{visit.check}", node, visit.incident, visit.at, visit.account, None, figures)


def _before_arrival(node: int, visits: Sequence[oddities.Visit]) -> Iterator[Oddity]:
    for visit, picture in oddities.pictures_before(visits):
        minutes = round((visit.asked_at - picture.taken_at).total_seconds() / 60)
        figures = {"minutes": minutes, "attachment": str(picture.attachment)}
        yield _odd("before_arrival", f"{visit.check}:{picture.attachment}", node, visit.incident, visit.at, visit.account, None, figures)


def _reused(now: datetime) -> Iterator[Oddity]:
    for seen in oddities.reused(now - WINDOW):
        figures = {"attachment": str(seen.attachment), "earlier": seen.earlier}
        yield _odd("reused", f"{seen.attachment}:{seen.incident}", seen.node, seen.incident, seen.at, seen.account, None, figures)


def _odd(
    kind: str, key: str, node: int, incident: int, at: datetime, account: int | None, other: int | None, figures: Mapping[str, object]
) -> Oddity:
    return Oddity(
        kind=kind, key=key, node_id=node, incident_id=incident, at=at, account=account, other_account=other, figures=dict(figures)
    )
