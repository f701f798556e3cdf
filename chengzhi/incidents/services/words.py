"""Verbs of the administration pages for numbers, lists of classes, and words; the signature of each is its form."""

from datetime import date
from typing import Annotated

from django.db.models import Q
from django.utils import timezone
from pydantic import Field

from chengzhi.incidents.models import ClassListing, EverydayWord, LoopNumber, ResultPhrase, StreetPhrase
from chengzhi.incidents.models.numbers import CLASS_LISTS
from chengzhi.incidents.queries import numbers, phone, suggesting
from chengzhi.incidents.queries import registers as known
from chengzhi.incidents.services.desk import Node, NodeOrAll, Source, TheClass, ValidFrom, check_class, city_code, end_rows, since_day
from chengzhi.incidents.services.registers import ADOPTED, authorise
from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid, NotFound, Refused
from chengzhi.kernel.workflow.forms import Ask, Id

MOST, MOST_PERCENT = 9999, 300
NOUGHT = frozenset(  # numbers that say "not at all" with 0; every other one divides, waits or counts from 1
    (
        "sample_share",
        "visit_gap",
        "reopen_most",
        "extensions_most",
        "extension_share",
        "rework_share",
        "merge_metres",
        "merge_hours",
        "earlier_metres",
        "earlier_days",
        "crew_link_days",
    )
)
OVER_ALL = frozenset(("extension_share",))  # a share that may be more than the whole
LastDay = Annotated[date | None, Ask("最后一天", "Last day", widget="date", help_zh="不填即今天", help_en="Today when left empty")]


def set_number(
    *,
    node: Node,
    number: Annotated[str, Ask("规则数值", "Number", widget="select", choices="loop_numbers")],
    amount: Annotated[int, Ask("数值", "Amount", widget="number"), Field(ge=0, le=MOST)],
    source: Source,
    valid_from: ValidFrom = None,
    act: Act,
) -> LoopNumber:
    """Set a number of the loop for a node from a day on; what was valid there until then ends with the day before."""
    authorise(act, node)
    platform = LoopNumber.objects.filter(node_code=numbers.SEED, code=number).order_by("-valid_from").first()
    if platform is None:
        raise Invalid(f"没有规则数值“{number[:32]}”，请从列表中选择。", f"There is no number “{number[:32]}”; choose one of the list.")
    _check_amount(platform, amount)
    since = since_day(valid_from, act)
    end_rows(LoopNumber.objects.filter(node_code=node, code=number), since)
    made = LoopNumber(
        node_code=node,
        code=number,
        amount=amount,
        unit=platform.unit,
        name_zh=platform.name_zh,
        name_en=platform.name_en,
        source=source,
        mark=ADOPTED,
        valid_from=since,
    )
    writes.add(made)
    registers.raise_version(numbers.NAME)
    return made


def _check_amount(platform: LoopNumber, amount: int) -> None:
    least = 0 if platform.code in NOUGHT else 1
    most = MOST if platform.unit != "percent" else MOST_PERCENT if platform.code in OVER_ALL else 100
    if not least <= amount <= most:
        raise Invalid(
            f"“{platform.name_zh}”应为 {least} 至 {most}，收到 {amount}。",
            f"“{platform.name_en}” must be from {least} to {most}, not {amount}.",
            code="number_out_of_range",
        )


TheList = Annotated[str, Ask("名单", "List", widget="select", choices="class_lists")]


def list_class(*, node: Node, name: TheList, class_code: TheClass, source: Source, valid_from: ValidFrom = None, act: Act) -> ClassListing:
    """Put a class on a list of a node from a day on; a node without a list of its own begins with a copy of what held there."""
    since = _own_list(node, name, class_code, valid_from, act)
    own = ClassListing.objects.filter(node_code=node, list=name, class_code=class_code)
    if own.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=since)).exists():
        raise Invalid(f"{class_code} 已在此名单上。", f"{class_code} is on this list already.", code="taken")
    made = ClassListing(node_code=node, list=name, class_code=class_code, valid_from=since, source=source, mark=ADOPTED)
    writes.add(made)
    registers.raise_version(numbers.NAME)
    return made


def unlist_class(*, node: Node, name: TheList, class_code: TheClass, valid_from: ValidFrom = None, act: Act) -> None:
    """Take a class off a list of a node from a day on; the last one stays, because an empty list would mean that of the city."""
    since = _own_list(node, name, class_code, valid_from, act)
    own = ClassListing.objects.filter(node_code=node, list=name).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=since))
    if not own.filter(class_code=class_code).exists():
        raise NotFound(f"{class_code} 不在此名单上，请刷新页面。", f"{class_code} is not on this list; reload the page.")
    if not own.exclude(class_code=class_code).exists():
        raise Refused("名单上至少保留一个小类。", "At least one class stays on a list.", code="last_of_its_kind")
    end_rows(own.filter(class_code=class_code), since)
    registers.raise_version(numbers.NAME)


def _own_list(node: str, name: str, class_code: str, valid_from: date | None, act: Act) -> date:
    authorise(act, node)
    if name not in CLASS_LISTS:
        raise Invalid(f"没有名单“{name[:16]}”，请从列表中选择。", f"There is no list “{name[:16]}”; choose one.")
    check_class(class_code)
    since = since_day(valid_from, act)
    if ClassListing.objects.filter(node_code=node, list=name).exclude(valid_to__lt=since).exists():
        return since
    for code in sorted(numbers.classes_on(name, node, since)):
        writes.add(
            ClassListing(node_code=node, list=name, class_code=code, valid_from=since, source="taken over from above", mark=ADOPTED)
        )
    writes.current().flush()
    return since


