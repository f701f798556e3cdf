"""The floors and rooms of the house are kept, and a package without a floor is found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

LINT = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house in which walls may be broken."""
    shutil.copy(ROOT / ".importlinter", tmp_path)
    shutil.copytree(ROOT / "chengzhi", tmp_path / "chengzhi", ignore=shutil.ignore_patterns("assets", "__pycache__"))
    return tmp_path


def test_the_house_keeps_its_floors_and_rooms() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, f"{done.stdout}\nImport only from floors below; call down, publish up (F1, F2)."


@pytest.mark.parametrize(
    ("situation", "file", "source", "named"),
    [
        ("a package without a floor", "chengzhi/emergency/__init__.py", "", "emergency"),
        ("an import upward", "chengzhi/kernel/up.py", "from chengzhi.incidents import apps\n", "chengzhi.kernel"),
        (
            "an import of a neighbour",
            "chengzhi/parties/side.py",
            "from chengzhi.territory import apps\n",
            "chengzhi.parties",
        ),
        (
            "a rule that reads tables",
            "chengzhi/parties/rules.py",
            "from chengzhi.kernel.models import Matter\n",
            "chengzhi.parties.rules",
        ),
        (
            "a door used from below the roof",
            "chengzhi/incidents/x.py",
            "from chengzhi.organisation import views\n",
            "chengzhi.organisation.views",
        ),
    ],
)
def test_a_broken_wall_is_found(house: Path, situation: str, file: str, source: str, named: str) -> None:
    if "views" in source and not (house / "chengzhi/organisation/views.py").exists():
        (house / "chengzhi/organisation/views.py").write_text("")
    (house / file).parent.mkdir(exist_ok=True)
    (house / file).write_text(source)
    done = lint(house)
    assert done.returncode == 1, f"{situation} was not found:\n{done.stdout}"
    assert named in done.stdout, done.stdout
