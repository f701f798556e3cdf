"""E-mail, against a stand-in."""

from email import message_from_string
from email.header import decode_header, make_header

import pytest

from chengzhi.notification.integrations.base import AGAIN, REFUSED, SENT, UNSURE, Letter
from chengzhi.notification.integrations.mail.adapter import Mail
from chengzhi.notification.tests.standins import HOSTILE, post_office

LETTER = Letter(7, "zhang@city.example", "催办", "被催办：1123-0017", "https://city.example/incidents/1")


@pytest.fixture
def server(settings):
    def point(port: int) -> None:
        given = {"smtp": f"smtp://127.0.0.1:{port}", "mail_from": "城管平台 <platform@city.example>", "seconds": 2}
        settings.NOTIFICATION = {**settings.NOTIFICATION, **given}

    return point


def test_a_mail_is_plain_text_and_keeps_its_id(server) -> None:
    with post_office() as office:
        server(office.port)
        assert [Mail().send(LETTER).result for _ in range(2)] == [SENT, SENT]
    mails = [message_from_string(mail) for mail in office.mails]
    assert {mail["Message-ID"] for mail in mails} == {"<notice-7@city.example>"}
    assert str(make_header(decode_header(mails[0]["Subject"]))) == "催办：被催办：1123-0017"
    assert mails[0].get_content_type() == "text/plain"
    body = mails[0].get_payload(decode=True).decode().replace("\r\n", "\n")
    assert body == "被催办：1123-0017\n\nhttps://city.example/incidents/1\n"


@pytest.mark.parametrize(
    ("situation", "change", "result"),
    [
        ("nobody there", {"rcpt": "550 no such user"}, REFUSED),
        ("later", {"rcpt": "451 greylisted"}, AGAIN),
        ("refused after the data", {"end": "554 spam"}, REFUSED),
        ("full", {"end": "452 full"}, AGAIN),
        ("gone after the data", {"hang_up": True}, UNSURE),
        ("not SMTP after the data", {"end": "what?"}, UNSURE),
        ("a strange farewell does not unsend it", {"quit": "421 later"}, SENT),
    ],
)
def test_what_an_answer_means(server, situation: str, change: dict[str, object], result: str) -> None:
    with post_office() as office:
        server(office.port)
        for name, value in change.items():
            setattr(office, name, value)
        assert Mail().send(LETTER).result == result, situation


def test_a_server_that_is_not_there_has_taken_nothing(server) -> None:
    server(9)
    assert Mail().send(LETTER).result == AGAIN


def test_nobody_writes_headers_by_what_he_types(server) -> None:
    with post_office() as office:
        server(office.port)
        Mail().send(Letter(7, "zhang@city.example", "x\r\nBcc: all@city.example", HOSTILE))
    assert message_from_string(office.mails[0])["Bcc"] is None


@pytest.mark.parametrize(
    ("smtp", "sender", "missing"),
    [
        ("", "a@b.cn", "CHENGZHI_SMTP"),
        ("http://x", "a@b.cn", "CHENGZHI_SMTP"),
        ("smtp://h", "", "CHENGZHI_MAIL_FROM"),
        ("smtp://h", "a@b.cn", ""),
    ],
)
def test_what_is_missing_is_named(settings, smtp: str, sender: str, missing: str) -> None:
    settings.NOTIFICATION = {**settings.NOTIFICATION, "smtp": smtp, "mail_from": sender}
    assert Mail().missing("") == missing
