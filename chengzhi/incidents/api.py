"""JSON door of the closed loop: create, list, read, possible steps, take a step, trail."""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from chengzhi.incidents import queries, workflow
from chengzhi.incidents.queries import Filter, phone
from chengzhi.kernel import doors
from chengzhi.kernel.matter import read
from chengzhi.kernel.problems import NotFound
from chengzhi.kernel.workflow import choices, form_of, open_with, perform
from chengzhi.kernel.workflow.kind import Choice

router = Router(tags=["incidents"])
ALL_KINDS = (workflow.INCIDENT, *workflow.PARTS)
REFUSALS = {401, 403, 404, 409, 413, 422, 428}


EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class ListQuery(Schema):
    """Filters of the list; each supported pair of filter and order is answered by one index."""

    state: Annotated[str, Field(pattern=r"^[a-z_]{0,24}$")] = ""
    class_code: Annotated[str, Field(pattern=r"^[A-Z0-9]{0,8}$")] = ""
    source: Annotated[str, Field(pattern=r"^[a-z0-9]{0,24}$")] = ""
    due: Annotated[str, Field(pattern=r"^(open|overdue)?$")] = ""
    unit: Annotated[int | None, Field(ge=0, lt=1 << 63)] = None
    since: Annotated[datetime | None, Field(ge=EARLIEST)] = None
    cursor: Annotated[str, Field(max_length=80)] = ""
    limit: int = 20


class PlaceQuery(Schema):
    """A position as a phone has it, and the class to be reported there, if it is known already."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    class_code: Annotated[str, Field(pattern=r"^[A-Z0-9]{0,8}$")] = ""


def _problem_responses() -> dict[int, Any]:
    problem = {
        "type": "object",
        "required": ["status", "code", "detail"],
        "properties": {"status": {"type": "integer"}, "code": {"type": "string"}},
    }
    return {code: {"description": "Refused", "content": {doors.PROBLEM_TYPE: {"schema": problem}}} for code in sorted(REFUSALS | {400})}


def _operation(schema: dict[str, Any] | None, ok: int = 200) -> dict[str, Any]:
    extra: dict[str, Any] = {
        "responses": {
            ok: {"description": "OK", "content": {"application/json": {"schema": {"type": "object"}}}},
            **_problem_responses(),
        }
    }
    if schema is not None:
        extra["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return extra


def _schema_of(slug: str, kind: Any = workflow.INCIDENT, **more: Any) -> dict[str, Any]:
    schema = form_of(kind.forms[slug]).model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    schema["properties"].update(more)
    return schema


def _create_schema() -> dict[str, Any]:
    report = _schema_of("report", source={"const": "inspector"})
    report["required"] = [*report.get("required", []), "source"]
    return {"anyOf": [report, _schema_of("register_call")]}


@router.post("/incidents", openapi_extra=_operation(_create_schema(), 201), summary="Report or register an incident")
def create(request: HttpRequest) -> HttpResponse:
    """Create an incident: `source` inspector is a report from the street (A1), anything else a registered call (A2)."""
    data = doors.json_of(request)
    act = doors.act_of(request)
    slug = "report" if data.get("source") == "inspector" else "register_call"
    if slug == "report":
        data = {key: value for key, value in data.items() if key != "source"}

    def work() -> tuple[int, dict[str, Any]]:
        row = open_with(workflow.INCIDENT, slug, data, act=act)
        return 201, queries.summary(queries.family_of(row), row)

    return doors.answer_once(request, work)


@router.post("/incidents/self-handled", openapi_extra=_operation(_schema_of("self_handle"), 201), summary="Report what was settled at once")
def self_handled(request: HttpRequest) -> HttpResponse:
    """Create an incident that the inspector has settled himself (G1): photos from before and afterwards; it waits for its audit."""
    data = doors.json_of(request)
    act = doors.act_of(request)

    def work() -> tuple[int, dict[str, Any]]:
        row = open_with(workflow.INCIDENT, "self_handle", data, act=act)
        return 201, queries.summary(queries.family_of(row), row)

    return doors.answer_once(request, work)


@router.get("/incidents", openapi_extra=_operation(None), summary="List incidents")
def listing(request: HttpRequest, asked: Query[ListQuery]) -> HttpResponse:
    """Return one page of incidents, keyset paged by `cursor`."""
    narrowed = Filter(asked.state, asked.class_code, asked.source, asked.due, asked.unit, asked.since)
    found = queries.page(doors.actor_of(request), narrowed, cursor=asked.cursor, limit=asked.limit)
    return doors.answered({**found, "rows": [_plain(row) for row in found["rows"]]})


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    ids = {"id", "node_id", "holder_id", "lead_unit_id"}
    return {
        key: str(value) if key in ids and value is not None else queries.iso(value) if isinstance(value, datetime) else value
        for key, value in row.items()
    }


@router.get("/incidents/{number}", openapi_extra=_operation(None), summary="Read an incident")
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Return one incident by report number or case number."""
    return doors.answered(queries.detail(number, doors.actor_of(request)))


