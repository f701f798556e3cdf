"""Nouns of the hotline: calls and what they brought, words of danger, places, the classifier's versions, knowledge."""

from chengzhi.hotline.models.calls import Call, Ticket, Transfer
from chengzhi.hotline.models.knowledge import KnowledgeGram, KnowledgePage, KnowledgeVersion
from chengzhi.hotline.models.words import ClassifierVersion, DangerWord, PlaceName

__all__ = [
    "Call",
    "ClassifierVersion",
    "DangerWord",
    "KnowledgeGram",
    "KnowledgePage",
    "KnowledgeVersion",
    "PlaceName",
    "Ticket",
    "Transfer",
]
