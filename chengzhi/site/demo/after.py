"""What follows the day of the demo city: checks by lot, looking again, citizens who follow their reports, pages for the call desk."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from chengzhi.hotline import services as hotline
from chengzhi.incidents import services as incidents
from chengzhi.kernel.access import Act, Actor
from chengzhi.organisation import queries as organisation
from chengzhi.portal.services.codes import give_codes
from chengzhi.site.acting import Cast
from chengzhi.site.demo import queries
from chengzhi.site.demo.camera import Camera
from chengzhi.site.demo.rows import picture_of, rows
from chengzhi.site.demo.script import Scene
from chengzhi.site.demo.stage import DOOR
from chengzhi.site.demo.texts import Words
from chengzhi.territory.city_plan import CityPlan

ANSWERED = 5


def follow_up(plan: CityPlan, camera: Camera, now: datetime) -> None:
    """Do what the timetable and the citizens would have done by now."""
    incidents.draw_samples(now)
    incidents.ask_to_look_again(now)
    cast = Cast()
    _visit("sample_check", incidents.sample_check, ("agrees",), cast, camera, now)
    _visit("look_again", incidents.look_again, ("gone", "back"), cast, camera, now)
    give_codes(queries.from_citizens())
    write_pages(plan, cast, now)


def _visit(kind: str, service: Callable[..., Any], results: tuple[str, ...], cast: Cast, camera: Camera, now: datetime) -> None:
    """Answer some of the visits of a kind, each by the inspector who was sent, with a picture; the others wait."""
    for turn, (part, holder, version) in enumerate(queries.open_visits(kind)[: 2 * ANSWERED]):
        if turn % 2:
            continue
        row = queries.place_of_part(part)
        actor = cast.of(holder)
        result = results[turn // 2 % len(results)]
        stage = "before" if result == "back" else "check"
        picture = camera.take(actor, now, row.pk, _seen(row), stage)
        act, place = _act(actor, now, version), {"lon": row.lon, "lat": row.lat}
        service(matter_id=part, act=act, result=result, photos=[picture], **place, remark="现场查看，附照片。")


def _seen(row: Any) -> Scene:
    told = Words(row.description, row.address, "", "")
    picture, grid = picture_of(row.class_code), row.duty_grid
    limit: Any = None
    return Scene(row.source, row.class_code, row.condition, picture, row.lon, row.lat, row.county_code, grid, 0, row.urgent, limit, told)


def _act(actor: Actor, at: datetime, version: int | None = None) -> Act:
    return Act(actor=actor, at=at, door=DOOR, expects=version, recorded_at=timezone.now())


def write_pages(plan: CityPlan, cast: Cast, now: datetime) -> None:
    """Write the pages of knowledge that the call desk searches; those of the city serve every county."""
    chief = cast.queue(organisation.node_by_code(plan.code).id, "chief")
    for row in rows("knowledge"):
        hotline.save_page(
            act=_act(chief, now), question=row["question"], words=row["words"], answer=row["answer"], valid_from=plan.founded
        )
