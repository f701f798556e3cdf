"""The Markdown of WeCom's robots."""

from typing import Any

from chengzhi.notification.integrations.base import Letter, cut, harmless

MOST_BYTES = 3000


def message(letter: Letter) -> dict[str, Any]:
    """Return the body of the request; nothing that was typed can act as Markdown or call people."""
    open_it = "Open" if letter.english else "打开办理"
    content = f"**{harmless(letter.title)}**\n>{harmless(cut(letter.text, MOST_BYTES))}"
    if letter.link:
        content += f"\n[{open_it}]({letter.link})"
    return {"msgtype": "markdown", "markdown": {"content": content}}
