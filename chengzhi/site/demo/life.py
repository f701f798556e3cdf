"""The life of one report of the demo city: each step by the person who would take it, at its business time, through the real services."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from chengzhi.hotline.services import calls as hotline
from chengzhi.incidents import services as incidents
from chengzhi.incidents.models.incident import SOURCES_OF_CITIZENS, SOURCES_TO_VERIFY
from chengzhi.kernel.access import Actor
from chengzhi.organisation import queries as organisation
from chengzhi.site.acting import InHand, Life, let_go, opened
from chengzhi.site.demo import pace
from chengzhi.site.demo.calls import take_report
from chengzhi.site.demo.script import MERGED, NOT_FILED, REFUSED, VOIDED, Script
from chengzhi.site.demo.sides import Deed, Sides
from chengzhi.site.demo.stage import Stage

OTHER_CLASSES = ("SJ0501", "SJ0504")  # what a report is taken for until its class is changed


class Told(Sides):
    """One script on its way."""

    def __init__(self, script: Script, stage: Stage) -> None:
        self.script, self.scene, self.stage = script, script.scene, stage
        self.signed_after = timedelta()

    @staticmethod
    def names(script: Script) -> list[str]:
        """Return the names of the steps of a script in order, up to where it stays; nothing happens."""
        told = Told.__new__(Told)
        told.script, told.scene = script, script.scene
        return [name for name, _ in takewhile(lambda deed: deed[0] != script.stays, told.deeds())]

    def life(self) -> Life:
        """Yield the time of each step and take it when resumed; what stays open takes no further step."""
        at = self.script.opened_at
        yield at
        self.case = self._open(at)
        self.stage.under_way[self.script.number] = self.case
        self.stage.numbers[self.case.id] = self.script.number
        for name, deed in self.deeds():
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
        if self.script.planned and known is not None:
            return known
        if name == "sign":
            limit = pace.stage_wait(self.stage.rng, pace.stage_minutes("sign", self.scene.urgent, self.scene.county, at))
            whole = self.script.waits.get("work", self.stage.now - at)
            self.signed_after = min(limit, whole * 0.6)
            return self.signed_after
        if name == "work" and known is not None:
            return known - self.signed_after
        return known if known is not None else timedelta(minutes=self.stage.rng.uniform(4, 40))

    def deeds(self) -> Iterator[Deed]:
        """Yield each step of the script by name, in order, with what takes it; before the incident is open only the names count."""
        if "self" in self.script.turns:
            yield "audit", self._audit
            return
        if "answer" in self.script.turns:
            yield "answer", self._take(incidents.answer, "acceptor", reply="已告知办理时间、地点和所需材料。")
            return
        if self.scene.source in SOURCES_TO_VERIFY:
            yield "accept", self._send_verify
            yield "verify", self._reply_verify
        accepted = "again" if self.scene.source in SOURCES_TO_VERIFY else "accept"
        if self.script.outcome == REFUSED:
            yield accepted, self._refuse
        elif self.script.outcome == MERGED:
            yield accepted, self._merge
        else:
            if "reclass" in self.script.turns:
                yield "reclass", self._take(incidents.reclass, "acceptor", class_code=self.scene.class_code, opinion="按现场情况改类。")
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
        if "ownerless" in self.script.turns:
            yield from self._ownerless()
        if "confer" in self.script.turns:
            yield from self._conferred()
        yield "dispatch", self._dispatch
        yield from self._disposal()
        yield from self._after(self.scene.source in SOURCES_OF_CITIZENS)
        if "reopen" in self.script.turns:
            yield from self._once_more()

    def _disposal(self) -> Iterator[Deed]:
        turns = self.script.turns
        if "redirect" in turns:
            yield "redirect", self._redirect
        if turns & {"return", "return_up"}:
            yield from self._returned()
        else:
            yield "sign", self._sign
        yield from self._beside()
        yield "work", self._finish
        if "remote" in turns:
            yield "send_check", self._check_remotely
        else:
            yield "send_check", self._send_check
            yield from self._checks()
        yield "close", self._close

    def _checks(self) -> Iterator[Deed]:
        turns = self.script.turns
        if turns & {"rework", "redispatch"}:
            yield "check", self._check(incidents.fail_check, "现场仍有残留，未达到结案条件。")
            if "rework" in turns:
                yield "close", self._take(incidents.rework, "chief", opinion="核查未通过，请返工。")
            else:
                yield "close", self._take(incidents.redispatch, "chief", opinion="应由权属单位处置，重新派遣。")
                yield "dispatch again", self._dispatch
            yield "sign again", self._sign
            yield "worked again", self._finish
            yield "sent again", self._send_check
        yield "check", self._check(incidents.pass_check)
        if "review" in turns:
            yield "review", self._take(incidents.review_check, "chief", opinion="照片角度不足，请另派人复核。")
            yield "checked again", self._check(incidents.pass_check, "复核属实，已达到结案条件。")

    def _once_more(self) -> Iterator[Deed]:
        yield "dispatch again", self._dispatch
        yield "sign again", self._sign
        yield "worked again", self._finish
        yield "sent again", self._send_check
        yield "checked again", self._check(incidents.pass_check, "重办后现场已达到结案条件。")
        yield "closed again", self._close

    def _open(self, at: datetime) -> InHand:
        scene, words = self.scene, self.scene.words
        node = organisation.commanding(organisation.node_by_code(scene.county).id).id
        class_code = scene.class_code
        if "reclass" in self.script.turns:
            class_code = next(other for other in OTHER_CLASSES if other != class_code)
        place: dict[str, Any] = {"class_code": class_code, "description": words.description, "address": words.address}
        place |= {"lon": scene.lon, "lat": scene.lat}
        if scene.source == "inspector":
            return self._seen_on_patrol(self._patrol(node, at), at, place)
        act = self.stage.act(self.stage.cast.queue(node, "acceptor", self.script.number), at)
        if scene.source == hotline.SOURCE:
            made = take_report(self.stage, self.script, act.actor, at, place | {"urgent": scene.marked})
            return InHand(self.stage.cast, made, node, act.door, act.recorded_at)
        name, phone = self.script.caller
        place |= {"source": scene.source, "caller_name": name, "caller_phone": phone, "urgent": scene.marked}
        row = incidents.register_call(act=act, **place)
        return opened(row, self.stage.cast, act)

    def _seen_on_patrol(self, actor: Actor, at: datetime, place: dict[str, Any]) -> InHand:
        act = self.stage.act(actor, at)
        photos = [self._picture(actor, at, "before")]
        if "self" in self.script.turns:
            after = [self._picture(actor, at, "after")]
            row = incidents.self_handle(act=act, photos=photos, after_photos=after, **place)
        else:
            row = incidents.report(act=act, photos=photos, urgent=self.scene.marked, **place)
        return opened(row, self.stage.cast, act)

    def _patrol(self, node: int, at: datetime) -> Actor:
        posts = organisation.inspectors_on_duty(node, self.scene.grid, at)
        return self.stage.cast.of(posts[self.script.number % len(posts)])

    def _audit(self, at: datetime) -> None:
        if "invalid" in self.script.turns:
            self.case.take(incidents.reject_self_handled, "acceptor", at, self.script.number, opinion="处置后照片看不出效果。")
        else:
            self.case.take(incidents.approve_self_handled, "acceptor", at, self.script.number, opinion="照片清楚，属实。")

    def _send_verify(self, at: datetime) -> None:
        self.case.take(incidents.send_verify, "acceptor", at, self.script.number, inspector=self._regular(at))

    def _regular(self, at: datetime) -> int | None:
        """Return the inspector's post that a planned visit goes to: the first of the duty grid, when he is on duty and did not report."""
        if not self.script.planned:
            return None
        posts = organisation.inspectors_on_duty(self.case.row.node_id, self.scene.grid, at)
        return posts[0] if posts else None

    def _send_check(self, at: datetime) -> None:
        self.case.take(incidents.send_check, "acceptor", at, self.script.number, inspector=self._regular(at))

    def _check_remotely(self, at: datetime) -> None:
        photo = self._picture(self.case.queue("acceptor", self.script.number), at, "check")
        self.case.take(
            incidents.check_remotely, "acceptor", at, self.script.number, result="passed", photos=[photo], remark="调取路口视频核查。"
        )

    def _close(self, at: datetime) -> None:
        # Who filed does not close: there are two duty chiefs, and the other one takes this turn.
        self.case.take(incidents.close, "chief", at, self.script.number + 1, closing_met=True, opinion="符合结案条件，予以结案。")

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
        if first is None or not first.family.matter.open:
            self.case.take(incidents.refuse, "acceptor", at, reason="no_facts", reply_made=True, opinion="同一问题已办结。")
            return
        into = first.family.matter.number
        self.case.take(incidents.merge, "acceptor", at, self.script.number, into=into, opinion="同一问题重复反映，并案办理。")

    def _redirect(self, at: datetime) -> None:
        opinion = "权属核对后改派责任单位。"
        self.case.take(incidents.redirect, "dispatcher", at, self.script.number, unit=self.body, opinion=opinion)

    def _finish(self, at: datetime) -> None:
        for task in self.case.open_parts("task"):
            photo = self._picture(self.case.holder_of(task), at, "after")
            self.case.take_part(incidents.finish, task, at, result=self._words(self.scene.words.handled), photos=[photo])

    def _check(self, service: Callable[..., Any], remark: str = "") -> Callable[[datetime], None]:
        def visit(at: datetime) -> None:
            check = self.case.open_parts("check")[0]
            photo = self._picture(self.case.holder_of(check), at, "check")
            lon, lat = self._near(self.scene.lon), self._near(self.scene.lat)
            self.case.take_part(service, check, at, photos=[photo], lon=lon, lat=lat, remark=remark or self._words(self.scene.words.closed))

        return visit

    def _near(self, degrees: float) -> float:
        return round(degrees + self.stage.rng.uniform(-1.5e-4, 1.5e-4), 7)

    def _words(self, told: Callable[[str, str], str]) -> str:
        unit = organisation.unit(self.body)
        crews = organisation.crews_of(self.body)
        crew = self.stage.rng.choice(crews).name[2:] if crews else "人员"
        return told(unit.short, crew.removeprefix(unit.short))
