"""Words of danger in a text, and the service that each calls for."""

import csv
from dataclasses import dataclass
from pathlib import Path

from chengzhi.hotline.models import DangerWord
from chengzhi.kernel.registers import Register

NAME = "hotline_dangers"
FILE = Path(__file__).resolve().parents[1] / "data" / "danger_words.csv"


@dataclass(frozen=True, slots=True)
class Danger:
    """One word of danger; inside one of the longer words of `harmless` it means nothing (火 in 火车)."""

    word: str
    service: str
    harmless: tuple[str, ...] = ()


def _load() -> dict[str, Danger]:
    with FILE.open(encoding="utf-8", newline="") as file:
        shipped = [Danger(row["word"], row["service"], tuple(row["except_in"].split())) for row in csv.DictReader(file)]
    known = {danger.word: danger for danger in shipped}
    for word, service, active in DangerWord.objects.order_by("id").values_list("word", "service", "active"):
        harmless = known[word].harmless if word in known else ()
        known[word] = Danger(word, service, harmless)
        if not active:
            del known[word]
    return known


REGISTER: Register[dict[str, Danger]] = Register(NAME, _load)


def danger_words() -> list[Danger]:
    """Return all words of danger: those that come with the platform as the city has changed them."""
    return list(REGISTER.get().values())


def dangers_in(text: str) -> list[Danger]:
    """Return the words of danger that stand in a text, in their order there, each once; longer harmless words do not count."""
    found = []
    for danger in danger_words():
        bare = text
        for word in danger.harmless:
            bare = bare.replace(word, "□" * len(word))
        if danger.word in bare:
            found.append((bare.index(danger.word), danger))
    return [danger for _, danger in sorted(found, key=lambda hit: (hit[0], hit[1].word))]
