"""House rules about Python code, found in the syntax tree."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.sources import (
    OPEN_TO_OTHERS,
    READING_ROOMS,
    Finding,
    HouseRule,
    above_the_kernel,
    floor_of,
    in_product,
    plays_the_people,
    room_of,
)

WRITERS = {"save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create"}
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.test.signals")
SPOKEN_ROOMS = {"rules", "workflow", "queries", "services", "events"}


def find_objects(_path: PurePosixPath, source: str) -> Iterator[Finding]:
    """Find managers of tables."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
            yield node.lineno, f"reads tables through .{node.attr}"


def find_foreign_objects(path: PurePosixPath, source: str) -> Iterator[Finding]:
    """Find managers of another context's tables."""
    tree, foreign = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("chengzhi."):
            owner = node.module.split(".")[1]
            tables = ".models" in node.module or any(alias.name == "models" for alias in node.names)
            if tables and owner not in {floor_of(path), "kernel"}:
                foreign |= {alias.asname or alias.name for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and _root_name(node) in foreign:
            yield node.lineno, f"reads another context's table through {ast.unparse(node)}"


def _root_name(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def find_writers(_path: PurePosixPath, source: str) -> Iterator[Finding]:
    """Find calls that change tables."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _writes(node, node.func):
            yield node.lineno, f"writes by {ast.unparse(node.func)}(…)"


def _writes(call: ast.Call, called: ast.Attribute) -> bool:
    if isinstance(called.value, ast.Name) and called.value.id == "writes":
        return called.attr in {"add", "change", "remove"}
    if called.attr not in WRITERS:
        return False
    if ".objects" in ast.unparse(called.value):
        return True
    # Without a manager in sight: rows are saved and deleted without a positional argument, files, images and dicts are not.
    return called.attr in {"save", "delete", "update"} and not call.args and not (called.attr == "update" and not call.keywords)


def find_missing_docstrings(_path: PurePosixPath, source: str) -> Iterator[Finding]:
    """Find public things without a first sentence."""
    tree = ast.parse(source)
    if tree.body and not _is_sentence(ast.get_docstring(tree)):
        yield 1, "the module has no first sentence"
    for node in _public(tree):
        if not _is_sentence(ast.get_docstring(node)):
            yield node.lineno, f"{node.name} has no first sentence"


def _public(parent: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in parent.body:
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and node.name != "Meta"
        ):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _is_sentence(text: str | None) -> bool:
    # A first sentence may run over two lines; it ends where a paragraph or a sentence does.
    return text is not None and text.strip().partition("\n\n")[0].rstrip().endswith((".", "。", ":"))


def find_signals(_path: PurePosixPath, source: str) -> Iterator[Finding]:
    """Find Django signals."""
    for node in ast.walk(ast.parse(source)):
        names = (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else []
        )
        if any(name.startswith(SIGNALS) for name in names):
            yield node.lineno, f"uses Django signals ({', '.join(names)})"


def find_late_imports(_path: PurePosixPath, source: str) -> Iterator[Finding]:
    """Find imports inside functions."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node.lineno, f"imports inside {function.name}()"


def find_state_questions(_path: PurePosixPath, source: str) -> Iterator[Finding]:
    """Find code that decides by comparing a state."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            sides = [node.left] if isinstance(node.ops[0], ast.In | ast.NotIn) else [node.left, *node.comparators]
            if any(_is_state(side) for side in sides):
                yield node.lineno, f"decides by a state: {ast.unparse(node)}"


def _is_state(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "state") or (isinstance(node, ast.Name) and node.id == "state")


def find_side_doors(path: PurePosixPath, source: str) -> Iterator[Finding]:
    """Find imports of another context's inner rooms."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("chengzhi."):
            parts = node.module.split(".")
            if parts[1] in {floor_of(path), "kernel", "site"}:
                continue
            rooms = [parts[2]] if len(parts) > 2 else [alias.name for alias in node.names]
            for room in rooms:
                if room not in OPEN_TO_OTHERS:
                    yield node.lineno, f"enters {parts[1]}.{room}, which is not open to others"


RULES = [
    HouseRule(
        name="tables are read only in models, queries and services",
        why="R4: objects are fetched through a query that takes the actor, so that no door can forget who asks.",
        good="incident = queries.incident(number, act=act)",
        bad="incident = Incident.objects.get(number=number)",
        where=lambda path: above_the_kernel(path) and room_of(path) not in READING_ROOMS,
        find=find_objects,
    ),
    HouseRule(
        name="a context reads only its own tables",
        why="R4: `.objects` never on another context's model; ask its queries.",
        good="from chengzhi.organisation import queries as organisation\nunit = organisation.unit(code)",
        bad="from chengzhi.organisation.models import Unit\nunit = Unit.objects.get(code=code)",
        where=above_the_kernel,
        find=find_foreign_objects,
        example="chengzhi/incidents/queries.py",
    ),
    HouseRule(
        name="only services write",
        why="W5: services are the only writers; the kernel writes their rows at the end in one pipeline.",
        good="services.file_case(matter_id=matter_id, act=act)",
        bad='Incident.objects.filter(pk=1).update(text="")\nwrites.add(row)\nincident.save()',
        where=lambda path: above_the_kernel(path) and room_of(path) != "services",
        find=find_writers,
    ),
    HouseRule(
        name="public things say in a first sentence what they promise",
        why="A docstring says what is promised, first line a full sentence; it is what the rule table and the reader see first.",
        good='"""Questions about incidents."""\ndef open_ones(act):\n    """Return the open incidents that the actor may see."""',
        bad='"""Questions about incidents."""\ndef open_ones(act):\n    return []',
        where=lambda path: in_product(path) and (floor_of(path) == "kernel" or room_of(path) in SPOKEN_ROOMS),
        find=find_missing_docstrings,
        example="chengzhi/incidents/queries.py",
    ),
    HouseRule(
        name="there are no Django signals",
        why="F3: a signal is a call upward that nobody sees. Publish an event, or move the fact down.",
        good="feed.publish(IncidentClosed(matter_id=matter.id), matter=matter, root=root)",
        bad="from django.db.models.signals import post_save",
        where=in_product,
        find=find_signals,
    ),
    HouseRule(
        name="imports stand at the top",
        why="F3: an import inside a function hides a wrong direction.",
        good="from chengzhi.kernel import clocks\ndef due():\n    return clocks",
        bad="def due():\n    from chengzhi.kernel import clocks\n    return clocks",
        where=lambda path: path.suffix == ".py" and "migrations" not in path.parts,
        find=find_late_imports,
    ),
    HouseRule(
        name="only the step table knows states",
        why="W3: one table per state machine. Ask the table what is possible, or name a set of states once.",
        good="choices = workflow.choices(family, act)",
        bad='if matter.state == "filed":\n    pass',
        where=lambda path: above_the_kernel(path) and room_of(path) != "workflow" and not plays_the_people(path),
        find=find_state_questions,
    ),
    HouseRule(
        name="other contexts are entered by their open rooms",
        why="R: other contexts may import models, events, queries and services of a context, nothing else.",
        good="from chengzhi.organisation import queries as organisation",
        bad="from chengzhi.organisation.rules import something",
        where=lambda path: above_the_kernel(path) and floor_of(path) != "site",
        find=find_side_doors,
    ),
]
