"""What an inspector's phone needs for a day: his tasks, his own reports, his grid, and the words to report with."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident, StreetPhrase
from chengzhi.incidents.queries import outlook, registers, suggesting, timeline
from chengzhi.incidents.queries.cards import class_words
from chengzhi.incidents.queries.choices import fixed_lists, words_of
from chengzhi.incidents.queries.detail import iso
from chengzhi.kernel.access import Actor
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.kernel.pinyin import initials
from chengzhi.kernel.problems import NotAllowed, NotFound
from chengzhi.organisation import queries as organisation
from chengzhi.territory import queries as territory

MINE_SHOWN = 50
VISITS = (workflow.VERIFICATION.name, workflow.CHECK.name, workflow.SAMPLE_CHECK.name, workflow.LOOK_AGAIN.name)
REASONS = {workflow.REFUSED: "refusal_reasons", workflow.NOT_FILED: "filing_reasons", workflow.VOIDED: "void_reasons"}


@dataclass(frozen=True, slots=True)
class Near:
    """An open incident of the same class nearby, as an inspector may know it: no people, no text."""

    number: str
    metres: int
    address: str
    state: tuple[str, str]
    opened_at: datetime


def on_the_street(actor: Actor) -> None:
    """Raise NotAllowed for somebody who neither reports from the street nor visits places."""
    if not any(actor.may_somewhere(right) for right in (workflow.REPORT, workflow.VISIT)):
        raise NotAllowed(
            "手机端供监督员使用，您的岗位没有现场上报、核实或核查的权限。",
            "The phone page is for inspectors; your post may neither report from the street nor verify or check.",
        )


def day(actor: Actor) -> dict[str, Any]:
    """Return what changes in a day: the time, whether he is signed in, his tasks, his own reports, his recent classes."""
    on_the_street(actor)
    now = timezone.now()
    stay = organisation.attendance_now(actor.id, now)
    return {
        "now": now.isoformat(),
        "me": {"id": str(actor.id), "name": actor.name, "post": organisation.name_of(actor.post) if actor.post else ""},
        "attendance": None if stay is None else {"signed_in_at": iso(stay.signed_in_at), "shift": stay.shift},
        "tasks": _tasks(actor),
        "mine": my_reports(actor),
        "recent": [view.code for view in outlook.recent_classes(actor)],
    }


def book(actor: Actor) -> dict[str, Any]:
    """Return what hardly changes: all classes with the words that find them, and the cells of his duty grid."""
    on_the_street(actor)
    words: dict[str, list[str]] = defaultdict(list)
    for word, codes in suggesting.REGISTER.get().words.items():
        for code in codes:
            words[code].append(word)
    classes = [
        {
            "code": view.code,
            "zh": view.name_zh,
            "en": view.name_en,
            "major_zh": view.major_zh,
            "major_en": view.major_en,
            "find": " ".join([view.code, *words[view.code], initials(view.name_zh), view.name_en]).casefold(),
        }
        for view in registers.classes()
    ]
    return {"classes": classes, "grid": _grid(actor)}


def phrases() -> list[tuple[str, str]]:
    """Return the phrases with gaps that save typing on the street, in Chinese and English: the platform's as the city has changed them."""
    known = {option.zh: (option.en, True) for option in fixed_lists()["street_phrases"]}
    for zh, en, active in StreetPhrase.objects.order_by("id").values_list("text_zh", "text_en", "active"):
        known[zh] = (en or zh, active)
    return [(zh, en) for zh, (en, active) in known.items() if active]


def own_grid(actor: Actor) -> str:
    """Return the code of the duty grid of the post in which an actor acts, empty without one."""
    return organisation.post(actor.post).area_code if actor.post else ""


def _grid(actor: Actor) -> dict[str, Any] | None:
    code = own_grid(actor)
    known = next((grid for grid in territory.duty_grids() if grid.code == code), None)
    return {"code": code, "name": known.name_zh, "cells": territory.cells_of_duty_grid(code)} if known else None


def _tasks(actor: Actor) -> list[dict[str, Any]]:
    held = Matter.objects.filter(open=True, holder_id__in=actor.holders, kind__in=VISITS).order_by("due_at", "id")
    parts = list(held)
    rows = {row.pk: row for row in Incident.objects.filter(pk__in={part.parent_id for part in parts}).select_related("matter")}
    photos = documents.pictures_of(list(rows))
    return [_task(part, rows[part.parent_id], photos) for part in parts if part.parent_id in rows]


