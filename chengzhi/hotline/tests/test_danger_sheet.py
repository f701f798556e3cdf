"""Words of danger on the page of administration: kept by the city, read at every desk."""

import pytest

from chengzhi.hotline.queries import dangers_in
from chengzhi.incidents.tests.test_list_exports import client_of
from chengzhi.incidents.tests.test_settings_sheets import ADMIN, SOURCE, done, use
from tests.world import CITY, World

pytestmark = pytest.mark.django_db(transaction=True)


def test_words_of_danger_are_kept_by_the_city_and_read_at_the_desk(world: World) -> None:
    city = client_of(world, ADMIN, CITY)
    assert done(use(city, "danger-words", "add", word="蜂窝", service="119", source=SOURCE))
    assert done(use(city, "danger-words", "set", word="打架", service="120", source=SOURCE))
    assert done(use(city, "danger-words", "end", word="触电", source=SOURCE))
    assert [(hit.word, hit.service) for hit in dangers_in("打架、触电，还有蜂窝")] == [("打架", "120"), ("蜂窝", "119")]
    assert use(city, "danger-words", "add", word="蛇", service="999", source=SOURCE).status_code == 422
    assert use(city, "danger-words", "end", word="没有的词", source=SOURCE).status_code == 404
    desk = client_of(world, "acceptor").get("/settings/danger-words").content.decode()
    assert ("蜂窝" in desk, "新增危险词" in desk) == (True, False)
