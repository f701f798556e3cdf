"""The timetable goes on: one matter that fails does not take the turn of the others, and history is urged by nobody."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from chengzhi.incidents import services
from chengzhi.incidents.models import Draw, Incident, LookAgain, LoopNumber, SampleCheck
from chengzhi.incidents.queries import numbers
from chengzhi.incidents.queries import timetable as due
from chengzhi.incidents.services import sampling, timetable
from chengzhi.incidents.tests.asking import at, in_hand
from chengzhi.incidents.tests.telling import report, tell
from tests.access.stories import add_person
from tests.world import COUNTY, World

CLOSED = ["pass_on", "file_case", "dispatch", "sign", "finish", "send_check", "pass_check", "close"]


def closed(world: World, count: int, ago: timedelta, **more: Any) -> list[Incident]:
    """Return incidents that closed some time ago."""
    rows = [tell(world, report(world, n=n, **more), CLOSED) for n in range(count)]
    Incident.objects.filter(pk__in=[row.pk for row in rows]).update(closed_at=timezone.now() - ago)
    return rows


def breaking(monkeypatch: pytest.MonkeyPatch, broken: Incident, fault: Exception) -> None:
    """Let the drawing of an inspector fail for one incident."""
    whole = sampling.lot

    def lot(family: Any, row: Incident, *rest: Any, **more: Any) -> int | None:
        if row.pk == broken.pk:
            raise fault
        return whole(family, row, *rest, **more)

    monkeypatch.setattr(sampling, "lot", lot)


@pytest.fixture
def yesterday(world: World) -> list[Incident]:
    """Three incidents closed yesterday, all of which the lot takes, and inspectors of another grid."""
    for name in ("inspector_one", "inspector_two"):
        add_person(world, name, "centre", "inspector", COUNTY, area_code="another-grid")
    LoopNumber.objects.filter(code="sample_share").update(amount=100)
    numbers.REGISTER.clear()
    rows = closed(world, 3, timedelta(0))
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    Incident.objects.update(closed_at=noon)
    return rows


def sampled() -> set[int]:
    return set(SampleCheck.objects.values_list("matter__parent_id", flat=True))


def test_one_incident_that_fails_does_not_stop_the_draw_of_the_hour(
    yesterday: list[Incident], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now, broken = timezone.now(), yesterday[1]
    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        breaking(patched, broken, RuntimeError("a broken row"))
        assert services.draw_samples(now) == 2
    assert sampled() == {yesterday[0].pk, yesterday[2].pk}
    assert [f"{broken.pk}" in record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [True]
    assert (Draw.objects.get().population, len(Draw.objects.get().picked)) == (3, 3)
    assert services.draw_samples(now + timedelta(minutes=5)) == 1, "the next run takes what was left, by the same lot"
    assert sampled() == {row.pk for row in yesterday}


def test_a_lost_database_is_not_taken_for_a_broken_row(yesterday: list[Incident], monkeypatch: pytest.MonkeyPatch) -> None:
    breaking(monkeypatch, yesterday[0], OperationalError("the server is gone"))
    with pytest.raises(OperationalError):
        services.draw_samples(timezone.now())


def test_one_incident_that_fails_does_not_stop_the_looking_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = closed(world, 3, timedelta(days=3, hours=1), class_code="SJ0102")
    breaking(monkeypatch, rows[0], RuntimeError("a broken row"))
    assert services.ask_to_look_again(timezone.now()) == 2
    assert set(LookAgain.objects.values_list("matter__parent_id", flat=True)) == {rows[1].pk, rows[2].pk}


def test_one_task_that_fails_does_not_stop_the_urging(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [in_hand(world)[1] for _ in range(2)]
    whole = timetable.urge_by_time

    def urge(*, matter_id: int, act: Any) -> bool:
        if matter_id == tasks[0].pk:
            raise RuntimeError("a broken row")
        return whole(matter_id=matter_id, act=act)

    monkeypatch.setattr(timetable, "urge_by_time", urge)
    assert timetable.urge_due(at("2026-11-23T17:00")) == 1


@pytest.mark.parametrize(("replayed", "urged"), [(False, 1), (True, 0)])
def test_history_that_is_replayed_or_brought_along_is_urged_by_nobody(replayed: bool, urged: int, world: World) -> None:
    row, task = in_hand(world)
    Incident.objects.filter(pk=row.pk).update(replayed=replayed)
    ripe: datetime = at("2026-11-23T16:50")
    assert due.tasks_to_urge(ripe) == [task.pk][:urged]
    assert timetable.urge_due(ripe) == urged
