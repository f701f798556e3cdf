"""Nouns of the closed loop."""

from chengzhi.incidents.models.after import Appeal, CaseLink, Draw, LookAgain, Oddity, ReturnVisit, SampleCheck
from chengzhi.incidents.models.asking import CrewJob, Supervision, TaskRequest
from chengzhi.incidents.models.incident import Incident
from chengzhi.incidents.models.numbers import ClassListing, LoopNumber, ResultPhrase
from chengzhi.incidents.models.parts import Check, Task, Verification, VoidRequest
from chengzhi.incidents.models.registers import CaseClass, Condition, DisposalLimit, StageLimit
from chengzhi.incidents.models.templates import ClosingCondition, OpinionTemplate
from chengzhi.incidents.models.words import EverydayWord, StreetPhrase

__all__ = [
    "Appeal",
    "CaseClass",
    "CaseLink",
    "Check",
    "ClassListing",
    "ClosingCondition",
    "Condition",
    "CrewJob",
    "DisposalLimit",
    "Draw",
    "EverydayWord",
    "Incident",
    "LookAgain",
    "LoopNumber",
    "Oddity",
    "OpinionTemplate",
    "ResultPhrase",
    "ReturnVisit",
    "SampleCheck",
    "StageLimit",
    "StreetPhrase",
    "Supervision",
    "Task",
    "TaskRequest",
    "Verification",
    "VoidRequest",
]
