"""Workflow: one step table per kind of matter, and the only code that moves a matter."""

from chengzhi.kernel.workflow.forms import Ask, Id, form_of
from chengzhi.kernel.workflow.kind import KINDS, Choice, Facts, Kind
from chengzhi.kernel.workflow.perform import choices, open_with, perform, step
from chengzhi.kernel.workflow.table import AUTOMATIC, ClockKind, State, Step
from chengzhi.kernel.workflow.ticking import Timing

__all__ = [
    "AUTOMATIC",
    "KINDS",
    "Ask",
    "Choice",
    "ClockKind",
    "Facts",
    "Id",
    "Kind",
    "State",
    "Step",
    "Timing",
    "choices",
    "form_of",
    "open_with",
    "perform",
    "step",
]
