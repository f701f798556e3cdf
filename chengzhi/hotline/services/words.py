"""Words of danger of the city: one list for all desks, kept by the city, because what one county took away all would miss."""

from typing import Annotated

from pydantic import Field

from chengzhi.hotline.models import DangerWord
from chengzhi.hotline.models.calls import SERVICES
from chengzhi.hotline.queries import dangers
from chengzhi.kernel import imports, registers, writes
from chengzhi.kernel.access import SYSTEM_ID, Act
from chengzhi.kernel.problems import Invalid, NotAllowed, NotFound
from chengzhi.kernel.workflow.forms import Ask
from chengzhi.organisation import queries as organisation

LONGEST_WORD = 20
ADOPTED = "S"
TheWord = Annotated[
    str, Ask("危险词", "Word of danger", help_zh="最多 20 字", help_en="At most 20 characters"), Field(max_length=LONGEST_WORD)
]
KnownWord = Annotated[str, Ask("危险词", "Word of danger", widget="hidden")]
Service = Annotated[str, Ask("提示转接", "Calls for", widget="select", choices="danger_services")]
Source = Annotated[
    str, Ask("依据", "Source", help_zh="文件名称和文号", help_en="Title and number of the document"), Field(min_length=2, max_length=200)
]


@writes.service
def set_danger_word(*, word: str, service: str, act: Act, active: bool = True, source: str = "city", mark: str = "D") -> DangerWord:
    """Add a word of danger, send it to another service, or, inactive, take one away that came with the platform."""
    _authorise(act)
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


def add_danger(*, word: TheWord, service: Service, source: Source, act: Act) -> DangerWord:
    """Let a word turn the strip of the desk red and offer a service."""
    return set_danger_word(word=word, service=service, source=source, mark=ADOPTED, act=act)


def change_danger(*, word: KnownWord, service: Service, source: Source, act: Act) -> DangerWord:
    """Let a word of danger offer another service."""
    _known(word)
    return set_danger_word(word=word, service=service, source=source, mark=ADOPTED, act=act)


def end_danger(*, word: KnownWord, source: Source, act: Act) -> DangerWord:
    """Let a word turn the strip red no more."""
    return set_danger_word(word=word, service=_known(word), active=False, source=source, mark=ADOPTED, act=act)


def _known(word: str) -> str:
    found = next((danger.service for danger in dangers.danger_words() if danger.word == word), None)
    if found is None:
        raise NotFound(f"没有危险词“{word[:24]}”或已停用，请刷新页面。", f"There is no word of danger “{word[:24]}”; reload the page.")
    return found


def _authorise(act: Act) -> None:
    if act.actor.id != SYSTEM_ID and not act.actor.may(imports.MANAGE, organisation.city()):
        raise NotAllowed(
            "危险词全市统一，仅市级有“导入基础数据”权限的岗位可维护，请联系市级系统管理员。",
            "Words of danger are one list for the city; ask the system administrator of the city.",
        )
