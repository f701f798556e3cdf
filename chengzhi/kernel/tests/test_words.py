"""Forms of numbers, moments and time left, in both languages, and the lights."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from chengzhi.kernel import lights
from chengzhi.kernel.lights import Left
from chengzhi.kernel.models import Clock
from chengzhi.kernel.templatetags import words

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 16, 50, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("left", "zh", "en"),
    [
        (Left(195, working=True), "剩 3小时15分", "3 h 15 min left"),
        (Left(45), "剩 45分", "45 min left"),
        (Left(0), "剩 0分", "0 min left"),
        (Left(-1560), "超期 1天2小时", "1 d 2 h overdue"),
        (Left(-1440 - 15), "超期 1天", "1 d overdue"),
        (Left(1665, working=True), "剩 3天3小时", "3 d 3 h left"),
        (Left(480), "剩 8小时", "8 h left"),
        (None, "无时限", "no limit"),
    ],
)
def test_time_left_is_told_in_its_two_largest_units(left, zh, en):
    with translation.override("zh-hans"):
        assert words.time_left(left) == zh
    with translation.override("en"):
        assert words.time_left(left) == en


@pytest.mark.parametrize(
    ("number", "short"),
    [
        ("20261123620802000017", "1123-0017"),
        ("20261123620802000017-T1", "1123-0017-T1"),
        ("20261123620802000017-T1-V2", "1123-0017-T1-V2"),
        ("S2611230000012", "S1123-0012"),
        ("S2611230000012-V1", "S1123-0012-V1"),
        ("something else", "something else"),
    ],
)
def test_a_number_has_a_short_form(number, short):
    assert words.short_number(number) == short


@pytest.mark.parametrize(
    ("moment", "in_list", "in_detail"),
    [
        (NOW, "11-23 16:50", "2026-11-23 16:50"),
        (NOW.replace(year=2025), "2025-11-23 16:50", "2025-11-23 16:50"),
        (None, "—", "—"),
    ],
)
def test_moments_are_short_in_lists_and_whole_in_detail(monkeypatch, moment, in_list, in_detail):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert (words.in_list(moment), words.in_detail(moment)) == (in_list, in_detail)


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (NOW.replace(hour=18, minute=0), "今天 18:00 前", "by 18:00 today"),
        (datetime(2026, 11, 26, 12, 0, tzinfo=ZONE), "周四 11-26 12:00 前", "by Thu 11-26 12:00"),
        (None, "无时限", "no limit"),
    ],
)
def test_a_deadline_names_the_weekday_unless_it_is_today(monkeypatch, moment, zh, en):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("zh-hans"):
        assert words.deadline(moment) == zh
    with translation.override("en"):
        assert words.deadline(moment) == en


@pytest.mark.parametrize(("number", "written"), [(0, "0"), (9999, "9999"), (10000, "10,000"), (12345, "12,345")])
def test_counts_have_separators_from_ten_thousand_up(number, written):
    assert words.count(number) == written


@pytest.mark.parametrize(
    ("text", "cut"),
    [("人民路12号", "人民路12号"), ("人民路与文化街交叉口西侧100米人民广场门前", "人民路与文…民广场门前")],
)
def test_an_address_is_cut_in_the_middle_so_that_its_end_stays(text, cut):
    assert words.middle_cut(text, 11) == cut


def test_the_first_letters_of_a_name_find_it():
    assert words.initials("市政养护中心") == "szyhzx"


@pytest.mark.parametrize(
    ("due", "amber", "paused", "light"),
    [
        (60, 20, False, lights.GREEN),
        (60, 0, False, lights.YELLOW),
        (60, -5, False, lights.YELLOW),
        (0, -20, False, lights.RED),
        (-1, -20, False, lights.RED),
        (None, None, False, lights.HOLLOW),
        (None, 20, True, lights.GREY),
    ],
)
def test_one_matter_shows_one_light(due, amber, paused, light):
    at = {value: None if value is None else NOW + timedelta(minutes=value) for value in (due, amber)}
    assert lights.light_of(at[due], at[amber], NOW, paused=paused) is light


@pytest.mark.parametrize(
    ("situation", "unit", "scheme", "due", "left"),
    [
        ("natural minutes run at night", "minute", "natural", datetime(2026, 11, 23, 23, 50, tzinfo=ZONE), Left(420)),
        (
            "working time ends at eight and goes on at eight",
            "working_hour",
            "day",
            datetime(2026, 11, 24, 9, 0, tzinfo=ZONE),
            Left(250, working=True),
        ),
        (
            "an overdue matter is over even when no working minute has passed",
            "working_hour",
            "day",
            datetime(2026, 11, 23, 16, 50, tzinfo=ZONE),
            Left(-1, working=True),
        ),
        ("urgent hours run all day", "hour", "day", datetime(2026, 11, 24, 16, 50, tzinfo=ZONE), Left(1440)),
    ],
)
@pytest.mark.django_db
def test_what_is_left_is_counted_as_its_clock_counts(situation, unit, scheme, due, left):
    clock = Clock(unit=unit, scheme=scheme, amount=1, started_at=NOW - timedelta(hours=1), due_at=due)
    assert lights.left_of(clock, due, NOW) == left, situation


@pytest.mark.parametrize("slug", list(lights.LIGHTS))
def test_a_light_is_always_colour_shape_and_word(slug):
    standing = lights.Standing(lights.LIGHTS[slug])
    with translation.override("zh-hans"):
        drawn = Template("{% load words %}{% light standing %}").render(Context({"standing": standing}))
    assert f"light-{slug}" in drawn and "<svg" in drawn and f">{lights.LIGHTS[slug].zh}<" in drawn
