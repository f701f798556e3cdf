"""Verbs of the closed loop, one file per stage."""

from chengzhi.incidents.services.acceptance import answer, merge, pass_on, refuse, reply_verify, send_verify
from chengzhi.incidents.services.aftercare import (
    appeal,
    citizen_wishes_redo,
    decide_appeal,
    keep_closed,
    note_try,
    record_visit,
    reopen,
)
from chengzhi.incidents.services.checking import check_remotely, fail_check, pass_check, review_check, send_check
from chengzhi.incidents.services.citizens import citizen_asked, citizen_joined, forget_reporter, supplement
from chengzhi.incidents.services.closing import ask_void, close, deny_void, redispatch, rework, void, withdraw
from chengzhi.incidents.services.conferring import conclude, confer
from chengzhi.incidents.services.crews import crew_done, give_to_crew
from chengzhi.incidents.services.dispatching import dispatch, redirect, return_to_filing
from chengzhi.incidents.services.disposal import finish, sign
from chengzhi.incidents.services.doubles import register_duplicate
from chengzhi.incidents.services.filing import file_case, refuse_filing, send_back
from chengzhi.incidents.services.limit_files import LimitImporter
from chengzhi.incidents.services.oddities import find_oddities
from chengzhi.incidents.services.old_cases import OldCaseImporter
from chengzhi.incidents.services.reclassing import reclass
from chengzhi.incidents.services.registers import adopt_limits, load_seed
from chengzhi.incidents.services.report import register_call, report
from chengzhi.incidents.services.reporter import reveal_reporter
from chengzhi.incidents.services.requests import (
    ask_extension,
    ask_return,
    ask_suspension,
    deny_extension,
    deny_return,
    deny_suspension,
    endorse_return,
    endorse_suspension,
    grant_extension,
    grant_return,
    grant_suspension,
    resume,
)
from chengzhi.incidents.services.sampling import ask_to_look_again, draw_samples, look_again, sample_check
from chengzhi.incidents.services.selfhandling import approve_self_handled, reject_self_handled, self_handle
from chengzhi.incidents.services.sheets import CLASSES
from chengzhi.incidents.services.urging import reply_supervision, supervise, urge, urge_by_time

__all__ = [
    "CLASSES",
    "LimitImporter",
    "OldCaseImporter",
    "adopt_limits",
    "answer",
    "appeal",
    "approve_self_handled",
    "ask_extension",
    "ask_return",
    "ask_suspension",
    "ask_to_look_again",
    "ask_void",
    "check_remotely",
    "citizen_asked",
    "citizen_joined",
    "citizen_wishes_redo",
    "close",
    "conclude",
    "confer",
    "crew_done",
    "decide_appeal",
    "deny_extension",
    "deny_return",
    "deny_suspension",
    "deny_void",
    "dispatch",
    "draw_samples",
    "endorse_return",
    "endorse_suspension",
    "fail_check",
    "file_case",
    "find_oddities",
    "finish",
    "forget_reporter",
    "give_to_crew",
    "grant_extension",
    "grant_return",
    "grant_suspension",
    "keep_closed",
    "load_seed",
    "look_again",
    "merge",
    "note_try",
    "pass_check",
    "pass_on",
    "reclass",
    "record_visit",
    "redirect",
    "redispatch",
    "refuse",
    "refuse_filing",
    "register_call",
    "register_duplicate",
    "reject_self_handled",
    "reopen",
    "reply_supervision",
    "reply_verify",
    "report",
    "resume",
    "return_to_filing",
    "reveal_reporter",
    "review_check",
    "rework",
    "sample_check",
    "self_handle",
    "send_back",
    "send_check",
    "send_verify",
    "sign",
    "supervise",
    "supplement",
    "urge",
    "urge_by_time",
    "void",
    "withdraw",
]
