"""Every address of the site, and what of another county a person could put into it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from chengzhi.hotline.views.desk import VERBS
from chengzhi.kernel.administration import SHEETS
from chengzhi.kernel.imports import IMPORTERS
from chengzhi.kernel.workflow import KINDS
from tests.access.scene import CALLER, PHONE, PLACE, SAID, Scene

Values = Callable[[Scene], Iterable[object]]


def _steps(_: Scene) -> list[str]:
    return sorted({slug for kind in KINDS.values() for slug, step in kind.steps.items() if step.by and step.frm})


def _forged(scene: Scene) -> list[str]:
    return [scene.token[:-4] + "AAAA", scene.token.partition(":")[0], str(scene.matters[0])]


# A parameter of an address, by its name; `route:name` where the same name means something else at one address.
PARAMETERS: dict[str, Values] = {
    "number": lambda scene: [scene.incidents[1].matter.number, next(number for number in scene.numbers if "-" in number)],
    "matter_id": lambda scene: scene.matters,
    "matters/<int:matter_id>/steps/<slug:slug>:matter_id": lambda scene: [scene.incidents[1].pk],
    "attachment_id": lambda scene: scene.attachments,
    "notice_id": lambda scene: scene.notices,
    "call_id": lambda scene: scene.calls,
    "ticket_id": lambda scene: scene.tickets,
    "page_id": lambda scene: scene.pages,
    "unit_id": lambda scene: [scene.world.unit("road"), scene.world.unit("centre")],
    "size": lambda _: ["original", "large", "small"],
    "token": _forged,
    "code": lambda scene: [scene.numbers[0], str(scene.matters[0]), "AAAAAA"],
    "form": lambda _: ["svg", "png"],
    "slug": _steps,
    "desk/calls/<int:call_id>/<slug:verb>:verb": lambda _: sorted(VERBS),
    "import_id": lambda scene: scene.imports,
    "kind": lambda _: [*sorted(IMPORTERS), "shoes"],
    "settings/<slug:slug>:slug": lambda _: sorted(SHEETS),
    "settings/<slug:slug>/<slug:name>:slug": lambda _: sorted(SHEETS),
    "settings/<slug:slug>/<slug:name>:name": lambda _: sorted({verb.slug for sheet in SHEETS.values() for verb in sheet.verbs}),
    "c/picture/<str:name>:name": lambda scene: [str(key) for key in scene.attachments],
}
WHOLE = "-179,-85,179,85"
WORDS = ({"q": SAID}, {"q": PLACE}, {"q": PHONE}, {"q": CALLER})


def _numbers(scene: Scene) -> list[dict[str, str]]:
    return [{"q": number} for number in scene.numbers]


def _ids(scene: Scene) -> list[dict[str, str]]:
    return [{"ids": ",".join(map(str, scene.matters)), "matter": str(key)} for key in scene.matters]


def _here(scene: Scene) -> list[dict[str, str]]:
    lon, lat = scene.world.point(0)
    return [{"lon": str(lon), "lat": str(lat), "class_code": "SJ0101", "bbox": WHOLE, "zoom": "18"}]


def _narrowed(scene: Scene) -> list[dict[str, str]]:
    unit, node, person = scene.world.unit("road"), scene.world.county, scene.world.account("inspector").pk
    return [
        {"county": "990102"},
        {"node": str(node)},
        {"unit": str(unit)},
        {"person": str(person)},
        {"state": "to_accept"},
        {"limit": "50"},
    ]


def _nothing(_: Scene) -> list[dict[str, str]]:
    return []


# An address without parameter that lists, finds or shows something: what is asked of it besides nothing at all.
ASKED: dict[str, Callable[[Scene], Iterable[Mapping[str, str]]]] = {
    "desk/": lambda scene: [{"call": str(key)} for key in scene.calls],
    "desk/calls": lambda _: [{"phone": PHONE}],
    "desk/suggest": _here,
    "desk/places": lambda scene: [*WORDS, *_here(scene)],
    "desk/knowledge": lambda _: [{"q": "甲区内部知识"}],
    "settings/knowledge": lambda _: [{"q": "甲区内部知识"}],
    "settings/knowledge/new": _nothing,
    "settings/me": _nothing,
    "": lambda scene: [{"tab": "incident.to_accept"}, *_narrowed(scene)],
    "work/export.xlsx": _narrowed,
    "matters/steps/<slug:slug>": _ids,
    "settings/": _nothing,
    "settings/changes": _nothing,
    "settings/imports/": _nothing,
    "live": lambda _: [{"since": "0"}],
    "tools/deadlines": _nothing,
    "sign-in": _nothing,
    "sign-out": _nothing,
    "post": _nothing,
    "incidents": lambda scene: [*WORDS, *_numbers(scene), *_narrowed(scene)],
    "incidents/export.xlsx": lambda scene: [*WORDS, *_narrowed(scene)],
    "search": lambda scene: [*WORDS, *_numbers(scene)],
    "work/dispatch/": lambda scene: [*_ids(scene), *_narrowed(scene)],
    "work/dispatch/plan": _ids,
    "work/dispatch/batch": _ids,
    "work/oddities/": _narrowed,
    "work/taken": _ids,
    "work/board/": lambda scene: [*_narrowed(scene), *_ids(scene)],
    "maps/incidents": lambda scene: [*_here(scene), *_narrowed(scene)],
    "maps/divisions": _here,
    "m/": _nothing,
    "m/worker.js": _nothing,
    "report": _here,
    "report/suggest": _here,
    "report/outlook": _here,
    "notices": _nothing,
    "notices/count": _nothing,
    "notices/newest": lambda _: [{"since": "0"}],
    "notices/read": _nothing,
    "notices/settings": _nothing,
    "notices/sent": lambda scene: [*_narrowed(scene), {"state": "failed"}],
    "notices/channels": _nothing,
    "notices/pause": _nothing,
    "c/": _nothing,
    "c/report": _nothing,
    "c/photo": _nothing,
    "c/near": _here,
    "c/cells": _here,
    "c/public": _nothing,
    "c/large": _nothing,
    "c/poster/": _nothing,
    "c/f/": lambda scene: [{"code": scene.numbers[0]}, {"code": PHONE}],
    "work/ratings/": lambda _: [{"redo": "1"}],
    "language": _nothing,
    "appearance": _nothing,
    "text-size": _nothing,
    "density": _nothing,
    "tour/away": _nothing,
    "healthz": _nothing,
    "readyz": _nothing,
    "api/v1/": _nothing,
    "api/v1/openapi.json": _nothing,
    "api/v1/docs": _nothing,
    "api/v1/incidents": lambda scene: _narrowed(scene),
    "api/v1/incidents/self-handled": _nothing,
    "api/v1/my-reports": _nothing,
    "api/v1/phone/day": _nothing,
    "api/v1/phone/book": _nothing,
    "api/v1/phone/place": _here,
    "api/v1/attachments": _nothing,
    "api/v1/attendance": _nothing,
    "api/v1/attendance/sign-in": _nothing,
    "api/v1/attendance/sign-out": _nothing,
    "api/v1/locate": _here,
    "api/v1/territory/around": _here,
}


def routes(patterns: Iterable[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the site with its pattern."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield route, one


def unknown(route: str, names: Iterable[str], asked: Mapping[str, Any] = ASKED, parameters: Mapping[str, Any] = PARAMETERS) -> list[str]:
    """Return a sentence for each thing that must be added to the tables before this address can be tried."""
    names = list(names)
    if not names:
        return [] if route in asked else [f"Add “{route}” to ASKED in tests/access/doors.py: what of another county could be asked of it?"]
    return [
        f"Add “{name}” or “{route}:{name}” to PARAMETERS in tests/access/doors.py: which ids of another county could stand there?"
        for name in names
        if name not in parameters and f"{route}:{name}" not in parameters
    ]


def filled(route: str, pattern: URLPattern, scene: Scene) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the paths and queries by which an address could be asked for what is the first county's."""
    converters = pattern.pattern.converters or dict.fromkeys(pattern.pattern.regex.groupindex)
    names = list(converters)
    queries: list[Mapping[str, str]] = [{}, *ASKED[route](scene)] if route in ASKED else [{}]
    found = [[str(value) for value in PARAMETERS.get(f"{route}:{name}", PARAMETERS.get(name, _nothing))(scene)] for name in names]
    for values in product(*found):
        path = _path(route, dict(zip(names, values, strict=True)))
        for query in queries:
            yield path, query


def _path(route: str, values: Mapping[str, str]) -> str:
    path = route.removeprefix("^").removesuffix("$").replace("\\.", ".")
    for name, value in values.items():
        for shape in (f"<str:{name}>", f"<int:{name}>", f"<slug:{name}>", f"<{name}>", f"(?P<{name}>svg|png)"):
            path = path.replace(shape, value)
    return f"/{path}"
