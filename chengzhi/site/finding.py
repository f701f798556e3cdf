"""Finds rules and steps by a word: English, Chinese, a code or an article."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chengzhi.kernel.rules import RULES, Rule
from chengzhi.kernel.workflow import KINDS, Step
from chengzhi.site import env

Line = tuple[str, int, str]

DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Place:
    """A rule with everything that leads to it."""

    rule: Rule[Any]
    file: str
    line: int
    steps: tuple[str, ...]
    uses: tuple[str, ...]
    tests: tuple[str, ...]


def chinese_number(value: int) -> str:
    """Return a number below 1000 as articles of law write it: 42 is 四十二."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones or not value else "")


def _forms(word: str) -> list[str]:
    """Return a word as it may be written: `42`, `article 42` and `第42条` also mean 第四十二条."""
    number = re.fullmatch(r"(?:article|art\.?|第)?\s*(\d{1,3})\s*条?", word.strip(), flags=re.IGNORECASE)
    return [word.strip().casefold(), *([f"第{chinese_number(int(number[1]))}条"] if number else [])]


def matches(word: str, *texts: str) -> bool:
    """Tell whether a word, or a form of it, stands in one of the texts, whatever the case of its letters."""
    text = "\n".join(texts).casefold()
    return any(form in text for form in _forms(word))


def matching(word: str) -> list[Rule[Any]]:
    """Return the rules whose code, sentences, act or article contain the word, ordered by code."""
    texts = {code: (code, rule.zh, rule.en, str(rule.source), rule.source.act_en) for code, rule in RULES.items()}
    return [RULES[code] for code in sorted(texts) if matches(word, *texts[code])]


def rules(word: str) -> list[Place]:
    """Return the rules that match a word, each with everything that leads to it."""
    known = lines()
    return [place_of(rule, known) for rule in matching(word)]


def steps(word: str) -> list[tuple[str, Step]]:
    """Return the steps whose slug or words contain the word, each with its kind."""
    rows = [(kind.name, step) for kind in KINDS.values() for step in kind.steps.values()]
    return [(kind, step) for kind, step in rows if matches(word, f"{kind}.{step.slug}", step.zh, step.en)]


def place_of(rule: Rule[Any], known: list[Line]) -> Place:
    """Return where a rule stands, which steps need it, which code judges by it otherwise, and where it is tested."""
    name = rule.code.partition(".")[2]
    word = re.compile(rf"\b{re.escape(name)}\b")
    tests: dict[str, str] = {}
    uses: dict[str, str] = {}
    for file, line, text in known:
        if name in text and _says_more(name, text) and word.search(text):
            (tests if "/tests/" in f"/{file}" else uses).setdefault(file, f"{file}:{line}")
    home = relative(rule.file)
    steps = tuple(f"{kind.name}.{step.slug}" for kind in KINDS.values() for step in kind.steps.values() if rule in step.needs)
    elsewhere = tuple(place for file, place in uses.items() if "/workflow" not in file)
    return Place(rule, home, rule.line, steps, elsewhere, tuple(tests.values()))


def _says_more(name: str, text: str) -> bool:
    """Tell whether a line uses a rule, and does not merely define, import or re-export it."""
    return "import" not in text and f"def {name}(" not in text and text.strip() not in {f'"{name}",', f"{name},"}


def relative(file: str) -> str:
    """Return a path as it is seen from the root of the checkout."""
    path = Path(file)
    return str(path.relative_to(env.ROOT)) if path.is_relative_to(env.ROOT) else file


def lines() -> list[Line]:
    """Return every line of the code and of the tests with its place."""
    return list(_read())


def _read() -> Iterator[Line]:
    for pattern in ("chengzhi/**/*.py", "tests/**/*.py"):
        for path in sorted(env.ROOT.glob(pattern)):
            for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                yield relative(str(path)), number, text
