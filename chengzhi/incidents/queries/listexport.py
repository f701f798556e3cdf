"""The list of incidents as an Excel file: what the person sees on the list, every page of it, with personal data masked."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models.incident import INCIDENT_SOURCES
from chengzhi.incidents.queries.cards import Beside, beside, class_words, tags_of_row
from chengzhi.incidents.queries.listpage import read_filter
from chengzhi.incidents.queries.lists import walk
from chengzhi.kernel import exports, lights
from chengzhi.kernel.access import Actor
from chengzhi.kernel.templatetags import words
from chengzhi.organisation import queries as organisation

Words = tuple[str, str]
Say = Callable[[Words], str]
COLUMNS: tuple[tuple[Words, int], ...] = (
    (("案件编号", "Number"), 24),
    (("县区", "County"), 10),
    (("状态", "State"), 12),
    (("时限灯", "Light"), 9),
    (("截止时间", "Deadline"), 17),
    (("标签", "Tags"), 14),
    (("类别", "Class"), 26),
    (("地址", "Address"), 36),
    (("来源", "Source"), 12),
    (("现办理", "With"), 20),
    (("上报时间", "Reported"), 17),
    (("问题描述", "Description"), 60),
)
TITLE: Words = ("案件", "cases")
EVERYTHING: Words = ("全部", "all")


def list_export(actor: Actor, given: Mapping[str, str]) -> tuple[str, Iterator[bytes]]:
    """Return the name and the content of the file for the filters in an address. Raises Invalid naming a filter that cannot be used."""
    chosen, offered, asked = read_filter(actor, given)
    chinese, now = words.chinese(), timezone.now()

    def say(pair: Words) -> str:
        return pair[0] if chinese or not pair[1] else pair[1]

    chips = [say((option.zh, option.en)) for name, value in chosen.items() for option in offered[name] if option.value == value]
    where = organisation.node(actor.node).short if actor.node else ""
    name = exports.file_name([say(TITLE), where, *chips], now)
    content = exports.workbook(
        _first_row(actor, chips, now, say),
        [(say(head), width) for head, width in COLUMNS],
        (_row(row, standing, known, say) for page in walk(actor, asked, exports.MOST_ROWS) for row, standing, known in _standing(page)),
        end=lambda count: exports.last_row(count, say),
    )
    return name, content


def _first_row(actor: Actor, chips: list[str], now: Any, say: Say) -> str:
    return exports.first_row(say(TITLE), "、".join(chips) or say(EVERYTHING), actor.name, now, say)


def _standing(page: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], lights.Standing, Beside]]:
    standings = lights.standings({row["id"]: (row["due_at"], row["amber_at"]) for row in page})
    known = beside([row["id"] for row in page])
    return ((row, standings[row["id"]], known) for row in page)


def _row(row: Mapping[str, Any], standing: lights.Standing, known: Beside, say: Say) -> list[object]:
    state = workflow.INCIDENT.states[row["state"]]
    tags = tags_of_row(row, known)
    return [
        row["number"],
        organisation.node(row["node_id"]).short,
        say((state.zh, state.en)),
        "" if state.final else say((standing.light.zh, standing.light.en)),
        None if state.final else row["due_at"],
        "、".join(say((tag.zh, tag.en)) for tag in tags),
        say(class_words(row["class_code"])),
        exports.masked(row["address"]),
        say(INCIDENT_SOURCES.get(row["source"], (row["source"], row["source"]))),
        "" if state.final else say((row["holder_zh"], row["holder_en"])),
        row["opened_at"],
        exports.masked(row["description"]),
    ]
