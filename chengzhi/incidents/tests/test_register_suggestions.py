"""Words of a report propose its class."""

import pytest

from chengzhi.incidents.queries.suggesting import suggest
from chengzhi.incidents.services import registers as services
from chengzhi.kernel import registers


@pytest.fixture
def loaded(db):
    registers.clear_all()
    services.load_seed()
    yield
    registers.clear_all()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("人民路5号门前污水井盖缺失，井口裸露", "BJ0102"),
        ("连续5盏路灯不亮已三天", "BJ0118"),
        ("小区东侧围墙外暴露垃圾约3立方米", "SJ0102"),
        ("夜市外侧有3个露天烧烤摊，烟特别大", "SJ0510"),
        ("工地夜里还在打混凝土，孩子睡不着", "SJ0301"),
        ("路口信号灯全灭", "BJ0210"),
        ("大树刮倒，压住两辆车", "SJ0189"),
        ("open-air barbecue smoke every night", "SJ0510"),
        ("sj0407", "SJ0407"),
    ],
)
def test_the_first_proposal_fits_everyday_words(loaded, text: str, code: str) -> None:
    assert suggest(text)[0].code == code


@pytest.mark.parametrize(("text", "n", "count"), [("", 3, 0), ("你好", 3, 0), ("井盖", 3, 3), ("井盖", 20, 20)])
def test_as_many_are_proposed_as_fit_and_never_more_than_asked(loaded, text: str, n: int, count: int) -> None:
    assert len(suggest(text, n)) == count


def test_a_proposal_says_which_words_speak_for_it(loaded) -> None:
    found = suggest("门前有流动商贩占道")[0]
    assert (found.code, found.name_zh, found.name_en, found.kind) == ("SJ0501", "无照经营游商", "unlicensed itinerant vendor", "event")
    assert found.words[0] == "流动商贩"


def test_without_loaded_classes_nothing_is_proposed(db) -> None:
    registers.clear_all()
    assert suggest("路灯不亮") == []
    registers.clear_all()
