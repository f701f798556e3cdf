"""Verbs of the desk: calls, what they bring, transfers, knowledge, learning."""

from chengzhi.hotline.services.calls import answer, end, hang_up, ring, set_number, transfer, type_draft
from chengzhi.hotline.services.knowledge import save_page
from chengzhi.hotline.services.learning import learn_places, train
from chengzhi.hotline.services.registering import answer_at_once, register, reply_given, supplement, urge
from chengzhi.hotline.services.sheets import DANGERS
from chengzhi.hotline.services.words import set_danger_word

__all__ = [
    "DANGERS",
    "answer",
    "answer_at_once",
    "end",
    "hang_up",
    "learn_places",
    "register",
    "reply_given",
    "ring",
    "save_page",
    "set_danger_word",
    "set_number",
    "supplement",
    "train",
    "transfer",
    "type_draft",
    "urge",
]
