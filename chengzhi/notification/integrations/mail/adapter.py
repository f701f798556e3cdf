"""E-mail by SMTP (RFC 5321), with STARTTLS where a user is named, or TLS from the start (smtps)."""

import smtplib
import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from chengzhi.notification.integrations.base import AGAIN, LONGEST_ANSWER, REFUSED, SENT, UNSURE, Integration, Letter, Outcome, configured
from chengzhi.notification.integrations.mail import template

TEMPORARY = range(400, 500)


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server as the environment names it."""

    host: str
    port: int
    user: str
    password: str
    tls: bool


def server() -> Server | None:
    """Return the mail server, None when none is named."""
    parts = urlsplit(configured()["smtp"])
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        return None
    tls = parts.scheme == "smtps"
    return Server(parts.hostname, parts.port or (465 if tls else 587), unquote(parts.username or ""), unquote(parts.password or ""), tls)


class Mail(Integration):
    """Send an e-mail. Its Message-ID stays the same when it is tried again, but not every server looks at it."""

    code, zh, en = "mail", "电子邮件", "E-mail"
    address_zh, address_en = "邮箱", "e-mail address"

    def missing(self, entry: str) -> str:
        """Name the variable that is empty or cannot be read."""
        if server() is None:
            return "CHENGZHI_SMTP"
        return "" if configured()["mail_from"] else "CHENGZHI_MAIL_FROM"

    def send(self, letter: Letter) -> Outcome:
        """Hand one mail to the server."""
        known = server()
        if known is None:
            return Outcome(REFUSED, "CHENGZHI_SMTP")
        reached = AGAIN  # what a fault means by how far we have come
        try:
            with _signed_in(known) as connection:
                reached = UNSURE
                connection.send_message(template.message(letter, configured()["mail_from"]))
                reached = SENT
            return Outcome(SENT, "250")
        except smtplib.SMTPRecipientsRefused as fault:
            return _refused(*next(iter(fault.recipients.values())), reached)
        except smtplib.SMTPResponseException as fault:
            return _refused(fault.smtp_code, fault.smtp_error, reached)
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            return Outcome(reached, f"{type(fault).__name__}: {fault}"[:LONGEST_ANSWER])


def _signed_in(known: Server) -> smtplib.SMTP:
    seconds, context = configured()["seconds"], ssl.create_default_context()
    if known.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(known.host, known.port, timeout=seconds, context=context)
    else:
        connection = smtplib.SMTP(known.host, known.port, timeout=seconds)
    if known.user:
        if not known.tls:
            connection.starttls(context=context)
        connection.login(known.user, known.password)
    return connection


def _refused(code: int, words: bytes | str, reached: str) -> Outcome:
    said = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"[:LONGEST_ANSWER]
    if reached == SENT or code < 0:  # the farewell went wrong, or the server did not speak SMTP
        return Outcome(reached, said)
    return Outcome(AGAIN if code in TEMPORARY else REFUSED, said)
