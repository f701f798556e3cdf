"""The text card of WeCom; without a link it is a plain text, because a card must lead somewhere."""

from typing import Any

from chengzhi.notification.integrations.base import Letter, cut, harmless

MOST_TITLE, MOST_TEXT, MOST_PLAIN = 120, 500, 2000
FOUR_HOURS = 14_400


def message(letter: Letter, *, agent: int) -> dict[str, Any]:
    """Return the body of the request: the same letter gives the same body, by which the provider recognises a repetition."""
    to = {
        "touser": letter.address,
        "agentid": agent,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": FOUR_HOURS,
    }
    if not letter.link:
        return {**to, "msgtype": "text", "text": {"content": cut(harmless(letter.text), MOST_PLAIN)}}
    card = {
        "title": cut(harmless(letter.title), MOST_TITLE),
        "description": cut(harmless(letter.text), MOST_TEXT),
        "url": letter.link,
        "btntxt": "Open" if letter.english else "打开",
    }
    return {**to, "msgtype": "textcard", "textcard": card}
