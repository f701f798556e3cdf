"""Text messages by a gateway, against a stand-in."""

import hashlib
import hmac

import pytest

from chengzhi.kernel.problems import Invalid
from chengzhi.notification.integrations.base import AGAIN, REFUSED, SENT, UNSURE, Letter
from chengzhi.notification.integrations.sms import template
from chengzhi.notification.integrations.sms.adapter import Sms, signature
from chengzhi.notification.tests.standins import provider

LETTER = Letter(7, "13900000000", "超期", "已超期：1123-0017", "https://city.example/incidents/1")


@pytest.fixture
def gateway(settings):
    def point(url: str) -> None:
        given = {"sms": {"url": f"{url}/send", "key": "K", "secret": "S"}, "seconds": 0.3}
        settings.NOTIFICATION = {**settings.NOTIFICATION, **given}

    return point


def test_a_message_is_posted_with_its_id_and_signature(gateway) -> None:
    with provider() as stand_in:
        gateway(stand_in.url)
        assert Sms().send(LETTER).result == SENT
    body = stand_in.got[0].body
    signed = f"{body['timestamp']}\n7\n13900000000\n已超期：1123-0017 https://city.example/incidents/1"
    assert body["sign"] == hmac.new(b"S", signed.encode(), hashlib.sha256).hexdigest()
    assert {name: body[name] for name in ("id", "key", "phone", "content")} == {
        "id": "7",
        "key": "K",
        "phone": "13900000000",
        "content": "已超期：1123-0017 https://city.example/incidents/1",
    }


def test_a_citys_gateway_fits_by_configuration(gateway) -> None:
    shape = template.shape_in(
        '{"body": {"mobiles": ["{phone}"], "msg": {"text": "【城管】{text}"}}, "headers": {"X-Sign": "{sign}", "X-App": "{key}"},'
        ' "sign_over": "{key}{timestamp}", "digest": "sha1", "encoding": "base64",'
        ' "field": "result.status", "good": ["success"], "busy": [7]}'
    )
    with provider() as stand_in:
        gateway(stand_in.url)
        for status, result in (("success", SENT), (7, AGAIN), ("black", REFUSED), (True, REFUSED)):
            stand_in.always(200, {"result": {"status": status}})
            assert Sms().send(Letter(7, "139", "", "文字", settings=shape)).result == result, status
    got = stand_in.got[0]
    assert got.body == {"mobiles": ["139"], "msg": {"text": "【城管】文字"}}
    assert (got.headers["X-App"], len(got.headers["X-Sign"])) == ("K", 28)
    assert (Sms().repeats_safely(shape), Sms().repeats_safely({})) == (False, True)


def test_words_that_look_like_placeholders_stay_words(gateway) -> None:
    with provider() as stand_in:
        gateway(stand_in.url)
        Sms().send(Letter(7, "139", "", '{sign}{key}","phone":"1\n退订'))
    assert stand_in.got[0].body["content"] == '{sign}{key}","phone":"1 退订'
    assert stand_in.got[0].body["phone"] == "139"


@pytest.mark.parametrize(
    ("situation", "status", "body", "seconds", "result"),
    [
        ("slow", 200, {"code": 0}, 0.7, UNSURE),
        ("fault", 500, b"", 0, UNSURE),
        ("malformed", 200, b"OK", 0, UNSURE),
        ("error code", 200, {"code": 1005}, 0, REFUSED),
        ("wrong key", 401, {"code": 0}, 0, REFUSED),
        ("busy", 429, b"", 0, AGAIN),
        ("very long", 200, b"[" * 100_000, 0, UNSURE),
    ],
)
def test_what_an_answer_means(gateway, situation: str, status: int, body: object, seconds: float, result: str) -> None:
    with provider() as stand_in:
        gateway(stand_in.url)
        stand_in.always(status, body, seconds)
        assert Sms().send(LETTER).result == result, situation


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "not valid JSON"),
        ("[]", "one JSON object"),
        ('{"boddy": {}}', "boddy"),
        ('{"digest": "crc"}', "digest"),
        ('{"good": 0}', "good"),
        ('{"headers": {"X": "a\\nb"}}', "headers"),
        ('{"headers": {"X": "中文"}}', "headers"),
        ('{"headers": {"X": "{text}"}}', "headers"),
        ('{"headers": {"X\\r\\nEvil": "a"}}', "headers"),
        ('{"headers": {"content-length": "1"}}', "headers"),
        ("[" * 200_000, "not valid JSON"),
    ],
)
def test_wrong_settings_are_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(Invalid) as refused:
        template.shape_in(text)
    assert named in refused.value.en


def test_signatures_are_those_of_the_standard() -> None:
    # RFC 4231, test case 2.
    assert signature("what do ya want for nothing?", "Jefe", "sha256", "hex") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
