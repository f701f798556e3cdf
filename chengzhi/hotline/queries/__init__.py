"""Questions about calls, callers, places, classes of texts, and the knowledge base."""

from chengzhi.hotline.queries.calls import DESK, call, facts_of, mine, open_calls, replies_owed, today
from chengzhi.hotline.queries.dangers import danger_words, dangers_in

__all__ = ["DESK", "call", "danger_words", "dangers_in", "facts_of", "mine", "open_calls", "replies_owed", "today"]