@router.get("/my-reports", openapi_extra=_operation(None), summary="My own reports from the street")
def my_reports(request: HttpRequest) -> HttpResponse:
    """Return the latest reports that the caller made himself, newest first, with their states."""
    return doors.answered({"rows": phone.my_reports(doors.actor_of(request))})


@router.get("/my-reports/{number}", openapi_extra=_operation(None), summary="Read one of my own reports")
def my_report(request: HttpRequest, number: str) -> HttpResponse:
    """Return one own report, to read only and without anybody's person; anybody else's is not found."""
    return doors.answered(phone.my_report(number, doors.actor_of(request)))


@router.get("/phone/day", openapi_extra=_operation(None), summary="What an inspector's phone needs for today")
def phone_day(request: HttpRequest) -> HttpResponse:
    """Return the server's time, the caller's shift, his visits, his own reports and his recent classes."""
    return doors.answered(phone.day(doors.actor_of(request)))


@router.get("/phone/book", openapi_extra=_operation(None), summary="Classes and duty grid for an inspector's phone")
def phone_book(request: HttpRequest) -> HttpResponse:
    """Return the classes with the words that find them, and the cells of the caller's duty grid."""
    return doors.answered(phone.book(doors.actor_of(request)))


@router.get("/phone/place", openapi_extra=_operation(None), summary="What is known about a position on the street")
def phone_place(request: HttpRequest, asked: Query[PlaceQuery]) -> HttpResponse:
    """Return grid and address of a WGS 84 position, and open incidents of a class nearby."""
    return doors.answered(phone.place(doors.actor_of(request), asked.class_code, asked.lon, asked.lat))


@router.get("/incidents/{number}/trail", openapi_extra=_operation(None), summary="Time line of an incident")
def trail(request: HttpRequest, number: str) -> HttpResponse:
    """Return every step that the actor may see, oldest first, with its hash."""
    return doors.answered({"number": number, "entries": queries.trail_of(number, doors.actor_of(request))})


@router.get("/incidents/{number}/steps", openapi_extra=_operation(None), summary="Steps: possible, and impossible with reasons")
def steps(request: HttpRequest, number: str) -> HttpResponse:
    """Return the steps of an incident and of its open parts, possible or with all reasons against them."""
    act = doors.act_of(request)
    family = read(number, actor=act.actor)
    found = [_choice(choice) for choice in choices(family, act)]
    return doors.answered({"number": family.matter.number, "state": family.matter.state, "version": family.matter.version, "steps": found})


def _choice(choice: Choice) -> dict[str, Any]:
    reasons = [{"code": r.code, "zh": r.zh, "en": r.en, "source": r.source} for r in choice.reasons]
    return {
        "slug": choice.step.slug,
        "zh": choice.step.zh,
        "en": choice.step.en,
        "ref": choice.step.ref,
        "kind": choice.matter.kind,
        "part": choice.matter.number,
        "version": choice.matter.version,
        "possible": choice.possible,
        "reasons": reasons,
    }


def _take(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    data = doors.json_of(request)
    part = str(data.pop("part", ""))[:40]
    act = doors.act_of(request)

    def work() -> tuple[int, dict[str, Any]]:
        family, _ = perform(workflow.INCIDENT, number, slug, data, act=act, part=part)
        return 200, queries.summary(family, queries.incident_row(family, act))

    return doors.answer_once(request, work)


def _mount(kind: Any, slug: str) -> None:
    step = kind.steps[slug]
    part = {"part": {"type": "string", "maxLength": 40, "description": "Number of the part, where several could be meant"}}

    def take(request: HttpRequest, number: str) -> HttpResponse:
        return _take(request, number, slug)

    take.__doc__ = f"{step.zh} · {step.en} ({step.ref}). Needs If-Match with the version that was seen."
    router.post(
        f"/incidents/{{number}}/steps/{slug}",
        operation_id=f"take_{kind.name}_{slug}",
        summary=f"{step.ref} {step.en}",
        openapi_extra={
            **_operation(_schema_of(slug, kind, **part)),
            "parameters": [
                {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "example": "1"}},
                {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 100}},
            ],
        },
    )(take)


for known in ALL_KINDS:
    for name, row in known.steps.items():
        if row.by and row.frm and name in known.services:
            _mount(known, name)


@router.post("/incidents/{number}/steps/{slug}", include_in_schema=False)
def unknown_step(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Refuse a slug that no kind has, for whoever may see the incident."""
    doors.actor_of(request)
    raise NotFound(f"没有步骤“{slug[:40]}”。", f"There is no step “{slug[:40]}”.", code="unknown_step")
