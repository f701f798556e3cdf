"""The administration page of the desk: its words of danger."""

from chengzhi.hotline.queries import dangers
from chengzhi.hotline.queries.knowledge import EDIT
from chengzhi.hotline.services import words
from chengzhi.kernel import imports
from chengzhi.kernel.administration import Sheet, Verb, sheet
from chengzhi.organisation import queries as organisation

DANGERS = sheet(
    Sheet(
        "danger-words",
        "危险词",
        "Words of danger",
        ("用语", "Words"),
        (imports.MANAGE, EDIT),
        (
            ("危险词", "Word of danger"),
            ("提示转接", "Calls for"),
            ("以下词中不算", "Not inside"),
            ("状态", "State"),
            ("核实", "Mark"),
            ("依据", "Source"),
        ),
        dangers.danger_rows,
        (
            Verb("add", "新增危险词", "Add a word", words.add_danger, imports.MANAGE),
            Verb("set", "改转接", "Change", words.change_danger, imports.MANAGE, of_row=True),
            Verb("end", "停用", "End", words.end_danger, imports.MANAGE, of_row=True),
        ),
        dangers.NAME,
        ("来电内容里出现即标红并提示转接；全市统一，由市级维护", "They turn the strip of a call red; the city keeps them"),
        kept_at=organisation.city,
    )
)
