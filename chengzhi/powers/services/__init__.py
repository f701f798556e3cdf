"""Verbs of powers: giving and ending responsibilities, one by one or by a file."""

from chengzhi.powers.services.assigning import MANAGE, assign, end_assignment
from chengzhi.powers.services.files import ResponsibilityImporter

__all__ = ["MANAGE", "ResponsibilityImporter", "assign", "end_assignment"]