TheWord = Annotated[str, Ask("日常说法", "Everyday word"), Field(min_length=1, max_length=20)]


def set_word(*, word: TheWord, class_code: TheClass, source: Source, act: Act) -> EverydayWord:
    """Let an everyday word lead to a class, for the whole city."""
    return _keep_word(word, class_code, source, act, active=True)


def drop_word(
    *,
    word: Annotated[str, Ask("日常说法", "Everyday word", widget="hidden")],
    class_code: Annotated[str, Ask("小类", "Class", widget="hidden")],
    source: Source,
    act: Act,
) -> EverydayWord:
    """Let an everyday word lead to a class no more, for the whole city."""
    if (word, class_code) not in suggesting.everyday_words():
        raise NotFound(f"没有“{word[:20]}”到 {class_code[:8]} 的说法，请刷新页面。", f"“{word[:20]}” does not lead to {class_code[:8]}.")
    return _keep_word(word, class_code, source, act, active=False)


def _keep_word(word: str, class_code: str, source: str, act: Act, *, active: bool) -> EverydayWord:
    authorise(act, city_code())
    check_class(class_code)
    values = {"active": active, "source": source, "mark": ADOPTED}
    row, _ = EverydayWord.objects.update_or_create(word=word.strip(), class_code=class_code, defaults=values)
    registers.raise_version(known.NAME)
    return row


ThePhrase = Annotated[
    str,
    Ask("现场用语", "Phrase", help_zh="用 ___ 留空，最多 40 字", help_en="___ is a gap; at most 40 characters"),
    Field(min_length=2, max_length=40),
]


def set_street_phrase(
    *, text_zh: ThePhrase, text_en: Annotated[str, Ask("英文", "English"), Field(max_length=80)] = "", source: Source, act: Act
) -> StreetPhrase:
    """Offer a phrase on the phones of the inspectors, for the whole city."""
    return _keep_phrase(text_zh, text_en, source, act, active=True)


def drop_street_phrase(*, text_zh: Annotated[str, Ask("现场用语", "Phrase", widget="hidden")], source: Source, act: Act) -> StreetPhrase:
    """Offer a phrase on the phones no more, for the whole city."""
    found = dict(phone.phrases())
    if text_zh not in found:
        raise NotFound(f"没有现场用语“{text_zh[:40]}”，请刷新页面。", f"There is no phrase “{text_zh[:40]}”; reload the page.")
    return _keep_phrase(text_zh, found[text_zh], source, act, active=False)


def _keep_phrase(text_zh: str, text_en: str, source: str, act: Act, *, active: bool) -> StreetPhrase:
    authorise(act, city_code())
    values = {"text_en": text_en, "active": active, "source": source, "mark": ADOPTED}
    row, _ = StreetPhrase.objects.update_or_create(text_zh=text_zh.strip(), defaults=values)
    registers.raise_version(numbers.NAME)
    return row


def add_result_phrase(
    *,
    covers: Annotated[
        str,
        Ask("适用类别", "For", help_zh="小类或大类代码，例如 SJ0110、SJ01", help_en="Code of a class or major, such as SJ0110, SJ01"),
    ],
    text_zh: Annotated[str, Ask("处置用语", "Words", widget="textarea"), Field(min_length=2, max_length=100)],
    text_en: Annotated[str, Ask("英文", "English"), Field(max_length=160)] = "",
    node: NodeOrAll = "",
    source: Source,
    valid_from: ValidFrom = None,
    act: Act,
) -> ResultPhrase:
    """Offer words for the report of what was done, for one class or for all of a major one, from a day on."""
    where = node or city_code()
    authorise(act, where)
    if covers not in {code for view in known.classes() for code in (view.code, view.code[: numbers.MAJOR])}:
        raise Invalid(
            f"没有类别“{covers[:8]}”，请填写小类或大类代码，例如 SJ0110 或 SJ01。",
            f"There is no class or major “{covers[:8]}”; give its code, such as SJ0110 or SJ01.",
            code="unknown_class",
        )
    since = since_day(valid_from, act)
    same = ResultPhrase.objects.filter(node_code=where, covers=covers, text_zh=text_zh.strip())
    if same.exclude(valid_to__lt=since).exists():
        raise Invalid("该类别已有相同的处置用语，请修改内容。", "This class has the same words already; change them.", code="taken")
    made = ResultPhrase(
        node_code=where, covers=covers, text_zh=text_zh.strip(), text_en=text_en, valid_from=since, source=source, mark=ADOPTED
    )
    writes.add(made)
    registers.raise_version(numbers.NAME)
    return made


def end_result_phrase(
    *, phrase: Annotated[Id, Ask("处置用语", "Words", widget="hidden")], last_day: LastDay = None, act: Act
) -> ResultPhrase:
    """Offer words no more after a last day; the platform's own end for the whole city only."""
    found = ResultPhrase.objects.filter(pk=phrase).exclude(valid_to__lt=timezone.localdate(act.at)).first()
    if found is None:
        raise NotFound("没有这条处置用语或已停用，请刷新页面。", "There are no such words, or they have ended; reload the page.")
    authorise(act, found.node_code or city_code())
    until = last_day or timezone.localdate(act.at)
    if until < timezone.localdate(act.at):
        raise Invalid(f"最后一天 {until} 已过，请填写今天或以后的日期。", f"The last day {until} is past; give today or later.")
    found.valid_to = max(until, found.valid_from)
    writes.change(found, "valid_to")
    registers.raise_version(numbers.NAME)
    return found
