"""The Markdown of DingTalk: `title` is what the list of talks shows, `text` the message."""

from typing import Any

from chengzhi.notification.integrations.base import Letter, cut, harmless

MOST_BYTES = 4000


def message(letter: Letter) -> dict[str, Any]:
    """Return the body of the request; nothing that was typed can act as Markdown or call people."""
    open_it = "Open" if letter.english else "打开办理"
    text = f"**{harmless(letter.title)}**\n\n{harmless(cut(letter.text, MOST_BYTES))}"
    if letter.link:
        text += f"\n\n[{open_it}]({letter.link})"
    return {"msgtype": "markdown", "markdown": {"title": harmless(letter.title), "text": text}, "at": {"isAtAll": False}}
