"""What several steps of the loop share: the row in hand, ending of open parts, visitors, numbers of parts."""

from collections.abc import Sequence
from typing import Any

from chengzhi.documents import services as documents
from chengzhi.incidents import queries
from chengzhi.incidents.models import Incident
from chengzhi.incidents.services import lots
from chengzhi.kernel import writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.matter import Family, lock
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.workflow import KINDS
from chengzhi.organisation import queries as organisation

PART_LETTERS = {
    "return_visit": "R",
    "sample_check": "Q",
    "look_again": "L",
    "appeal": "P",
    "task": "T",
    "verification": "V",
    "check": "C",
    "void_request": "Z", "supervision": "S", "crew_job": "B",
}


def in_hand(matter_id: int, act: Act) -> tuple[Family, Incident]:
    """Lock the family and return it with the row of its incident."""
    family = lock(matter_id, act=act)
    return family, queries.incident_row(family, act)


def note(row: Incident, **values: Any) -> None:
    """Set attributes of the incident and write them with the step."""
    for name, value in values.items():
        setattr(row, name, value)
    writes.change(row, *values)


def evidence_of(family: Family, photos: Sequence[int], stage: str, act: Act) -> tuple[list[Any], int]:
    """Make files evidence of the matter in focus; return what the trail keeps of them, and how many are pictures not shown here before.

    What an inspector saw is evidence of the incident, so that the unit that works on it sees it too; what a unit did stays with its task.
    """
    files = documents.attach(matter_id=family.focus, root_id=family.root.id, attachment_ids=photos, stage=stage, act=act)
    return [*files], pictures_in(files)


def pictures_in(files: Sequence[Any]) -> int:
    """Return how many different pictures among these files are new to the incident."""
    return len({file["sha256"] for file in files if file["kind"] == "image" and file["new"]})


def part_number(family: Family, kind: str) -> str:
    """Return the number of the next part of a kind: the incident's number, a letter, a running number."""
    return f"{family.matter.number}-{PART_LETTERS[kind]}{len(family.parts(kind)) + 1}"


def end_open_parts(family: Family, act: Act) -> None:
    """Withdraw every open part, and what hangs below it, before the matter itself ends."""
    for part in family.parts(only_open=True, on_path=True):
        end_open_parts(part, act)
        kind = KINDS[part.matter.kind]
        kind.move(part, "withdraw", act=act, facts=queries.facts(part, act))


def visitor(family: Family, row: Incident, act: Act, *, wanted: int | None, never: frozenset[int]) -> tuple[int, bool]:
    """Return the post of the inspector who goes, and whether he had to be one of `never`.

    He is the wanted one, or drawn by lot among those on duty.
    `never` holds posts that should not go where another is on shift (the reporter does not check his own report).
    """
    on_duty = organisation.inspectors_on_duty(family.matter.node_id, row.duty_grid, act.at)
    if wanted is not None:
        if wanted not in on_duty:
            raise Invalid(
                f"岗位“{wanted}”不是该责任网格在岗的监督员，请另选。",
                f"Post “{wanted}” is no inspector on duty there; choose another.",
                code="inspector_not_on_duty",
            )
        return wanted, wanted in never
    others = [post for post in on_duty if post not in never]
    drawn = lots.pick(others or on_duty)
    return drawn, drawn in never


def reporter_posts(row: Incident) -> frozenset[int]:
    """Return the posts of the inspector who reported an incident; none for a citizen's report."""
    own = organisation.posts_of(row.reporter_account) if row.reporter_account else []
    return frozenset(post.id for post in own)


def checker_posts(family: Family) -> frozenset[int]:
    """Return the posts that were given a check of an incident so far."""
    return frozenset(part.matter.holder_id for part in family.parts("check") if part.matter.holder_id)
