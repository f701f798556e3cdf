"""Clocks: service limits that run in timing schemes, and statutory periods that run by the calendar; the two are never mixed."""

from chengzhi.kernel.clocks.arithmetic import add, amber, backward, elapsed_minutes, minutes_of, shift, warnings
from chengzhi.kernel.clocks.asking import asked, read_interval, read_start, service_deadline
from chengzhi.kernel.clocks.calendar import Calendar, Notice, current, refresh, shipped
from chengzhi.kernel.clocks.drawing import as_text, data_for_page, weeks
from chengzhi.kernel.clocks.instances import Operation, end, extend, fresh, minutes_left, pause, replay, resume, start
from chengzhi.kernel.clocks.legal import Deadline, answer, deadline
from chengzhi.kernel.clocks.legal_limits import MARKS, LegalLimit, every_legal_limit, legal_limit
from chengzhi.kernel.clocks.limits import LEGAL_UNITS, SERVICE_UNITS, Limit
from chengzhi.kernel.clocks.schemes import Scheme, every_scheme, periods_in, scheme, schemes_on

__all__ = [
    "LEGAL_UNITS",
    "MARKS",
    "SERVICE_UNITS",
    "Calendar",
    "Deadline",
    "LegalLimit",
    "Limit",
    "Notice",
    "Operation",
    "Scheme",
    "add",
    "amber",
    "answer",
    "as_text",
    "asked",
    "backward",
    "current",
    "data_for_page",
    "deadline",
    "elapsed_minutes",
    "end",
    "every_legal_limit",
    "every_scheme",
    "extend",
    "fresh",
    "legal_limit",
    "minutes_left",
    "minutes_of",
    "pause",
    "periods_in",
    "read_interval",
    "read_start",
    "refresh",
    "replay",
    "resume",
    "scheme",
    "schemes_on",
    "service_deadline",
    "shift",
    "shipped",
    "start",
    "warnings",
    "weeks",
]
