"""Lock files carry hashes and no addresses, nothing foreign is committed, variables and words are explained."""

import json
import re
from collections.abc import Callable

import pytest

from chengzhi.kernel.workflow import KINDS
from chengzhi.site import env
from tests.house.sources import ROOT, listed, text_of

ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|(?:^|\s)-[if]\s| @ ", re.MULTILINE)
FOREIGN = re.compile(r"(?:^|/)(?:node_modules|vendor|assets)/|\.min\.(?:js|css)$|\.(?:woff2?|ttf|otf|ttc|whl|mo)$")
CONTEXTS = ("organisation", "territory", "parties", "documents", "powers", "incidents", "portal")
GOOD_LOCK = (
    "django==5.2.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nnumpy==2.4 ; sys_platform == 'x' \\\n    --hash=sha256:cc\n"
)


def faults_of_python_lock(text: str) -> list[str]:
    """Return what is wrong with a lock file: addresses, packages without hash, packages without exact version."""
    addresses = [f"an address: {line.strip()}" for line in text.splitlines() if ADDRESS.search(line)]
    entries = re.split(r"\n(?=\S)", text.strip())
    loose = [f"not exact: {entry.splitlines()[0]}" for entry in entries if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", entry)]
    bare = [f"no hash: {entry.splitlines()[0]}" for entry in entries if "--hash=sha256:" not in entry]
    return addresses + loose + bare


def faults_of_npm_lock(text: str) -> list[str]:
    """Return what is wrong with npm's lock file: addresses of packages, packages without integrity."""
    packages = {name: row for name, row in json.loads(text)["packages"].items() if name}
    return [f"{name} has an address" for name, row in packages.items() if "resolved" in row] + [
        f"{name} has no integrity" for name, row in packages.items() if "integrity" not in row
    ]


@pytest.mark.parametrize(
    ("situation", "check", "text", "count"),
    [
        ("a good lock", faults_of_python_lock, GOOD_LOCK, 0),
        ("an index", faults_of_python_lock, "--index-url https://example.org/simple\n" + GOOD_LOCK, 3),
        ("a package without hash", faults_of_python_lock, "django==5.2.1\n", 1),
        ("a loose version", faults_of_python_lock, "django>=5 \\\n    --hash=sha256:aa\n", 1),
        ("a good npm lock", faults_of_npm_lock, '{"packages": {"": {}, "a": {"version": "1", "integrity": "sha512-x"}}}', 0),
        ("an npm lock with an address", faults_of_npm_lock, '{"packages": {"a": {"resolved": "x", "integrity": "y"}}}', 1),
        ("an npm lock without integrity", faults_of_npm_lock, '{"packages": {"a": {"version": "1"}}}', 1),
    ],
)
def test_faults_of_lock_files_are_found(situation: str, check: Callable[[str], list[str]], text: str, count: int) -> None:
    assert len(check(text)) == count, situation


@pytest.mark.parametrize("name", ["base", "dev"])
def test_python_packages_are_locked_with_hashes_and_without_addresses(name: str) -> None:
    faults = faults_of_python_lock((ROOT / "requirements" / f"{name}.txt").read_text())
    assert not faults, "\n".join([*faults, "Make the lock files by `make lock`, which leaves addresses out."])


def test_front_end_packages_are_locked_without_addresses() -> None:
    faults = faults_of_npm_lock((ROOT / "package-lock.json").read_text())
    assert not faults, "\n".join([*faults, "Make the lock files by `make lock`; .npmrc leaves addresses out."])


@pytest.mark.parametrize(
    ("path", "foreign"),
    [
        ("chengzhi/site/assets/vendor/htmx.min.js", True),
        ("docs/a.woff2", True),
        ("chengzhi/site/static/site.js", False),
        ("docs/tour.md", False),
    ],
)
def test_foreign_files_are_known_by_their_path(path: str, foreign: bool) -> None:
    assert bool(FOREIGN.search(path)) is foreign


def test_nothing_foreign_is_committed() -> None:
    found = [str(path) for path in listed() if FOREIGN.search(str(path))]
    assert not found, f"{found}: other people's files come from a package at set-up (package.json, scripts/copy_assets.py)."


def test_every_variable_has_a_description() -> None:
    bare = [variable.name for variable in env.VARIABLES.values() if not variable.description.rstrip().endswith(".")]
    assert not bare, f"{bare}: say in a sentence what it does (chengzhi/site/env.py)."


def test_every_variable_that_is_read_is_declared() -> None:
    used = {
        name
        for path in listed("chengzhi/*.py", "scripts/*", "Makefile")
        for name in re.findall(r"\bCHENGZHI_[A-Z_]+\b", text_of(path))
    }
    unknown = used - set(env.VARIABLES) - {"CHENGZHI_TEST_VAR", "CHENGZHI_PICTURES"}
    assert not unknown, f"{unknown}: declare it in chengzhi/site/env.py with a description."


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        str(path) for path in listed("chengzhi/*.py") if re.search(r"os\.(?:environ\.get|environ\[|getenv)", text_of(path))
    ]
    assert readers == ["chengzhi/site/env.py"], "D3: the environment is read in chengzhi/site/env.py only."


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_context_explains_its_words_in_both_languages(context: str) -> None:
    readme = ROOT / "chengzhi" / context / "README.md"
    assert readme.exists(), f"{readme.relative_to(ROOT)} is missing: purpose, and a table of words | zh | en | meaning |."
    text = readme.read_text(encoding="utf-8")
    assert re.search(r"^\|.*[\u4e00-\u9fff].*\|.*[A-Za-z].*\|", text, re.MULTILINE), (
        f"{readme.relative_to(ROOT)} has no table of words."
    )


def test_every_state_step_and_clock_stands_in_a_glossary() -> None:
    glossaries = "\n".join((ROOT / "chengzhi" / context / "README.md").read_text(encoding="utf-8") for context in CONTEXTS)
    missing = [
        f"{kind.name}: {word.zh} / {word.en}"
        for kind in KINDS.values()
        if not kind.name.startswith("toy")  # of the kernel's own tests
        for word in [*kind.states.values(), *kind.steps.values(), *kind.clocks.values()]
        if not any(word.zh in line and word.en in line for line in glossaries.splitlines())
    ]
    assert not missing, "\n".join(
        ["Words without an explanation (one line | zh | en | meaning | in the README of the context):", *missing]
    )
