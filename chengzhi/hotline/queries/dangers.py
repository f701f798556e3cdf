"""Words of danger in a text, and the service that each calls for."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chengzhi.hotline.models import DangerWord
from chengzhi.hotline.models.calls import SERVICES
from chengzhi.kernel.access import Actor
from chengzhi.kernel.administration import Line, Look, options_of
from chengzhi.kernel.cards import Option
from chengzhi.kernel.registers import Register

NAME = "hotline_dangers"
FILE = Path(__file__).resolve().parents[1] / "data" / "danger_words.csv"


@dataclass(frozen=True, slots=True)
class Danger:
    """One word of danger; inside one of the longer words of `harmless` it means nothing (火 in 火车)."""

    word: str
    service: str
    harmless: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _shipped() -> tuple[dict[str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _load() -> dict[str, Danger]:
    known = {row["word"]: Danger(row["word"], row["service"], tuple(row["except_in"].split())) for row in _shipped()}
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


@options_of("danger_services")
def danger_services(_actor: Actor) -> Sequence[Option]:
    """Return the services to which a call of danger goes."""
    return [Option(code, f"{code} {zh}", f"{code} {en}") for code, (zh, en) in SERVICES.items()]


def danger_rows(_actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the words of danger: those of the city first, those that were taken away struck out."""
    shipped = {row["word"]: row for row in _shipped()}
    own = {row.word: row for row in DangerWord.objects.order_by("-id")}
    for word, kept in own.items():
        harmless = shipped[word]["except_in"] if word in shipped else ""
        if look.fits(word, kept.service):
            state = ("在用", "in use") if kept.active else ("已停用", "taken away")
            cells = (word, _service(kept.service), harmless, state, kept.mark, kept.source)
            yield Line(cells, _begins(word, kept.service), not kept.active)
    for word, row in shipped.items():
        if word not in own and look.fits(word, row["service"]):
            line = (word, _service(row["service"]), row["except_in"], ("在用", "in use"), row["mark"], row["source"])
            yield Line(line, _begins(word, row["service"]))


def _service(code: str) -> tuple[str, str]:
    zh, en = SERVICES[code]
    return f"{code} {zh}", f"{code} {en}"


def _begins(word: str, service: str) -> dict[str, str]:
    return {"word": word, "service": service}
