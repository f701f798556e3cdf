"""What happens beside the reports of the demo city: checks by lot, looking again, calls, citizens who follow and rate, knowledge."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from chengzhi.hotline import services as hotline
from chengzhi.incidents import services as incidents
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.organisation import queries as organisation
from chengzhi.portal.services import following
from chengzhi.portal.services.codes import give_codes
from chengzhi.portal.services.limits import Caller
from chengzhi.site.acting import Cast, Life
from chengzhi.site.demo import calls, queries
from chengzhi.site.demo.days import Days
from chengzhi.site.demo.rows import picture_of, rows
from chengzhi.site.demo.script import Scene
from chengzhi.site.demo.stage import DOOR, Stage
from chengzhi.site.demo.texts import Words
from chengzhi.territory.city_plan import CityPlan

MORNING, ROUNDS = time(8, 5), (time(10, 20), time(14, 40), time(17, 10))
LEFT = 6  # visits that always wait
BACK = 3  # visits of today that find the trouble back
# What citizens say of finished work, in turn: score, words, why not satisfied, whether it shall be done again.
RATINGS = (
    ("5", "处理很快，谢谢。", "", False), ("4", "", "", False), ("5", "", "", False), ("3", "比上次慢一点。", "", False),
    ("5", "现场已经干净了。", "", False), ("2", "过了一天又堆起来了。", "halfway", True), ("4", "有回音，满意。", "", False),
    ("5", "", "", False), ("1", "没有解决问题。", "unsolved", False), ("4", "", "", False),
)  # fmt: skip
REDONE = 2  # wishes to have it done again; later ones only say that they are not satisfied


def beside(plan: CityPlan, stage: Stage, days: Days) -> Iterator[Life]:
    """Yield what goes on beside the reports in the order of time."""
    yield _timetable(stage, days)
    yield calls.calls_beside(stage, days, _commands(plan))


def _commands(plan: CityPlan) -> list[int]:
    nodes = [organisation.commanding(organisation.node_by_code(county.code).id).id for county in plan.counties]
    return list(dict.fromkeys(nodes))


def _timetable(stage: Stage, days: Days) -> Life:
    """Send inspectors each morning to check by lot and to look again; on each round of the day they report of half of what waits."""
    for away in range((days.today - days.first.date()).days + 1):
        day = days.first.date() + timedelta(days=away)
        morning = datetime.combine(day, MORNING, days.first.tzinfo)
        yield morning
        incidents.draw_samples(morning)
        if day == days.today:  # of days before, too, it would take most of the set-up's time
            incidents.ask_to_look_again(morning)
        for clock in ROUNDS:
            at = datetime.combine(day, clock, days.first.tzinfo)
            yield at
            _visits(stage, "sample_check", incidents.sample_check, "agrees", at, LEFT)
            _visits(stage, "look_again", incidents.look_again, "gone", at, LEFT)


def _visits(stage: Stage, kind: str, service: Callable[..., Any], result: str, at: datetime, left: int, most: int = 1000) -> None:
    """Answer half of the visits of a kind but the newest, each by the inspector who was sent, with a picture."""
    writes.current().flush()
    waiting = queries.open_visits(kind)
    for part, holder, version in waiting[: max(0, len(waiting) - left)][::2][:most]:
        row = queries.place_of_part(part)
        actor = stage.cast.of(holder)
        shown = "before" if result == "back" else "check"
        picture = stage.camera.take(actor, at, stage.numbers[row.pk], _seen(row), shown)
        act = Act(actor=actor, at=at, door=DOOR, expects=version, recorded_at=stage.recorded_at)
        service(matter_id=part, act=act, result=result, photos=[picture], lon=row.lon, lat=row.lat, remark="现场查看，附照片。")
        writes.current().flush()


def _seen(row: Any) -> Scene:
    told = Words(row.description, row.address, "", "")
    picture, grid = picture_of(row.class_code), row.duty_grid
    limit: Any = None
    return Scene(row.source, row.class_code, row.condition, picture, row.lon, row.lat, row.county_code, grid, 0, row.urgent, limit, told)


def follow_up(plan: CityPlan, stage: Stage) -> None:
    """Let come back what came back today, and let citizens and the call desk do what they would have done by now."""
    with writes.unit_of_work():
        _visits(stage, "look_again", incidents.look_again, "back", stage.now, 0, BACK)
        calls.end_of_day(stage.cast, _commands(plan), stage.now)
    give_codes(queries.from_citizens())
    _rate()
    write_pages(plan, stage.cast, stage.now)


def _rate() -> None:
    wishes = 0
    for turn, code in enumerate(queries.unrated()):
        score, words, why, redo = RATINGS[turn % len(RATINGS)]
        wishes += redo
        caller = Caller(f"192.0.2.{turn % 250 + 1}")  # addresses for documentation: nobody's
        following.rate(code=code, caller=caller, score=score, words=words, why=why, redo=redo and wishes <= REDONE)


def write_pages(plan: CityPlan, cast: Cast, now: datetime) -> None:
    """Write the pages of knowledge that the call desk searches; those of the city serve every county."""
    chief = cast.queue(organisation.node_by_code(plan.code).id, "chief")
    act = Act(actor=chief, at=now, door=DOOR, recorded_at=timezone.now())
    for row in rows("knowledge"):
        hotline.save_page(act=act, question=row["question"], words=row["words"], answer=row["answer"], valid_from=plan.founded)
