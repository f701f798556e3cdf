"""The time line of a case (办理经过): who did what when, in which post, with which words and files; newest first."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chengzhi.incidents.models import Incident
from chengzhi.incidents.models.asking import COUNTED
from chengzhi.incidents.queries import registers, shielding
from chengzhi.incidents.queries.cards import STAGES, class_words
from chengzhi.incidents.queries.choices import amount_words, words_of
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Photo
from chengzhi.kernel.matter import Family
from chengzhi.kernel.models import TrailEntry, TrailPayload
from chengzhi.kernel.templatetags.words import in_detail
from chengzhi.kernel.workflow import AUTOMATIC, KINDS
from chengzhi.kernel.workflow.table import State, Step
from chengzhi.organisation import queries as organisation

Words = tuple[str, str]
RECLASS = "reclass"
REASON_LISTS = {
    "refuse": "refusal_reasons",
    "refuse_filing": "filing_reasons",
    "void": "void_reasons",
    "ask_void": "void_reasons",
    "ask": "void_reasons",
    "ask_return": "return_reasons",
    "ask_suspension": "suspension_reasons",
    "reopen": "reopen_reasons",
}
RESULT_LISTS = {"sample_check": "sample_results", "look_again": "look_results"}
# What an answer after closing says, each with its label and the list of its words.
ANSWERS = {
    "satisfaction": ("满意度", "Satisfaction", "satisfactions"),
    "about": ("申诉事项", "About", "appeal_subjects"),
    "decision": ("裁定", "Decision", "appeal_decisions"),
}
TOLD_OF_WORK = {"quantity": ("工程量", "Quantity"), "material": ("用料", "Material"), "leftover": ("遗留问题", "Left")}
CHECKED = {"passed": ("通过", "passed"), "failed": ("不通过", "failed")}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: the step and its state, who took it, what was said, what was decided, which pictures came with it."""

    seq: int
    at: datetime
    recorded_at: datetime
    kind: Words
    step: Step
    state: State
    who: str
    post: Words
    unit: Words
    by_system: bool
    opinion: str
    facts: tuple[Words, ...]
    photos: tuple[Photo, ...]
    erased: str
    hash: str
    part: str

    @property
    def is_late(self) -> bool:
        """Whether it was recorded noticeably later than it happened."""
        return (self.recorded_at - self.at).total_seconds() > 300


def of(family: Family, row: Incident, actor: Actor) -> tuple[Line, ...]:
    """Return the time line of a family as far as the actor may see its parts, newest first."""
    visible = [member.id for member in family.descendants() if family.at(member.id).visible_to(actor)]
    payloads = list(TrailPayload.objects.filter(entry__matter_id__in=visible).select_related("entry").order_by("-entry__seq"))
    bodies = [p.entry.post for p in payloads] + [p.entry.unit for p in payloads]
    names = organisation.holder_names({body for body in bodies if body})
    return tuple(_line(payload, family, row, names, actor) for payload in payloads)


def _line(payload: TrailPayload, family: Family, row: Incident, names: dict[int, Words], actor: Actor) -> Line:
    entry: TrailEntry = payload.entry
    kind = KINDS[entry.kind]
    said: dict[str, Any] = json.loads(payload.body) if payload.body is not None else {}
    hidden = shielding.hides_step(family.matter, entry.kind, entry.step, entry.actor, actor)
    return Line(
        seq=entry.seq,
        at=entry.at,
        recorded_at=entry.recorded_at,
        kind=(kind.zh, kind.en),
        step=kind.steps[entry.step],
        state=kind.states[entry.to_state],
        who="" if hidden else organisation.staff_name(entry.actor),
        post=shielding.NAMELESS if hidden else names.get(entry.post or 0, ("", "")),
        unit=names.get(entry.unit or 0, ("", "")),
        by_system=entry.actor == 0 or kind.steps[entry.step].by == AUTOMATIC,
        opinion=said.get("opinion") or "",
        facts=tuple(told(entry.step, said, row)),
        photos=tuple(_photo(file) for file in said.get("files") or []),
        erased=payload.erased_why if payload.body is None else "",
        hash=entry.hash,
        part="" if entry.matter_id == family.focus else family.members[entry.matter_id].number,
    )


