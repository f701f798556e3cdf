"""Nouns of the kernel."""

from chengzhi.kernel.models.calendar import CalendarDay, TimingScheme
from chengzhi.kernel.models.clock import Clock
from chengzhi.kernel.models.desk import LastOpinion, RegisterChange
from chengzhi.kernel.models.event import Delivery, Event
from chengzhi.kernel.models.holder import Holder, HolderNoun
from chengzhi.kernel.models.imports import Import, ImportRow, ImportWork
from chengzhi.kernel.models.matter import Matter, MatterNoun
from chengzhi.kernel.models.support import Counter, Once, RegisterVersion, Timetable
from chengzhi.kernel.models.trail import TrailEntry, TrailPayload

__all__ = [
    "CalendarDay",
    "Clock",
    "Counter",
    "Delivery",
    "Event",
    "Holder",
    "HolderNoun",
    "Import",
    "ImportRow",
    "ImportWork",
    "LastOpinion",
    "Matter",
    "MatterNoun",
    "Once",
    "RegisterChange",
    "RegisterVersion",
    "Timetable",
    "TimingScheme",
    "TrailEntry",
    "TrailPayload",
]
