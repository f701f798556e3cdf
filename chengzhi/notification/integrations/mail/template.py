"""The mail: plain text, so that nothing in it can act."""

from email.message import EmailMessage
from email.utils import parseaddr

from chengzhi.notification.integrations.base import Letter, cut, plain


def message(letter: Letter, sender: str) -> EmailMessage:
    """Return one mail. Its Message-ID is made of the letter's id."""
    made = EmailMessage()
    host = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    made["Message-ID"] = f"<notice-{letter.id}@{host}>"
    made["From"], made["To"] = plain(sender), plain(letter.address)
    made["Subject"] = cut(plain(f"{letter.title}：{letter.text}" if not letter.english else f"{letter.title}: {letter.text}"), 150)
    made["Auto-Submitted"] = "auto-generated"
    made.set_content("\n\n".join(part for part in (letter.text, letter.link) if part) + "\n", cte="base64")
    return made
