"""The life of one report of the demo city: each step by the person who would take it, at its business time, through the real services."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chengzhi.incidents import services as incidents
from chengzhi.incidents.models.incident import SOURCES_OF_CITIZENS, SOURCES_TO_VERIFY
from chengzhi.kernel.access import Act, Actor
from chengzhi.organisation import queries as organisation
from chengzhi.powers import queries as powers
from chengzhi.powers.queries import PlaceCodes
from chengzhi.site.acting import Cast, InHand, Life, let_go, opened
from chengzhi.site.album import Album
from chengzhi.site.demo import pace
from chengzhi.site.demo.script import MERGED, NOT_FILED, REFUSED, VOIDED, Script

DOOR = "page"
Deed = tuple[str, Callable[[datetime], None]]


@dataclass
class Stage:
    """What all lives of a day share: who acts, the pictures, the incidents under way by number of their script, the moment it ends."""

    cast: Cast
    album: Album
    rng: random.Random
    now: datetime
    recorded_at: datetime
    under_way: dict[int, InHand] = field(default_factory=dict)
    steps: int = 0

    def act(self, actor: Actor, at: datetime) -> Act:
        """Return an act at a business time."""
        return Act(actor=actor, at=at, door=DOOR, recorded_at=self.recorded_at)


class Told:
    """One script on its way."""

    def __init__(self, script: Script, stage: Stage) -> None:
        self.script, self.scene, self.stage = script, script.scene, stage
        self.visit = 0

    def life(self) -> Life:
        """Yield the time of each step and take it when resumed; what stays open takes no further step."""
        at = self.script.opened_at
        yield at
        self.case = self._open(at)
        self.stage.under_way[self.script.number] = self.case
        for name, deed in self._deeds():
            if name == self.script.stays:
                return
            at += self._wait(name, at)
            yield at
            deed(at)
        self._end()

    def _end(self) -> None:
        if not self.case.family.matter.open:
            self.stage.steps += self.case.steps
            let_go(self.case)
            del self.stage.under_way[self.script.number]

    def _wait(self, name: str, at: datetime) -> timedelta:
        known = self.script.waits.get(name)
        if name == "sign":
            limit = pace.stage_wait(self.stage.rng, pace.stage_minutes("sign", self.scene.urgent, self.scene.county, at))
            whole = self.script.waits.get("work", self.stage.now - at)
            self.signed_after = min(limit, whole * 0.6)
            return self.signed_after
        if name == "work" and known is not None:
            return known - self.signed_after
        return known if known is not None else timedelta(minutes=self.stage.rng.uniform(4, 40))

    def _deeds(self) -> Iterator[Deed]:
        if self.scene.source in SOURCES_TO_VERIFY:
            yield "accept", self._send_verify
            yield "verify", self._reply_verify
        accepted = "again" if self.scene.source in SOURCES_TO_VERIFY else "accept"
        if self.script.outcome == REFUSED:
            yield accepted, self._refuse
        elif self.script.outcome == MERGED:
            yield accepted, self._merge
        else:
            yield accepted, self._take(incidents.pass_on, "acceptor", opinion="属实，批转立案。")
            yield from self._filing()

    def _filing(self) -> Iterator[Deed]:
        if "send_back" in self.script.turns:
            yield "sent back", self._take(incidents.send_back, "chief", opinion="位置描述不清，请补充核对。")
            yield "passed again", self._take(incidents.pass_on, "acceptor", opinion="已核对位置。")
        if self.script.outcome == NOT_FILED:
            yield "file", self._take(incidents.refuse_filing, "chief", reason="condition_not_met", opinion="未达到立案条件。")
            return
        yield "file", self._take(incidents.file_case, "chief", condition=self.scene.condition)
        if "return_to_filing" in self.script.turns:
            yield "returned", self._take(incidents.return_to_filing, "dispatcher", opinion="立案条件与现场不符，请复核。")
            yield "filed again", self._take(incidents.file_case, "chief", condition=self.scene.condition)
        if self.script.outcome == VOIDED:
            yield "asked", self._take(incidents.ask_void, "dispatcher", reason="wrong_entry", remark="误录入，申请作废。")
            yield "void", self._take(incidents.void, "chief", reason="wrong_entry", opinion="同意作废。")
            return
        yield "dispatch", self._dispatch
        yield from self._disposal()

    def _disposal(self) -> Iterator[Deed]:
        if "redirect" in self.script.turns:
            yield "redirect", self._redirect
        yield "sign", self._sign
        if "deny_void" in self.script.turns:
            yield "asked", self._take(incidents.ask_void, "dispatcher", reason="duplicate", remark="疑似重复，请值班长确认。")
            yield "denied", self._deny_void
        yield "work", self._finish
        yield "send_check", self._take(incidents.send_check, "acceptor")
        if "rework" in self.script.turns:
            yield "check", self._check(incidents.fail_check, "现场仍有残留，未达到结案条件。")
            yield "close", self._take(incidents.rework, "chief", opinion="核查未通过，请返工。")
            self.visit += 1
            yield "sign", self._sign
            yield "worked again", self._finish
            yield "sent again", self._take(incidents.send_check, "acceptor")
        yield "check", self._check(incidents.pass_check, self._words(self.scene.words.closed))
        yield "close", self._take(incidents.close, "chief", closing_met=True, opinion="符合结案条件，予以结案。")

    def _open(self, at: datetime) -> InHand:
        scene, words = self.scene, self.scene.words
        node = organisation.node_by_code(scene.county).id
        place: dict[str, Any] = {"class_code": scene.class_code, "description": words.description, "address": words.address}
        place |= {"lon": scene.lon, "lat": scene.lat}
        if scene.source == "inspector":
            actor = self._patrol(node, at)
            photos = [self._picture(actor, at, "before")]
            act = self.stage.act(actor, at)
            return opened(incidents.report(act=act, photos=photos, **place), self.stage.cast, act)
        act = self.stage.act(self.stage.cast.queue(node, "acceptor", self.script.number), at)
        name, phone = self.script.caller
        place |= {"source": scene.source, "caller_name": name, "caller_phone": phone}
        row = incidents.register_call(act=act, **place)
        return opened(row, self.stage.cast, act)

    def _patrol(self, node: int, at: datetime) -> Actor:
        posts = organisation.inspectors_on_duty(node, self.scene.grid, at)
        return self.stage.cast.of(posts[self.script.number % len(posts)])

    def _picture(self, actor: Actor, at: datetime, stage: str, side: int = 0) -> int:
        """Return a picture of this place; another one at a later visit, or when another unit takes it."""
        return self.stage.album.take(actor, at, self.scene.place + self.visit + 2 * side, self.scene.picture, stage)

    def _take(self, service: Callable[..., Any], role: str, **inputs: Any) -> Callable[[datetime], None]:
        return lambda at: self.case.take(service, role, at, self.script.number, **inputs)

    def _send_verify(self, at: datetime) -> None:
        self.case.take(incidents.send_verify, "acceptor", at, self.script.number)

    def _reply_verify(self, at: datetime) -> None:
        result, remark = ("false", "现场未发现所反映的问题。") if self.script.outcome == REFUSED else ("true", "现场核实属实。")
        part = self.case.open_parts("verification")[0]
        photo = self._picture(self.case.holder_of(part), at, "before")
        self.case.take_part(incidents.reply_verify, part, at, result=result, photos=[photo], remark=remark)

    def _refuse(self, at: datetime) -> None:
        citizen = self.scene.source in SOURCES_OF_CITIZENS
        reason = "no_facts" if self.scene.source in SOURCES_TO_VERIFY else "not_ours"
        self.case.take(incidents.refuse, "acceptor", at, self.script.number, reason=reason, reply_made=citizen, opinion="已说明理由。")

    def _merge(self, at: datetime) -> None:
        first = self.stage.under_way.get(self.script.twin_of or 0)
        if first is None:
            self.case.take(incidents.refuse, "acceptor", at, reason="no_facts", reply_made=True, opinion="同一问题已办结。")
            return
        into = first.family.matter.number
        self.case.take(incidents.merge, "acceptor", at, self.script.number, into=into, opinion="同一问题重复反映，并案办理。")

    def _dispatch(self, at: datetime) -> None:
        row = self.case.row
        place = PlaceCodes(row.county_code, row.community_code, row.duty_grid, row.cell_code)
        day = timezone.localtime(at).date()
        found = powers.responsible("incident", self.scene.class_code, place, day, node=row.node_id)
        if found is None:
            raise TypeError(f"Nobody is responsible for {self.scene.class_code} in {row.county_code}.")
        self.body = found.body_id
        others = [unit.id for unit in organisation.units_of(row.node_id, ("subunit", "department")) if unit.id != self.body]
        inputs: dict[str, Any] = {"unit": self.body, "opinion": found.reason_zh}
        if "redirect" in self.script.turns:
            inputs = {"unit": self.stage.rng.choice(others), "opinion": "按经验派遣。"}
        if "joint" in self.script.turns:
            inputs["co_units"] = [self.stage.rng.choice(others)]
        self.case.take(incidents.dispatch, "dispatcher", at, self.script.number, **inputs)

    def _redirect(self, at: datetime) -> None:
        opinion = "权属核对后改派责任单位。"
        self.case.take(incidents.redirect, "dispatcher", at, self.script.number, unit=self.body, opinion=opinion)

    def _sign(self, at: datetime) -> None:
        for task in self.case.open_parts("task"):
            self.case.take_part(incidents.sign, task, at)

    def _deny_void(self, at: datetime) -> None:
        request = self.case.open_parts("void_request")[0]
        self.case.take_part(incidents.deny_void, request, at, opinion="并非重复，继续办理。")

    def _finish(self, at: datetime) -> None:
        for side, task in enumerate(self.case.open_parts("task")):
            photo = self._picture(self.case.holder_of(task), at, "after", side)
            self.case.take_part(incidents.finish, task, at, result=self._words(self.scene.words.handled), photos=[photo])

    def _check(self, service: Callable[..., Any], remark: str) -> Callable[[datetime], None]:
        def visit(at: datetime) -> None:
            check = self.case.open_parts("check")[0]
            photo = self._picture(self.case.holder_of(check), at, "check")
            lon, lat = self._near(self.scene.lon), self._near(self.scene.lat)
            self.case.take_part(service, check, at, photos=[photo], lon=lon, lat=lat, remark=remark)

        return visit

    def _near(self, degrees: float) -> float:
        return round(degrees + self.stage.rng.uniform(-1.5e-4, 1.5e-4), 7)

    def _words(self, told: Callable[[str, str], str]) -> str:
        unit = organisation.unit(self.body)
        crews = organisation.crews_of(self.body)
        crew = self.stage.rng.choice(crews).name[2:] if crews else "人员"
        return told(unit.short, crew.removeprefix(unit.short))
