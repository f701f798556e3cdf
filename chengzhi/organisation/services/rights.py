"""Verbs for roles and what they may do; both are data that a city brings as rows."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import CAPABILITIES, Act
from chengzhi.kernel.problems import Invalid
from chengzhi.organisation import queries
from chengzhi.organisation.models import Grant, Role
from chengzhi.organisation.services import inputs
from chengzhi.organisation.services.authority import MANAGE_ROLES, authorise

DATA = Path(__file__).resolve().parents[1] / "data"
ROLES_FILE = DATA / "roles.csv"
GRANTS_FILE = DATA / "grants.csv"
_YES, _NO = {"1", "true", "yes", "是"}, {"0", "false", "no", "否", ""}


def rows_in(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file of a context, each with the names of its columns."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@writes.service
def load_roles(rows: Iterable[Mapping[str, str]], *, act: Act) -> int:
    """Bring the roles to what the rows say and return how many rows there were; again is harmless.

    Columns: code, name_zh, name_en, reads, acts_for_unit. Raises Invalid for the first bad row. Roles that no row names stay.
    """
    authorise(act, MANAGE_ROLES)
    roles = [_role(row) for row in rows]
    # At once and not at the end of the service: posts and grants opened in the same service look for their role in the database.
    Role.objects.bulk_create(
        roles, update_conflicts=True, unique_fields=["code"], update_fields=["name_zh", "name_en", "reads", "acts_for_unit"]
    )
    registers.raise_version(queries.NAME)
    return len(roles)


def _role(row: Mapping[str, str]) -> Role:
    code = _cell(row, "code")
    inputs.pattern("code", code, r"[a-z][a-z_]{1,39}", "小写字母和下划线", "lower-case letters and “_”")
    return Role(
        code=code,
        name_zh=inputs.text("name_zh", _cell(row, "name_zh"), 40),
        name_en=inputs.text("name_en", _cell(row, "name_en"), 80),
        reads=inputs.one_of("reads", _cell(row, "reads"), Role.Reads.values),
        acts_for_unit=_yes_or_no("acts_for_unit", _cell(row, "acts_for_unit")),
    )


@writes.service
def load_grants(rows: Iterable[Mapping[str, str]], *, act: Act) -> int:
    """Grant each row's capability to its role and return how many rows there were; again is harmless, nothing is taken away.

    Raises Invalid for an unknown role or capability, naming the known ones near it; nothing is granted then.
    """
    authorise(act, MANAGE_ROLES)
    known = set(Role.objects.values_list("code", flat=True))
    grants = [
        Grant(
            role_id=inputs.one_of("role", _cell(row, "role"), known),
            capability=inputs.one_of("capability", _cell(row, "capability"), CAPABILITIES),
        )
        for row in rows
    ]
    Grant.objects.bulk_create(grants, ignore_conflicts=True)
    registers.raise_version(queries.NAME)
    return len(grants)


def _cell(row: Mapping[str, str], column: str) -> str:
    value = row.get(column)
    if value is None:
        present = "、".join(str(name) for name in row)
        raise Invalid(
            f"缺少列“{column}”，现有列：{present}。",
            f"The column “{column}” is missing; there are: {present}.",
            code="column_missing",
        )
    return value.strip()


def _yes_or_no(field: str, value: str) -> bool:
    word = value.lower()
    if word not in _YES | _NO:
        raise Invalid(f"{field}“{value}”不可用：请填 1 或 0。", f"{field} “{value}” is not usable: write 1 or 0.")
    return word in _YES
