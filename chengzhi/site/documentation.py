"""Pages that are made from the code: floors, states, rules, events, capabilities, settings, and the API's description."""

import configparser
import csv
import dataclasses
import importlib
import inspect
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from chengzhi.kernel.access import CAPABILITIES
from chengzhi.kernel.feed import EVENTS, REACTIONS
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.rules import RULES, Rule
from chengzhi.kernel.workflow import AUTOMATIC, KINDS, Kind, Step
from chengzhi.site import env, finding
from chengzhi.site.api import api

FOLDER = env.ROOT / "docs" / "generated"
MADE = "<!-- Made by `make docs` from {source}. Change that, not this page. -->\n"
MARKS = {
    "S": "checked against a source",
    "K": "known text",
    "K~": "not verified against a source",
    "D": "the platform's own design",
}
READS = {"held": "what it holds or held", "node": "its own county or city", "subtree": "its own and everything below"}
NUMBERS = {finding.chinese_number(number): number for number in range(1, 1000)}
ROOMS = ("models", "events", "rules", "workflow", "queries", "services", "views", "api", "reactions", "jobs")


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    makers: dict[str, Callable[[], str]] = {
        "floors.md": floors,
        "states.md": states,
        "rules.md": rules,
        "events.md": events,
        "capabilities.md": capabilities,
        "access.md": access,
        "settings.md": settings,
        "openapi.json": openapi,
    }
    return {name: make() for name, make in makers.items()}


def write(folder: Path = FOLDER) -> list[str]:
    """Write the pages that differ and return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = stale(folder)
    made = pages()
    for name in changed:
        (folder / name).write_text(made[name], encoding="utf-8")
    return changed


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of pages that are missing or no longer say what the code says."""
    return [name for name, text in pages().items() if not _says(folder / name, text)]


def _says(page: Path, text: str) -> bool:
    return page.exists() and page.read_text(encoding="utf-8") == text


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |\n" for line in lines)


def _page(title: str, source: str, *parts: str) -> str:
    return "\n".join([f"# {title}\n", MADE.format(source=source), *parts])


def _first_sentence(thing: object) -> str:
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())


def floors() -> str:
    """Return the floors from the roof down, each package with its purpose and the rooms it has."""
    contract = configparser.ConfigParser()
    contract.read(env.ROOT / ".importlinter", encoding="utf-8")
    layers = contract["importlinter:contract:floors"]["layers"].strip().splitlines()
    lines = [line.strip() for line in layers if line.strip() and not line.strip().startswith("#")]
    rows = []
    for height, line in reversed(list(enumerate(reversed(lines)))):
        rows += [(str(height), f"`{name.strip()}`", _purpose(name.strip()), _rooms(name.strip())) for name in line.split("|")]
    note = "A package imports only from floors below; packages on the same floor do not know each other.\n"
    return _page("Floors", "`.importlinter`", note, table(("floor", "package", "purpose", "rooms"), rows))


def _purpose(package: str) -> str:
    readme = _folder(package) / "README.md"
    if not readme.exists():
        return _first_sentence(importlib.import_module(f"chengzhi.{package}"))
    paragraphs = [part for part in readme.read_text(encoding="utf-8").split("\n\n") if part.strip() and not part.startswith("#")]
    return re.split(r"(?<=\.)\s", " ".join(paragraphs[0].split()), maxsplit=1)[0] if paragraphs else ""


def _folder(package: str) -> Path:
    return env.ROOT / "chengzhi" / package


def _rooms(package: str) -> str:
    there = [room for room in ROOMS if (_folder(package) / room).is_dir() or (_folder(package) / f"{room}.py").exists()]
    return ", ".join(there)


def states() -> str:
    """Return the diagram and the step table of every kind of matter."""
    return _page("States and steps", "the step tables (`workflow.py` of each context)", *[_kind(kind) for kind in KINDS.values()])


def _kind(kind: Kind[Any]) -> str:
    named = [(f"`{state.slug}`", state.zh, state.en, _nature(state.final, state.waits)) for state in kind.states.values()]
    clocks = [(f"`{clock.slug}`", clock.zh, clock.en, "no light" if clock.background else "") for clock in kind.clocks.values()]
    return "\n".join(
        [
            f"## {kind.zh} / {kind.en} (`{kind.name}`)\n",
            _diagram(kind),
            table(("state", "zh", "en", ""), named),
            *([table(("clock", "zh", "en", ""), clocks)] if clocks else []),
            table(("step", "words", "from → to", "by", "needs", "clocks"), [_row(step) for step in kind.steps.values()]),
        ]
    )


def _nature(final: bool, waits: bool) -> str:
    return "final" if final else "waits for its parts" if waits else ""


def _diagram(kind: Kind[Any]) -> str:
    arrows = []
    for step in kind.steps.values():
        for frm in step.frm or ("[*]",):
            arrows.append(f"    {frm} --> {frm if step.to == '=' else step.to}: {step.zh}")
    names = [f'    state "{state.zh}" as {state.slug}' for state in kind.states.values()]
    ends = [f"    {state.slug} --> [*]" for state in kind.states.values() if state.final]
    return "\n".join(["```mermaid", "stateDiagram-v2", *names, *dict.fromkeys(arrows), *ends, "```\n"])


