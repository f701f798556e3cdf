"""Verbs of the closed loop, one file per stage."""

from chengzhi.incidents.services.acceptance import merge, pass_on, refuse, reply_verify, send_verify
from chengzhi.incidents.services.checking import fail_check, pass_check, send_check
from chengzhi.incidents.services.closing import ask_void, close, deny_void, rework, void, withdraw
from chengzhi.incidents.services.dispatching import dispatch, redirect, return_to_filing
from chengzhi.incidents.services.disposal import finish, sign
from chengzhi.incidents.services.doubles import register_duplicate
from chengzhi.incidents.services.filing import file_case, refuse_filing, send_back
from chengzhi.incidents.services.limit_files import LimitImporter
from chengzhi.incidents.services.registers import adopt_limits, load_seed
from chengzhi.incidents.services.report import register_call, report

__all__ = [
    "LimitImporter",
    "adopt_limits",
    "ask_void",
    "close",
    "deny_void",
    "dispatch",
    "fail_check",
    "file_case",
    "finish",
    "load_seed",
    "merge",
    "pass_check",
    "pass_on",
    "redirect",
    "refuse",
    "refuse_filing",
    "register_call",
    "register_duplicate",
    "reply_verify",
    "report",
    "return_to_filing",
    "rework",
    "send_back",
    "send_check",
    "send_verify",
    "sign",
    "void",
    "withdraw",
]
