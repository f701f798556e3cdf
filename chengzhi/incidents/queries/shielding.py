"""Whose name is kept from whom: departments do not learn before closing which inspector reported or checked, at no door."""

from typing import Any

from chengzhi.incidents import workflow
from chengzhi.kernel.access import Actor
from chengzhi.kernel.models import Matter
from chengzhi.kernel.problems import NotFound
from chengzhi.kernel.workflow import KINDS
from chengzhi.organisation import queries as organisation

NAMELESS = ("监督员", "Inspector")
ON_THE_STREET = frozenset({workflow.REPORT, workflow.VISIT})
STAGES_OF_INSPECTORS = frozenset({"report", "verify", "check"})
INSPECTOR = "inspector"


def shields(matter: Matter, actor: Actor) -> bool:
    """Tell whether inspectors are nameless for a person: he sees the case through his own task only, and it is not over yet."""
    return matter.open and matter.node_id not in actor.nodes


def hides_step(matter: Matter, kind: str, step: str, account: int, actor: Actor) -> bool:
    """Tell whether the person behind a step is kept from the reader: somebody on the street who is not the reader himself."""
    return shields(matter, actor) and account != actor.id and KINDS[kind].steps[step].by in ON_THE_STREET


def hides_post(matter: Matter, holder: int, actor: Actor) -> bool:
    """Tell whether a post that holds something is kept from the reader: an inspector's that is not his own."""
    return shields(matter, actor) and holder not in actor.holders and _is_inspectors(holder)


def _is_inspectors(holder: int) -> bool:
    try:
        return organisation.post(holder).role == INSPECTOR
    except NotFound:
        return False


def without_uploader(matter: Matter, piece: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Return a piece of evidence as the reader may have it: who took an inspector's picture is left out."""
    hidden = shields(matter, actor) and piece["stage"] in STAGES_OF_INSPECTORS and piece["uploaded_by"] != str(actor.id)
    return {**piece, "uploaded_by": None} if hidden else piece
