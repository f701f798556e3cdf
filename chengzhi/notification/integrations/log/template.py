"""The line of the log."""

from chengzhi.notification.integrations.base import Letter, plain


def line(letter: Letter) -> str:
    """Return one line without line breaks, so that nobody can forge another one."""
    return f"notice {letter.id} {plain(letter.text)} {plain(letter.link)}".rstrip()
