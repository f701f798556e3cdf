"""Words of danger, classes of texts, patterns of texts: exact answers on tiny tables."""

import pytest

from chengzhi.hotline import grouping, services
from chengzhi.hotline.classifier import Classifier, Lesson, Score, learn, pack, score, unpack
from chengzhi.hotline.grams import pieces
from chengzhi.hotline.queries import classifying, dangers_in, places
from chengzhi.hotline.services.learning import names_in
from chengzhi.kernel.access import SYSTEM, act_now
from chengzhi.kernel.problems import Invalid, NotAllowed
from tests.world import CITY, World

TINY = [Lesson("暴露垃圾", "A"), Lesson("垃圾箱满溢", "B"), Lesson("路灯不亮", "C"), Lesson("路面破损", "D")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("暴露垃圾", ["A", "B"]),
        ("垃圾箱满了", ["B", "A"]),
        ("路灯", ["C", "D"]),
        ("天气很好", []),
        ("", []),
        ("垃", []),
        ("123456", []),
    ],
)
def test_the_nearest_class_stands_first(text: str, found: list[str]) -> None:
    assert [guess.code for guess in Classifier(learn(TINY), {}).guess(text)] == found


def test_what_was_confirmed_adds_a_class_that_no_word_names() -> None:
    bare, learnt = Classifier(learn(TINY), {}), Classifier(learn(TINY), learn([Lesson("泔水流一地", "E")]))
    assert ([g.code for g in bare.guess("泔水桶")], [g.code for g in learnt.guess("泔水桶")]) == ([], ["E"])


def test_the_words_of_an_address_are_not_learnt() -> None:
    assert learn([Lesson("人民路垃圾", "A", without="人民路")]) == {"A": {"垃": 1, "垃圾": 1, "圾": 1, "路垃": 1}}


def test_a_suggestion_names_the_words_that_speak_for_it() -> None:
    assert Classifier(learn(TINY), {}).guess("我家路灯不亮了")[0].words == ("路灯不亮",)


def test_equal_lessons_make_equal_bytes() -> None:
    one, other = pack(learn(TINY), {}), pack(learn(TINY[::-1]), {})
    assert one == other and unpack(one[0]) == {"taught": learn(TINY), "confirmed": {}}


def test_scores_are_counts() -> None:
    asked = [Lesson("路灯不亮", "C"), Lesson("垃圾箱满", "A"), Lesson("天气", "D")]
    assert score(Classifier(learn(TINY), {}), asked) == Score(3, 1, 2)
    assert Score(3, 1, 2).shares() == (1 / 3, 2 / 3) and Score(0, 0, 0).shares() == (0.0, 0.0)


def test_texts_after_one_pattern_stand_in_one_group_and_one_part() -> None:
    texts = ["人民路12号门前路灯不亮请处理", "文化街7号门前路灯不亮请处理", "小区里有人养鸡很吵", "暴雨后下水道返水"]
    numbers = grouping.groups([grouping.skeleton(text) for text in texts])
    assert (numbers[0] == numbers[1], len(set(numbers))) == (True, 3)
    chosen = grouping.parts(numbers, 2)
    assert chosen[0] == chosen[1] and sorted(chosen) == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("路上有燃气味", ["燃气"]),
        ("去燃气公司交费", []),
        ("火车站门口", []),
        ("楼上起火了", ["起火", "火"]),
        ("有人打架受伤", ["打架", "受伤"]),
        ("路面塌陷，有人触电", ["塌陷", "触电"]),
        ("垃圾没人收", []),
    ],
)
def test_words_of_danger_are_found_where_they_mean_danger(db: None, text: str, words: list[str]) -> None:
    assert [danger.word for danger in dangers_in(text)] == words


def test_a_city_adds_and_takes_away_words_of_danger(world: World) -> None:
    services.set_danger_word(word="蜂窝", service="119", act=world.act("sys_admin", CITY))
    services.set_danger_word(word="打架", service="110", active=False, act=world.act("sys_admin", CITY))
    assert [(d.word, d.service) for d in dangers_in("打架，还有蜂窝")] == [("蜂窝", "119")]
    with pytest.raises(Invalid):
        services.set_danger_word(word="", service="119", act=world.act("sys_admin", CITY))
    with pytest.raises(NotAllowed):
        services.set_danger_word(word="蛇", service="119", act=world.act("sys_admin"))


@pytest.mark.parametrize(
    ("text", "code"),
    [("门口垃圾没人清，发臭", "SJ0102"), ("路灯不亮了", "BJ0118"), ("半夜工地还在施工", "SJ0301"), ("sj0505", "SJ0505")],
)
def test_a_callers_words_lead_to_the_class(world: World, text: str, code: str) -> None:
    assert classifying.suggest(text)[0].code == code


def test_training_makes_a_version_only_when_something_has_changed(world: World) -> None:
    act = act_now(SYSTEM, door="system")
    first = services.train(act=act)
    assert first is not None and (first.number, first.confirmed) == (1, 0)
    assert services.train(act=act) is None
    assert classifying.REGISTER.get().number == 1


def test_pieces_are_pairs_of_characters_and_whole_words() -> None:
    assert pieces("ＡＢ路灯不亮 110、桥") == ["ab", "路灯", "灯不", "不亮", "110", "桥"]


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("人民路12号", ("人民路", "人民路12号")),
        ("人民路与文化街交叉口向东侧30米", ("人民路与文化街交叉口", "人民路与文化街交叉口向东侧30米")),
        ("体育馆门口", ("体育馆", "体育馆门口")),
        ("", ()),
    ],
)
def test_the_name_of_a_place_stands_before_number_and_distance(address: str, names: tuple[str, ...]) -> None:
    assert names_in(address) == names


def test_a_cell_of_another_county_is_not_proposed(world: World) -> None:
    cells = {cell.code[:6]: cell.code for cell in world.plan.cells}
    actor = world.actor("acceptor")
    assert [len(places.suggest(cells[county], actor)) for county in ("990102", "990103")] == [1, 0]