def _photo(file: dict[str, str]) -> Photo:
    zh, en = STAGES.get(file.get("stage", ""), STAGES["other"])
    base = f"/api/v1/attachments/{file['id']}"
    return Photo(f"{base}/small", f"{base}/large", f"{zh}照片", f"{en} photo")


def condition_words(class_code: str, condition: str) -> Words:
    """Return the words of a filing condition, empty without one."""
    found = next((view for view in registers.conditions_of(class_code) if view.code == condition), None)
    return (found.name_zh, found.name_en) if found else (condition, condition)


def told(step: str, said: dict[str, Any], row: Incident) -> list[Words]:
    """Return in words what an entry decided; no code of a list is left for the reader to guess."""
    facts: list[Words] = []
    if reason := said.get("reason"):
        zh, en = words_of(REASON_LISTS.get(step, ""), str(reason))
        facts.append((f"理由：{zh}", f"Reason: {en}"))
    if condition := said.get("condition"):
        zh, en = condition_words(row.class_code, str(condition))
        facts.append((f"立案条件：{zh}", f"Condition: {en}"))
    return facts + _of_class_and_limit(step, said) + _more_facts(said) + _results(step, said)


def _of_class_and_limit(step: str, said: dict[str, Any]) -> list[Words]:
    """Return which class became which, the limit that was frozen, and by how much a deadline was moved: none of them changes silently."""
    facts: list[Words] = []
    if step == RECLASS:
        (was_zh, was_en), (zh, en) = class_words(str(said.get("was"))), class_words(str(said.get("class")))
        facts.append((f"小类：{was_zh} → {zh}", f"Class: {was_en} → {en}"))
    if limit := said.get("limit"):
        zh, en = amount_words(limit["amount"], limit["unit"])
        facts.append((f"处置时限：{zh}", f"Limit: {en}"))
    if minutes := said.get("minutes"):
        zh, en = amount_words(minutes, "minute")
        facts.append((f"延长：{zh}", f"Longer by: {en}"))
    return facts


def _more_facts(said: dict[str, Any]) -> list[Words]:
    facts: list[Words] = []
    if units := said.get("units"):
        facts.append(("派往：" + "、".join(units), "To: " + ", ".join(units)))
    if into := said.get("into"):
        facts.append((f"并入：{into}", f"Into: {into}"))
    if waiver := said.get("waiver"):
        facts.append((f"免核查：{waiver}", f"Without check: {waiver}"))
    if far := said.get("far_reason"):
        facts.append((f"距案发点{said.get('metres')}米：{far}", f"{said.get('metres')} m from the place: {far}"))
    return facts + _beside(said)


def _beside(said: dict[str, Any]) -> list[Words]:
    """Return what the steps beside the main line decided: moments, days, bodies, crews, and what an answer counts as."""
    facts: list[Words] = []
    if until := said.get("until"):
        moment = in_detail(datetime.fromisoformat(until))
        facts.append((f"期限：{moment}", f"Until: {moment}"))
    if resume_on := said.get("resume_on"):
        facts.append((f"恢复日期：{resume_on}", f"Goes on: {resume_on}"))
    if bodies := said.get("bodies"):
        facts.append(("单位：" + "、".join(bodies), "Bodies: " + ", ".join(bodies)))
    if crew := said.get("crew"):
        facts.append((f"班组：{crew}", f"Crew: {crew}"))
    for name, (zh, en) in TOLD_OF_WORK.items():
        if told := said.get(name):
            facts.append((f"{zh}：{told}", f"{en}: {told}"))
    if said.get("counts"):
        zh, en = COUNTED[said["counts"]]
        facts.append((f"计：{zh}", f"Counts as: {en}"))
    return facts


def _results(step: str, said: dict[str, Any]) -> list[Words]:
    """Return what was found on the spot, and what the citizen, the appellant or the judge answered."""
    facts: list[Words] = []
    for name, (label_zh, label_en, listed) in ANSWERS.items():
        if told := said.get(name):
            zh, en = words_of(listed, str(told))
            facts.append((f"{label_zh}：{zh}", f"{label_en}: {en}"))
    if result := str(said.get("result") or ""):
        zh, en = CHECKED.get(result) or words_of(RESULT_LISTS.get(step, "verify_results"), result)
        facts.append((f"结果：{zh}", f"Result: {en}"))
    return facts
