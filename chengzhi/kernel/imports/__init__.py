"""Register files: staged, checked row by row, reported, and applied with one switch of the register's version."""

from chengzhi.kernel.imports.base import IMPORTERS, Column, Difference, Importer, Row, RowError, Setting, importer, register
from chengzhi.kernel.imports.parsing import Unfit, choice, day, matching, number, text, whole
from chengzhi.kernel.imports.pipeline import MANAGE, apply, cancel, check, stage
from chengzhi.kernel.imports.reports import changes, faults_csv, report

__all__ = [
    "IMPORTERS",
    "MANAGE",
    "Column",
    "Difference",
    "Importer",
    "Row",
    "RowError",
    "Setting",
    "Unfit",
    "apply",
    "cancel",
    "changes",
    "check",
    "choice",
    "day",
    "faults_csv",
    "importer",
    "matching",
    "number",
    "register",
    "report",
    "stage",
    "text",
    "whole",
]
