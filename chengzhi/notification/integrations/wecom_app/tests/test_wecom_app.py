"""Messages of a WeCom application, against a stand-in."""

import pytest

from chengzhi.notification.integrations.base import AGAIN, REFUSED, SENT, UNSURE, Letter
from chengzhi.notification.integrations.wecom_app.adapter import WeComApp
from chengzhi.notification.tests.standins import HOSTILE, Got, Provider, provider

LETTER = Letter(7, "zhangsan", "督办", "收到督办，请回复：1123-0017", "https://city.example/incidents/1")
TOKEN = {"errcode": 0, "access_token": "T1", "expires_in": 7200}


@pytest.fixture
def application(settings):
    def point(url: str) -> WeComApp:
        given = {"wecom": {"url": url, "corp": "ww1", "agent": 1000002, "secret": "S"}, "seconds": 0.3}
        settings.NOTIFICATION = {**settings.NOTIFICATION, **given}
        return WeComApp()

    return point


def sends(stand_in: Provider) -> list[Got]:
    return [got for got in stand_in.got if got.path == "/cgi-bin/message/send"]


def answering(*answers: tuple[int, object]):
    left = list(answers)

    def answer(got: Got) -> tuple[int, object, float]:
        if got.path == "/cgi-bin/gettoken":
            return 200, TOKEN, 0.0
        return *(left.pop(0) if len(left) > 1 else left[0]), 0.0

    return answer


def test_a_card_goes_to_one_person_and_a_repetition_has_the_same_body(application) -> None:
    with provider() as stand_in:
        stand_in.answer = answering((200, {"errcode": 0, "msgid": "m1"}))
        sender = application(stand_in.url)
        assert [sender.send(LETTER).result for _ in range(2)] == [SENT, SENT]
    first, second = sends(stand_in)
    assert first.query == {"access_token": "T1"}
    assert (
        first.body
        == second.body
        == {
            "touser": "zhangsan",
            "agentid": 1000002,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": 14400,
            "msgtype": "textcard",
            "textcard": {"title": "督办", "description": "收到督办，请回复：1123-0017", "url": LETTER.link, "btntxt": "打开"},
        }
    )
    assert [got.query for got in stand_in.got if got.path == "/cgi-bin/gettoken"] == [{"corpid": "ww1", "corpsecret": "S"}]
    assert sender.repeats_safely({})


def test_a_worn_out_token_is_fetched_anew_once(application) -> None:
    with provider() as stand_in:
        stand_in.answer = answering((200, {"errcode": 42001}), (200, {"errcode": 0}))
        assert application(stand_in.url).send(LETTER).result == SENT
    assert [got.path.rpartition("/")[2] for got in stand_in.got] == ["gettoken", "send", "gettoken", "send"]


@pytest.mark.parametrize(
    ("situation", "status", "body", "result"),
    [
        ("nobody there", 200, {"errcode": 81013}, REFUSED),
        ("taken, but for nobody", 200, {"errcode": 0, "invaliduser": "zhangsan"}, REFUSED),
        ("still worn out", 200, {"errcode": 40014}, AGAIN),
        ("too many", 200, {"errcode": 45009}, AGAIN),
        ("server fault", 500, b"", UNSURE),
        ("malformed", 200, b"{", UNSURE),
    ],
)
def test_what_an_answer_means(application, situation: str, status: int, body: object, result: str) -> None:
    with provider() as stand_in:
        stand_in.answer = answering((status, body))
        assert application(stand_in.url).send(LETTER).result == result, situation


@pytest.mark.parametrize(("body", "result"), [({"errcode": 40001}, REFUSED), ({"errcode": -1}, AGAIN), (b"?", AGAIN)])
def test_without_a_token_nothing_is_sent(application, body: object, result: str) -> None:
    with provider() as stand_in:
        stand_in.always(200, body)
        assert application(stand_in.url).send(LETTER).result == result
    assert sends(stand_in) == []


def test_nothing_that_was_typed_acts_and_nothing_is_too_long(application) -> None:
    with provider() as stand_in:
        stand_in.answer = answering((200, {"errcode": 0}))
        application(stand_in.url).send(Letter(7, "zhangsan", HOSTILE * 20, HOSTILE * 50, "https://city.example/x"))
    card = sends(stand_in)[0].body["textcard"]
    assert (len(card["title"].encode()) <= 128, len(card["description"].encode()) <= 512) == (True, True)
    assert not set("<>[]\n") & set(card["title"] + card["description"])
