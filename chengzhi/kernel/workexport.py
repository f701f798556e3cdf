"""My work as an Excel file: one tab or all of them, as the person sees them, with personal data masked."""

from collections.abc import Callable, Iterator

from django.utils import timezone

from chengzhi.kernel import exports, inbox
from chengzhi.kernel.access import Actor
from chengzhi.kernel.inbox import Row
from chengzhi.kernel.models import Holder
from chengzhi.kernel.templatetags import words

Words = tuple[str, str]
Say = Callable[[Words], str]
COLUMNS: tuple[tuple[Words, int], ...] = (
    (("案件编号", "Number"), 24),
    (("类型", "Kind"), 12),
    (("状态", "State"), 12),
    (("时限灯", "Light"), 9),
    (("截止时间", "Deadline"), 17),
    (("标签", "Tags"), 14),
    (("类别", "Class"), 26),
    (("地址", "Address"), 36),
    (("来源", "Source"), 12),
    (("现办理", "With"), 20),
    (("内容", "Text"), 60),
)
TITLE: Words = ("待办", "work")
EVERYTHING: Words = ("全部", "all")


def work_export(actor: Actor, queue: str) -> tuple[str, Iterator[bytes]]:
    """Return the name and the content of the file for one tab of a person, or for all tabs without one."""
    chinese, now = words.chinese(), timezone.now()

    def say(pair: Words) -> str:
        return pair[0] if chinese or not pair[1] else pair[1]

    tab = next((tab for tab in inbox.queues(actor, now) if tab.key == queue), None)
    narrowed = say((tab.state.zh, tab.state.en)) if tab else ""
    where = Holder.objects.filter(pk=actor.node or 0).values_list("name_zh", "name_en").first()
    name = exports.file_name([say(TITLE), say(where) if where else "", narrowed], now)
    title = exports.first_row(say(TITLE), narrowed or say(EVERYTHING), actor.name, now, say)
    rows = (_row(row, say) for page in inbox.walk(actor, tab.key if tab else "", exports.MOST_ROWS) for row in page)
    heads = [(say(head), width) for head, width in COLUMNS]
    return name, exports.workbook(title, heads, rows, end=lambda count: exports.last_row(count, say))


def _row(row: Row, say: Say) -> list[object]:
    state, light, card = row.kind.states[row.matter.state], row.standing.light, row.card
    return [
        row.matter.number,
        say((row.kind.zh, row.kind.en)),
        say((state.zh, state.en)),
        say((light.zh, light.en)),
        row.matter.due_at,
        "、".join(say((tag.zh, tag.en)) for tag in card.tags),
        say((card.zh, card.en)),
        exports.masked(card.address),
        say(card.source),
        say(row.holder),
        exports.masked(card.text),
    ]
