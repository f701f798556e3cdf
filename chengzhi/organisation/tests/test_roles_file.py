"""The roles that are shipped."""

import pytest

from chengzhi.kernel.access import CAPABILITIES
from chengzhi.organisation import services


@pytest.mark.parametrize(
    ("role", "reads", "for_unit"),
    [
        ("inspector", "held", "0"),
        ("acceptor", "node", "0"),
        ("chief", "node", "0"),
        ("dispatcher", "node", "0"),
        ("callback", "node", "0"),
        ("supervisor_lead", "subtree", "0"),
        ("leader", "subtree", "0"),
        ("dept_operator", "held", "1"),
        ("dept_lead", "held", "1"),
        ("sys_admin", "held", "0"),
        ("security_admin", "held", "0"),
        ("auditor", "subtree", "0"),
    ],
)
def test_a_shipped_role_reads_and_acts_as_far_as_decided(role, reads, for_unit):
    rows = {row["code"]: row for row in services.rows_in(services.ROLES_FILE)}
    assert len(rows) == 12
    assert (rows[role]["reads"], rows[role]["acts_for_unit"]) == (reads, for_unit)
    assert rows[role]["source"] and rows[role]["mark"]


def test_each_capability_of_the_organisation_is_held_by_a_shipped_role():
    granted = {row["capability"] for row in services.rows_in(services.GRANTS_FILE)}
    assert granted == {code for code in CAPABILITIES if code.startswith("organisation.")}
    roles = {row["code"] for row in services.rows_in(services.ROLES_FILE)}
    assert {row["role"] for row in services.rows_in(services.GRANTS_FILE)} <= roles
