"""Words of danger of the city."""

from chengzhi.hotline.models import DangerWord
from chengzhi.hotline.models.calls import SERVICES
from chengzhi.hotline.queries import dangers
from chengzhi.hotline.queries.knowledge import editor
from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid

LONGEST_WORD = 20


@writes.service
def set_danger_word(*, word: str, service: str, act: Act, active: bool = True, source: str = "city", mark: str = "D") -> DangerWord:
    """Add a word of danger, send it to another service, or, inactive, take one away that came with the platform."""
    editor(act.actor)
    kept, known = word.strip(), "、".join(SERVICES)
    if not 1 <= len(kept) <= LONGEST_WORD or service not in SERVICES:
        raise Invalid(
            f"危险词“{kept[:24]}”须为1至{LONGEST_WORD}个字，转接对象“{service[:10]}”须为 {known} 之一。",
            f"The word “{kept[:24]}” must have 1 to {LONGEST_WORD} characters and its service “{service[:10]}” be one of {known}.",
            code="danger_word",
        )
    values = {"service": service, "active": active, "source": source, "mark": mark}
    row, _ = DangerWord.objects.update_or_create(word=kept, defaults=values)
    registers.raise_version(dangers.NAME)
    return row