def _row(step: Step) -> tuple[str, ...]:
    signs = (("▶", step.starts), ("■", step.stops), ("‖", step.pauses), ("⏵", step.resumes))
    clocks = " ".join(f"{sign}{name}" for sign, names in signs for name in names)
    frm = " ".join(step.frm) or "∅"
    by = "the system" if step.by == AUTOMATIC else f"`{step.by}`" + (" (holder)" if step.held else "")
    needs = ", ".join(f"`{rule.code}`" for rule in step.needs)
    follows = f"; then {' or '.join(f'`{slug}`' for slug in step.follows)} of the parent" if step.follows else ""
    return f"`{step.slug}`", f"{step.zh} / {step.en}", f"{frm} → {step.to}{follows}", by, needs, clocks


def rules() -> str:
    """Return all rules ordered by act and article, each with its sentences, steps, code and tests."""
    by_act: dict[str, list[Rule[Any]]] = {}
    for rule in sorted(RULES.values(), key=_order):
        by_act.setdefault(f"{rule.source.act_zh} / {rule.source.act_en}", []).append(rule)
    parts, lines = [], finding.lines()
    for act, members in by_act.items():
        rows = [_rule_row(finding.place_of(rule, lines)) for rule in members]
        parts += [f"## {act}\n", table(("article", "rule", "sentence", "steps", "code", "test", "mark"), rows)]
    marks = "Marks: " + "; ".join(f"{mark} = {meaning}" for mark, meaning in MARKS.items()) + ".\n"
    return _page("Rules by act and article", "the `@rule` functions", marks, *parts)


def _order(rule: Rule[Any]) -> tuple[str, str, str]:
    """Order by act and article: numbers, Chinese or not, count as numbers, so that 第九条 comes before 第十条."""
    article = re.sub(r"[零一二三四五六七八九十百]+", lambda found: str(NUMBERS.get(found[0], found[0])), rule.source.article)
    return rule.source.act_zh, re.sub(r"\d+", lambda found: found[0].zfill(4), article), rule.code


def _rule_row(place: finding.Place) -> tuple[str, ...]:
    rule = place.rule
    tests = "<br>".join(f"`{test.rpartition(':')[0]}`" for test in place.tests)
    steps = "<br>".join(f"`{step}`" for step in place.steps or [use.rpartition(":")[0] for use in place.uses])
    return rule.source.article, f"`{rule.code}`", f"{rule.zh}<br>{rule.en}", steps, f"`{place.file}`", tests, rule.source.mark


def events() -> str:
    """Return all events with their fields and the reactions to them; one without a description stops with its name."""
    rows = []
    for name, event in sorted(EVENTS.items()):
        sentence = _first_sentence(event)
        if not sentence or sentence.startswith(f"{event.__name__}("):
            raise Invalid(f"事件 {name} 缺少说明。", f"The event {name} has no description: give its class a docstring.")
        fields = ", ".join(f"`{field.name}`" for field in dataclasses.fields(event))
        reactions = "<br>".join(f"`{label}`" for label, _ in REACTIONS.get(name, []))
        rows.append((f"`{name}`", sentence, fields, reactions))
    return _page("Events", "the `@event` classes", table(("event", "what has happened", "fields", "reactions"), rows))


def capabilities() -> str:
    """Return all capabilities with their words and the steps that ask for them."""
    rows = []
    for code, (zh, en) in sorted(CAPABILITIES.items()):
        steps = [f"`{kind.name}.{step.slug}`" for kind in KINDS.values() for step in kind.steps.values() if step.by == code]
        rows.append((f"`{code}`", zh, en, ", ".join(steps)))
    return _page("Capabilities", "`capability(…)` and the step tables", table(("capability", "zh", "en", "steps"), rows))


def access() -> str:
    """Return which role may take which step, from the grants and roles that the contexts bring; a held step needs the matter, too."""
    roles = list(_lines_of("roles.csv"))
    granted = {(line["role"], line["capability"]) for line in _lines_of("grants.csv")}
    reads = [(f"`{role['code']}`", role["name_zh"], role["name_en"], READS[role["reads"]]) for role in roles]
    rights = [
        _rights(code, words, [role["code"] for role in roles if (role["code"], code) in granted])
        for code, words in sorted(CAPABILITIES.items())
    ]
    note = "What a city changes in its own grants is not on this page. A post of another county finds nothing, whatever its role.\n"
    parts = [note, "## Roles\n", table(("role", "zh", "en", "reads"), reads), "## Rights\n"]
    return _page(
        "Access",
        "`roles.csv` and `grants.csv` of the contexts, and the step tables",
        *parts,
        table(("right", "words", "roles", "steps"), rights),
    )


def _lines_of(name: str) -> Iterator[dict[str, str]]:
    for file in sorted((env.ROOT / "chengzhi").glob(f"*/data/{name}")):
        with file.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def _rights(code: str, words: tuple[str, str], roles: Sequence[str]) -> tuple[str, ...]:
    steps = [
        f"`{kind.name}.{step.slug}`" + (" (holder)" if step.held else "")
        for kind in KINDS.values()
        for step in kind.steps.values()
        if step.by == code
    ]
    return f"`{code}`", " / ".join(words), ", ".join(f"`{role}`" for role in roles) or "nobody by default", ", ".join(steps)


def settings() -> str:
    """Return all environment variables with default and description, without the path of this machine."""
    rows = []
    for variable in env.VARIABLES.values():
        default = variable.default.replace(str(env.ROOT), "…")
        rows.append((f"`{variable.name}`", f"`{default}`" if default else "empty", variable.description))
    return _page("Settings", "`chengzhi/site/env.py`", table(("variable", "default", "what it does"), rows))


def openapi() -> str:
    """Return the description of the API."""
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"
