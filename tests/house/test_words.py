"""Every word of the screens is English in the code and Chinese in the catalogue."""

import pytest
from babel.messages.catalog import Catalog

from scripts import words

CODE = """_("Close")
gettext_lazy("My work")
ngettext("one case", "%(n)s cases", n)
pgettext("verb", "File")
_(name)
other("not this")"""
TEMPLATE = """{% load i18n %}<h1 title="{% translate "Close" %}">{{ _("My work") }}</h1>
  {% blocktranslate count n=count %}one case{% plural %}{{ n }} cases{% endblocktranslate %} isn't "this"
{% translate "File" context "verb" %}"""


def catalogue(**chinese: str) -> Catalog:
    made = Catalog(locale="zh_Hans")
    for english, text in chinese.items():
        made.add(english.replace("_", " "), text)
    return made


def test_words_are_found_in_code() -> None:
    found = [word for _line, word in words.words_of_code(CODE)]
    assert found == [("", "Close"), ("", "My work"), ("", ("one case", "%(n)s cases")), ("verb", "File")]


def test_words_are_found_in_templates() -> None:
    found = [word for _line, word in words.words_of_template(TEMPLATE)]
    assert found == [("", "Close"), ("", "My work"), ("", ("one case", "%(n)s cases")), ("verb", "File")]


@pytest.mark.parametrize(
    ("situation", "known", "faults"),
    [
        ("translated", catalogue(My_work="我的待办"), []),
        ("missing", catalogue(Close="结案"), ["x.py:1 “My work” has no Chinese"]),
        ("empty", catalogue(My_work=""), ["x.py:1 “My work” has no Chinese"]),
        ("other placeholders", catalogue(My_work="%(n)s 件"), ["x.py:1 “My work” has other placeholders in Chinese"]),
    ],
)
def test_faults_of_the_catalogue_are_named_with_their_place(situation: str, known: Catalog, faults: list[str]) -> None:
    assert words.faults(known, {("", "My work"): ["x.py:1"]}) == faults, situation


def test_every_word_of_the_product_is_translated() -> None:
    broken = words.faults(words.catalogue(), words.words())
    assert not broken, "\n".join(["", *broken, "", "Run `make words`, then write the Chinese into the catalogue."])
