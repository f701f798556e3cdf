"""Nouns of the closed loop."""

from chengzhi.incidents.models.incident import Incident
from chengzhi.incidents.models.parts import Check, Task, Verification, VoidRequest
from chengzhi.incidents.models.registers import CaseClass, Condition, DisposalLimit, StageLimit

__all__ = ["CaseClass", "Check", "Condition", "DisposalLimit", "Incident", "StageLimit", "Task", "Verification", "VoidRequest"]
