"""Finds the words of pages and code, and keeps the Chinese catalogue in step with them.

`python -m scripts.words` lists what is missing and adds it, still empty, to the catalogue; a test fails until each is translated.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "chengzhi" / "site" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CALL = re.compile(r"\b(_|gettext|gettext_lazy|gettext_noop|ngettext|ngettext_lazy|pgettext|pgettext_lazy|npgettext)\(")
PLURAL = {"ngettext", "ngettext_lazy", "npgettext"}
CONTEXT = {"pgettext", "pgettext_lazy", "npgettext"}

# A word is its context and its msgid; a plural is the pair (singular, plural).
Word = tuple[str, str | tuple[str, str]]


def words_of_code(source: str) -> Iterator[tuple[int, Word]]:
    """Yield the words of Python code with their lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            word = _word(name, node) if CALL.match(f"{name}(") else None
            if word:
                yield node.lineno, word


def words_of_template(source: str) -> Iterator[tuple[int, Word]]:
    """Yield the words of a template with their lines."""
    code = templatize(source)
    for hit in CALL.finditer(code):
        call = _balanced(code, hit.start())
        word = _word(hit[1], call) if call else None
        if word:
            yield code.count("\n", 0, hit.start()) + 1, word


def _balanced(code: str, start: int) -> ast.Call | None:
    for end in (found.end() for found in re.finditer(r"\)", code[start : start + 4000])):
        try:
            node = ast.parse(code[start : start + end], mode="eval").body
        except SyntaxError:
            continue
        return node if isinstance(node, ast.Call) else None
    return None


def _word(name: str, call: ast.Call) -> Word | None:
    texts = [part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    context = texts.pop(0) if name in CONTEXT and texts else ""
    wanted = 2 if name in PLURAL else 1
    if len(texts) < wanted or not texts[0]:
        return None
    return context, (texts[0], texts[1]) if name in PLURAL else texts[0]


def words() -> dict[Word, list[str]]:
    """Return every word of the product with the places where it stands."""
    found: dict[Word, list[str]] = {}
    for pattern, read in (("chengzhi/**/*.py", words_of_code), ("chengzhi/**/templates/**/*.html", words_of_template)):
        for path in sorted(ROOT.glob(pattern)):
            if not {"tests", "migrations"} & set(path.parts):
                for line, word in read(path.read_text(encoding="utf-8")):
                    found.setdefault(word, []).append(f"{path.relative_to(ROOT)}:{line}")
    return found


def catalogue() -> Catalog:
    """Return the Chinese catalogue."""
    if not CATALOGUE.exists():
        return Catalog(locale="zh_Hans", project="chengzhi", charset="utf-8", fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def faults(known: Catalog, wanted: dict[Word, list[str]]) -> list[str]:
    """Return what is missing, unsure, or has other placeholders than its English, each with its place."""
    broken = []
    for (context, text), places in wanted.items():
        message = known.get(text, context or None)
        chinese = None if message is None else message.string
        given = [] if chinese is None else [chinese] if isinstance(chinese, str) else list(chinese)
        shown = text if isinstance(text, str) else text[0]
        if message is None or not all(given) or not given:
            broken.append(f"{places[0]} “{shown}” has no Chinese")
        elif message.fuzzy:
            broken.append(f"{places[0]} “{shown}” is marked fuzzy")
        elif any(placeholders(each) != placeholders(text) for each in given):
            broken.append(f"{places[0]} “{shown}” has other placeholders in Chinese")
    return broken


def placeholders(text: str | tuple[str, str]) -> set[str]:
    """Return the named placeholders of a word."""
    return {"".join(hit) for hit in re.findall(r"%\((\w+)\)|\{(\w+)\}", text if isinstance(text, str) else " ".join(text))}


def main() -> int:
    """Add what is missing to the catalogue, take away what nobody says any more, and tell both."""
    known, wanted = catalogue(), words()
    for context, text in wanted:
        if known.get(text, context or None) is None:
            known.add(text, context=context or None)
    for message in list(known):
        if message.id and (message.context or "", message.id) not in wanted:
            known.delete(message.id, message.context)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, known, sort_output=True, omit_header=False, include_previous=False, no_location=True)
    left = faults(known, wanted)
    print("\n".join(left) or f"All {len(wanted)} words are translated.")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
