"""What the papers name exists: files, make targets, commands; both READMEs tell the same."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from django.core.management import get_commands

from tests.house.sources import ROOT, listed, text_of

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"`make ([a-z][a-z-]*)|^make ([a-z][a-z-]*)", re.MULTILINE)
COMMAND = re.compile(r"(?:`|\.venv/bin/|^|ExecStart=\S*/)chengzhi ([a-z]+)\b", re.MULTILINE)


def broken_links(path: PurePosixPath, text: str) -> Iterator[str]:
    """Yield links to files of the house that are not there."""
    for target in LINK.findall(text):
        if "://" not in target and not (ROOT / path.parent / target).exists():
            yield f"{path}: {target}"


def targets() -> set[str]:
    """Return what `make` can make."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize(
    ("text", "broken"),
    [("[a](README.md)", []), ("[a](nowhere.md#x)", ["x.md: nowhere.md"]), ("[a](https://example.org/)", [])],
)
def test_a_broken_link_is_found(text: str, broken: list[str]) -> None:
    assert list(broken_links(PurePosixPath("x.md"), text)) == broken


def test_papers_name_files_targets_and_commands_that_exist() -> None:
    wrong = []
    for path in listed("*.md"):
        text = text_of(path)
        wrong += list(broken_links(path, text))
        wrong += [f"{path}: make {''.join(found)}" for found in TARGET.findall(text) if "".join(found) not in targets()]
        wrong += [f"{path}: chengzhi {name}" for name in COMMAND.findall(text) if name not in get_commands()]
    assert not wrong, "\n".join(["These are named but not there:", *wrong])


def test_both_readmes_have_the_same_sections_and_links() -> None:
    english, chinese = (text_of(PurePosixPath(name)) for name in ("README.md", "README.zh-CN.md"))
    assert len(re.findall(r"^## ", english, re.MULTILINE)) == len(re.findall(r"^## ", chinese, re.MULTILINE))
    assert set(LINK.findall(english)) - {"README.zh-CN.md"} == set(LINK.findall(chinese)) - {"README.md"}


def test_the_licence_is_complete() -> None:
    text = Path(ROOT / "LICENSE").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 202
    assert text.strip().endswith("limitations under the License.")
