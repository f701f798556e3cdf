"""What administrators see of the numbers of the loop, of its lists of classes, and of words; each only what his nodes use."""

from collections.abc import Iterator, Sequence

from chengzhi.incidents.models import ClassListing, EverydayWord, LoopNumber, ResultPhrase, StreetPhrase
from chengzhi.incidents.models.numbers import CLASS_LISTS
from chengzhi.incidents.queries import numbers, registers, suggesting
from chengzhi.incidents.queries.choices import amount_words, fixed_lists
from chengzhi.incidents.queries.desk import EVERYWHERE, class_words, codes_of, node_words
from chengzhi.kernel import imports
from chengzhi.kernel.access import Actor
from chengzhi.kernel.administration import Line, Look, options_of, over, period
from chengzhi.kernel.cards import Option
from chengzhi.organisation import queries as organisation

SHARES = {
    "percent": ("%", "%"),
    "times": (" 次", " times"),
    "metre": (" 米", " m"),
    "km_per_hour": (" 公里/小时", " km/h"),
}
TAKEN_AWAY = ("已停用", "taken away")
Words = tuple[str, str]


@options_of("loop_numbers")
def loop_numbers(_actor: Actor) -> Sequence[Option]:
    """Return the numbers of the loop by their codes."""
    rows = LoopNumber.objects.filter(node_code=numbers.SEED).order_by("id")
    return [Option(row.code, row.name_zh, row.name_en) for row in rows]


@options_of("class_lists")
def class_lists(_actor: Actor) -> Sequence[Option]:
    """Return the lists of classes."""
    return [Option(code, zh, en) for code, (zh, en) in CLASS_LISTS.items()]


def number_words(amount: int, unit: str) -> Words:
    """Return a number with its unit as a register shows it."""
    zh, en = SHARES.get(unit, ("", ""))
    return (f"{amount}{zh}", f"{amount}{en}") if zh else amount_words(amount, unit)


def number_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the numbers of the loop: the platform's and those of the nodes that a person maintains, each with its period."""
    rows = LoopNumber.objects.filter(node_code__in=_codes(actor))
    order = {code: place for place, code in enumerate(rows.filter(node_code=numbers.SEED).order_by("id").values_list("code", flat=True))}
    for row in sorted(rows, key=lambda row: (order.get(row.code, 999), row.node_code, -row.valid_from.toordinal())):
        if look.fits(row.code, row.name_zh, row.name_en):
            name = (row.name_zh, row.name_en)
            cells = (name, number_words(row.amount, row.unit), node_words(row.node_code), period(row.valid_from, row.valid_to))
            begins = {"number": row.code, "amount": str(row.amount), "node": row.node_code}
            yield Line((*cells, row.mark, row.source), begins, ended=over(row.valid_to))


def list_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the classes on the lists of the loop."""
    rows = ClassListing.objects.filter(node_code__in=_codes(actor)).order_by("list", "node_code", "class_code", "-valid_from")
    for row in rows:
        named, name = class_words(row.class_code), CLASS_LISTS[row.list]
        if look.fits(*named, *name):
            cells = (name, named, node_words(row.node_code), period(row.valid_from, row.valid_to), row.mark, row.source)
            begins = {"name": row.list, "class_code": row.class_code, "node": row.node_code}
            yield Line(cells, begins, ended=over(row.valid_to))


def word_rows(_actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the everyday words of classes: the city's first, those that were taken away struck out."""
    own = {(row.word, row.class_code): row for row in EverydayWord.objects.order_by("-id")}
    for (word, code), row in own.items():
        if look.fits(word, *class_words(code)):
            cells = (word, class_words(code), EVERYWHERE if row.active else TAKEN_AWAY, row.mark, row.source)
            yield Line(cells, {"word": word, "class_code": code}, ended=not row.active)
    for (word, code), source in suggesting.shipped_words().items():
        if (word, code) not in own and look.fits(word, *class_words(code)):
            yield Line((word, class_words(code), EVERYWHERE, "D", source), {"word": word, "class_code": code})


def street_phrase_rows(_actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the phrases of the phone: the city's first, those that were taken away struck out."""
    own = {row.text_zh: row for row in StreetPhrase.objects.order_by("-id")}
    for zh, row in own.items():
        if look.fits(zh, row.text_en):
            cells = (zh, row.text_en, EVERYWHERE if row.active else TAKEN_AWAY, row.mark, row.source)
            yield Line(cells, {"text_zh": zh, "text_en": row.text_en}, ended=not row.active)
    for option in fixed_lists()["street_phrases"]:
        if option.zh not in own and look.fits(option.zh, option.en):
            yield Line((option.zh, option.en, EVERYWHERE, "D", "platform default"), {"text_zh": option.zh, "text_en": option.en})


def result_phrase_rows(actor: Actor, look: Look) -> Iterator[Line]:
    """Yield the words for what was done, of the platform and of the nodes that a person maintains."""
    for row in ResultPhrase.objects.filter(node_code__in=_codes(actor)).order_by("covers", "node_code", "id"):
        named = class_words(row.covers) if len(row.covers) > numbers.MAJOR else _major(row.covers)
        if look.fits(*named, row.text_zh, row.text_en):
            text = (row.text_zh, row.text_en or row.text_zh)
            cells = (named, text, node_words(row.node_code), period(row.valid_from, row.valid_to), row.mark, row.source)
            yield Line(cells, {"phrase": str(row.pk), "covers": row.covers}, ended=over(row.valid_to))


def _major(code: str) -> Words:
    found = next((view for view in registers.classes() if view.code.startswith(code)), None)
    return (f"{code} {found.major_zh}", f"{code} {found.major_en}") if found else (code, code)


def _codes(actor: Actor) -> list[str]:
    """Return the nodes whose rows a person sees: the platform's, the city's, which hold for him too, and his own."""
    city = organisation.node(organisation.city()).code
    return list(dict.fromkeys([*codes_of(actor, imports.MANAGE), city]))
