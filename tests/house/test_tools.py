"""Style, complexity, types and generated pages are checked by the tools that also `make check` calls."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

BIN = Path(sys.executable).parent


def run(*command: str, text: str | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, input=text, capture_output=True, text=True, check=False
    )


def branches(count: int) -> str:
    body = "".join(f"    if x == {number}:\n        return {number}\n" for number in range(count))
    return f"def choose(x: int) -> int:\n{body}    return -1\n"


@pytest.mark.parametrize(("situation", "count", "allowed"), [("seven branches", 7, True), ("eight branches", 8, False)])
def test_a_function_has_at_most_complexity_eight(situation: str, count: int, allowed: bool) -> None:
    done = run(
        "ruff",
        "check",
        "--select",
        "C901",
        "--no-cache",
        "--stdin-filename",
        "chengzhi/kernel/example.py",
        "-",
        text=branches(count),
    )
    assert (done.returncode == 0) is allowed, situation


def test_the_style_is_kept_everywhere() -> None:
    done = run("ruff", "check", "--no-cache", ".")
    assert done.returncode == 0, (
        f"{done.stdout}\nMost of it is mended by `ruff check --fix`; a long function is split by its subject."
    )


def test_types_are_complete() -> None:
    done = run("mypy", "chengzhi")
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nTypes everywhere; an ignore carries its code and its reason."


def test_generated_pages_are_fresh() -> None:
    done = run("chengzhi", "docs", "--check")
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nRun `make docs` and commit what it writes."
