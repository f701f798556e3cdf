"""Rules: one pure yes/no judgement each, with its sentence in two languages and its source."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from chengzhi.kernel.problems import Fault

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: an act with its article, a standard, or our own design; `mark` is the confidence of the citation."""

    act_zh: str
    act_en: str
    article: str
    mark: str = "S"

    def __str__(self) -> str:
        return f"{self.act_zh}{self.article}"


@dataclass(frozen=True, slots=True)
class Law:
    """An act that rules cite: `APL("第四十二条")` gives the source."""

    zh: str
    en: str
    mark: str = "S"

    def __call__(self, article: str, mark: str = "") -> Source:
        return Source(self.zh, self.en, article, mark or self.mark)


APL = Law("行政处罚法", "Administrative Penalty Law")
LOOP = Law("数字城管流程设计", "Design of the loop", mark="D")
HOUSE = Law("平台设计", "Platform design", mark="D")


@dataclass(frozen=True, eq=False)
class Rule(Generic[F]):
    """A judgement that can be called with facts and knows its own sentences."""

    code: str
    zh: str
    en: str
    source: Source
    judge: Callable[[F], bool]
    file: str
    line: int

    def __call__(self, facts: F) -> bool:
        return self.judge(facts)

    def fault(self) -> Fault:
        """Return the reason that a refusal shows when this rule is broken."""
        return Fault(code=self.code, zh=self.zh, en=self.en, source=str(self.source))


RULES: dict[str, Rule[Any]] = {}


def rule(*, zh: str, source: Source) -> Callable[[Callable[[F], bool]], Rule[F]]:
    """Make a rule of a pure function; its docstring is the English sentence."""

    def make(function: Callable[[F], bool]) -> Rule[F]:
        context = (
            function.__module__.split(".")[1]
            if function.__module__.startswith("chengzhi.")
            else function.__module__.split(".")[-1]
        )
        english = (inspect.getdoc(function) or "").partition("\n")[0]
        if not english.endswith("."):
            raise TypeError(f"Rule {function.__name__} needs one English sentence as its docstring.")
        code = f"{context}.{function.__name__}"
        made = Rule(code, zh, english, source, function, str(Path(inspect.getfile(function))), function.__code__.co_firstlineno)
        if code in RULES and RULES[code].file != made.file:
            raise TypeError(f"Two rules are called {code}.")
        RULES[code] = made
        return made

    return make


def broken(needs: tuple[Rule[F], ...], facts: F) -> list[Rule[F]]:
    """Return all rules that these facts break, in the order of the row."""
    return [needed for needed in needs if not needed(facts)]
