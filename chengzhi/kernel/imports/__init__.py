"""Register files: staged, checked row by row, reported, and applied with one switch of the register's version."""

from chengzhi.kernel.imports import desk
from chengzhi.kernel.imports.base import (
    IMPORTERS,
    MANAGE,
    Asked,
    Column,
    Difference,
    Importer,
    Row,
    RowError,
    Setting,
    importer,
    register,
    top_node,
)
from chengzhi.kernel.imports.parsing import Unfit, choice, day, matching, number, text, whole
from chengzhi.kernel.imports.pipeline import apply, cancel, check, permit, stage
from chengzhi.kernel.imports.reports import changes, faults_csv, report
from chengzhi.kernel.imports.work import check_again, knows_actors, order, receive, run_waiting

__all__ = [
    "IMPORTERS",
    "MANAGE",
    "Asked",
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
    "check_again",
    "choice",
    "day",
    "desk",
    "faults_csv",
    "importer",
    "knows_actors",
    "matching",
    "number",
    "order",
    "permit",
    "receive",
    "register",
    "report",
    "run_waiting",
    "stage",
    "text",
    "top_node",
    "whole",
]
