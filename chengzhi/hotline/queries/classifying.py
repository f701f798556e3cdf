"""Classes proposed for a text, by the newest trained version; before the first training by the words that come with the platform."""

import csv
from dataclasses import dataclass
from pathlib import Path

from chengzhi.hotline import grouping
from chengzhi.hotline.classifier import Classifier, Lesson, Score, learn, score, unpack
from chengzhi.hotline.models import ClassifierVersion
from chengzhi.incidents.queries import callers, registers, suggesting
from chengzhi.kernel.registers import Register

NAME = "hotline_classifier"
PHRASES = Path(__file__).resolve().parents[1] / "data" / "phrases.csv"
NAME_WEIGHT, WORD_WEIGHT, PHRASE_WEIGHT = 6, 4, 3
FOLDS = 5
MOST_CONFIRMED = 5000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposed class, with the words of the text that speak for it."""

    code: str
    name_zh: str
    name_en: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """The classifier in use and its version; 0 is the one of the platform's own words."""

    number: int
    model: Classifier


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found: every held-out case, and those whose text does not name its class, with and without learning."""

    cases: int
    groups: int
    taught_only: Score
    every: Score
    unnamed: Score


def taught() -> list[Lesson]:
    """Return what is known without any case: names of the classes, everyday words, callers' phrases."""
    known = {view.code for view in registers.classes()}
    lessons = [Lesson(view.name_zh, view.code, NAME_WEIGHT) for view in registers.classes()]
    lessons += [Lesson(view.name_en, view.code) for view in registers.classes()]
    lessons += [Lesson(word, code, WORD_WEIGHT) for word, code in suggesting.everyday_words() if code in known]
    with PHRASES.open(encoding="utf-8", newline="") as file:
        return lessons + [Lesson(r["phrase"], r["class_code"], PHRASE_WEIGHT) for r in csv.DictReader(file) if r["class_code"] in known]


def confirmed() -> list[Lesson]:
    """Return the newest texts whose class the duty chief has confirmed by filing, without the words of their addresses."""
    known = {view.code for view in registers.classes()}
    rows = callers.confirmed(n=MOST_CONFIRMED, newest=True)
    return [Lesson(row.text, row.class_code, without=row.address) for row in rows if row.class_code in known]


def _load() -> Held:
    newest = ClassifierVersion.objects.order_by("-number").first()
    if newest is None:
        return Held(0, Classifier(learn(taught()), {}))
    kept = unpack(bytes(newest.counts))
    return Held(newest.number, Classifier(kept["taught"], kept["confirmed"]))


REGISTER: Register[Held] = Register(NAME, _load)


def suggest(text: str, n: int = 3) -> list[Suggestion]:
    """Return the n classes that fit a text best, best first; none when nothing fits. A code names its class."""
    named = registers.class_view(text.strip().upper())
    if named is not None:
        return [Suggestion(named.code, named.name_zh, named.name_en, (named.code,))]
    found = []
    for guess in REGISTER.get().model.guess(text, n):
        view = registers.class_view(guess.code)
        if view is not None:
            found.append(Suggestion(view.code, view.name_zh, view.name_en, guess.words))
    return found


def newest_version() -> ClassifierVersion | None:
    """Return the newest trained version, None before the first training."""
    return ClassifierVersion.objects.defer("counts").order_by("-number").first()


def evaluate(lessons: list[Lesson] | None = None) -> Report:
    """Ask about confirmed cases that were held out, in five parts; texts after one pattern stand all in the same part."""
    cases = confirmed() if lessons is None else lessons
    part, groups = held_out(cases)
    words = learn(taught())
    bare = every = unnamed = Score(0, 0, 0)
    for fold in range(FOLDS):
        asked = [lesson for lesson, at in zip(cases, part, strict=True) if at == fold]
        hidden = [lesson for lesson in asked if not _names_itself(lesson)]
        model = Classifier(words, learn([lesson for lesson, at in zip(cases, part, strict=True) if at != fold]))
        every, unnamed = every + score(model, asked), unnamed + score(model, hidden)
        bare = bare + score(Classifier(words, {}), hidden)
    return Report(len(cases), groups, bare, every, unnamed)


def held_out(cases: list[Lesson]) -> tuple[list[int], int]:
    """Return for each case the part in which it is asked, and how many patterns there are."""
    names = sorted((view.name_zh for view in registers.classes()), key=lambda name: (-len(name), name))
    numbers = grouping.groups([grouping.skeleton(case.text.replace(case.without or "\n", "□"), names) for case in cases])
    return grouping.parts(numbers, FOLDS), len(set(numbers))


def _names_itself(lesson: Lesson) -> bool:
    view = registers.class_view(lesson.code)
    return view is not None and view.name_zh in lesson.text
