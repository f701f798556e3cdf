"""Verbs of the organisation. Each is one transaction, asks for a capability, and raises the version of the register in memory."""

from chengzhi.organisation.services.attendance import Seen, sign_in_to_shift, sign_out_of_shift
from chengzhi.organisation.services.authority import MANAGE_ACCOUNTS, MANAGE_BODIES, MANAGE_ROLES, PLAN_DUTY, SIGN_SHIFT
from chengzhi.organisation.services.bodies import open_crew, open_node, open_post, open_unit
from chengzhi.organisation.services.desk import MANAGE_CALENDAR, WRITE_HANDOVER
from chengzhi.organisation.services.duty import open_shift, plan_duty
from chengzhi.organisation.services.people import (
    assign,
    close_account,
    end_assignment,
    hire,
    issue_token,
    note_token_use,
    open_account,
    record_leaving,
    withdraw_token,
)
from chengzhi.organisation.services.rights import GRANTS_FILE, ROLES_FILE, load_grants, load_roles, rows_in
from chengzhi.organisation.services.sheets import STAFF

__all__ = [
    "GRANTS_FILE",
    "MANAGE_ACCOUNTS",
    "MANAGE_BODIES",
    "MANAGE_CALENDAR",
    "MANAGE_ROLES",
    "PLAN_DUTY",
    "ROLES_FILE",
    "SIGN_SHIFT",
    "STAFF",
    "WRITE_HANDOVER",
    "Seen",
    "assign",
    "close_account",
    "end_assignment",
    "hire",
    "issue_token",
    "load_grants",
    "load_roles",
    "note_token_use",
    "open_account",
    "open_crew",
    "open_node",
    "open_post",
    "open_shift",
    "open_unit",
    "plan_duty",
    "record_leaving",
    "rows_in",
    "sign_in_to_shift",
    "sign_out_of_shift",
    "withdraw_token",
]
