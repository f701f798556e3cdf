"""The side paths of a report of the demo city: what is asked, answered, given on, looked at again and taken up again."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chengzhi.incidents import services as incidents
from chengzhi.incidents import workflow
from chengzhi.kernel import clocks
from chengzhi.kernel.access import Actor
from chengzhi.kernel.matter import Family
from chengzhi.organisation import queries as organisation
from chengzhi.powers import queries as powers
from chengzhi.powers.queries import PlaceCodes
from chengzhi.site.acting import InHand
from chengzhi.site.demo.script import Scene, Script
from chengzhi.site.demo.stage import Stage

FIRMS = ("telecom", "power", "water")
SHACK = "SJ0101"  # what is built without leave: in the end a penalty case
WINTER = (11, 12, 1, 2, 3)
Deed = tuple[str, Callable[[datetime], None]]


class Sides:
    """The deeds beside the main line, for the one script that is on its way."""

    script: Script
    scene: Scene
    stage: Stage
    case: InHand
    body: int

    def _take(self, service: Callable[..., Any], role: str, **inputs: Any) -> Callable[[datetime], None]:
        return lambda at: self.case.take(service, role, at, self.script.number, **inputs)

    def _part(self, kind: str, service: Callable[..., Any], **inputs: Any) -> Callable[[datetime], None]:
        def deed(at: datetime) -> None:
            self.case.take_part(service, self.case.open_parts(kind)[0], at, **inputs)

        return deed

    def _beside(self) -> Iterator[Deed]:
        """Yield what happens while a department has the work in hand."""
        turns = self.script.turns
        if "crew" in turns:
            yield "give", self._give_to_crew
            yield "crew back", self._crew_back
        if "extend" in turns:
            yield "ask extension", self._ask_extension
            yield "answer extension", self._part("task", incidents.grant_extension, opinion="备件未到，同意延期一次。")
        if "hang" in turns:
            yield "ask suspension", self._ask_suspension
            yield "endorse", self._part("task", incidents.endorse_suspension, opinion="情况属实，建议挂账。")
            yield "decide", self._part("task", incidents.grant_suspension, opinion="同意挂账，到期恢复处置。")
            yield "resume", self._part("task", incidents.resume, opinion="条件已具备，恢复处置。")
        if "urge" in turns:
            yield "urge", self._take(incidents.urge, "dispatcher", opinion="请尽快到场处置。")
            yield "urge again", self._take(incidents.urge, "acceptor", opinion="市民再次来电，请尽快。")
        if "supervise" in turns:
            yield "supervise", self._supervise
            yield "reply", self._reply
        if "deny_void" in turns:
            yield "asked", self._take(incidents.ask_void, "dispatcher", reason="duplicate", remark="疑似重复，请值班长确认。")
            yield "denied", self._part("void_request", incidents.deny_void, opinion="并非重复，继续办理。")

    def _returned(self) -> Iterator[Deed]:
        """Yield how a task is sent back to the dispatcher, and given out again when that is granted."""
        turns = self.script.turns
        if "return" in turns:
            yield "ask return", self._part("task", incidents.ask_return, reason="cannot_find", remark="按坐标到场，未发现所反映的问题。")
            if "denied" in turns:
                yield "answer return", self._part("task", incidents.deny_return, opinion="现场照片清楚，请再次到场查看。")
                return
            yield "answer return", self._part("task", incidents.grant_return, opinion="位置已更正，同意退单。")
        else:
            remark = "该处权属不在本单位，请改派。"
            yield "ask return", self._part("task", incidents.ask_return, reason="not_my_duty", remark=remark)
            yield "pass up", self._part("task", incidents.endorse_return, opinion="派遣依据有误，请值班长确认。")
            yield "confirm", self._part("task", incidents.grant_return, opinion="确认派遣有误，同意退单。")
        yield "dispatch again", self._dispatch
        yield "sign again", self._sign

    def _ownerless(self) -> Iterator[Deed]:
        """Yield how a cover of nobody goes from one firm to the next until it is conferred about."""
        for key in FIRMS:
            yield f"dispatch {key}", self._dispatch_to(key)
            remark = "到场核对，井内无本单位管线，井盖无本单位标识。"
            yield f"ask return {key}", self._part("task", incidents.ask_return, reason="not_my_duty", remark=remark)
            yield f"pass up {key}", self._part("task", incidents.endorse_return, opinion="该单位提供了管线图，请值班长确认。")
            yield f"confirm {key}", self._part("task", incidents.grant_return, opinion="情况属实，同意退单。")
        question = "通信、供电、供水三家均称非本单位所有，请会商认定责任单位。"
        yield "confer", self._take(incidents.confer, "dispatcher", nobody=True, opinion=question)
        yield "conclude", self._conclude

    def _dispatch_to(self, key: str) -> Callable[[datetime], None]:
        def deed(at: datetime) -> None:
            code = f"{self.scene.county}-{key}"
            units = organisation.units_of(self.case.row.node_id, ("subunit", "department", "company"))
            self.body = next(unit.id for unit in units if unit.code == code)
            self.case.take(incidents.dispatch, "dispatcher", at, unit=self.body, opinion="请到场核对井盖权属。")

        return deed

    def _conferred(self) -> Iterator[Deed]:
        question = "井盖无产权标识，三家单位均称非本单位所有，请会商认定。"
        yield "confer", self._take(incidents.confer, "dispatcher", nobody=True, opinion=question)
        yield "conclude", self._conclude

    def _after(self, citizen: bool) -> Iterator[Deed]:
        """Yield what follows the closing."""
        turns = self.script.turns
        if citizen:
            if "tries" in turns:
                yield "not reached", self._part("return_visit", incidents.note_try, remark="无人接听。")
            if turns & {"unsatisfied", "reopen"}:
                said = "问题又出现了，不满意。"
                yield "visit", self._part("return_visit", incidents.record_visit, satisfaction="unsatisfied", remark=said)
                if "unsatisfied" in turns:
                    yield "judge", self._part("return_visit", incidents.keep_closed, opinion="现场核查已达到结案条件，维持结案。")
                    return
                yield "reopen", self._take(incidents.reopen, "chief", reason="came_back", opinion="情况属实，予以重办。")
                return
            answer = ("very_satisfied", "satisfied", "basically")[self.script.number % 3]
            yield "visit", self._part("return_visit", incidents.record_visit, satisfaction=answer)
        if "appeal" in turns:
            yield "appeal", self._appeal
            decided = ("rejected", "维持原认定。") if self.script.number % 2 else ("upheld", "情况属实，不计超期。")
            yield "decide appeal", self._part("appeal", incidents.decide_appeal, decision=decided[0], opinion=decided[1])

    def _dispatch(self, at: datetime) -> None:
        row = self.case.row
        self.body = self._responsible(at)
        others = [unit.id for unit in organisation.units_of(row.node_id, ("subunit", "department")) if unit.id != self.body]
        inputs: dict[str, Any] = {"unit": self.body, "opinion": self.reason}
        if "redirect" in self.script.turns:
            inputs = {"unit": self.stage.rng.choice(others), "opinion": "按经验派遣。"}
        if "joint" in self.script.turns:
            inputs["co_units"] = [self.stage.rng.choice(others)]
        self.case.take(incidents.dispatch, "dispatcher", at, self.script.number, **inputs)

    def _sign(self, at: datetime) -> None:
        for task in self.case.open_parts("task"):
            self.case.take_part(incidents.sign, task, at)

    def _lead(self) -> Family:
        return self.case.open_parts("task")[0]

    def _give_to_crew(self, at: datetime) -> None:
        crews = organisation.crews_of(self.body)
        if crews:
            crew = crews[self.script.number % len(crews)]
            self.case.take_part(incidents.give_to_crew, self._lead(), at, crew=crew.id, instructions="今天完成，带好围挡。")

    def _crew_back(self, at: datetime) -> None:
        jobs = self._lead().parts("crew_job", only_open=True)
        if not jobs:
            return
        actor = self.case.cast.of(self.body)
        photo = self._picture(actor, at, "after")
        self.case.take_part_as(actor, incidents.crew_done, jobs[0], at, result="已按要求完成。", photos=[photo])

    def _ask_extension(self, at: datetime) -> None:
        task = self._lead()
        due = task.clocks[task.focus]["dispose"].due_at
        if due is not None and due > at:
            limit = clocks.Limit(self.scene.limit.amount, self.scene.limit.unit)
            more = clocks.Limit(max(1, clocks.minutes_of(limit) * 2 // 5), "working_minute" if limit.working else "minute")
            until = clocks.add(due, more, clocks.scheme(self.scene.limit.scheme, on=due))
            self.case.take_part(incidents.ask_extension, task, at, until=until, opinion="配件明日到货，申请延期。")

    def _ask_suspension(self, at: datetime) -> None:
        day = timezone.localtime(self.stage.now).date() + timedelta(days=100)
        cold = timezone.localtime(self.stage.now).month in WINTER
        until = "冬季不宜施工，列入明年春季计划" if cold else "汛期不宜施工，列入汛后计划"
        plan = f"{until}，期间设置围挡并每日巡查。"
        self.case.take_part(incidents.ask_suspension, self._lead(), at, reason="season", resume_on=day, plan=plan)

    def _supervise(self, at: datetime) -> None:
        ahead = timedelta(hours=6 if self.script.number % 2 else 26)
        self.case.take(
            incidents.supervise, "supervisor_lead", at, opinion="群众反映强烈，请报告处置安排。", reply_by=at + ahead, whom=self.body
        )

    def _reply(self, at: datetime) -> None:
        unlawful = self.scene.class_code == SHACK
        reply = "已下达责令改正通知书，当事人逾期未拆除，拟立案查处。" if unlawful else "已增派人员，今天完成。"
        self.case.take_part(incidents.reply_supervision, self.case.open_parts("supervision")[0], at, reply=reply)

    def _conclude(self, at: datetime) -> None:
        self.case.take(incidents.conclude, "leader", at, body=self._responsible(at), opinion="按路段养护责任认定，由该单位负责。")

    def _appeal(self, at: datetime) -> None:
        known = [self.case.cast.of(self.body, turn) for turn in range(2)]
        actor = next(actor for actor in known if actor.may_somewhere(workflow.APPEAL_RIGHT))
        self.case.take_as(actor, incidents.appeal, at, about="overdue", reason="超期因道路封闭无法进场，请不计入超期。")

    def _responsible(self, at: datetime) -> int:
        row = self.case.row
        place = PlaceCodes(row.county_code, row.community_code, row.duty_grid, row.cell_code)
        found = powers.responsible("incident", row.class_code, place, timezone.localtime(at).date(), node=row.node_id)
        if found is None:
            raise TypeError(f"Nobody is responsible for {row.class_code} in {row.county_code}.")
        self.reason = found.reason_zh
        return found.body_id

    def _picture(self, actor: Actor, at: datetime, stage: str) -> int:
        """Return a new picture of this place."""
        return self.stage.camera.take(actor, at, self.script.number, self.scene, stage)
