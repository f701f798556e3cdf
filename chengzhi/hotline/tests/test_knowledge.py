"""The knowledge base: found by pairs of characters, dated, versioned, and each county's own."""

from datetime import date, timedelta

import pytest

from chengzhi.hotline import services
from chengzhi.hotline.models import KnowledgePage, KnowledgeVersion
from chengzhi.hotline.queries import knowledge
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound
from tests.world import CITY, COUNTY, OTHER_COUNTY, World

DAY = date(2026, 1, 1)


def save(world: World, question: str, county: str = COUNTY, **more: object) -> KnowledgePage:
    given = {"answer": "请到窗口办理。", "valid_from": DAY, **more}
    return services.save_page(act=world.act("acceptor", county), question=question, **given)  # type: ignore[arg-type]  # a table


def found(world: World, text: str, county: str = COUNTY) -> list[str]:
    return [view.page.question for view in knowledge.search(text, world.actor("acceptor", county), on=DAY + timedelta(days=1))]


def test_pages_are_found_by_two_characters_and_the_best_stands_first(world: World) -> None:
    save(world, "占道许可怎么办理", words="摆摊 临时占道")
    save(world, "供暖温度不够找谁", answer="占道的不归这里。")
    assert found(world, "占道许可") == ["占道许可怎么办理"]
    assert found(world, "占道") == ["占道许可怎么办理", "供暖温度不够找谁"]
    assert (found(world, "养犬"), found(world, "<b>'%"), len(found(world, " "))) == ([], [], 2)


def test_a_page_is_found_on_its_days_only(world: World) -> None:
    save(world, "旧规定占道", valid_to=DAY)
    assert found(world, "占道") == []


def test_a_county_sees_its_own_pages_and_the_citys(world: World) -> None:
    save(world, "东城占道")
    save(world, "全市占道", CITY)
    assert (found(world, "占道"), found(world, "占道", OTHER_COUNTY)) == (["东城占道", "全市占道"], ["全市占道"])
    theirs = KnowledgePage.objects.get(question="东城占道").pk
    with pytest.raises(NotFound):
        knowledge.page(theirs, world.actor("acceptor", OTHER_COUNTY))
    with pytest.raises(NotFound):
        save(world, "改", OTHER_COUNTY, page_id=theirs, seen=1)


def test_every_save_is_a_version_and_a_stale_one_is_refused(world: World) -> None:
    row = save(world, "占道")
    save(world, "占道许可", page_id=row.pk, seen=1)
    with pytest.raises(Conflict):
        save(world, "别的", page_id=row.pk, seen=1)
    assert list(KnowledgeVersion.objects.order_by("version").values_list("version", "question")) == [(1, "占道"), (2, "占道许可")]
    assert (found(world, "许可"), found(world, "别的")) == (["占道许可"], [])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"answer": " "}, "answer_length"),
        ({"words": "长" * 201}, "words_length"),
        ({"valid_to": DAY - timedelta(days=1)}, "dates_order"),
        ({"unit": 7}, "unknown_unit"),
    ],
)
def test_a_page_that_cannot_be_is_refused_and_nothing_is_kept(world: World, more: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        save(world, "占道", **more)
    assert (refusal.value.code, KnowledgePage.objects.count(), KnowledgeVersion.objects.count()) == (code, 0, 0)


def test_an_inspector_does_not_edit(world: World) -> None:
    with pytest.raises(NotAllowed):
        services.save_page(act=world.act("inspector"), question="问", answer="答", valid_from=DAY)
