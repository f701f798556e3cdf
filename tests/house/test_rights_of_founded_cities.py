"""A right that came after the first release reaches cities that stand already: a migration gives it, not only the file of a new city."""

from pathlib import Path

import pytest

import chengzhi
from tests.world import all_grants

FIRST_RELEASE = {
    *(f"incidents.incident.{verb}" for verb in ("accept", "ask_void", "close", "dispatch", "file", "merge", "register", "report", "void")),
    "incidents.task.handle",
    "incidents.visit.do",
    "kernel.register.import",
    "organisation.account.manage",
    "organisation.body.manage",
    "organisation.duty.plan",
    "organisation.role.manage",
    "parties.person.erase",
    "parties.person.reveal",
    "powers.responsibility.manage",
}
LATER = sorted({(row["capability"], row["role"]) for row in all_grants() if row["capability"] not in FIRST_RELEASE})
MIGRATIONS = [path.read_text(encoding="utf-8") for path in Path(chengzhi.__file__).parent.glob("*/migrations/0*.py")]


@pytest.mark.parametrize(("capability", "role"), LATER)
def test_a_later_right_is_given_to_its_role_by_a_migration(capability: str, role: str) -> None:
    named = [text for text in MIGRATIONS if f'"{capability}"' in text]
    assert any(f'"{role}"' in text for text in named)