def _task(part: Matter, row: Incident, photos: dict[int, list[int]]) -> dict[str, Any]:
    zh, en = class_words(row.class_code)
    condition = timeline.condition_words(row.class_code, row.condition)
    return {
        "kind": part.kind,
        "part": part.number,
        "number": row.matter.number,
        "version": part.version,
        "given_at": iso(part.opened_at),
        "due_at": iso(part.due_at),
        "amber_at": iso(part.amber_at),
        "urgent": row.urgent,
        "zh": zh,
        "en": en,
        "condition_zh": condition[0],
        "condition_en": condition[1],
        "address": row.address,
        "text": row.description,
        "lon": row.lon,
        "lat": row.lat,
        "photos": [str(photo) for photo in photos.get(row.pk, [])],
    }


def my_reports(actor: Actor) -> list[dict[str, Any]]:
    """Return the latest reports that the actor himself made from the street, newest first, with their states."""
    own = Incident.objects.filter(reporter_account=actor.id) if actor.id else Incident.objects.none()
    rows = own.select_related("matter").order_by("-matter_id")[:MINE_SHOWN]
    grid = own_grid(actor)
    return [_mine(row, grid) for row in rows]


def _mine(row: Incident, grid: str) -> dict[str, Any]:
    state = workflow.INCIDENT.states[row.matter.state]
    zh, en = class_words(row.class_code)
    return {
        "number": row.matter.number,
        "report_number": row.matter.earlier_number or row.matter.number,
        "open": row.matter.open,
        "state": state.slug,
        "state_zh": state.zh,
        "state_en": state.en,
        "zh": zh,
        "en": en,
        "address": row.address,
        "at": iso(row.matter.opened_at),
        "outside_own_grid": bool(grid) and row.duty_grid != grid,
    }


def my_report(number: str, actor: Actor) -> dict[str, Any]:
    """Return one own report to who made it, to read only: its words, its own pictures and its way, without anybody's person.

    Raises NotFound for anybody else's, and for what is no report from the street.
    """
    own = Incident.objects.select_related("matter").filter(reporter_account=actor.id) if actor.id and "\x00" not in number else None
    found = None if own is None else own.filter(matter__number=number).first() or own.filter(matter__earlier_number=number).first()
    if found is None:
        raise NotFound(
            f"没有找到您上报的“{number[:40]}”。", f"There is no report “{number[:40]}” of yours."
        )
    reasons = REASONS.get(found.matter.state, "")
    reason = words_of(reasons, found.reason) if reasons and found.reason else ("", "")
    return {
        **_mine(found, own_grid(actor)),
        "text": found.description,
        "lon": found.lon,
        "lat": found.lat,
        "reason_zh": reason[0],
        "reason_en": reason[1],
        "unit": organisation.name_of(found.lead_unit_id) if found.lead_unit_id else "",
        "photos": [str(photo) for photo in documents.pictures_of([found.pk], uploaded_by=actor.id).get(found.pk, [])],
        "line": _line(found),
    }


def _line(row: Incident) -> list[dict[str, Any]]:
    """Return the steps of the incident itself, oldest first: what and when, never who or which words."""
    entries = TrailEntry.objects.filter(root_id=row.matter.root_id, matter_id=row.pk).order_by("seq").values_list("step", "at", "to_state")
    steps, states = workflow.INCIDENT.steps, workflow.INCIDENT.states
    return [
        {"zh": steps[step].zh, "en": steps[step].en, "at": iso(at), "to_zh": states[to].zh, "to_en": states[to].en}
        for step, at, to in entries
    ]


def place(actor: Actor, class_code: str, lon: float, lat: float) -> dict[str, Any]:
    """Return what is known about a position (WGS 84, as phones give it): the grid, the address, and open incidents of a class nearby."""
    on_the_street(actor)
    seen = outlook.outlook(actor, class_code, lon, lat, "wgs84")
    found = seen.place
    return {
        "inside": found is not None,
        "duty_grid": found.duty_grid if found else "",
        "own": found is not None and found.duty_grid == own_grid(actor),
        "address": found.address_hint if found else "",
        "near": [_near(near) for near in _known(seen.near)],
    }


def _known(found: tuple[outlook.Near, ...]) -> list[Near]:
    rows = {row.number: row for row in Matter.objects.filter(number__in=[near.number for near in found])} if found else {}
    states = workflow.INCIDENT.states
    return [
        Near(near.number, near.metres, near.address, (states[row.state].zh, states[row.state].en), row.opened_at)
        for near in found
        if (row := rows.get(near.number)) is not None
    ]


def _near(near: Near) -> dict[str, Any]:
    return {
        "number": near.number,
        "metres": near.metres,
        "address": near.address,
        "state_zh": near.state[0],
        "state_en": near.state[1],
        "at": iso(near.opened_at),
    }
