"""The pages for the officers use the words of the screens: each word in 「」 stands in the code, its tables or its catalogue."""

import re
from pathlib import Path, PurePosixPath

import pytest

from tests.house.sources import ROOT, listed, text_of

QUOTED = re.compile(r"「([^」]+)」")
MOST_BYTES = 60_000
MOST_PICTURES = 12


@pytest.fixture(scope="module")
def said() -> str:
    """All that the product says: code, tables, templates, catalogue; the tests are no part of it."""
    found = listed("chengzhi/*.py", "chengzhi/*.csv", "chengzhi/*.html", "chengzhi/*.po")
    return "\n".join(text_of(path) for path in found if "tests" not in path.parts)


def unsaid(text: str, said: str) -> list[str]:
    """Return the words in 「」 that no screen has."""
    return sorted({word for word in QUOTED.findall(text) if word not in said})


def test_a_word_that_no_screen_has_is_found() -> None:
    assert unsaid("点「派遣」或「派送」", 'Step("dispatch", "派遣")') == ["派送"]


def test_pages_for_officers_use_the_words_of_the_screens(said: str) -> None:
    wrong = [f"{path}: 「{word}」" for path in listed("docs/officers/*.md") for word in unsaid(text_of(path), said)]
    assert not wrong, "\n".join(["No screen says this:", *wrong])


def test_every_page_of_an_officer_has_its_parts_and_english() -> None:
    pages = [path for path in listed("docs/officers/*.md") if path.name != "README.md"]
    assert len(pages) == 11
    for path in pages:
        heads = re.findall(r"^## (.+)$", text_of(path), re.MULTILINE)
        assert {"看到什么", "时限", "不能做什么，为什么", "遇到情况", "In English"} <= set(heads), path


def test_pictures_of_the_officers_are_few_small_and_shown() -> None:
    pictures = listed("docs/pictures/officers/*.png")
    pages = "".join(text_of(PurePosixPath(path)) for path in listed("docs/officers/*.md"))
    assert 0 < len(pictures) <= MOST_PICTURES
    for picture in pictures:
        assert Path(ROOT / picture).stat().st_size <= MOST_BYTES, picture
        assert f"../pictures/officers/{picture.name}" in pages, picture
