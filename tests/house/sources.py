"""Where the house rules look: the files of the product, and the shape of one house rule."""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
READING_ROOMS = {"models", "queries", "services"}
OPEN_TO_OTHERS = {"models", "events", "queries", "services"}
PLUMBING = {"migrations", "tests"}

Finding = tuple[int, str]


@dataclass(frozen=True)
class HouseRule:
    """One rule of the house: why, a good and a bad example, where it holds, and how to find what breaks it."""

    name: str
    why: str
    good: str
    bad: str
    where: Callable[[PurePosixPath], bool]
    find: Callable[[PurePosixPath, str], Iterable[Finding]]
    example: str = "chengzhi/incidents/views/cases.py"

    def broken_by(self, path: PurePosixPath, source: str) -> Iterator[str]:
        """Yield what breaks the rule in one file, as `file:line what`."""
        if self.where(path):
            try:
                findings = list(self.find(path, source))
            except SyntaxError as fault:
                findings = [(fault.lineno or 0, f"cannot be read by Python 3.11: {fault.msg}")]
            for line, what in findings:
                yield f"{path}:{line} {what}"

    def explain(self, broken: list[str]) -> str:
        """Return the message of a failure: what, why, and how it is done here."""
        good, bad = self.good.strip("\n")[:600], self.bad.strip("\n")[:600]
        return "\n".join(["", *broken, "", self.why, "", "Like this:", good, "", "Not like this:", bad])


def listed(*patterns: str) -> list[PurePosixPath]:
    """Return the files that are or would be committed, by git's own patterns."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [PurePosixPath(name) for name in names if (ROOT / name).is_file()]


def text_of(path: PurePosixPath) -> str:
    """Return the text of a file of the product."""
    return (ROOT / path).read_text(encoding="utf-8")


def floor_of(path: PurePosixPath) -> str:
    """Return the package of a file: kernel, incidents, site …; empty outside the product."""
    return path.parts[1] if path.parts[0] == "chengzhi" and len(path.parts) > 2 else ""


def room_of(path: PurePosixPath) -> str:
    """Return the room of a file: `models` for chengzhi/x/models.py and chengzhi/x/models/y.py."""
    return PurePosixPath(path.parts[2]).stem if len(path.parts) > 2 else ""


def in_product(path: PurePosixPath) -> bool:
    """Tell whether a file is Python of the product that takes decisions."""
    return bool(floor_of(path)) and path.suffix == ".py" and not PLUMBING & set(path.parts)


def plays_the_people(path: PurePosixPath) -> bool:
    """Tell whether a file tells stories (demo city, replay): it plays people, who look at a state; the table still judges."""
    return path.parts[:2] == ("chengzhi", "site") and path.parts[2] in {"demo", "replay"}


def loads_in_bulk(path: PurePosixPath) -> bool:
    """Tell whether a file of the story tellers touches all contexts' tables at once; a test compares its rows with those of services."""
    return plays_the_people(path) and path.stem in {"queries", "writing"}


def above_the_kernel(path: PurePosixPath) -> bool:
    """Tell whether a file is of a context or of the site."""
    return in_product(path) and floor_of(path) != "kernel" and not loads_in_bulk(path)
