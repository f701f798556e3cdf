"""Nouns of the organisation: bodies, people, rights and duty plans."""

from chengzhi.organisation.models.attendance import Attendance
from chengzhi.organisation.models.bodies import CommandNode, Crew, Post, Unit
from chengzhi.organisation.models.duty import Duty, Shift
from chengzhi.organisation.models.handover import Handover
from chengzhi.organisation.models.people import Account, ApiToken, Assignment, Staff
from chengzhi.organisation.models.rights import Grant, Role

__all__ = [
    "Account",
    "ApiToken",
    "Assignment",
    "Attendance",
    "CommandNode",
    "Crew",
    "Duty",
    "Grant",
    "Handover",
    "Post",
    "Role",
    "Shift",
    "Staff",
    "Unit",
]
