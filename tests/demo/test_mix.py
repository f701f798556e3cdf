"""What is reported in the demo city and where: the mix of the trade, hot corners, quiet streets."""

from collections import Counter

import pytest

from chengzhi.incidents.models import Incident
from chengzhi.site.demo.days import DAYS, Days
from chengzhi.site.demo.rows import rows
from chengzhi.territory.models import Cell
from tests.demo.conftest import NOW, SEED

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
# Street order with parking, exposed garbage, small ads: what the trade sees most.
NAMED = ("SJ05", "SJ0102", "SJ0184", "SJ0186", "SJ0201", "SJ0203")
NEAR = 1.3e-3  # degrees: some 130 metres


def test_street_order_garbage_small_ads_and_parking_are_seventy_percent_and_components_a_few(city):
    codes = list(Incident.objects.values_list("class_code", flat=True))
    events = [code for code in codes if code.startswith("SJ")]
    assert 0.65 <= sum(code.startswith(NAMED) for code in events) / len(events) <= 0.75
    assert 0.03 <= 1 - len(events) / len(codes) <= 0.06


def test_hot_corners_repeat_their_classes(city):
    reports = list(Incident.objects.values_list("class_code", "lon", "lat"))
    for place in city.result.plan.hot_places:
        theirs = {row["class_code"] for row in rows("corners") if row["kind"] == place.kind}
        here = [code for code, lon, lat in reports if abs(lon - place.lon) < NEAR and abs(lat - place.lat) < NEAR]
        assert len(here) > 2 * DAYS, place.name
        assert sum(code in theirs for code in here) / len(here) > 0.6, (place.name, Counter(here))


def test_quiet_streets_have_nothing_and_most_cells_little(city):
    seen = Counter(Incident.objects.values_list("cell_code", flat=True))
    cells = Cell.objects.count()
    assert cells - len(seen) > 0.1 * cells
    assert sorted(seen.values())[len(seen) // 2] <= 3 and max(seen.values()) > 60


def test_snow_falls_where_it_snowed(city):
    days = Days(SEED, NOW)
    snow = next(day for day, weather in days.weather.items() if weather == "snow")
    snowed = Incident.objects.filter(class_code="SJ0407").values_list("matter__opened_at", flat=True)
    on = Counter(at.astimezone(NOW.tzinfo).date() for at in snowed)
    assert on[snow] > 10 and on[snow] > 0.8 * sum(on.values())
