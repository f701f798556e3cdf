"""Several citizens at the same moment, in threads with connections of their own."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection

from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests import telling
from chengzhi.kernel.models import TrailEntry
from chengzhi.kernel.problems import Problem
from chengzhi.portal import queries, services
from chengzhi.portal.models import AskedAgain, Attempt, Followed, Rating
from chengzhi.portal.services import Caller
from chengzhi.portal.tests.reporting import HERE, THERE, filled, incident_of, reported
from chengzhi.portal.tests.test_services import TO_CLOSED
from tests.world import World, found_small_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(transactional_db: None) -> World:
    return found_small_world()


def together(*works: Callable[[], object]) -> list[object]:
    """Do everything at once and return what came of it, a refusal as itself."""
    found: list[object] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int) -> None:
        gate.wait()
        try:
            found[place] = works[place]()
        except Problem as refusal:
            found[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_form_sent_four_times_at_once_is_one_report(city):
    form = filled(city)
    codes = together(*[lambda: services.send(form, HERE)] * 4)
    assert len(set(codes)) == 1
    assert (Incident.objects.count(), Followed.objects.count()) == (1, 1)


def test_two_who_join_at_once_are_both_counted(city):
    row = reported(city)
    form = filled(city)
    with pytest.raises(services.Known) as question:
        services.send(form, THERE)
    offer = question.value.extra["offer"]
    forms = [replace(form, key=f"joins-{n}-at-the-same-time") for n in range(3)]
    codes = together(*[lambda one=one: services.join(offer, one, THERE) for one in forms])
    assert len({str(code) for code in codes}) == 3
    assert queries.followers(row.incident_id) == 4
    trail = TrailEntry.objects.filter(root_id=row.incident_id, step="citizen_joined")
    assert trail.count() == 3


def test_asking_and_rating_twice_at_once_counts_once(city):
    row = reported(city)
    together(*[lambda: services.ask_again(code=row.code, caller=HERE)] * 3)
    assert AskedAgain.objects.count() == 1
    assert TrailEntry.objects.filter(root_id=row.incident_id, step="citizen_asked").count() == 1
    telling.tell(city, incident_of(row), TO_CLOSED)
    together(*[lambda: services.rate(code=row.code, caller=HERE, score="5")] * 3)
    assert Rating.objects.count() == 1


def test_a_burst_of_guesses_gets_no_further_than_the_limit(city):
    row = reported(city)
    guesser = Caller("198.51.100.9")
    found = together(*[lambda: services.open_code("222222", guesser)] * 16)
    assert sum(isinstance(one, Problem) and one.status == 404 for one in found) <= 10
    assert all(isinstance(one, Problem) and one.status in {404, 429} for one in found)
    while Attempt.objects.filter(kind="code").count() < 10:
        with pytest.raises(Problem):
            services.open_code("222222", guesser)
    with pytest.raises(services.TooMany):
        services.open_code(row.code, guesser)
